#include "mutation/reclaim.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "elements/bring_in.h"
#include "elements/send_out.h"
#include "record/prune.h"
#include "schema/evolution.h"

namespace dossier {
namespace {

// Records between two reports of the progress, which is then stored too.
constexpr size_t kRecordsAtOnce = 512;

// Of one attribute: the first record that may still hold values of it.
struct Due {
  AttributeNumber number;
  EntityId from;
};

class Reclaimer {
 public:
  Reclaimer(const StoredRecords& stored, const ReclaimOptions& options)
      : stored_(stored),
        report_(options.progress),
        stop_(options.stop, [this] { is_stopped_ = true; }) {}

  absl::Status Run() {
    DOSSIER_ASSIGN_OR_RETURN(const auto due, ReadDue());
    progress_.record_count_about = stored_.store.RecordCountAbout();
    for (const auto& [type, attributes] : due) {
      const std::optional<std::string> name = stored_.registry.NameOf(type);
      if (is_stopped_) break;
      DOSSIER_RETURN_IF_ERROR(name ? OfType(type, *name, attributes)
                                   : OfDeletedType(type, attributes));
    }
    progress_.is_done = !is_stopped_;
    if (report_ && !due.empty()) report_(progress_);
    return absl::OkStatus();
  }

 private:
  using DueByType = std::map<TypeId, std::vector<Due>>;

  absl::StatusOr<DueByType> ReadDue() const {
    DOSSIER_ASSIGN_OR_RETURN(const auto entries, stored_.store.MetaEntries(MetaTag::kDue));
    DueByType due;
    for (const auto& [key, from] : entries) {
      const std::optional<OfAttribute> of = ParseAttributeKey(key);
      if (!of || from.size() != sizeof(EntityId)) {
        return errors::DataLoss("what is left to reclaim is damaged");
      }
      due[of->type].push_back({of->number, LoadBig<EntityId>(from.data())});
    }
    return due;
  }

  absl::Status OfDeletedType(TypeId type, const std::vector<Due>& attributes) {
    DOSSIER_RETURN_IF_ERROR(CompactRecords(type));
    return is_stopped_ ? absl::OkStatus() : Forget(type, attributes);
  }

  absl::Status CompactRecords(TypeId type) {
    for (const auto& [family, range] : RangesOfRecords(type)) {
      DOSSIER_RETURN_IF_ERROR(stored_.store.Compact(family, range, is_stopped_));
    }
    return absl::OkStatus();
  }

  absl::Status OfType(TypeId type, const std::string& name, const std::vector<Due>& attributes) {
    DOSSIER_RETURN_IF_ERROR(AwaitOlder(name));
    EntityId from = kNoRecord;
    for (const Due& due : attributes) from = std::min(from, due.from);
    if (from != kNoRecord) DOSSIER_RETURN_IF_ERROR(Rewrite(type, name, from, attributes));
    if (is_stopped_) return absl::OkStatus();
    DOSSIER_RETURN_IF_ERROR(DropWhatWasOfRemoved(type, name, attributes));
    for (const Due& due : attributes) {
      if (due.number == kAllRecords) DOSSIER_RETURN_IF_ERROR(CompactRecords(type));
      for (const LookupTag tag : {LookupTag::kClaim, LookupTag::kLocal}) {
        const KeyRange claims = ClaimsOfAttribute(tag, type, due.number);
        DOSSIER_RETURN_IF_ERROR(stored_.store.Compact(Family::kLookup, claims, is_stopped_));
      }
      const KeyRange rows = WithPrefix(IndexPrefix(type, due.number));
      DOSSIER_RETURN_IF_ERROR(stored_.store.Compact(Family::kIndex, rows, is_stopped_));
    }
    return is_stopped_ ? absl::OkStatus() : Forget(type, attributes);
  }

  // No call that knows the removed attributes writes any more. A type that is deleted meanwhile is
  // left to the next time.
  absl::Status AwaitOlder(const std::string& name) {
    const absl::StatusOr<EntityTypePtr> type = stored_.registry.Find(name);
    if (type.ok()) stored_.registry.AwaitOlder(**type);
    return absl::OkStatus();
  }

  absl::Status Rewrite(TypeId type, const std::string& name, EntityId from,
                       const std::vector<Due>& attributes) {
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const std::vector<EntityId> ids,
                               stored_.store.RecordIds(type, from, kRecordsAtOnce));
      for (const EntityId id : ids) {
        if (is_stopped_) return absl::OkStatus();
        DOSSIER_RETURN_IF_ERROR(RewriteOne({type, id}, name));
        ++progress_.record_count;
      }
      if (report_) report_(progress_);
      if (ids.size() < kRecordsAtOnce) return absl::OkStatus();
      from = ids.back() + 1;
      DOSSIER_RETURN_IF_ERROR(Remember(type, attributes, from));
    }
  }

