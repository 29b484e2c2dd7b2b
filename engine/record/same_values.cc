#include "record/same_values.h"

#include "record/format.h"

namespace dossier {
namespace {

bool HaveSameElements(const PluralView& asked, const PluralView& stored, const Shape& shape) {
  if (asked.count() != stored.count()) return false;
  for (size_t i = 0; i < asked.count(); ++i) {
    const bool is_same = asked.id(i) == stored.id(i) || asked.id(i) >= kFirstImaginedId;
    if (!is_same || !HaveSameValues(asked.element(i), stored.element(i), shape)) return false;
  }
  return true;
}

bool IsSameValue(const ValueView& asked, const ValueView& stored, const Attribute& attribute) {
  if (attribute.kind == Kind::kObject) {
    return HaveSameValues(asked.object(), stored.object(), *attribute.children);
  }
  if (attribute.kind == Kind::kPlural) {
    return HaveSameElements(asked.plural(), stored.plural(), *attribute.children);
  }
  if (asked.at == nullptr || stored.at == nullptr) return asked.at == stored.at;
  if (asked.tag != stored.tag) return false;
  if (asked.tag <= format::Tag::kSmall) return asked.offset == stored.offset;
  const bool is_any = asked.tag == format::Tag::kPassword && asked.text() == kAnyPassword;
  return is_any || asked.bytes() == stored.bytes();
}

}  // namespace

bool HaveSameValues(const ObjectView& asked, const ObjectView& stored, const Shape& shape) {
  for (const Attribute& attribute : shape) {
    if (!IsSameValue(asked.Find(attribute.number), stored.Find(attribute.number), attribute)) {
      return false;
    }
  }
  return true;
}

}  // namespace dossier
