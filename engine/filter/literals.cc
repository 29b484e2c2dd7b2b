#include "filter/literals.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time_text.h"
#include "dossier/limits.h"
#include "json/json_check.h"
#include "record/ipv4.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

// A number among whole ones: on `floor`, or between it and the next; or beyond all of 64 bits.
struct Place {
  int64_t floor = 0;
  bool is_exact = true;
  bool is_below_all = false;
  bool is_above_all = false;
};

// The number that a text is; nothing where it is none, or one with more digits than any value.
std::optional<Decimal> ParseDecimal(std::string_view text) {
  if (!IsJsonNumber(text)) return std::nullopt;
  Decimal decimal = Decimal::Of(text);
  constexpr int64_t kExponentMax = 10 * kDecimalExponentMax;
  if (decimal.digits.size() > kDecimalBytesMax || decimal.exponent > kExponentMax ||
      decimal.exponent < -kExponentMax) {
    return std::nullopt;
  }
  return decimal;
}

Place PlaceOf(const Decimal& number) {
  const bool is_negative = number.sign < 0;
  const Place beyond{.is_below_all = is_negative, .is_above_all = !is_negative};
  constexpr int64_t kDigitsMax = 19;  // of 64 bits
  const int64_t whole_digits = static_cast<int64_t>(number.digits.size()) + number.exponent;
  if (number.sign == 0) return {};
  if (whole_digits > kDigitsMax) return beyond;
  Place place{.is_exact = number.exponent >= 0};
  if (whole_digits > 0) {
    std::string digits = is_negative ? "-" : "";
    digits += number.digits.substr(0, static_cast<size_t>(whole_digits));
    digits.append(number.exponent > 0 ? static_cast<size_t>(number.exponent) : 0, '0');
    const char* const end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, place.floor).ec != std::errc()) return beyond;
  }
  if (is_negative && !place.is_exact) {
    if (place.floor == INT64_MIN) return beyond;
    --place.floor;
  }
  return place;
}

FilterNode NodeOf(const AttributePath& path, Comparison comparison, Literal literal) {
  return {.kind = FilterNode::Kind::kPredicate,
          .predicate = {.path = path,
                        .test = Predicate::Test::kLiteral,
                        .comparison = comparison,
                        .literal = std::move(literal)}};
}

FilterNode AnyValue(const AttributePath& path) {
  return {.kind = FilterNode::Kind::kPredicate,
          .predicate = {.path = path, .test = Predicate::Test::kIsNotNull}};
}

FilterNode Nothing() { return {.kind = FilterNode::Kind::kFalse}; }

// The comparison of whole numbers with a number that is perhaps none.
FilterNode CompareWithPlace(const AttributePath& path, Comparison comparison, const Place& place) {
  const bool is_less = comparison == Comparison::kLess || comparison == Comparison::kLessOrEqual;
  const bool is_one = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
  const bool is_beyond = place.is_below_all || place.is_above_all;
  if (is_one && (is_beyond || !place.is_exact)) {
    return comparison == Comparison::kEqual ? Nothing() : AnyValue(path);
  }
  if (is_beyond) return place.is_above_all == is_less ? AnyValue(path) : Nothing();
  if (!place.is_exact) {
    comparison = is_less ? Comparison::kLessOrEqual : Comparison::kGreater;
  }
  return NodeOf(path, comparison, place.floor);
}

TypedComparison CompareTimes(const AttributePath& path, Comparison comparison,
                             std::string_view text, int64_t now) {
  const std::optional<int64_t> micros = ParseDateTime(text, now);
  if (!micros) return {.mistake = "a date or time should be"};
  if (path.back()->kind == Kind::kDateTime) return {NodeOf(path, comparison, *micros)};
  const int64_t rest = (*micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay;
  const Place place{.floor = (*micros - rest) / kMicrosPerDay, .is_exact = rest == 0};
  return {CompareWithPlace(path, comparison, place)};
}

FilterNode CompareStrings(const AttributePath& path, Comparison comparison, std::string_view text) {
  TextLiteral literal{.text = std::string(text), .folded = {}};
  if (!path.back()->case_sensitive) AppendFolded(text, literal.folded);
  return NodeOf(path, comparison, std::move(literal));
}

}  // namespace

TypedComparison CompareWithText(const AttributePath& path, Comparison comparison,
                                std::string_view text, int64_t now) {
  switch (path.back()->kind) {
    case Kind::kString:
      return {CompareStrings(path, comparison, text)};
    case Kind::kInteger:
    case Kind::kDecimal: {
      std::optional<Decimal> number = ParseDecimal(text);
      if (!number) return {.mistake = "a number should be"};
      if (path.back()->kind == Kind::kDecimal) {
        return {NodeOf(path, comparison, *std::move(number))};
      }
      return {CompareWithPlace(path, comparison, PlaceOf(*number))};
    }
    case Kind::kBoolean: {
      const bool is_true = absl::EqualsIgnoreCase(ToAbsl(text), "true");
      if (!is_true && !absl::EqualsIgnoreCase(ToAbsl(text), "false")) {
        return {.mistake = "true or false should be"};
      }
      return {NodeOf(path, comparison, int64_t{is_true})};
    }
    case Kind::kDate:
    case Kind::kDateTime:
      return CompareTimes(path, comparison, text, now);
    case Kind::kIpAddress: {
      const std::optional<uint32_t> address = ParseIpv4(text);
      if (!address) return {.mistake = "an IPv4 address should be"};
      return {NodeOf(path, comparison, int64_t{*address})};
    }
    default:
      return {.mistake = "no comparison should be"};
  }
}

bool HoldsForTexts(std::string_view left, Comparison comparison, std::string_view right) {
  const std::optional<Decimal> number = ParseDecimal(left);
  const std::optional<Decimal> other = ParseDecimal(right);
  if (number && other) return Holds(comparison, Compare(*number, *other));
  if (comparison != Comparison::kEqual && comparison != Comparison::kNotEqual) {
    return Holds(comparison, left.compare(right));
  }
  std::string folded;
  AppendFolded(right, folded);
  return FoldsTo(left, folded) == (comparison == Comparison::kEqual);
}

}  // namespace dossier
