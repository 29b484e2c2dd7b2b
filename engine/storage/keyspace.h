// Every key of a store, in one place. Numbers in keys are big-endian, so that keys sort as they
// count. Stored; never renumber. FORMAT.md says the same byte by byte.
#ifndef DOSSIER_STORAGE_KEYSPACE_H_
#define DOSSIER_STORAGE_KEYSPACE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "base/ids.h"

namespace dossier {

// Column families, by access pattern.
enum class Family : uint8_t {
  kMeta = 0,      // a tag and its key: types, clients, counters; few and small
  kRecords = 1,   // type:u16 id:u64 -> record; point look-ups, and scans by id
  kElements = 2,  // type:u16 record:u64 owner:u64 plural:u16 ~name:u64 -> chunk; by prefix
  kLookup = 3,    // uuids and claims -> id; point look-ups only
  kIndex = 4,     // rows of secondary indexes (schema/index_rows.h); scans in order
};
inline constexpr size_t kFamilyCount = 5;
std::string_view NameOf(Family family);

// Of keys in kMeta.
enum class MetaTag : uint8_t {
  kHashKey = 1,     // -> the key of the claims' hash, 16 bytes
  kNextId = 2,      // -> the first id that no block has leased, u64
  kEntityType = 3,  // type:u16 -> its definition, JSON
  kClient = 4,      // client_id -> the client, JSON
  kNextTypeId = 5,  // -> the first entity type id that no type has had, u16
  kUnfinished = 6,  // type:u16 attribute:u16 -> the constraints that an interrupted change leaves
                    // the attribute with, a JSON array; without unique its claims are dropped
  kDue = 7,         // type:u16 attribute:u16 -> the first record, u64, that may still hold values
                    // of the attribute, which was removed; all ones: none. With kAllRecords in the
                    // place of an attribute: all records of the type were deleted
  kDefaultSettings = 8,  // -> the settings of the store, JSON
  kIndexBuilding = 10,   // type:u16 attribute:u16 -> how far the building of an index is; where the
                         // type has no such index, rows of it are left to be dropped
  kAccessSchema = 12,    // type:u16 kind:u8 client_id -> the numbers of attributes, a JSON array
  kGrant = 16,           // type:u16 record:u64 digest:32 -> what a token grants, JSON
  kImport = 24,          // type:u16 name -> how many rows an import has done, u64
};

// Of keys in kLookup.
enum class LookupTag : uint8_t {
  kUuid = 1,   // type:u16 uuid:16 -> id:u64
  kClaim = 2,  // type:u16 attribute:u16 hash:16 -> id:u64
  kLocal = 3,  // type:u16 attribute:u16 hash:16 -> id:u64, of locally-unique values
};

// A key of at most 28 bytes, without an allocation.
class Key {
 public:
  template <std::unsigned_integral T>
  Key& Add(T number) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
      bytes_[size_++] = static_cast<char>(number >> shift);
    }
    return *this;
  }
  Key& Add(std::string_view bytes);

  std::string_view view() const { return {bytes_.data(), size_}; }
  friend bool operator==(const Key& a, const Key& b) { return a.view() == b.view(); }
  friend auto operator<=>(const Key& a, const Key& b) { return a.view() <=> b.view(); }
  template <typename H>
  friend H AbslHashValue(H h, const Key& key) {
    return H::combine_contiguous(std::move(h), key.bytes_.data(), key.size_);
  }

 private:
  std::array<char, 28> bytes_;
  size_t size_ = 0;
};

Key RecordKey(TypeId type, EntityId id);
// Error: kDataLoss where a key on disk is none of a record.
absl::StatusOr<EntityId> IdOfRecordKey(std::string_view key);
Key UuidKey(TypeId type, std::string_view uuid_bytes);
Key ClaimKey(TypeId type, AttributeNumber attribute, const Hash128& hash);
Key LocalClaimKey(TypeId type, AttributeNumber attribute, const Hash128& hash);
// What the keys of a record's chunks begin with; of those of one plural; and the key of one chunk.
// Chunks sort from the last to the first, so that the one that holds an element is the first at or
// behind the key of the element's id.
Key ChunkPrefix(TypeId type, EntityId record);
Key ChunkPrefix(TypeId type, EntityId record, EntityId owner, AttributeNumber plural);
Key ChunkKey(const Key& prefix, EntityId name);

// The attribute of a ClaimKey or a LocalClaimKey.
AttributeNumber ClaimNumberOf(const Key& claim);

std::string MetaKey(MetaTag tag, std::string_view rest = {});
std::string EntityTypeKey(TypeId type);
std::string AccessSchemaKey(TypeId type, uint8_t kind, std::string_view client_id);

// What an attribute of a type has to do with: of a kUnfinished, kDue or kIndexBuilding entry.
std::string AttributeKey(MetaTag tag, TypeId type, AttributeNumber attribute);
struct OfAttribute {
  TypeId type;
  AttributeNumber number;
};
// Of such a key without its tag; nothing where it is damaged.
std::optional<OfAttribute> ParseAttributeKey(std::string_view key);

// Of a kGrant entry: the record's id is 0 where the token is one for new records.
std::string GrantKey(TypeId type, EntityId record, std::string_view digest);
inline constexpr size_t kGrantKeySize = sizeof(TypeId) + sizeof(EntityId) + 32;  // without the tag

std::string ImportKey(TypeId type, std::string_view name);

// In a kDue entry: no record holds values of the attribute.
inline constexpr EntityId kNoRecord = UINT64_MAX;
// In the key of a kDue entry: what was deleted is every record of the type, if not the type itself.
inline constexpr AttributeNumber kAllRecords = 0;

// Keys from `begin` up to, and without, `end`.
struct KeyRange {
  std::string begin;
  std::string end;
};
// All keys that begin with `prefix`, whose bytes are not all 0xff.
KeyRange WithPrefix(std::string_view prefix);
// All that is stored of the records of a type, but for their grants.
struct FamilyRange {
  Family family;
  KeyRange range;
};
std::vector<FamilyRange> RangesOfRecords(TypeId type);
// The grants of the records of a type, those of its creation tokens not.
KeyRange GrantsOfRecords(TypeId type);

// The claims of one attribute; `tag` is kClaim or kLocal.
KeyRange ClaimsOfAttribute(LookupTag tag, TypeId type, AttributeNumber attribute);

// The value of a kLookup entry.
Key IdValue(EntityId id);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_KEYSPACE_H_
