#include "record/attribute_set.h"

#include <algorithm>

#include "base/errors.h"

namespace dossier {

void AttributeSet::Add(const Attribute& attribute) {
  for (const Attribute* each = &attribute; each != nullptr; each = each->parent) Set(each->number);
  SetBelow(attribute);
}

void AttributeSet::AddReserved() {
  for (const AttributeNumber number :
       {kIdNumber, kUuidNumber, kCreatedNumber, kLastUpdatedNumber}) {
    Set(number);
  }
}

const Attribute* AttributeSet::FirstOutside(const Shape& shape) const {
  for (const Attribute& attribute : shape) {
    if (!Has(attribute.number)) return &attribute;
    if (!attribute.is_container()) continue;
    if (const Attribute* outside = FirstOutside(*attribute.children)) return outside;
  }
  return nullptr;
}

AttributeSet AttributeSet::And(const AttributeSet& other) const {
  AttributeSet both;
  both.bits_.resize(std::min(bits_.size(), other.bits_.size()));
  for (size_t i = 0; i < both.bits_.size(); ++i) both.bits_[i] = bits_[i] && other.bits_[i];
  return both;
}

void AttributeSet::Set(AttributeNumber number) {
  if (number >= bits_.size()) bits_.resize(number + size_t{1});
  bits_[number] = true;
}

void AttributeSet::SetBelow(const Attribute& attribute) {
  if (attribute.children == nullptr) return;
  for (const Attribute& child : *attribute.children) {
    Set(child.number);
    SetBelow(child);
  }
}

absl::Status CheckWhole(const AttributeSet* set, const Shape& shape) {
  const Attribute* outside = set == nullptr ? nullptr : set->FirstOutside(shape);
  return outside == nullptr ? absl::OkStatus() : errors::UnknownAttribute(PathOf(*outside));
}

}  // namespace dossier
