#include "mutation/index_building.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "elements/send_out.h"
#include "schema/index_rows.h"

namespace dossier {
namespace {

// Records between two reports of the progress, which is then stored too.
constexpr size_t kRecordsAtOnce = 512;

constexpr size_t kCountAt = sizeof(uint32_t) + sizeof(EntityId);
constexpr size_t kPositionBytes = kCountAt + sizeof(uint64_t);

// Of one index: records below `next` have been visited.
struct Position {
  AttributeNumber number = 0;
  uint32_t since = 0;
  EntityId next = 0;
  uint64_t record_count = 0;
};

// Of the index that the position is of, where the type still builds that one.
const Index* BuiltAt(const Position& position, const EntityType& type) {
  const Index* index = FindIndex(type.indexes(), position.number);
  const bool is_same = index != nullptr && index->since == position.since;
  return is_same && !index->is_ready ? index : nullptr;
}

class IndexWalk {
 public:
  IndexWalk(const StoredRecords& stored, const std::string& type_name)
      : stored_(stored), type_name_(type_name) {}

  absl::Status Run(const std::atomic<bool>& stop,
                   absl::FunctionRef<void(const IndexProgress&)> report) {
    DOSSIER_RETURN_IF_ERROR(Begin());
    if (positions_.empty()) return absl::OkStatus();
    report(progress_);
    for (bool is_all = false; !is_all;) {
      DOSSIER_ASSIGN_OR_RETURN(const std::vector<EntityId> ids,
                               stored_.store.RecordIds(type_, from_, kRecordsAtOnce));
      is_all = ids.size() < kRecordsAtOnce || ids.back() >= end_;
      for (const EntityId id : ids) {
        if (stop) return Remember();
        if (id >= end_) break;
        if (first_ == 0) first_ = id;
        DOSSIER_RETURN_IF_ERROR(Visit(id));
      }
      if (!is_all) DOSSIER_RETURN_IF_ERROR(Remember());
      report(progress_);
    }
    return Finish();
  }

 private:
  absl::Status Begin() {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, stored_.registry.Find(type_name_));
    type_ = type->id();
    for (const Index& index : type->indexes()) {
      if (index.is_ready) continue;
      DOSSIER_ASSIGN_OR_RETURN(const Position position, Stored(index));
      positions_.push_back(position);
    }
    if (positions_.empty()) return absl::OkStatus();
    // No version without the indexes writes any more; records made from here on bring their rows.
    stored_.registry.AwaitOlder(*type);
    DOSSIER_ASSIGN_OR_RETURN(end_, stored_.ids.Next());
    const Position& last =
        *std::min_element(positions_.begin(), positions_.end(),
                          [](const Position& a, const Position& b) { return a.next < b.next; });
    from_ = last.next;
    count_before_ = last.record_count;
    progress_ = {last.record_count, stored_.store.RecordCountAbout()};
    return absl::OkStatus();
  }

  absl::StatusOr<Position> Stored(const Index& index) const {
    Position position{.number = index.number, .since = index.since};
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                             stored_.store.Get(Family::kMeta, KeyOf(position)));
    // Empty: it is being removed, and the current version of the type has it no more.
    if (bytes == nullptr || bytes->empty()) return position;
    if (bytes->size() != kPositionBytes) {
      return errors::DataLoss("what says how far an index is built is damaged");
    }
    if (LoadLittle<uint32_t>(bytes->data()) != index.since) return position;
    position.next = LoadLittle<EntityId>(bytes->data() + sizeof(uint32_t));
    position.record_count = LoadLittle<uint64_t>(bytes->data() + kCountAt);
    return position;
  }

  // Errors: 222 where the type is gone, whether or not another one has its name.
  absl::StatusOr<EntityTypePtr> CurrentType() const {
    DOSSIER_ASSIGN_OR_RETURN(EntityTypePtr type, stored_.registry.Find(type_name_));
    if (type->id() != type_) return errors::UnknownEntityType(type_name_);
    return type;
  }

  std::string KeyOf(const Position& position) const {
    return AttributeKey(MetaTag::kIndexBuilding, type_, position.number);
  }

