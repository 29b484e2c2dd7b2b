#include "record/view.h"

namespace dossier {

using format::Tag;

bool Fits(Tag tag, Kind kind) {
  switch (kind) {
    case Kind::kString:
      return tag == Tag::kText || tag == Tag::kTextEscaped;
    case Kind::kInteger:
      return tag == Tag::kSmall || tag == Tag::kInt64;
    case Kind::kDecimal:
      return tag == Tag::kDecimal;
    case Kind::kBoolean:
      return tag == Tag::kFalse || tag == Tag::kTrue;
    case Kind::kDate:
      return tag == Tag::kDate;
    case Kind::kDateTime:
      return tag == Tag::kTime;
    case Kind::kIpAddress:
      return tag == Tag::kIpv4;
    case Kind::kJson:
      return tag == Tag::kJson;
    case Kind::kPassword:
      return tag == Tag::kPassword;
    case Kind::kObject:
      return tag == Tag::kObject;
    case Kind::kPlural:
      return tag == Tag::kPlural || tag == Tag::kLarge;
  }
  return false;
}

std::string_view ValueView::bytes() const {
  switch (tag) {
    case Tag::kFalse:
    case Tag::kTrue:
    case Tag::kSmall:
      return {};
    case Tag::kInt64:
    case Tag::kTime:
      return {at, 8};
    case Tag::kDate:
    case Tag::kIpv4:
      return {at, 4};
    case Tag::kLarge:
      return {at, format::kStubSize};
    case Tag::kObject:
      return object().bytes();
    case Tag::kPlural:
      return {at, plural().size()};
    default: {
      const Varint length = LoadVarint(at);
      return {at, length.size + length.value};
    }
  }
}

ValueView ObjectView::Find(AttributeNumber number) const {
  size_t low = 0;
  size_t high = count();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const ValueView value = (*this)[middle];
    if (value.number == number) return value;
    if (value.number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {};
}

size_t PluralView::Find(EntityId wanted) const {
  size_t low = 0;
  size_t high = count();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (id(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count() && id(low) == wanted ? low : count();
}

}  // namespace dossier
