#include "query/verification.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/status.h"
#include "elements/send_out.h"
#include "schema/claims.h"
#include "schema/index_rows.h"
#include "storage/cursor.h"
#include "storage/keyspace.h"
#include "values/constraints.h"

namespace dossier {
namespace {

constexpr uint64_t kRecordsPerProgress = 10'000;

// The parts of a key in kLookup; nothing where it is none.
struct LookUpKey {
  LookupTag tag;
  TypeId type;
  AttributeNumber number = 0;  // of a claim
};

std::optional<LookUpKey> ParseLookUpKey(std::string_view key) {
  constexpr size_t kHead = 1 + sizeof(TypeId);
  constexpr size_t kHashSize = 16;
  if (key.size() < kHead + kHashSize) return std::nullopt;
  LookUpKey parsed{.tag = static_cast<LookupTag>(key[0]),
                   .type = TypeId{LoadBig<uint16_t>(key.data() + 1)}};
  const bool is_uuid = parsed.tag == LookupTag::kUuid;
  if (!is_uuid && parsed.tag != LookupTag::kClaim && parsed.tag != LookupTag::kLocal) {
    return std::nullopt;
  }
  const size_t size = kHead + kHashSize + (is_uuid ? 0 : sizeof(AttributeNumber));
  if (key.size() != size) return std::nullopt;
  if (!is_uuid) parsed.number = LoadBig<AttributeNumber>(key.data() + kHead);
  return parsed;
}

// Whether records of the type keep claims under that key's number.
bool IsKept(const EntityType& type, const LookUpKey& key) {
  if (key.tag == LookupTag::kUuid) return true;
  if (type.building() != nullptr) return false;  // some are put only now
  const Attribute* attribute = FindNumber(type.root(), key.number);
  if (attribute != nullptr) {
    return key.tag == LookupTag::kLocal ? attribute->locally_unique : attribute->unique;
  }
  return std::any_of(type.compounds().begin(), type.compounds().end(),
                     [&](const Compound& compound) { return compound.number == key.number; });
}

LookUpKey KeyOf(const EntityType& type, const Claim& claim) {
  return {claim.is_local ? LookupTag::kLocal : LookupTag::kClaim, type.id(), claim.number()};
}

class Verifier {
 public:
  Verifier(const Store& store, const Snapshot& at, const HashKey& hash_key,
           const VerifyOptions& options)
      : store_(store), at_(at), hash_key_(hash_key), options_(options) {}

  // The first id that nothing can have; before VerifyType. Where it is not known, nothing is asked of ids.
  absl::Status ReadNextId() {
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                             store_.Get(Family::kMeta, MetaKey(MetaTag::kNextId), &at_));
    if (stored != nullptr && stored->size() == sizeof(EntityId)) {
      next_id_ = LoadBig<EntityId>(stored->data());
    }
    return absl::OkStatus();
  }

