#include "mutation/repair.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/status.h"
#include "elements/bring_in.h"
#include "elements/send_out.h"
#include "json/json_out.h"
#include "mutation/repair_definitions.h"
#include "query/verification.h"
#include "record/writer.h"
#include "schema/claims.h"
#include "schema/index_rows.h"
#include "schema/registry.h"
#include "storage/leaping_cursor.h"
#include "values/constraints.h"

namespace dossier {
namespace {

constexpr uint64_t kRecordsPerProgress = 10'000;

struct OfRecord {
  TypeId type{};
  EntityId id = 0;

  friend auto operator<=>(const OfRecord&, const OfRecord&) = default;
};

// The highest id of an element below `object`, or `highest`.
EntityId HighestId(const ObjectView& object, EntityId highest);

EntityId HighestId(const PluralView& plural, EntityId highest) {
  for (size_t i = 0; i < plural.count(); ++i) {
    highest = HighestId(plural.element(i), std::max(highest, plural.id(i)));
  }
  return highest;
}

EntityId HighestId(const ObjectView& object, EntityId highest) {
  for (size_t i = 0; i < object.count(); ++i) {
    const ValueView value = object[i];
    if (value.tag == format::Tag::kObject) highest = HighestId(value.object(), highest);
    if (value.tag == format::Tag::kPlural) highest = HighestId(value.plural(), highest);
  }
  return highest;
}

class Repairer {
 public:
  Repairer(Store& mended, const Salvage& damaged, const RepairOptions& options, Repaired& repaired)
      : mended_(mended), damaged_(damaged), options_(options), repaired_(repaired) {}

  absl::Status Run() {
    const auto tell = [this](std::string reason) {
      return LeaveOut({.reason = std::move(reason)});
    };
    DOSSIER_ASSIGN_OR_RETURN(definitions_, KeepDefinitions(mended_, damaged_.store(), tell));
    DOSSIER_ASSIGN_OR_RETURN(registry_, Registry::Open(mended_));
    for (const std::string& name : registry_->Names()) {
      DOSSIER_ASSIGN_OR_RETURN(EntityTypePtr type, registry_->Find(name));
      types_[type->id()] = std::move(type);
    }
    LookAtDamage();
    DOSSIER_RETURN_IF_ERROR(TellOfLostTables());
    DOSSIER_RETURN_IF_ERROR(KeepRecords());
    Batch counter(mended_);
    counter.Put(Family::kMeta, MetaKey(MetaTag::kNextId), IdValue(definitions_.next_id).view());
    DOSSIER_RETURN_IF_ERROR(mended_.Commit(counter, Durability::kBuffered));
    return mended_.Sync();
  }

 private:
  // What is wrong, as far as that can be told.
  void LookAtDamage() {
    absl::StatusOr<Verification> found =
        VerifyStore(damaged_.store(), *registry_, definitions_.hash_key, {});
    if (found.ok()) {
      repaired_.before = *std::move(found);
    } else {
      repaired_.before.finding_count = 1;
      repaired_.before.findings.emplace_back(found.status().message());
    }
  }

  absl::Status TellOfLostTables() {
    if (const auto [last, marked] = damaged_.lost_changes(); last < marked) {
      DOSSIER_RETURN_IF_ERROR(LeaveOut(
          {.reason = absl::StrCat("the store ends with change ", last, ", and the disk had ",
                                  marked, ": what came behind is lost")}));
    }
    for (const LostTable& table : damaged_.lost_tables()) {
      std::string reason = absl::StrCat("the table ", table.name, " cannot be opened");
      if (table.family == Family::kRecords) {
        absl::StrAppend(&reason, ": of ", Named({table.first_key, table.last_key}),
                        " what it has is lost, and what was there before it is back");
      } else if (table.family == Family::kElements) {
        absl::StrAppend(&reason, ": what it has of large plurals is lost");
      } else if (table.family == Family::kMeta) {
        absl::StrAppend(&reason, ": what it has of types, clients and settings is lost");
      } else {
        continue;  // made anew
      }
      DOSSIER_RETURN_IF_ERROR(LeaveOut({.reason = std::move(reason)}));
    }
    return absl::OkStatus();
  }

