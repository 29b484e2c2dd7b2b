// The order of values: what filters compare by and records are sorted by, so that a search can go on
// behind the last record that it found.
//
// Strings go by their UTF-8 bytes, numbers by what they count, false before true, times and dates as
// instants (a date is its midnight UTC), addresses by their numbers.
#ifndef DOSSIER_FILTER_ORDER_H_
#define DOSSIER_FILTER_ORDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/decimal.h"
#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

// A string, and what it is equal to: itself with its case folded, or nothing where case counts.
struct TextLiteral {
  std::string text;
  std::string folded;

  friend bool operator==(const TextLiteral&, const TextLiteral&) = default;
};

// A value that attributes are compared with. A number is an integer, microseconds, days, 0 or 1 of a
// boolean, or an address, by the attribute's kind.
using Literal = std::variant<int64_t, TextLiteral, Decimal>;

// Both: below 0, 0 or above 0 as the value is below, equal to or above the other one. No value is
// null. CompareValues: of attributes for which AreComparable.
int CompareToLiteral(const Attribute& attribute, const ValueView& value, const Literal& literal);
int CompareValues(const Attribute& attribute, const ValueView& value, const Attribute& other,
                  const ValueView& other_value);

// Equality is not what the order says of strings: case may count or not. With two attributes it
// counts where it does for one of them.
bool EqualsLiteral(const Attribute& attribute, const ValueView& value, const Literal& literal);
bool EqualValues(const Attribute& attribute, const ValueView& value, const Attribute& other,
                 const ValueView& other_value);

// Whether values of the two are in one order: both strings, numbers, booleans, times or dates, or
// addresses.
bool AreComparable(const Attribute& attribute, const Attribute& other);

// Appends bytes whose order is that of the values of one attribute (values/index_order.h, without its
// cuts), with null behind all of them; none begins with another's. They are not stored.
void AppendPlace(const ValueView& value, std::string& out);

}  // namespace dossier

#endif  // DOSSIER_FILTER_ORDER_H_
