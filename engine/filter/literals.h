// What a literal of a filter means where it is compared with an attribute.
#ifndef DOSSIER_FILTER_LITERALS_H_
#define DOSSIER_FILTER_LITERALS_H_

#include <cstdint>
#include <string_view>

#include "filter/filter.h"

namespace dossier {

// A comparison, or what is wrong with its literal.
struct TypedComparison {
  FilterNode node = {};
  std::string_view mistake = {};  // what the literal should be; empty: it fits
};

// `path comparison text`. A number with a fraction, or an instant within a day, becomes one that
// integers or dates can have, with the comparison that says the same of them; where no value can be
// on one side of it, the comparison is false or asks for no more than a value.
// `now` in microseconds.
TypedComparison CompareWithText(const AttributePath& path, Comparison comparison,
                                std::string_view text, int64_t now);

// Whether it holds for two literals: as numbers where both are such, else as strings whose case does
// not count for = and !=.
bool HoldsForTexts(std::string_view left, Comparison comparison, std::string_view right);

}  // namespace dossier

#endif  // DOSSIER_FILTER_LITERALS_H_