  absl::Status KeepRecords() {
    LeapingCursor records(damaged_.store(), Family::kRecords);
    std::map<TypeId, uint64_t> without_type;
    while (records.Next()) {
      DOSSIER_RETURN_IF_ERROR(Keep(records.key(), records.value(), without_type));
    }
    for (const KeyRange& leap : records.leaps()) {
      DOSSIER_RETURN_IF_ERROR(LeaveOut({.reason = absl::StrCat(Named(leap), " cannot be read")}));
      DOSSIER_RETURN_IF_ERROR(KeepByUuid(leap));
    }
    for (const auto& [type, count] : without_type) {
      DOSSIER_RETURN_IF_ERROR(LeaveOut(
          {.reason = absl::StrCat(count, " records of entity type number ",
                                  static_cast<uint16_t>(type), ", whose definition is lost")}));
    }
    return absl::OkStatus();
  }

  // What a walk cannot reach a look-up may: of the records that uuids lead to between the keys.
  absl::Status KeepByUuid(const KeyRange& leap) {
    std::set<OfRecord> named;
    const auto note = [&](std::string_view key, EntityId id) {
      if (key.size() > sizeof(TypeId) && key[0] == static_cast<char>(LookupTag::kUuid)) {
        const OfRecord record{TypeId{LoadBig<uint16_t>(key.data() + 1)}, id};
        const Key at = RecordKey(record.type, id);
        const bool is_in_leap =
            at.view() >= leap.begin && (leap.end.empty() || at.view() < leap.end);
        if (is_in_leap && types_.contains(record.type)) named.insert(record);
      }
      return true;
    };
    // As far as the entries can be read.
    damaged_.store().VisitLookUps(note, nullptr).IgnoreError();
    for (const OfRecord& record : named) {
      const absl::StatusOr<SharedBytes> bytes =
          damaged_.store().Get(Family::kRecords, RecordKey(record.type, record.id).view());
      const absl::Status kept = bytes.ok() && *bytes != nullptr
                                    ? KeepOne(record, **bytes)
                                    : LeaveOut(record, "it cannot be read");
      DOSSIER_RETURN_IF_ERROR(kept);
    }
    return absl::OkStatus();
  }

  absl::Status Keep(std::string_view key, std::string_view bytes,
                    std::map<TypeId, uint64_t>& without_type) {
    if (++record_count_ % kRecordsPerProgress == 0 && options_.progress) {
      options_.progress(record_count_);
    }
    const absl::StatusOr<EntityId> id = IdOfRecordKey(key);
    if (!id.ok()) return LeaveOut({.reason = std::string(id.status().message())});
    const OfRecord record{TypeId{LoadBig<uint16_t>(key.data())}, *id};
    if (types_.contains(record.type)) return KeepOne(record, bytes);
    ++without_type[record.type];
    return absl::OkStatus();
  }

  absl::Status KeepOne(const OfRecord& name, std::string_view bytes) {
    const EntityType& type = *types_.at(name.type);
    const absl::StatusOr<RecordView> record =
        RecordView::Verify(bytes, name.type, name.id, type.root());
    if (!record.ok()) return LeaveOut(name, std::string(record.status().message()));
    const Chunks stored(damaged_.store(), name.type, name.id, type.root());
    const absl::StatusOr<std::vector<ChunkChange>> chunks = DropAll(*record, stored);
    absl::Status status = chunks.status();
    if (status.ok()) status = CheckCounts(*record, *chunks);
    if (!status.ok()) return LeaveOut(name, std::string(status.message()));
    ClaimList claims = ClaimsOf(*record, type, definitions_.hash_key);
    AddClaimsOf(*chunks, &ChunkChange::before, type, definitions_.hash_key, claims);
    DOSSIER_ASSIGN_OR_RETURN(const std::string collision, Collision(type, *record, claims));
    if (!collision.empty()) return LeaveOut(name, collision, AsJson(*record, type, stored));
    return Put(type, *record, *chunks, claims);
  }

  // What keeps the record from standing beside those that are kept; empty: nothing.
  absl::StatusOr<std::string> Collision(const EntityType& type, const RecordView& record,
                                        ClaimList& claims) const {
    if (const absl::Status distinct = CheckLocallyUnique(record, type.root()); !distinct.ok()) {
      return std::string(distinct.message());
    }
    if (const ClaimList repeated = TakeRepeated(claims); !repeated.empty()) {
      return absl::StrCat("it has its value at ", PathOf(*repeated.front().attribute), " twice");
    }
    DOSSIER_ASSIGN_OR_RETURN(std::optional<EntityId> holder,
                             mended_.LookUpUnlikely(UuidKeyOf(type, record)));
    if (holder) return absl::StrCat("its uuid is that of record ", *holder);
    for (const Claim& claim : claims) {
      DOSSIER_ASSIGN_OR_RETURN(holder, mended_.LookUpUnlikely(claim.key));
      if (!holder) continue;
      return absl::StrCat("its value at ", PathOf(*claim.attribute), " is that of record ",
                          *holder);
    }
    return std::string();
  }

