// Choices of the attributes of one entity type: what a projection wants, what a caller may read or
// write. Where one is a pointer, null stands for all attributes.
#ifndef DOSSIER_RECORD_ATTRIBUTE_SET_H_
#define DOSSIER_RECORD_ATTRIBUTE_SET_H_

#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "record/attribute.h"

namespace dossier {

// Attributes with all below them, and those above, which lead to them.
class AttributeSet {
 public:
  void Add(const Attribute& attribute);
  // id, uuid, created and lastUpdated.
  void AddReserved();

  // Whether the attribute, or something below it, is in the set.
  bool Has(AttributeNumber number) const { return number < bits_.size() && bits_[number]; }
  // The first attribute of `shape`, here and below, that is not in the set; null where all are.
  const Attribute* FirstOutside(const Shape& shape) const;

  AttributeSet And(const AttributeSet& other) const;

 private:
  void Set(AttributeNumber number);
  void SetBelow(const Attribute& attribute);

  std::vector<bool> bits_;  // by number
};

// Whether a caller of whom `set` is said may reach the attribute, or something below it.
inline bool Allows(const AttributeSet* set, const Attribute& attribute) {
  return set == nullptr || set->Has(attribute.number);
}

// That `set` has all of `shape`: whoever takes away what has these children takes all their values.
// Errors: 223, at the first that is not in the set.
absl::Status CheckWhole(const AttributeSet* set, const Shape& shape);

}  // namespace dossier

#endif  // DOSSIER_RECORD_ATTRIBUTE_SET_H_
