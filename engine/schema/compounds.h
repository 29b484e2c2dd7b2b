// Compound unique constraints: that no two records, or elements of a plural, have the same values
// in all of some attributes.
#ifndef DOSSIER_SCHEMA_COMPOUNDS_H_
#define DOSSIER_SCHEMA_COMPOUNDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/ids.h"
#include "record/attribute.h"
#include "record/view.h"
#include "schema/properties.h"

namespace dossier {

// A unique property, ready for records. Borrows the attributes of an entity type.
struct Compound {
  AttributeNumber number;                    // of its claims
  std::vector<const Attribute*> attributes;  // in the order of the property
  // The objects and plurals on the way to what has the attributes: none where it is the record,
  // else the last is the plural whose elements have them.
  std::vector<const Attribute*> way;
};

// Of a unique property, all of whose attributes `root` must have.
Compound CompoundOf(const Property& property, const Shape& root);

// Calls `found` for each combination of values that has no null in it, with the bytes by which two
// combinations are the same or not; returns whether none was out of sight, in a large plural.
// Shape: (length:u32 comparable)* in the order of the attributes; see AppendComparable.
bool VisitCombinations(const Compound& compound, const RecordView& record,
                       absl::FunctionRef<void(std::string_view comparable)> found);
// The same in the elements of one plural, `attribute`; none where the compound looks elsewhere.
bool VisitCombinations(const Compound& compound, const PluralView& plural,
                       const Attribute& attribute,
                       absl::FunctionRef<void(std::string_view comparable)> found);

// Whether some root attribute that the constraint looks into has other bytes in one of the two
// records: if not, they have the same combinations but for those out of sight.
bool MayDiffer(const Compound& compound, const RecordView& a, const RecordView& b);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_COMPOUNDS_H_
