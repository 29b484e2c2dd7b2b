// Decimal numbers of any length, by what they count and not by how they are written.
#ifndef DOSSIER_BASE_DECIMAL_H_
#define DOSSIER_BASE_DECIMAL_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace dossier {

// A number as sign, digits without zeros around them, and the power of ten of the last one: 1.10,
// 1.1 and 11e-1 are one value. Exponents are cut to half of what 64 bits hold.
struct Decimal {
  int sign = 0;          // -1, 0 or 1
  int64_t exponent = 0;  // of the last digit
  std::string digits;    // none of zero

  // Shape: a JSON number.
  static Decimal Of(std::string_view number);

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// Below 0, 0 or above 0 as `a` is below, equal to or above `b`.
int Compare(const Decimal& a, const Decimal& b);

}  // namespace dossier

#endif  // DOSSIER_BASE_DECIMAL_H_
