#include "base/decimal.h"

#include <algorithm>
#include <charconv>

namespace dossier {
namespace {

std::string_view TrimmedZeros(std::string_view digits, bool front) {
  while (!digits.empty() && (front ? digits.front() : digits.back()) == '0') {
    front ? digits.remove_prefix(1) : digits.remove_suffix(1);
  }
  return digits;
}

// Of what stands behind the e.
int64_t Exponent(std::string_view text) {
  constexpr int64_t kMax = INT64_MAX / 2;  // room for the count of digits
  const bool is_negative = text.starts_with('-');
  if (text.starts_with('+') || is_negative) text.remove_prefix(1);
  int64_t exponent = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc()) {
    exponent = kMax;
  }
  exponent = std::min(exponent, kMax);
  return is_negative ? -exponent : exponent;
}

}  // namespace

Decimal Decimal::Of(std::string_view number) {
  const bool is_negative = number.starts_with('-');
  if (is_negative) number.remove_prefix(1);
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  Decimal decimal;
  if (e < number.size()) decimal.exponent = Exponent(number.substr(e + 1));
  const std::string_view mantissa = number.substr(0, e);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) {
    digits += mantissa.substr(point + 1);
    decimal.exponent -= static_cast<int64_t>(mantissa.size() - point - 1);
  }
  const std::string_view leading = TrimmedZeros(digits, /*front=*/true);
  const std::string_view all = TrimmedZeros(leading, /*front=*/false);
  if (all.empty()) return {};
  decimal.exponent += static_cast<int64_t>(leading.size() - all.size());
  decimal.sign = is_negative ? -1 : 1;
  decimal.digits = std::string(all);
  return decimal;
}

int Compare(const Decimal& a, const Decimal& b) {
  if (a.sign != b.sign) return a.sign < b.sign ? -1 : 1;
  const int64_t a_magnitude = a.exponent + static_cast<int64_t>(a.digits.size());
  const int64_t b_magnitude = b.exponent + static_cast<int64_t>(b.digits.size());
  if (a.sign != 0 && a_magnitude != b_magnitude) {
    return a_magnitude < b_magnitude ? -a.sign : a.sign;
  }
  const int order = a.digits.compare(b.digits);
  return order < 0 ? -a.sign : order > 0 ? a.sign : 0;
}

}  // namespace dossier
