#include "storage/keyspace.h"

#include <cassert>
#include <cstring>
#include <utility>

#include "base/coding.h"
#include "base/errors.h"

namespace dossier {

std::string_view NameOf(Family family) {
  // Meta is RocksDB's own first family, which every database has.
  constexpr std::array<std::string_view, kFamilyCount> kNames = {"default", "records", "elements",
                                                                 "lookup", "index"};
  return kNames[static_cast<size_t>(family)];
}

Key& Key::Add(std::string_view bytes) {
  assert(size_ + bytes.size() <= bytes_.size());
  std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
  return *this;
}

Key RecordKey(TypeId type, EntityId id) { return Key().Add(static_cast<uint16_t>(type)).Add(id); }

absl::StatusOr<EntityId> IdOfRecordKey(std::string_view key) {
  if (key.size() != sizeof(TypeId) + sizeof(EntityId)) {
    return errors::DataLoss("a record's key is damaged");
  }
  return LoadBig<EntityId>(key.data() + sizeof(TypeId));
}

Key UuidKey(TypeId type, std::string_view uuid_bytes) {
  return Key()
      .Add(static_cast<uint8_t>(LookupTag::kUuid))
      .Add(static_cast<uint16_t>(type))
      .Add(uuid_bytes);
}

namespace {

Key HashedKey(LookupTag tag, TypeId type, AttributeNumber attribute, const Hash128& hash) {
  return Key()
      .Add(static_cast<uint8_t>(tag))
      .Add(static_cast<uint16_t>(type))
      .Add(attribute)
      .Add(std::string_view(hash.data(), hash.size()));
}

}  // namespace

Key ClaimKey(TypeId type, AttributeNumber attribute, const Hash128& hash) {
  return HashedKey(LookupTag::kClaim, type, attribute, hash);
}

Key LocalClaimKey(TypeId type, AttributeNumber attribute, const Hash128& hash) {
  return HashedKey(LookupTag::kLocal, type, attribute, hash);
}

Key ChunkPrefix(TypeId type, EntityId record) { return RecordKey(type, record); }

Key ChunkPrefix(TypeId type, EntityId record, EntityId owner, AttributeNumber plural) {
  return ChunkPrefix(type, record).Add(owner).Add(plural);
}

Key ChunkKey(const Key& prefix, EntityId name) { return Key(prefix).Add(EntityId{~name}); }

AttributeNumber ClaimNumberOf(const Key& claim) {
  return LoadBig<AttributeNumber>(claim.view().data() + sizeof(LookupTag) + sizeof(TypeId));
}

std::string MetaKey(MetaTag tag, std::string_view rest) {
  std::string key(1, static_cast<char>(tag));
  key += rest;
  return key;
}

std::string EntityTypeKey(TypeId type) {
  std::string key = MetaKey(MetaTag::kEntityType);
  AppendBig(key, static_cast<uint16_t>(type));
  return key;
}

std::string AccessSchemaKey(TypeId type, uint8_t kind, std::string_view client_id) {
  std::string key =
      MetaKey(MetaTag::kAccessSchema, Key().Add(static_cast<uint16_t>(type)).Add(kind).view());
  key += client_id;
  return key;
}

std::string AttributeKey(MetaTag tag, TypeId type, AttributeNumber attribute) {
  return MetaKey(tag, Key().Add(static_cast<uint16_t>(type)).Add(attribute).view());
}

std::optional<OfAttribute> ParseAttributeKey(std::string_view key) {
  if (key.size() != sizeof(TypeId) + sizeof(AttributeNumber)) return std::nullopt;
  return OfAttribute{TypeId{LoadBig<uint16_t>(key.data())},
                     LoadBig<AttributeNumber>(key.data() + sizeof(TypeId))};
}

std::string GrantKey(TypeId type, EntityId record, std::string_view digest) {
  std::string key = MetaKey(MetaTag::kGrant, RecordKey(type, record).view());
  key += digest;
  return key;
}

std::string ImportKey(TypeId type, std::string_view name) {
  std::string key = MetaKey(MetaTag::kImport, Key().Add(static_cast<uint16_t>(type)).view());
  key += name;
  return key;
}

KeyRange WithPrefix(std::string_view prefix) {
  std::string end(prefix);
  while (static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return {std::string(prefix), std::move(end)};
}

std::vector<FamilyRange> RangesOfRecords(TypeId type) {
  const auto id = static_cast<uint16_t>(type);
  std::vector<FamilyRange> ranges;
  for (const Family family : {Family::kRecords, Family::kElements, Family::kIndex}) {
    ranges.push_back({family, WithPrefix(Key().Add(id).view())});
  }
  for (const LookupTag tag : {LookupTag::kUuid, LookupTag::kClaim, LookupTag::kLocal}) {
    ranges.push_back(
        {Family::kLookup, WithPrefix(Key().Add(static_cast<uint8_t>(tag)).Add(id).view())});
  }
  return ranges;
}

KeyRange GrantsOfRecords(TypeId type) {
  const Key id = Key().Add(static_cast<uint16_t>(type));
  return {MetaKey(MetaTag::kGrant, RecordKey(type, 1).view()),
          WithPrefix(MetaKey(MetaTag::kGrant, id.view())).end};
}

KeyRange ClaimsOfAttribute(LookupTag tag, TypeId type, AttributeNumber attribute) {
  return WithPrefix(
      Key().Add(static_cast<uint8_t>(tag)).Add(static_cast<uint16_t>(type)).Add(attribute).view());
}

Key IdValue(EntityId id) { return Key().Add(id); }

}  // namespace dossier