  // Empty where it has too much for one text.
  static std::string AsJson(const RecordView& record, const EntityType& type,
                            const Chunks& chunks) {
    std::string json;
    const absl::StatusOr<Whole> whole =
        BringIn(record, Wanted::Everything(), chunks, /*for_change=*/false);
    if (whole.ok()) {
      AppendRecordJson(RecordView::Trusted(whole->record), type.root(), /*only=*/nullptr, json);
    }
    return json;
  }

  absl::Status Put(const EntityType& type, const RecordView& record,
                   const std::vector<ChunkChange>& chunks, const ClaimList& claims) {
    Batch batch(mended_);
    std::string bytes(record.bytes());
    SealRecord(HeaderOf(record), bytes);
    batch.Put(Family::kRecords, RecordKey(type.id(), record.id()).view(), bytes);
    batch.Put(Family::kLookup, UuidKeyOf(type, record).view(), IdValue(record.id()).view());
    for (const Claim& claim : claims) {
      batch.Put(Family::kLookup, claim.view(), IdValue(record.id()).view());
    }
    EntityId highest = HighestId(record.root(), record.id());
    const Chunks places(mended_, type.id(), record.id(), type.root());
    for (const ChunkChange& chunk : chunks) {
      batch.Put(Family::kElements, places.KeyOf(chunk.plural, chunk.name).view(), *chunk.before);
      highest = HighestId(ElementsOf(*chunk.before), std::max(highest, chunk.name));
    }
    for (const Index& index : type.indexes()) {
      if (!index.is_ready) continue;
      const IndexRows rows = RowsOf(type, index, record, chunks);
      for (size_t i = 0; i < rows.size(); ++i) batch.Put(Family::kIndex, rows[i], /*value=*/"");
    }
    definitions_.next_id = std::max(definitions_.next_id, highest + 1);
    return mended_.Commit(batch, Durability::kBuffered);
  }

  static Key UuidKeyOf(const EntityType& type, const RecordView& record) {
    return UuidKey(type.id(), {record.uuid(), Uuid().bytes.size()});
  }

  // "records of entity type user from id 17 to 230"
  std::string Named(const KeyRange& range) const {
    const OfRecord first = RecordAt(range.begin);
    const OfRecord last = RecordAt(range.end);
    if (range.end.empty()) return absl::StrCat("records from ", NameOf(first), " on");
    return absl::StrCat("records from ", NameOf(first), " to ", NameOf(last));
  }

  static OfRecord RecordAt(std::string key) {
    key.resize(sizeof(TypeId) + sizeof(EntityId));
    return {TypeId{LoadBig<uint16_t>(key.data())}, LoadBig<EntityId>(key.data() + sizeof(TypeId))};
  }

  std::string NameOf(const OfRecord& record) const {
    const auto type = types_.find(record.type);
    return absl::StrCat("id ", record.id, " of entity type ",
                        type == types_.end()
                            ? absl::StrCat("number ", static_cast<uint16_t>(record.type))
                            : type->second->name());
  }

  absl::Status LeaveOut(const OfRecord& record, std::string reason, std::string json = "") {
    return LeaveOut(
        {types_.at(record.type)->name(), record.id, std::move(reason), std::move(json)});
  }

  absl::Status LeaveOut(LeftOut left_out) {
    absl::Status status;
    if (options_.left_out) status = options_.left_out(left_out);
    left_out.record.clear();
    if (++repaired_.left_out_count <= kFindingsMax) {
      repaired_.left_out.push_back(std::move(left_out));
    }
    return status;
  }

  Store& mended_;
  const Salvage& damaged_;
  const RepairOptions& options_;
  Repaired& repaired_;
  Definitions definitions_;
  std::unique_ptr<Registry> registry_;
  std::map<TypeId, EntityTypePtr> types_;
  uint64_t record_count_ = 0;
};

}  // namespace

absl::Status RepairInto(Store& mended, const Salvage& damaged, const RepairOptions& options,
                        Repaired& repaired) {
  return Repairer(mended, damaged, options, repaired).Run();
}

}  // namespace dossier
