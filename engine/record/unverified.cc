#include "record/unverified.h"

#include "base/coding.h"

namespace dossier {

using format::Tag;

std::optional<UnverifiedObject> UnverifiedObject::At(std::string_view bytes) {
  if (bytes.size() < format::kObjectHeaderSize) return std::nullopt;
  const ObjectView object(bytes.data());
  const size_t width = LoadLittle<uint32_t>(bytes.data()) & format::kWideBit ? 8 : 4;
  const size_t directory = object.count() * width;
  const size_t size = object.size();
  if (size > bytes.size() || size < format::kObjectHeaderSize + directory) return std::nullopt;
  return UnverifiedObject(bytes.data(), size - directory);
}

std::optional<ValueView> UnverifiedObject::Find(const Attribute& attribute) const {
  const ValueView value = view_.Find(attribute.number);
  if (value.at == nullptr) return value;
  if (!Fits(value.tag, attribute.kind)) return std::nullopt;
  if (value.tag <= Tag::kSmall) {
    if (value.offset > UINT16_MAX) return std::nullopt;
    return value;
  }
  if (value.offset < format::kObjectHeaderSize || value.offset >= heap_end_) return std::nullopt;
  const bool is_container = value.tag == Tag::kObject || value.tag == Tag::kPlural;
  if (!is_container && !ScalarSize(value.tag, BytesFrom(value))) return std::nullopt;
  return value;
}

std::optional<UnverifiedObject> UnverifiedObject::ObjectOf(const ValueView& value) const {
  if (value.at == nullptr) return UnverifiedObject();
  return At(BytesFrom(value));
}

std::optional<UnverifiedPlural> UnverifiedObject::PluralOf(const ValueView& value) const {
  if (value.at == nullptr) return UnverifiedPlural();
  return UnverifiedPlural::At(BytesFrom(value));
}

std::optional<UnverifiedPlural> UnverifiedPlural::At(std::string_view bytes) {
  if (bytes.size() < format::kPluralHeaderSize) return std::nullopt;
  const PluralView plural(bytes.data());
  const size_t directory = plural.count() * format::kElementEntrySize;
  const size_t size = plural.size();
  if (size > bytes.size() || size < format::kPluralHeaderSize + directory) return std::nullopt;
  return UnverifiedPlural(bytes.data(), size - directory);
}

std::optional<UnverifiedObject> UnverifiedPlural::Element(size_t i) const {
  const auto offset =
      LoadLittle<uint32_t>(base_ + heap_end_ + i * format::kElementEntrySize + sizeof(EntityId));
  if (offset < format::kPluralHeaderSize || offset >= heap_end_) return std::nullopt;
  return UnverifiedObject::At({base_ + offset, heap_end_ - offset});
}

std::optional<size_t> ScalarSize(Tag tag, std::string_view bytes) {
  size_t size = 0;
  switch (tag) {
    case Tag::kInt64:
    case Tag::kTime:
      size = 8;
      break;
    case Tag::kDate:
    case Tag::kIpv4:
      size = 4;
      break;
    case Tag::kLarge:
      size = format::kStubSize;
      break;
    case Tag::kText:
    case Tag::kTextEscaped:
    case Tag::kDecimal:
    case Tag::kJson:
    case Tag::kPassword: {
      const std::optional<Varint> length = ParseVarint(bytes);
      if (!length) return std::nullopt;
      size = length->size + length->value;
      break;
    }
    default:
      return std::nullopt;
  }
  if (bytes.size() < size) return std::nullopt;
  return size;
}

}  // namespace dossier
