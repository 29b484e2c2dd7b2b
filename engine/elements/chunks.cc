#include "elements/chunks.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/status.h"
#include "storage/cursor.h"
#include "storage/uncounted.h"

namespace dossier {
namespace {

constexpr size_t kChecksumSize = sizeof(uint32_t);

uint32_t ChunkChecksum(std::string_view key, std::string_view plural) {
  return Checksum(plural) ^ Checksum(key);
}

EntityId NameIn(std::string_view key) {
  return ~LoadBig<EntityId>(key.data() + key.size() - sizeof(EntityId));
}

}  // namespace

SharedBytes ChunkBytes(const Key& key, std::string_view plural) {
  char checksum[kChecksumSize];
  StoreLittle(checksum, ChunkChecksum(key.view(), plural));
  return SharedBytes({checksum, sizeof checksum}, plural);
}

Key Chunks::KeyOf(const PluralName& plural, EntityId name) const {
  return ChunkKey(ChunkPrefix(type_, record_, plural.owner, plural.attribute), name);
}

absl::StatusOr<std::optional<Chunk>> Chunks::Holding(const PluralName& plural,
                                                     EntityId element) const {
  const Key prefix = ChunkPrefix(type_, record_, plural.owner, plural.attribute);
  DOSSIER_ASSIGN_OR_RETURN(
      std::optional<Entry> entry,
      store_.FirstFrom(Family::kElements, ChunkKey(prefix, element).view(), prefix.view(), at_));
  if (!entry) return std::optional<Chunk>();
  DOSSIER_ASSIGN_OR_RETURN(
      Chunk chunk, Verified(plural, ElementsOf(plural), entry->key, std::move(entry->value)));
  return std::optional<Chunk>(std::move(chunk));
}

absl::StatusOr<Chunk> Chunks::Named(const PluralName& plural, EntityId name) const {
  const Key key = KeyOf(plural, name);
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, store_.Get(Family::kElements, key.view(), at_));
  if (bytes == nullptr) {
    return errors::DataLoss(absl::StrCat("record ", record_, " lacks elements of a large plural"));
  }
  return Verified(plural, ElementsOf(plural), key.view(), std::move(bytes));
}

absl::StatusOr<std::vector<Chunk>> Chunks::All(const PluralName& plural) const {
  const Key prefix = ChunkPrefix(type_, record_, plural.owner, plural.attribute);
  DOSSIER_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                           store_.Entries(Family::kElements, prefix.view(), at_));
  const Shape* shape = ElementsOf(plural);
  std::vector<Chunk> chunks;
  chunks.reserve(entries.size());
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    DOSSIER_ASSIGN_OR_RETURN(Chunk chunk,
                             Verified(plural, shape, entry->key, std::move(entry->value)));
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

absl::Status Chunks::Visit(const PluralName& plural,
                           absl::FunctionRef<bool(std::string_view elements)> visit) const {
  const Shape* shape = ElementsOf(plural);
  const KeyRange range =
      WithPrefix(ChunkPrefix(type_, record_, plural.owner, plural.attribute).view());
  const Uncounted uncounted;
  Cursor cursor(store_, Family::kElements, range, Cursor::Direction::kRising, at_);
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, cursor.Next());
    if (!is_there) return absl::OkStatus();
    DOSSIER_ASSIGN_OR_RETURN(const std::string_view elements,
                             VerifiedElements(shape, cursor.key(), cursor.value()));
    if (!visit(elements)) return absl::OkStatus();
  }
}

// Null where the type has no such plural any more.
const Shape* Chunks::ElementsOf(const PluralName& plural) const {
  const Attribute* attribute = FindNumber(root_, plural.attribute);
  return attribute == nullptr ? nullptr : attribute->children.get();
}

absl::StatusOr<std::string_view> Chunks::VerifiedElements(const Shape* shape, std::string_view key,
                                                          std::string_view stored) const {
  const std::string_view elements = stored.substr(std::min(kChecksumSize, stored.size()));
  const bool is_sound = !elements.empty() &&
                        LoadLittle<uint32_t>(stored.data()) == ChunkChecksum(key, elements) &&
                        IsPlural(elements, shape);
  if (!is_sound) {
    return errors::DataLoss(absl::StrCat("elements of record ", record_, " of entity type number ",
                                         static_cast<uint16_t>(type_), " are damaged"));
  }
  return elements;
}

absl::StatusOr<Chunk> Chunks::Verified(const PluralName& plural, const Shape* shape,
                                       std::string_view key, SharedBytes bytes) const {
  DOSSIER_RETURN_IF_ERROR(VerifiedElements(shape, key, *bytes).status());
  return Chunk{plural, NameIn(key), std::move(bytes)};
}

}  // namespace dossier
