// What a type asks of the values of a record, beyond their kinds.
#ifndef DOSSIER_VALUES_CONSTRAINTS_H_
#define DOSSIER_VALUES_CONSTRAINTS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/decimal.h"
#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

// The length and the formats of a string. Errors: 360, 363.
absl::Status CheckText(const Attribute& attribute, std::string_view text);

// Appends the bytes by which two values of the attribute are the same value or not: folded text,
// numbers by what they count. Of a scalar that is no json.
void AppendComparable(const Attribute& attribute, const ValueView& value, std::string& out);

// The same of values that are not in a record. `number`: an integer, microseconds, days, an address,
// or 0 or 1 of a boolean, by the kind.
void AppendComparable(const Decimal& decimal, std::string& out);
void AppendComparable(Kind kind, int64_t number, std::string& out);

// Whether two values of one attribute have the same bytes in their records, or are both null. Of
// large plurals it says nothing about the elements.
inline bool HaveSameBytes(const ValueView& a, const ValueView& b) {
  return a.tag == b.tag && (a.at == nullptr) == (b.at == nullptr) &&
         (a.tag != format::Tag::kSmall || a.offset == b.offset) &&
         (a.at == nullptr || a.bytes() == b.bytes());
}

// That no plural has two elements with one value of a locally-unique attribute; large plurals claim
// such values (claims.h). Errors: 361.
absl::Status CheckLocallyUnique(const RecordView& record, const Shape& shape);

}  // namespace dossier

#endif  // DOSSIER_VALUES_CONSTRAINTS_H_
