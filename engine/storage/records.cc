#include "storage/records.h"

#include "absl/hash/hash.h"
#include "base/status.h"
#include "record/view.h"

namespace dossier {
namespace {

// What an entry costs beside its bytes: the string, its control block, its slot and its hash entry.
constexpr size_t kEntryOverhead = 160;

// Of a step through all records: far more than a record, far less than what is there.
constexpr size_t kStepBytes = 1u << 20;

size_t CostOf(const SharedBytes& bytes) { return bytes->size() + kEntryOverhead; }

}  // namespace

Records::Records(Store& store, size_t cache_bytes_max)
    : store_(store), shard_bytes_max_(cache_bytes_max / kShardCount) {}

Records::Size Records::CachedSize() {
  Size size;
  for (Shard& shard : shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    size.bytes += shard.bytes;
    size.record_count += shard.slot_of.size();
  }
  return size;
}

absl::StatusOr<SharedBytes> Records::Get(const RecordName& name, const Shape& shape) {
  uint64_t write_count = 0;
  if (SharedBytes cached = Cached(name, write_count); cached != nullptr) return cached;
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes stored,
                           store_.Get(Family::kRecords, RecordKey(name.type, name.id).view()));
  if (stored == nullptr) return stored;
  DOSSIER_RETURN_IF_ERROR(RecordView::Verify(*stored, name.type, name.id, shape).status());
  Offer(name, stored, write_count);
  return stored;
}

absl::StatusOr<SharedBytes> Records::Peek(const RecordName& name, const Shape& shape) {
  uint64_t write_count = 0;
  if (SharedBytes cached = Cached(name, write_count); cached != nullptr) return cached;
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes stored,
                           store_.Get(Family::kRecords, RecordKey(name.type, name.id).view()));
  if (stored == nullptr) return stored;
  DOSSIER_RETURN_IF_ERROR(RecordView::Verify(*stored, name.type, name.id, shape).status());
  return stored;
}

absl::StatusOr<std::optional<EntityId>> Records::FindBelow(
    const RecordName& end, const Shape& shape,
    absl::FunctionRef<absl::StatusOr<bool>(const RecordView& record)> matches) const {
  const std::string prefix(RecordKey(end.type, 0).view().substr(0, sizeof end.type));
  absl::Status damage;  // another record may match all the same
  for (std::string last(RecordKey(end.type, end.id).view());;) {
    DOSSIER_ASSIGN_OR_RETURN(auto entries,
                             store_.EntriesBelow(Family::kRecords, prefix, last, kStepBytes));
    if (entries.empty()) break;
    for (const auto& [key, bytes] : entries) {
      const absl::StatusOr<EntityId> id = IdOfRecordKey(key);
      damage.Update(id.status());
      if (!id.ok()) continue;
      const absl::StatusOr<RecordView> record = RecordView::Verify(bytes, end.type, *id, shape);
      const absl::StatusOr<bool> is_match =
          record.ok() ? matches(*record) : absl::StatusOr<bool>(record.status());
      if (is_match.ok() && *is_match) return *id;
      damage.Update(is_match.status());
    }
    last = std::move(entries.back().first);
  }
  if (!damage.ok()) return damage;
  return std::optional<EntityId>();
}

Records::Shard& Records::ShardOf(const RecordName& name) {
  return shards_[absl::Hash<RecordName>()(name) % kShardCount];
}

SharedBytes Records::Cached(const RecordName& name, uint64_t& write_count) {
  if (shard_bytes_max_ == 0) return nullptr;
  Shard& shard = ShardOf(name);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  write_count = shard.write_count;
  const auto found = shard.slot_of.find(name);
  if (found == shard.slot_of.end()) return nullptr;
  Slot& slot = shard.slots[found->second];
  slot.was_used = true;
  return slot.bytes;
}

void Records::Offer(const RecordName& name, const SharedBytes& bytes, uint64_t write_count) {
  if (shard_bytes_max_ == 0) return;
  Shard& shard = ShardOf(name);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  if (shard.writes_under_way == 0 && shard.write_count == write_count) Put(shard, name, bytes);
}

void Records::Put(Shard& shard, const RecordName& name, const SharedBytes& bytes) {
  Forget(shard, name);
  if (CostOf(bytes) > shard_bytes_max_) return;
  size_t position = shard.slots.size();
  if (shard.free.empty()) {
    shard.slots.emplace_back();
  } else {
    position = shard.free.back();
    shard.free.pop_back();
  }
  shard.slots[position] = {name, bytes, /*was_used=*/false};
  shard.slot_of[name] = position;
  shard.bytes += CostOf(bytes);
  MakeRoom(shard);
}

void Records::Forget(Shard& shard, const RecordName& name) {
  const auto found = shard.slot_of.find(name);
  if (found == shard.slot_of.end()) return;
  Slot& slot = shard.slots[found->second];
  shard.bytes -= CostOf(slot.bytes);
  slot.bytes.reset();
  shard.free.push_back(found->second);
  shard.slot_of.erase(found);
}

// A clock: what was used since the hand last came by is spared once.
void Records::MakeRoom(Shard& shard) {
  while (shard.bytes > shard_bytes_max_) {
    shard.hand = (shard.hand + 1) % shard.slots.size();
    Slot& slot = shard.slots[shard.hand];
    if (slot.bytes == nullptr) continue;
    if (slot.was_used) {
      slot.was_used = false;
    } else {
      Forget(shard, slot.name);
    }
  }
}

Records::Write::Write(Records& records, const RecordName& name) : records_(records), name_(name) {
  Shard& shard = records_.ShardOf(name_);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  ++shard.writes_under_way;
  // Else a reader could see the look-ups of the new state and then the record of the old.
  Forget(shard, name_);
}

Records::Write::~Write() {
  if (!is_published_) Publish(nullptr);
}

void Records::Write::Publish(const SharedBytes& bytes) {
  is_published_ = true;
  Shard& shard = records_.ShardOf(name_);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  --shard.writes_under_way;
  ++shard.write_count;
  if (bytes == nullptr) {
    Forget(shard, name_);
  } else {
    records_.Put(shard, name_, bytes);
  }
}

Records::Purge::Purge(Records& records, TypeId type) : records_(records) {
  for (Shard& shard : records_.shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    ++shard.writes_under_way;
    for (Slot& slot : shard.slots) {
      if (slot.bytes != nullptr && slot.name.type == type) Forget(shard, slot.name);
    }
  }
}

Records::Purge::~Purge() {
  for (Shard& shard : records_.shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    --shard.writes_under_way;
    ++shard.write_count;
  }
}

}  // namespace dossier