  absl::Status VerifyType(const EntityType& type) {
    uint64_t chunk_count = 0;
    Cursor records(store_, Family::kRecords, WithPrefix(TypePrefix(type).view()),
                   Cursor::Direction::kRising, &at_);
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, records.Next());
      if (!is_there) break;
      const absl::StatusOr<EntityId> id_read = IdOfRecordKey(records.key());
      if (!id_read.ok()) {
        Find(std::string(id_read.status().message()));
        continue;
      }
      const EntityId id = *id_read;
      const absl::StatusOr<RecordView> record =
          RecordView::Verify(records.value(), type.id(), id, type.root());
      if (record.ok()) {
        DOSSIER_RETURN_IF_ERROR(VerifyRecord(type, *record, chunk_count));
      } else {
        Find(std::string(record.status().message()));
      }
      if (++found_.record_count % kRecordsPerProgress == 0 && options_.progress) {
        options_.progress(found_.record_count);
      }
    }
    return CountChunks(type, chunk_count);
  }

  // That no table is damaged where nothing above has read it: what stands below newer entries, filters.
  void VerifyTables() {
    const absl::Status status = store_.VerifyTables();
    if (!status.ok()) Find(std::string(status.message()));
  }

  // That all records are of these types.
  absl::Status VerifyTypes(const std::vector<EntityTypePtr>& types) {
    for (std::string begin; begin.size() <= sizeof(TypeId);) {
      Cursor records(store_, Family::kRecords, {begin, std::string(sizeof(TypeId) + 1, '\xff')},
                     Cursor::Direction::kRising, &at_);
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, records.Next());
      if (!is_there) break;
      const std::string prefix(records.key().substr(0, sizeof(TypeId)));
      const uint16_t number =
          prefix.size() == sizeof(TypeId) ? LoadBig<uint16_t>(prefix.data()) : uint16_t{0};
      const bool is_known = std::any_of(types.begin(), types.end(), [&](const auto& type) {
        return static_cast<uint16_t>(type->id()) == number;
      });
      if (!is_known) DOSSIER_RETURN_IF_ERROR(FindUnlessGoing(number));
      begin = WithPrefix(prefix).end;
    }
    return absl::OkStatus();
  }

  // After VerifyType of all: that indexes have no more rows than records do.
  absl::Status CountIndexRows(const std::vector<EntityTypePtr>& types) {
    uint64_t count = 0;
    for (const EntityTypePtr& type : types) {
      for (const Index& index : type->indexes()) {
        if (!index.is_ready) continue;
        DOSSIER_ASSIGN_OR_RETURN(
            const uint64_t rows,
            CountKeys(Family::kIndex, WithPrefix(IndexPrefix(type->id(), index.number))));
        count += rows;
      }
    }
    if (count > found_.index_row_count) {
      Find(absl::StrCat(count - found_.index_row_count,
                        " rows of indexes name values that no record has"));
    }
    return absl::OkStatus();
  }

  // After VerifyType of all: that there is no more in kLookup than what records have.
  absl::Status VerifyLookUps(const std::vector<EntityTypePtr>& types) {
    uint64_t count = 0;
    DOSSIER_RETURN_IF_ERROR(store_.VisitLookUps(
        [&](std::string_view key, EntityId) {
          const std::optional<LookUpKey> parsed = ParseLookUpKey(key);
          if (!parsed) Find("an entry of a look-up is none");
          for (const EntityTypePtr& type : types) {
            if (parsed && type->id() == parsed->type && IsKept(*type, *parsed)) ++count;
          }
          return true;
        },
        &at_));
    if (count > found_.claim_count) {
      Find(
          absl::StrCat(count - found_.claim_count,
                       " entries of uuids or unique values lead to records that do not have them"));
    }
    return absl::OkStatus();
  }

  Verification Take() && { return std::move(found_); }

 private:
  static Key TypePrefix(const EntityType& type) {
    return Key().Add(static_cast<uint16_t>(type.id()));
  }

  // A type that is being deleted is not found any more, while its definition is still there.
  absl::Status FindUnlessGoing(uint16_t number) {
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes definition,
                             store_.Get(Family::kMeta, EntityTypeKey(TypeId{number}), &at_));
    if (definition == nullptr) {
      Find(
          absl::StrCat("there are records of entity type number ", number, ", which is not there"));
    }
    return absl::OkStatus();
  }

  void Find(std::string finding) {
    if (++found_.finding_count <= kFindingsMax) found_.findings.push_back(std::move(finding));
  }

  absl::Status VerifyRecord(const EntityType& type, const RecordView& record,
                            uint64_t& chunk_count) {
    absl::StatusOr<std::vector<ChunkChange>> chunks = std::vector<ChunkChange>();
    if (record.has_large()) {
      chunks = DropAll(record, Chunks(store_, type.id(), record.id(), type.root(), &at_));
    }
    if (absl::IsDataLoss(chunks.status())) {
      Find(std::string(chunks.status().message()));
      return absl::OkStatus();
    }
    DOSSIER_RETURN_IF_ERROR(chunks.status());
    chunk_count += chunks->size();
    if (const absl::Status counts = CheckCounts(record, *chunks); !counts.ok()) {
      Find(std::string(counts.message()));
    }
    VerifyHeader(type, record);
    DOSSIER_RETURN_IF_ERROR(VerifyClaims(type, record, *chunks));
    return VerifyIndexRows(type, record, *chunks);
  }

  // What a record says of itself that others must agree with.
  void VerifyHeader(const EntityType& type, const RecordView& record) {
    if (record.type_version() > type.version()) {
      Find(absl::StrCat("record ", record.id(), ": a later version of entity type ", type.name(),
                        " wrote it"));
    }
    if (record.id() >= next_id_) {
      Find(absl::StrCat("record ", record.id(), ": its id has not been given yet"));
    }
    if (type.building() == nullptr && !CheckLocallyUnique(record, type.root()).ok()) {
      Find(absl::StrCat("record ", record.id(), ": a locally-unique value is there twice"));
    }
  }

  absl::Status VerifyClaims(const EntityType& type, const RecordView& record,
                            const std::vector<ChunkChange>& chunks) {
    ClaimList claims = ClaimsOf(record, type, hash_key_);
    AddClaimsOf(chunks, &ChunkChange::before, type, hash_key_, claims);
    for (const Claim& claim : TakeRepeated(claims)) {
      if (!IsKept(type, KeyOf(type, claim))) continue;
      Find(absl::StrCat("record ", record.id(), ": its value at ", PathOf(*claim.attribute),
                        " is there twice"));
    }
    const Key uuid_key = UuidKey(type.id(), {record.uuid(), Uuid().bytes.size()});
    DOSSIER_RETURN_IF_ERROR(VerifyLookUp(uuid_key, record, "its uuid"));
    for (const Claim& claim : claims) {
      if (!IsKept(type, KeyOf(type, claim))) continue;
      DOSSIER_RETURN_IF_ERROR(
          VerifyLookUp(claim.key, record, absl::StrCat("its value at ", PathOf(*claim.attribute))));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyIndexRows(const EntityType& type, const RecordView& record,
                               const std::vector<ChunkChange>& chunks) {
    for (const Index& index : type.indexes()) {
      if (!index.is_ready) continue;
      const IndexRows rows = RowsOf(type, index, record, chunks);
      for (size_t i = 0; i < rows.size(); ++i) {
        DOSSIER_ASSIGN_OR_RETURN(const SharedBytes row, store_.Get(Family::kIndex, rows[i], &at_));
        if (row != nullptr) {
          ++found_.index_row_count;
        } else {
          Find(absl::StrCat("record ", record.id(), ": the index of ", PathOf(index),
                            " does not have it"));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status VerifyLookUp(const Key& key, const RecordView& record, const std::string& what) {
    DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store_.LookUp(key, &at_));
    ++found_.claim_count;
    if (holder == record.id()) return absl::OkStatus();
    if (!holder) --found_.claim_count;
    Find(absl::StrCat("record ", record.id(), ": ", what, " leads to ",
                      holder ? absl::StrCat("record ", *holder) : std::string("no record")));
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> CountKeys(Family family, KeyRange range) const {
    Cursor keys(store_, family, std::move(range), Cursor::Direction::kRising, &at_);
    for (uint64_t count = 0;; ++count) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, keys.Next());
      if (!is_there) return count;
    }
  }

  absl::Status CountChunks(const EntityType& type, uint64_t expected) {
    DOSSIER_ASSIGN_OR_RETURN(const uint64_t count,
                             CountKeys(Family::kElements, WithPrefix(TypePrefix(type).view())));
    found_.chunk_count += count;
    if (count != expected) {
      Find(absl::StrCat("entity type ", type.name(), ": ", count,
                        " pieces of large plurals are stored, records have ", expected));
    }
    return absl::OkStatus();
  }

  const Store& store_;
  const Snapshot& at_;
  const HashKey& hash_key_;
  const VerifyOptions& options_;
  EntityId next_id_ = UINT64_MAX;
  Verification found_;
};

// The current versions of all types.
std::vector<EntityTypePtr> TypesOf(const Registry& registry) {
  std::vector<EntityTypePtr> types;
  for (const std::string& name : registry.Names()) {
    if (const absl::StatusOr<EntityTypePtr> type = registry.FindForSnapshot(name); type.ok()) {
      types.push_back(*type);
    }
  }
  return types;
}

}  // namespace

absl::StatusOr<Verification> VerifyStore(const Store& store, const Registry& registry,
                                         const HashKey& hash_key, const VerifyOptions& options) {
  for (;;) {
    const std::vector<EntityTypePtr> types = TypesOf(registry);
    const Snapshot at(store);
    // Versions that were published before the state was taken, and are current after it: its own.
    if (types != TypesOf(registry)) continue;
    Verifier verifier(store, at, hash_key, options);
    DOSSIER_RETURN_IF_ERROR(verifier.ReadNextId());
    for (const EntityTypePtr& type : types) DOSSIER_RETURN_IF_ERROR(verifier.VerifyType(*type));
    DOSSIER_RETURN_IF_ERROR(verifier.VerifyTypes(types));
    DOSSIER_RETURN_IF_ERROR(verifier.VerifyLookUps(types));
    DOSSIER_RETURN_IF_ERROR(verifier.CountIndexRows(types));
    verifier.VerifyTables();
    return std::move(verifier).Take();
  }
}

}  // namespace dossier