  absl::Status RewriteOne(const RecordName& record, const std::string& name) {
    const Key key = RecordKey(record.type, record.id);
    const LockTable::Guard lock = stored_.record_locks.Lock(std::array{key});
    // Behind the lock: no later version wrote the record.
    const absl::StatusOr<EntityTypePtr> type = stored_.registry.Find(name);
    if (!type.ok() || (*type)->id() != record.type) return absl::OkStatus();  // deleted meanwhile
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes old, stored_.records.Peek(record, (*type)->root()));
    if (old == nullptr) return absl::OkStatus();
    DOSSIER_ASSIGN_OR_RETURN(const SentOut pruned, Pruned(RecordView::Trusted(*old), **type));
    if (pruned.record.empty()) return absl::OkStatus();
    Count(old->size(), pruned.record.size());
    Batch batch(stored_.store);
    batch.Put(Family::kRecords, key.view(), pruned.record);
    const RecordView before = RecordView::Trusted(*old);
    const RecordView after = RecordView::Trusted(pruned.record);
    AddIndexChange(batch, ChangeOfIndexes(**type, &before, &after, pruned.chunks));
    // A plural that comes back into its record claims nothing for itself any more.
    for (const Claim& claim : Dropped(before, after, pruned.chunks, **type)) {
      batch.Delete(Family::kLookup, claim.view());
    }
    const Chunks chunks(stored_.store, record.type, record.id, (*type)->root());
    for (const ChunkChange& chunk : pruned.chunks) {
      const Key chunk_key = chunks.KeyOf(chunk.plural, chunk.name);
      Count(chunk.before ? chunk.before->size() : 0, chunk.after ? chunk.after->size() : 0);
      if (chunk.after != nullptr) {
        batch.Put(Family::kElements, chunk_key.view(), *chunk.after);
      } else {
        batch.Delete(Family::kElements, chunk_key.view());
      }
    }
    const Records::Write write(stored_.records, record);
    return stored_.store.Commit(batch, Durability::kBuffered);
  }

  // Those of locally-unique values: what is unique stays so, within the record or beside it. They are
  // the record's alone, which is locked.
  ClaimList Dropped(const RecordView& before, const RecordView& after,
                    const std::vector<ChunkChange>& chunks, const EntityType& type) const {
    if (chunks.empty()) return {};
    ClaimList claims_before = ClaimsOf(before, type, stored_.hash_key);
    ClaimList claims_after = ClaimsOf(after, type, stored_.hash_key);
    AddClaimsOf(chunks, &ChunkChange::before, type, stored_.hash_key, claims_before);
    AddClaimsOf(chunks, &ChunkChange::after, type, stored_.hash_key, claims_after);
    ClaimList dropped = Difference(claims_before, claims_after);
    std::erase_if(dropped, [](const Claim& claim) { return !claim.is_local; });
    return dropped;
  }

  // The record and its chunks without the values that the type lacks; no record where there are none.
  absl::StatusOr<SentOut> Pruned(const RecordView& record, const EntityType& type) const {
    if (!record.has_large()) {
      return SentOut{PrunedRecord(record, type.root(), type.version()).value_or("")};
    }
    const Chunks chunks(stored_.store, record.type(), record.id(), type.root());
    DOSSIER_ASSIGN_OR_RETURN(const Whole whole, BringIn(record, Wanted::Everything(), chunks,
                                                        /*for_change=*/true));
    const std::optional<std::string> pruned =
        PrunedRecord(RecordView::Trusted(whole.record), type.root(), type.version());
    if (!pruned) return SentOut{""};
    return SendOut(RecordView::Trusted(*pruned), &whole, chunks, stored_.bounds, "value");
  }

  void Count(size_t before, size_t after) {
    progress_.byte_count += before - std::min(before, after);
  }

  // Claims and rows of attributes that are gone, whose numbers are nobody's; those of one that has only
  // lost its constraint or its index were dropped with it.
  absl::Status DropWhatWasOfRemoved(TypeId type, const std::string& name,
                                    const std::vector<Due>& attributes) {
    const absl::StatusOr<EntityTypePtr> current = stored_.registry.Find(name);
    if (!current.ok()) return absl::OkStatus();
    Batch batch(stored_.store);
    for (const Due& due : attributes) {
      if (FindNumber((*current)->root(), due.number) == nullptr) {
        for (const LookupTag tag : {LookupTag::kClaim, LookupTag::kLocal}) {
          batch.DeleteRange(Family::kLookup, ClaimsOfAttribute(tag, type, due.number));
        }
        batch.DeleteRange(Family::kIndex, WithPrefix(IndexPrefix(type, due.number)));
      }
    }
    return stored_.store.Commit(batch, Durability::kBuffered);
  }

  absl::Status Remember(TypeId type, const std::vector<Due>& attributes, EntityId from) {
    Batch batch(stored_.store);
    for (const Due& due : attributes) {
      if (due.from > from) continue;
      batch.Put(Family::kMeta, AttributeKey(MetaTag::kDue, type, due.number), IdValue(from).view());
    }
    return stored_.store.Commit(batch, Durability::kBuffered);
  }

  absl::Status Forget(TypeId type, const std::vector<Due>& attributes) {
    Batch batch(stored_.store);
    for (const Due& due : attributes) {
      batch.Delete(Family::kMeta, AttributeKey(MetaTag::kDue, type, due.number));
    }
    return stored_.store.CommitAside(batch);
  }

  const StoredRecords& stored_;
  const std::function<void(const ReclaimProgress&)>& report_;
  std::atomic<bool> is_stopped_ = false;  // read by a compaction too
  ReclaimProgress progress_;
  const std::stop_callback<std::function<void()>> stop_;  // may call at once: comes last
};

}  // namespace

absl::Status Reclaim(const StoredRecords& stored, const ReclaimOptions& options) {
  return Reclaimer(stored, options).Run();
}

}  // namespace dossier