  absl::Status Visit(EntityId id) {
    const LockTable::Guard lock = stored_.record_locks.Lock(std::array{RecordKey(type_, id)});
    // Behind the lock: no earlier version wrote the record.
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, CurrentType());
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                             stored_.records.Peek({type_, id}, type->root()));
    from_ = id + 1;
    if (bytes == nullptr) return absl::OkStatus();
    const RecordView record = RecordView::Trusted(*bytes);
    std::vector<ChunkChange> chunks;
    if (record.has_large()) {
      const Chunks stored(stored_.store, type_, id, type->root());
      DOSSIER_ASSIGN_OR_RETURN(chunks, DropAll(record, stored));
    }
    Batch batch(stored_.store);
    for (const Position& position : positions_) {
      const Index* index = BuiltAt(position, *type);
      if (index == nullptr) continue;
      DOSSIER_RETURN_IF_ERROR(Put(RowsOf(*type, *index, record, chunks), batch));
    }
    ++progress_.record_count;
    // Becoming ready is synced, and with it all that comes before it in the log.
    return stored_.store.Commit(batch, Durability::kBuffered);
  }

  absl::Status Put(const IndexRows& rows, Batch& batch) const {
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string_view row = rows[i];
      if (IsPutOnce(row)) {
        // Its writer, or a walk before this one, may have put it.
        DOSSIER_ASSIGN_OR_RETURN(const SharedBytes there, stored_.store.Get(Family::kIndex, row));
        if (there != nullptr) continue;
      }
      batch.Put(Family::kIndex, row, /*value=*/"");
    }
    return absl::OkStatus();
  }

  // Ids are drawn in one sequence, so what is left of it tells what is left of the records; but some
  // are given to nobody. The version of the type is held until the batch is committed: what deletes
  // the type or an index comes before this, and is seen, or behind it, and takes the entry along.
  absl::Status Remember() {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, CurrentType());
    const auto visited = static_cast<double>(progress_.record_count - count_before_);
    const auto seen = static_cast<double>(std::max<EntityId>(from_ - first_, 1));
    const auto left = static_cast<double>(end_ - std::min(from_, end_));
    const uint64_t by_ids = progress_.record_count + static_cast<uint64_t>(visited * left / seen);
    progress_.record_count_about =
        std::clamp(stored_.store.RecordCountAbout(), progress_.record_count, by_ids);
    Batch batch(stored_.store);
    for (const Position& position : positions_) {
      if (BuiltAt(position, *type) == nullptr) continue;
      std::string stored;
      AppendLittle(stored, position.since);
      AppendLittle(stored, std::max(from_, position.next));
      AppendLittle(stored, progress_.record_count);
      batch.Put(Family::kMeta, KeyOf(position), stored);
    }
    return stored_.store.Commit(batch, Durability::kBuffered);
  }

  absl::Status Finish() {
    progress_.record_count_about = progress_.record_count;
    const auto next = [&](const EntityType& current, Batch& batch) -> absl::StatusOr<EntityType> {
      if (current.id() != type_) return errors::UnknownEntityType(type_name_);
      IndexList indexes = current.indexes();
      for (const Position& position : positions_) {
        if (BuiltAt(position, current) == nullptr) continue;
        for (Index& index : indexes) index.is_ready |= index.number == position.number;
        batch.Delete(Family::kMeta, KeyOf(position));
      }
      return current.NextIndexes(indexes);
    };
    return stored_.registry.Change(type_name_, next).status();
  }

  const StoredRecords& stored_;
  const std::string& type_name_;
  TypeId type_{};
  std::vector<Position> positions_;
  EntityId from_ = 0;
  EntityId end_ = 0;           // the first that brings its rows itself
  EntityId first_ = 0;         // that this walk visited
  uint64_t count_before_ = 0;  // records that earlier walks visited
  IndexProgress progress_;
};

bool IsBuildingAny(const Registry& registry, const std::string& type_name) {
  const absl::StatusOr<EntityTypePtr> type = registry.Find(type_name);
  return type.ok() && std::any_of((*type)->indexes().begin(), (*type)->indexes().end(),
                                  [](const Index& index) { return !index.is_ready; });
}

bool IsBuildingAny(const Registry& registry) {
  const std::vector<std::string> names = registry.Names();
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return IsBuildingAny(registry, name); });
}

}  // namespace

absl::Status BuildIndexes(const StoredRecords& stored, const std::string& type_name,
                          const std::atomic<bool>& stop,
                          absl::FunctionRef<void(const IndexProgress&)> report) {
  absl::Status status = IndexWalk(stored, type_name).Run(stop, report);
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

absl::Status DropIndexRows(Store& store, TypeId type, AttributeNumber number) {
  Batch batch(store);
  batch.DeleteRange(Family::kIndex, WithPrefix(IndexPrefix(type, number)));
  batch.Delete(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, type, number));
  return store.CommitAside(batch);
}

IndexBuilder::~IndexBuilder() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void IndexBuilder::Start() {
  if (!IsBuildingAny(stored_.registry)) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  ++wanted_;
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
}

absl::Status IndexBuilder::Await() {
  std::unique_lock<std::mutex> lock(mutex_);
  const uint64_t wanted = wanted_;
  changed_.wait(lock, [&] { return done_ >= wanted || stop_; });
  return last_;
}

std::optional<IndexProgress> IndexBuilder::ProgressOf(TypeId type) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = progress_.find(type);
  return found == progress_.end() ? std::nullopt : std::optional(found->second);
}

void IndexBuilder::Run() {
  for (;;) {
    uint64_t wanted = 0;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return done_ != wanted_ || stop_; });
      if (stop_) return;
      wanted = wanted_;
    }
    absl::Status status = BuildAll();
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ = wanted;
    last_ = std::move(status);
    changed_.notify_all();
  }
}

absl::Status IndexBuilder::BuildAll() {
  absl::Status first;
  for (const std::string& name : stored_.registry.Names()) {
    while (!stop_ && IsBuildingAny(stored_.registry, name)) {
      const absl::Status status = Build(name);
      first.Update(status);
      if (!status.ok()) break;
    }
  }
  return first;
}

absl::Status IndexBuilder::Build(const std::string& type_name) {
  TypeId type{};
  if (const auto found = stored_.registry.Find(type_name); found.ok()) type = (*found)->id();
  absl::Status status = BuildIndexes(stored_, type_name, stop_, [&](const IndexProgress& progress) {
    const std::lock_guard<std::mutex> lock(mutex_);
    progress_[type] = progress;
  });
  const std::lock_guard<std::mutex> lock(mutex_);
  progress_.erase(type);
  return status;
}

}  // namespace dossier
