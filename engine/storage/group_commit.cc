#include "storage/group_commit.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/coding.h"
#include "storage/batch_bytes.h"

namespace dossier {
namespace {

constexpr size_t kGroupBytesMax = 1u << 20;  // as that of RocksDB's own groups

// More than these go in two groups: while the disk has one, the others prepare what the next one writes.
constexpr size_t kWholeCountMax = 8;

// Above it a disk is so slow that those who took part last may be back much later.
constexpr std::chrono::microseconds kCompanyWaitMax{200};

std::string Joined(const std::vector<rocksdb::WriteBatch*>& batches, size_t bytes) {
  std::string joined;
  joined.reserve(bytes);
  joined.append(kBatchHeaderBytes, '\0');
  uint32_t count = 0;
  for (const rocksdb::WriteBatch* batch : batches) {
    joined.append(batch->Data(), kBatchHeaderBytes);
    count += batch->Count();
  }
  StoreLittle(joined.data() + kBatchCountAt, count);
  return joined;
}

}  // namespace

struct GroupCommit::Group {
  std::vector<rocksdb::WriteBatch*> batches;  // by joining_, until the leader has closed the group
  size_t bytes = kBatchHeaderBytes;           // of all together; by joining_
  std::atomic<size_t> count = 0;              // of the batches
  rocksdb::Status status;                     // there when is_done is
  std::atomic<uint32_t> is_done = 0;
};

rocksdb::Status GroupCommit::WriteSynced(rocksdb::WriteBatch& batch) {
  const Membership own = Join(batch);
  if (own.group == nullptr) return log_.WriteSynced(batch);
  if (own.leads) {
    Lead(*own.group);
  } else {
    own.group->is_done.wait(0, std::memory_order_acquire);
  }
  return own.group->status;
}

GroupCommit::Membership GroupCommit::Join(rocksdb::WriteBatch& batch) {
  const std::lock_guard<std::mutex> lock(joining_);
  const bool leads = open_ == nullptr;
  const size_t bytes =
      (leads ? kBatchHeaderBytes : open_->bytes) + batch.GetDataSize() - kBatchHeaderBytes;
  if (bytes > kGroupBytesMax) return {};
  if (leads) open_ = std::make_shared<Group>();
  open_->batches.push_back(&batch);
  open_->bytes = bytes;
  open_->count.store(open_->batches.size(), std::memory_order_relaxed);
  return {open_, leads};
}

void GroupCommit::Lead(Group& group) {
  const std::lock_guard<std::mutex> round(leading_);
  AwaitCompany(group);
  {
    const std::lock_guard<std::mutex> lock(joining_);
    open_ = nullptr;
  }
  const Clock::time_point begin = Clock::now();
  if (group.batches.size() == 1) {
    group.status = log_.WriteSynced(*group.batches.front());
  } else {
    rocksdb::WriteBatch joined(Joined(group.batches, group.bytes));
    group.status = log_.WriteSynced(joined);
  }
  last_took_ = Clock::now() - begin;
  {
    const std::lock_guard<std::mutex> lock(joining_);
    const size_t count = group.batches.size() + (open_ == nullptr ? 0 : open_->batches.size());
    expected_count_ = count > kWholeCountMax ? count / 2 : count;
  }
  group.is_done.store(1, std::memory_order_release);
  group.is_done.notify_all();
}

// Lets others run meanwhile: a thread that sleeps would have to be woken, which takes as long as a wait.
void GroupCommit::AwaitCompany(const Group& group) const {
  const auto is_complete = [&] {
    return group.count.load(std::memory_order_relaxed) >= expected_count_;
  };
  if (is_complete()) return;
  const Clock::time_point end =
      Clock::now() + std::min<Clock::duration>(kCompanyWaitMax, last_took_);
  while (!is_complete() && Clock::now() < end) std::this_thread::yield();
}

}  // namespace dossier
