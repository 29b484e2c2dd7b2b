#include "storage/records.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "base/status.h"
#include "record/view.h"

namespace dossier {
namespace {

// What an entry costs beside its bytes: the string, its control block, its slot and its hash entry.
constexpr size_t kEntryOverhead = 160;

// Of a step through all records: far more than a record, far less than what is there.
constexpr size_t kStepBytes = 1u << 20;

constexpr size_t kCacheLineBytes = 64;
constexpr size_t kPrefetchedBytesMax = 4'096;

// Whoever is given a record reads it all over, and each line of it that is not in the processor's cache
// would be waited for: asked for together they come at once.
void Prefetch(std::string_view bytes) {
  const char* const end = bytes.data() + std::min(bytes.size(), kPrefetchedBytesMax);
  for (const char* line = bytes.data(); line < end; line += kCacheLineBytes) {
    __builtin_prefetch(line);
  }
}

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

absl::StatusOr<SharedBytes> Records::Get(const RecordName& name, const Shape& shape,
                                         bool* was_cached) {
  uint64_t write_count = 0;
  if (SharedBytes cached = Cached(name, write_count); cached != nullptr) {
    if (was_cached != nullptr) *was_cached = true;
    Prefetch(*cached);
    return cached;
  }
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

absl::StatusOr<Records::State> Records::PeekAt(const Snapshot& at, const RecordName& name) {
  if (SharedBytes cached = CachedAt(at, name); cached != nullptr) {
    Prefetch(*cached);
    return State{std::move(cached), /*is_verified=*/true};
  }
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes stored,
                           store_.Get(Family::kRecords, RecordKey(name.type, name.id).view(), &at));
  return State{std::move(stored)};
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

SharedBytes Records::CachedAt(const Snapshot& at, const RecordName& name) {
  if (shard_bytes_max_ == 0) return nullptr;
  Shard& shard = ShardOf(name);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  const auto found = shard.slot_of.find(name);
  if (found == shard.slot_of.end()) return nullptr;
  const Slot& slot = shard.slots[found->second];
  return slot.sequence <= at.sequence() ? slot.bytes : nullptr;
}

void Records::Offer(const RecordName& name, const SharedBytes& bytes, uint64_t write_count) {
  if (shard_bytes_max_ == 0) return;
  const uint64_t sequence = store_.LastSequence();
  Shard& shard = ShardOf(name);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  if (shard.writes_under_way == 0 && shard.write_count == write_count) {
    Put(shard, name, {bytes, sequence});
  }
}

void Records::Put(Shard& shard, const RecordName& name, const Committed& committed) {
  if (CostOf(committed.bytes) > shard_bytes_max_) return Forget(shard, name);
  const size_t position = SlotFor(shard, name);
  Empty(shard, position);
  Fill(shard, position, committed);
}

size_t Records::SlotFor(Shard& shard, const RecordName& name) {
  const auto [entry, is_new] = shard.slot_of.try_emplace(name, shard.slots.size());
  if (!is_new) return entry->second;
  if (shard.free.empty()) {
    shard.slots.emplace_back();
  } else {
    entry->second = shard.free.back();
    shard.free.pop_back();
  }
  shard.slots[entry->second].name = name;
  return entry->second;
}

void Records::Fill(Shard& shard, size_t position, const Committed& committed) {
  shard.slots[position].bytes = committed.bytes;
  shard.slots[position].sequence = committed.sequence;
  shard.bytes += CostOf(committed.bytes);
  MakeRoom(shard);
}

void Records::Empty(Shard& shard, size_t position) {
  Slot& slot = shard.slots[position];
  if (slot.bytes == nullptr) return;
  shard.bytes -= CostOf(slot.bytes);
  slot.bytes = nullptr;
}

void Records::Forget(Shard& shard, const RecordName& name) {
  const auto found = shard.slot_of.find(name);
  if (found == shard.slot_of.end()) return;
  Empty(shard, found->second);
  shard.slots[found->second].was_used = false;
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

Records::Write::Write(Records& records, const RecordName& name)
    : records_(records), shard_(records.ShardOf(name)), name_(name) {
  const std::lock_guard<std::mutex> lock(shard_.mutex);
  ++shard_.writes_under_way;
  const auto found = shard_.slot_of.find(name_);
  if (found == shard_.slot_of.end()) return;
  slot_ = found->second;
  // Else a reader could see the look-ups of the new state and then the record of the old.
  Empty(shard_, *slot_);
}

Records::Write::~Write() {
  if (!is_published_) Publish(nullptr);
}

void Records::Write::Publish(const SharedBytes& bytes) {
  is_published_ = true;
  const Committed committed{bytes, records_.store_.LastSequence()};
  const std::lock_guard<std::mutex> lock(shard_.mutex);
  --shard_.writes_under_way;
  ++shard_.write_count;
  if (bytes == nullptr) {
    Forget(shard_, name_);
  } else if (slot_ && CostOf(bytes) <= records_.shard_bytes_max_) {
    records_.Fill(shard_, *slot_, committed);
  } else {
    records_.Put(shard_, name_, committed);
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
