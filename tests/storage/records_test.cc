// The cache of records: what it may show, and what it may keep.
#include "storage/records.h"

#include <array>
#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/view.h"
#include "record/writer.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsNull;

constexpr TypeId kType{1};

class RecordsTest : public ::testing::Test {
 protected:
  RecordsTest() {
    Attribute text;
    text.name = "text";
    text.number = kFirstFreeNumber;
    shape_.Add(std::move(text));
    shape_.Seal(nullptr);
  }

  void SetUp() override {
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  // A record of `size` characters whose lastUpdated is `version`.
  static SharedBytes Bytes(EntityId id, int64_t version, size_t size = 10) {
    Writer writer;
    writer.Clear();
    writer.bytes().resize(format::kHeaderSize);
    const Writer::Mark root = writer.BeginObject();
    writer.AddText(kFirstFreeNumber, format::Tag::kText, std::string(size, 'x'));
    writer.EndObject(root);
    SealRecord({.type = kType, .type_version = 1, .id = id, .last_updated = version},
               writer.bytes());
    return SharedBytes(writer.bytes());
  }

  static void Commit(Store& store, EntityId id, const SharedBytes& bytes) {
    Batch batch(store);
    if (bytes != nullptr) {
      batch.Put(Family::kRecords, RecordKey(kType, id).view(), *bytes);
    } else {
      batch.Delete(Family::kRecords, RecordKey(kType, id).view());
    }
    ASSERT_THAT(store.Commit(batch, Durability::kBuffered), IsOk());
  }

  void Write(Records& records, EntityId id, const SharedBytes& bytes) {
    Records::Write write(records, {kType, id});
    Commit(*store_, id, bytes);
    write.Publish(bytes);
  }

  // Its lastUpdated; -1 where there is none.
  int64_t VersionOf(Records& records, EntityId id) {
    const absl::StatusOr<SharedBytes> bytes = records.Get({kType, id}, shape_);
    EXPECT_THAT(bytes, IsOk());
    if (!bytes.ok() || *bytes == nullptr) return -1;
    return RecordView::Trusted(**bytes).last_updated();
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
  Shape shape_;
};

constexpr size_t kCacheSizes[] = {0, 64, 64 * 300, 1u << 20};

TEST_F(RecordsTest, ShowsEachWriteWhateverTheSizeOfTheCache) {
  for (const size_t cache_bytes : kCacheSizes) {
    Records records(*store_, cache_bytes);
    for (EntityId id = 1; id <= 200; ++id) Write(records, id, Bytes(id, 1));
    for (EntityId id = 1; id <= 200; ++id) EXPECT_EQ(VersionOf(records, id), 1) << cache_bytes;
    for (EntityId id = 1; id <= 200; id += 2) Write(records, id, Bytes(id, 2));
    for (EntityId id = 1; id <= 200; id += 4) Write(records, id, nullptr);
    for (EntityId id = 1; id <= 200; ++id) {
      EXPECT_EQ(VersionOf(records, id), id % 4 == 1 ? -1 : id % 2 == 1 ? 2 : 1) << cache_bytes;
    }
  }
}

// What the cache holds is found behind the store's back: the store is given other bytes.
TEST_F(RecordsTest, KeepsNoMoreBytesThanItMay) {
  constexpr size_t kBytesMax = 64 * 4096;
  constexpr size_t kRecordSize = 512;
  constexpr EntityId kCount = 5000;
  Records records(*store_, kBytesMax);
  for (EntityId id = 1; id <= kCount; ++id) Write(records, id, Bytes(id, 1, kRecordSize));
  for (EntityId id = 1; id <= kCount; ++id) Commit(*store_, id, Bytes(id, 2, kRecordSize));
  size_t cached = 0;
  for (EntityId id = kCount; id >= 1; --id) cached += VersionOf(records, id) == 1;
  EXPECT_GT(cached, 0u);
  EXPECT_LE(cached * kRecordSize, kBytesMax);
}

TEST_F(RecordsTest, KeepsNothingOfSizeZeroAndNothingThatIsTooLarge) {
  Records none(*store_, 0);
  Records small(*store_, 64 * 1024);  // 1,024 bytes for each of its parts
  for (Records* records : {&none, &small}) {
    Write(*records, 1, Bytes(1, 1, 2000));
    EXPECT_EQ(VersionOf(*records, 1), 1);
    Commit(*store_, 1, Bytes(1, 2, 2000));
    EXPECT_EQ(VersionOf(*records, 1), 2);
  }
  Write(small, 2, Bytes(2, 1));
  Write(small, 2, Bytes(2, 2, 2000));  // what it kept of 2 before is gone
  EXPECT_EQ(VersionOf(small, 2), 2);
}

TEST_F(RecordsTest, SparesWhatWasUsed) {
  Records records(*store_, 64 * 1024);
  Write(records, 1, Bytes(1, 1));
  Commit(*store_, 1, Bytes(1, 2));  // from now on version 1 is in the cache only
  for (EntityId id = 2; id < 2000 && VersionOf(records, 1) == 1; ++id) {
    Write(records, id, Bytes(id, 1));
  }
  EXPECT_EQ(VersionOf(records, 1), 1) << "it was read between any two writes";
}

// A write that is not published leaves nothing behind, old or new.
TEST_F(RecordsTest, ForgetsWhatAWriteThatFailedTouched) {
  Records records(*store_, 1 << 20);
  Write(records, 1, Bytes(1, 1));
  {
    const Records::Write write(records, {kType, 1});
    Commit(*store_, 1, Bytes(1, 2));
  }
  EXPECT_EQ(VersionOf(records, 1), 2);
}

// What is in the cache is found behind the store's back: the store is given other bytes.
TEST_F(RecordsTest, KeepsTheSlotOfAWriteUnderWayWhileOthersMakeRoom) {
  constexpr EntityId kCount = 2000;
  Records records(*store_, 64 * 1024);  // two such records in each of its parts
  Write(records, 1, Bytes(1, 1, 200));
  Records::Write write(records, {kType, 1});
  for (EntityId id = 2; id <= kCount; ++id) Write(records, id, Bytes(id, 1, 200));
  Commit(*store_, 1, Bytes(1, 3, 200));
  write.Publish(Bytes(1, 2, 200));
  EXPECT_THAT(VersionOf(records, 1), AnyOf(2, 3)) << "its own, or it was the one to make room";
  for (EntityId id = 2; id <= kCount; ++id) EXPECT_EQ(VersionOf(records, id), 1);
  const Records::Size size = records.CachedSize();
  EXPECT_LE(size.bytes, 64u * 1024);
  EXPECT_EQ(size.record_count, 64u * 2) << "nothing is lost of what it may keep";
}

// Each outcome of a write that finds its record in the cache: the slot is used again or let go.
TEST_F(RecordsTest, CountsWhatItKeepsAfterEachWrite) {
  Records records(*store_, 64 * 1024);
  const auto expect = [&](size_t record_count, int64_t version) {
    EXPECT_EQ(records.CachedSize().record_count, record_count);
    EXPECT_EQ(VersionOf(records, 1), version);
  };
  Write(records, 1, Bytes(1, 1));
  const size_t bytes = records.CachedSize().bytes;
  expect(1, 1);
  Write(records, 1, Bytes(1, 2, 30));
  EXPECT_EQ(records.CachedSize().bytes, bytes + 20);
  expect(1, 2);
  Write(records, 1, Bytes(1, 3, 2000));  // too large to be kept
  EXPECT_EQ(records.CachedSize().bytes, 0u);
  expect(0, 3);
  Write(records, 1, Bytes(1, 4));
  expect(1, 4);
  Write(records, 1, nullptr);
  EXPECT_EQ(records.CachedSize().bytes, 0u);
  expect(0, -1);
}

TEST_F(RecordsTest, PutsNothingBackThatAWriteUnderWayMayReplace) {
  Records records(*store_, 1 << 20);
  Commit(*store_, 1, Bytes(1, 1));
  Records::Write write(records, {kType, 1});
  EXPECT_EQ(VersionOf(records, 1), 1);  // read while the write is under way: not kept
  Commit(*store_, 1, Bytes(1, 2));
  EXPECT_EQ(VersionOf(records, 1), 2);
  write.Publish(Bytes(1, 2));
  EXPECT_EQ(VersionOf(records, 1), 2);
}

struct BrokenRow {
  const char* name;
  std::string bytes;
};

TEST_F(RecordsTest, RefusesBytesThatAreNotTheRecord) {
  const std::string good(*Bytes(1, 1));
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
  const BrokenRow rows[] = {
      {"nothing", ""},
      {"a byte", "x"},
      {"the header alone", good.substr(0, format::kHeaderSize)},
      {"cut", good.substr(0, good.size() - 1)},
      {"longer", good + '\0'},
      {"one bit", flipped},
      {"another record", std::string(*Bytes(2, 1))},
      {"garbage", std::string(good.size(), '\xa5')},
      {"zeros", std::string(good.size(), '\0')},
  };
  for (const BrokenRow& row : rows) {
    Records records(*store_, 1 << 20);
    Commit(*store_, 1, SharedBytes(row.bytes));
    for (int i = 0; i < 2; ++i) {  // the refused bytes do not get into the cache
      EXPECT_THAT(records.Get({kType, 1}, shape_),
                  StatusIs(absl::StatusCode::kDataLoss, HasSubstr("1")))
          << row.name;
    }
    EXPECT_THAT(records.Get({kType, 3}, shape_), IsOkAndHolds(IsNull())) << row.name;
  }
}

// One writer counts each record up; readers and those who push it out of the cache look on. Nobody
// sees a version lower than one that he or anybody else saw before.
TEST_F(RecordsTest, NeverShowsAnOlderVersionAfterANewer) {
  constexpr EntityId kCount = 4;
  constexpr int64_t kVersions = 4000;
  for (const size_t cache_bytes : {size_t{64 * 200}, size_t{64 * 250}, size_t{1} << 20}) {
    Records records(*store_, cache_bytes);
    for (EntityId id = 1; id <= kCount; ++id) Write(records, id, Bytes(id, 0));
    std::array<std::atomic<int64_t>, kCount + 1> seen{};
    std::atomic<bool> is_done = false;
    std::atomic<int64_t> errors = 0;
    std::latch start(4);
    std::vector<std::thread> readers;
    for (unsigned reader = 0; reader < 3; ++reader) {
      readers.emplace_back([&, reader] {
        start.arrive_and_wait();
        for (EntityId turn = reader; !is_done; ++turn) {
          const EntityId id = turn % kCount + 1;
          const int64_t least = seen[id];
          const int64_t version = VersionOf(records, id);
          if (version < least) ++errors;
          int64_t highest = seen[id];
          while (highest < version && !seen[id].compare_exchange_weak(highest, version)) {
          }
        }
      });
    }
    start.arrive_and_wait();
    for (int64_t version = 1; version <= kVersions; ++version) {
      for (EntityId id = 1; id <= kCount; ++id) Write(records, id, Bytes(id, version));
      // Neighbours, whose coming pushes records out of a small cache.
      const auto other = static_cast<EntityId>(100 + version % 200);
      Write(records, other, Bytes(other, version));
    }
    is_done = true;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(errors, 0) << cache_bytes;
    for (EntityId id = 1; id <= kCount; ++id) EXPECT_EQ(VersionOf(records, id), kVersions);
  }
}

// Which of its lastUpdateds a snapshot has of a record; `is_cached` says from where it came.
int64_t VersionAt(Records& records, const Snapshot& at, EntityId id, bool is_cached) {
  const absl::StatusOr<Records::State> state = records.PeekAt(at, {kType, id});
  EXPECT_THAT(state, IsOk());
  if (!state.ok() || state->bytes == nullptr) return -1;
  EXPECT_EQ(state->is_verified, is_cached);
  return RecordView::Trusted(*state->bytes).last_updated();
}

// What comes from the cache is found behind the store's back: the store is given other bytes.
TEST_F(RecordsTest, ShowsASnapshotNothingThatCameBehindIt) {
  Records records(*store_, 1 << 20);
  const Snapshot none(*store_);
  Write(records, 1, Bytes(1, 1));
  const Snapshot first(*store_);
  EXPECT_EQ(VersionAt(records, first, 1, /*is_cached=*/true), 1);
  Write(records, 1, Bytes(1, 2));
  const Snapshot second(*store_);
  Commit(*store_, 1, Bytes(1, 7));
  EXPECT_EQ(VersionAt(records, none, 1, false), -1);
  EXPECT_EQ(VersionAt(records, first, 1, false), 1);
  EXPECT_EQ(VersionAt(records, second, 1, true), 2);
  const Snapshot third(*store_);
  EXPECT_EQ(VersionAt(records, third, 1, true), 2) << "not 7: it is from memory";
  Write(records, 1, nullptr);
  const Snapshot last(*store_);
  EXPECT_EQ(VersionAt(records, first, 1, false), 1);
  EXPECT_EQ(VersionAt(records, second, 1, false), 2);
  EXPECT_EQ(VersionAt(records, last, 1, false), -1);
}

TEST_F(RecordsTest, ShowsASnapshotNothingThatWasReadBehindIt) {
  Records records(*store_, 1 << 20);
  Commit(*store_, 1, Bytes(1, 1));
  const Snapshot before(*store_);
  Commit(*store_, 2, Bytes(2, 1));
  EXPECT_EQ(VersionOf(records, 1), 1);
  EXPECT_EQ(VersionAt(records, before, 1, false), 1) << "it cannot be told that it was there";
  const Snapshot behind(*store_);
  EXPECT_EQ(VersionAt(records, behind, 1, true), 1);
}

TEST_F(RecordsTest, ShowsASnapshotTheStoreWhileAWriteIsUnderWay) {
  Records records(*store_, 1 << 20);
  Write(records, 1, Bytes(1, 1));
  const Snapshot before(*store_);
  Records::Write write(records, {kType, 1});
  EXPECT_EQ(VersionAt(records, before, 1, false), 1);
  Commit(*store_, 1, Bytes(1, 2));
  const Snapshot behind(*store_);
  EXPECT_EQ(VersionAt(records, before, 1, false), 1);
  EXPECT_EQ(VersionAt(records, behind, 1, false), 2);
  write.Publish(Bytes(1, 2));
  EXPECT_EQ(VersionAt(records, before, 1, false), 1);
  EXPECT_EQ(VersionAt(records, behind, 1, true), 2);
}

TEST_F(RecordsTest, KeepsNothingForASnapshot) {
  Records records(*store_, 64 * 1024);
  Write(records, 1, Bytes(1, 1));
  Commit(*store_, 1, Bytes(1, 2));  // from now on version 1 is in the cache only
  const Snapshot at(*store_);
  for (EntityId id = 2; id < 2000; ++id) {
    Write(records, id, Bytes(id, 1));
    ASSERT_THAT(records.PeekAt(at, {kType, 1}), IsOk());
  }
  EXPECT_EQ(VersionAt(records, at, 1, false), 2) << "it was not spared";
  const size_t record_count = records.CachedSize().record_count;
  Records others(*store_, 1 << 20);
  const Snapshot now(*store_);
  for (EntityId id = 1; id < 2000; ++id) ASSERT_THAT(others.PeekAt(now, {kType, id}), IsOk());
  EXPECT_EQ(others.CachedSize().record_count, 0u);
  EXPECT_EQ(records.CachedSize().record_count, record_count);
}

// Records of one type that several threads write, delete, read and purge, all with the same
// lastUpdated, as writes leave it that keep that; others compare what the snapshots of theirs have
// with the store.
TEST_F(RecordsTest, ShowsEverySnapshotItsOwnState) {
  constexpr EntityId kCount = 6;
  constexpr size_t kRounds = 6'000;
  for (const size_t cache_bytes : {size_t{64 * 400}, size_t{1} << 20}) {
    Records records(*store_, cache_bytes);
    std::mutex locks[kCount + 1];  // of the records: who writes one holds its lock
    std::atomic<int> writers = 2;
    std::atomic<size_t> from_cache = 0;
    std::vector<std::thread> threads;
    for (EntityId writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        for (size_t round = 0; round < kRounds; ++round) {
          if (writer == 0 && round % 50 == 0) {
            const std::scoped_lock all(locks[1], locks[2], locks[3], locks[4], locks[5], locks[6]);
            const Records::Purge purge(records, kType);
            Batch batch(*store_);
            batch.DeleteRange(Family::kRecords, RangesOfRecords(kType).front().range);
            ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
          }
          const EntityId id = (round * (writer + 1)) % kCount + 1;
          const std::lock_guard lock(locks[id]);
          Write(records, id, round % 7 == 0 ? nullptr : Bytes(id, 0, 20 + (round + writer) % 100));
        }
        --writers;
      });
    }
    threads.emplace_back([&] {
      for (EntityId turn = 0; writers > 0; ++turn) VersionOf(records, turn % kCount + 1);
    });
    for (int reader = 0; reader < 2; ++reader) {
      threads.emplace_back([&] {
        do {
          const Snapshot at(*store_);
          for (EntityId turn = 0; turn < 3 * kCount; ++turn) {
            const EntityId id = turn % kCount + 1;
            const auto state = records.PeekAt(at, {kType, id});
            const auto stored = store_->Get(Family::kRecords, RecordKey(kType, id).view(), &at);
            ASSERT_THAT(state, IsOk());
            ASSERT_THAT(stored, IsOk());
            ASSERT_EQ(state->bytes == nullptr, *stored == nullptr);
            if (*stored != nullptr) {
              ASSERT_EQ(*state->bytes, **stored);
            }
            from_cache += state->is_verified;
          }
        } while (writers > 0);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_GT(from_cache, 0u) << cache_bytes;
  }
}

// Each step has at least one entry, so that it gets on whatever the size of a record.
TEST_F(RecordsTest, ReadsEntriesBackwardsInSteps) {
  const auto ids_below = [&](EntityId end, size_t bytes_max) {
    const Key first = RecordKey(kType, 0), last = RecordKey(kType, end);
    const auto entries =
        store_->EntriesBelow(Family::kRecords, first.view().substr(0, 2), last.view(), bytes_max);
    EXPECT_THAT(entries, IsOk());
    std::vector<EntityId> ids;
    for (const auto& [key, value] : *entries) ids.push_back(IdOfRecordKey(key).value());
    return ids;
  };
  EXPECT_THAT(ids_below(UINT64_MAX, 1), ::testing::IsEmpty());
  for (const EntityId id : {2, 3, 5, 300}) Commit(*store_, id, Bytes(id, 1, 1'000));
  Batch others(*store_);
  others.Put(Family::kRecords, RecordKey(TypeId{0}, UINT64_MAX).view(), "of the type before");
  others.Put(Family::kRecords, RecordKey(TypeId{2}, 0).view(), "of the type behind");
  ASSERT_THAT(store_->Commit(others, Durability::kBuffered), IsOk());
  using Ids = std::vector<EntityId>;
  EXPECT_EQ(ids_below(UINT64_MAX, 1), (Ids{300}));
  EXPECT_EQ(ids_below(300, 1'500), (Ids{5, 3}));
  EXPECT_EQ(ids_below(4, 1u << 20), (Ids{3, 2}));
  EXPECT_EQ(ids_below(2, 1u << 20), Ids());
  EXPECT_EQ(ids_below(UINT64_MAX, 1u << 20), (Ids{300, 5, 3, 2}));
}

}  // namespace
}  // namespace dossier
