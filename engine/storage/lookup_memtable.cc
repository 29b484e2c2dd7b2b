#include "storage/lookup_memtable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "base/coding.h"

namespace dossier {
namespace {

using rocksdb::Allocator;
using rocksdb::Arena;
using rocksdb::MemTableRep;
using rocksdb::MemTableRepFactory;
using rocksdb::Slice;

// One entry of a memtable as the sort sees it: most pairs differ in what is kept beside the pointer.
struct Sorted {
  uint64_t first_bytes;  // of the key, as numbers
  uint64_t next_bytes;
  const char* entry;
};

Sorted SortedOf(const char* entry) {
  constexpr size_t kTagBytes = 8;  // RocksDB's sequence number, behind each key
  const Slice key = rocksdb::GetLengthPrefixedSlice(entry);
  std::array<char, 16> begin = {};
  std::copy_n(key.data(), std::min(begin.size(), key.size() - kTagBytes), begin.begin());
  return {LoadBig<uint64_t>(begin.data()), LoadBig<uint64_t>(begin.data() + 8), entry};
}

class EntriesInOrder : public MemTableRep::Iterator {
 public:
  EntriesInOrder(const std::vector<const char*>& entries, const MemTableRep::KeyComparator& compare)
      : compare_(compare) {
    sorted_.reserve(entries.size());
    for (const char* entry : entries) sorted_.push_back(SortedOf(entry));
    std::sort(sorted_.begin(), sorted_.end(), [&](const Sorted& a, const Sorted& b) {
      const auto a_bytes = std::tie(a.first_bytes, a.next_bytes);
      const auto b_bytes = std::tie(b.first_bytes, b.next_bytes);
      return a_bytes != b_bytes ? a_bytes < b_bytes : compare_(a.entry, b.entry) < 0;
    });
    at_ = sorted_.size();
  }

  bool Valid() const override { return at_ < sorted_.size(); }
  const char* key() const override { return sorted_[at_].entry; }
  void Next() override { ++at_; }
  void Prev() override { StepBefore(); }
  void Seek(const Slice& key, const char* /*memtable_key*/) override { at_ = FirstFrom(key); }
  void SeekForPrev(const Slice& key, const char* /*memtable_key*/) override {
    at_ = FirstFrom(key);
    if (!Valid() || compare_(sorted_[at_].entry, key) > 0) StepBefore();
  }
  void SeekToFirst() override { at_ = 0; }
  void SeekToLast() override {
    at_ = sorted_.size();
    StepBefore();
  }

 private:
  size_t FirstFrom(const Slice& key) const {
    const auto first =
        std::partition_point(sorted_.begin(), sorted_.end(),
                             [&](const Sorted& sorted) { return compare_(sorted.entry, key) < 0; });
    return static_cast<size_t>(first - sorted_.begin());
  }
  void StepBefore() { at_ = at_ == 0 ? sorted_.size() : at_ - 1; }

  const MemTableRep::KeyComparator& compare_;
  std::vector<Sorted> sorted_;
  size_t at_;
};

class LookupMemtable : public MemTableRep {
 public:
  LookupMemtable(std::unique_ptr<MemTableRep> hashed, const KeyComparator& compare,
                 Allocator* allocator)
      : MemTableRep(allocator), hashed_(std::move(hashed)), compare_(compare) {}

  rocksdb::KeyHandle Allocate(size_t size, char** entry) override {
    const rocksdb::KeyHandle handle = hashed_->Allocate(size, entry);
    allocated_ = *entry;
    return handle;
  }
  void Insert(rocksdb::KeyHandle handle) override {
    hashed_->Insert(handle);
    const std::lock_guard lock(mutex_);
    entries_.push_back(allocated_);
  }
  bool Contains(const char* key) const override { return hashed_->Contains(key); }
  void Get(const rocksdb::LookupKey& key, void* arguments,
           bool (*callback)(void* arguments, const char* entry)) override {
    hashed_->Get(key, arguments, callback);
  }
  void MarkReadOnly() override { hashed_->MarkReadOnly(); }
  void MarkFlushed() override { hashed_->MarkFlushed(); }
  size_t ApproximateMemoryUsage() override {
    const std::lock_guard lock(mutex_);
    return hashed_->ApproximateMemoryUsage() + entries_.capacity() * sizeof(entries_[0]);
  }

  // Of what is there now. RocksDB's arena has no public header: what should stand in it stands in
  // this memtable, which outlives its iterators.
  Iterator* GetIterator(Arena* arena) override {
    std::vector<const char*> entries;
    void* place = nullptr;
    {
      const std::lock_guard lock(mutex_);
      entries = entries_;
      if (arena != nullptr) place = &places_.emplace_back();
    }
    if (place == nullptr) return new EntriesInOrder(entries, compare_);
    return new (place) EntriesInOrder(entries, compare_);
  }

 private:
  struct Place {
    alignas(EntriesInOrder) std::array<char, sizeof(EntriesInOrder)> bytes;
  };

  const std::unique_ptr<MemTableRep> hashed_;
  const KeyComparator& compare_;
  const char* allocated_ = nullptr;  // the writer's, between Allocate and Insert

  std::mutex mutex_;
  std::vector<const char*> entries_;  // in the order in which they came
  std::deque<Place> places_;
};

class LookupMemtables : public MemTableRepFactory {
 public:
  using MemTableRepFactory::CreateMemTableRep;
  MemTableRep* CreateMemTableRep(const MemTableRep::KeyComparator& compare, Allocator* allocator,
                                 const rocksdb::SliceTransform* prefix,
                                 rocksdb::Logger* logger) override {
    std::unique_ptr<MemTableRep> hashed(
        hashed_->CreateMemTableRep(compare, allocator, prefix, logger));
    return new LookupMemtable(std::move(hashed), compare, allocator);
  }
  const char* Name() const override { return "dossier.LookupMemtables"; }

 private:
  const std::unique_ptr<MemTableRepFactory> hashed_{rocksdb::NewHashLinkListRepFactory(
      /*bucket_count=*/1 << 17, /*huge_page_tlb_size=*/0, /*bucket_entries_logging_threshold=*/0,
      /*if_log_bucket_dist_when_flash=*/false, /*threshold_use_skiplist=*/1 << 20)};
};

}  // namespace

std::unique_ptr<MemTableRepFactory> MakeLookupMemtables() {
  return std::make_unique<LookupMemtables>();
}

}  // namespace dossier
