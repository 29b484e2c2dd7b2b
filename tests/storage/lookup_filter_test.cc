// That nothing which is stored is ever denied.
#include "storage/lookup_filter.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/hash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;
using ::testing::Optional;

constexpr TypeId kType{1};
constexpr AttributeNumber kNumber = 16;
constexpr size_t kMegabyte = 1u << 20;
constexpr size_t kKeysPerMegabyte = kMegabyte / 2;

// As hashes of values are: all bits random.
Key ClaimOn(uint64_t value) {
  const std::string text = std::to_string(value);
  return ClaimKey(kType, kNumber, KeyedHash(text, HashKey{}));
}

// Chosen by somebody: in a row.
Key UuidOf(uint64_t value) {
  return UuidKey(kType, "uuid is " + std::string(Key().Add(value).view()));
}

void AddAll(LookupFilter& filter, uint64_t begin, uint64_t end, Key (*key)(uint64_t) = ClaimOn) {
  for (uint64_t i = begin; i < end; ++i) filter.Add(key(i).view());
}

size_t CountDenied(const LookupFilter& filter, uint64_t begin, uint64_t end,
                   Key (*key)(uint64_t) = ClaimOn) {
  size_t count = 0;
  for (uint64_t i = begin; i < end; ++i) count += filter.Denies(key(i).view());
  return count;
}

TEST(LookupFilter, DeniesNothingUntilItIsWhole) {
  LookupFilter filter(kMegabyte);
  EXPECT_FALSE(filter.Denies(ClaimOn(1).view()));
  filter.BecomeWhole();
  EXPECT_TRUE(filter.Denies(ClaimOn(1).view()));
  filter.Add(ClaimOn(1).view());
  EXPECT_FALSE(filter.Denies(ClaimOn(1).view()));
  EXPECT_TRUE(filter.Denies(ClaimOn(2).view()));
}

TEST(LookupFilter, HoldsAllAndDeniesMostOfTheRestHoweverItGrows) {
  for (Key (*const key)(uint64_t) : {ClaimOn, UuidOf}) {
    LookupFilter filter(64 * kMegabyte);
    filter.BecomeWhole();
    constexpr uint64_t kCount = 2 * kKeysPerMegabyte;
    AddAll(filter, 0, kCount, key);
    EXPECT_EQ(filter.bytes(), 3 * kMegabyte);
    EXPECT_EQ(CountDenied(filter, 0, kCount, key), 0u);
    EXPECT_GT(CountDenied(filter, kCount, kCount + 10'000, key), 9'850u);
  }
}

TEST(LookupFilter, WhatIsAddedAgainTakesNoRoom) {
  LookupFilter filter(kMegabyte);
  filter.BecomeWhole();
  for (int times = 0; times < 8; ++times) AddAll(filter, 0, kKeysPerMegabyte / 4);
  EXPECT_TRUE(filter.is_whole());
}

TEST(LookupFilter, IsGivenUpAtItsBound) {
  LookupFilter filter(4 * kMegabyte);
  filter.BecomeWhole();
  AddAll(filter, 0, 3 * kKeysPerMegabyte);
  EXPECT_TRUE(filter.is_whole());
  AddAll(filter, 3 * kKeysPerMegabyte, 5 * kKeysPerMegabyte);
  EXPECT_TRUE(filter.is_given_up());
  EXPECT_LE(filter.bytes(), 4 * kMegabyte);
  EXPECT_EQ(CountDenied(filter, 0, 6 * kKeysPerMegabyte), 0u);
  filter.BecomeWhole();
  EXPECT_FALSE(filter.is_whole());
}

TEST(LookupFilter, OfNoBytesDeniesNothing) {
  LookupFilter filter(0);
  filter.BecomeWhole();
  filter.Add(ClaimOn(1).view());
  EXPECT_EQ(CountDenied(filter, 0, 100), 0u);
  EXPECT_FALSE(filter.MakeRoom(1));
}

TEST(LookupFilter, MakesRoomWithinItsBoundAlone) {
  LookupFilter filter(8 * kMegabyte);
  EXPECT_FALSE(filter.MakeRoom(UINT64_MAX));
  EXPECT_FALSE(filter.MakeRoom(7 * kKeysPerMegabyte + 4));
  EXPECT_EQ(filter.bytes(), kMegabyte);
  ASSERT_TRUE(filter.MakeRoom(3 * kKeysPerMegabyte));
  EXPECT_NEAR(static_cast<double>(filter.bytes()), 4 * kMegabyte, 16);
  AddAll(filter, 0, 3 * kKeysPerMegabyte);
  EXPECT_NEAR(static_cast<double>(filter.bytes()), 4 * kMegabyte, 16) << "it was room enough";
}

TEST(LookupFilter, WhoComesBehindAnAddSeesIt) {
  constexpr uint64_t kCount = kKeysPerMegabyte;  // of each of two writers: it grows once
  LookupFilter filter(64 * kMegabyte);
  filter.BecomeWhole();
  std::atomic<uint64_t> added[2] = {};
  std::vector<std::thread> writers;
  for (uint64_t w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      for (uint64_t i = 0; i < kCount; ++i) {
        filter.Add(ClaimOn(w * kCount + i).view());
        added[w].store(i + 1, std::memory_order_release);
      }
    });
  }
  size_t denied = 0;
  for (uint64_t seen[2] = {}; seen[0] < kCount || seen[1] < kCount;) {
    for (uint64_t w = 0; w < 2; ++w) {
      const uint64_t end = added[w].load(std::memory_order_acquire);
      denied +=
          CountDenied(filter, w * kCount + std::max(seen[w], end - std::min<uint64_t>(end, 9)),
                      w * kCount + end);
      seen[w] = end;
    }
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(denied, 0u);
  EXPECT_EQ(CountDenied(filter, 0, 2 * kCount), 0u);
}

class FilteredStoreTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kMissCountMin = 4'096;

  // The filter takes a quarter of what the block cache takes.
  void Open(size_t block_cache_bytes = 64 * kMegabyte) {
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = block_cache_bytes});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  // Of values from `begin` on; the id that a value leads to is itself and 1.
  void PutAll(uint64_t begin, uint64_t end) {
    Batch batch(*store_);
    for (uint64_t i = begin; i < end; ++i) {
      batch.Put(Family::kLookup, ClaimOn(i).view(), IdValue(i + 1).view());
    }
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  void ExpectAll(uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      ASSERT_THAT(store_->LookUpUnlikely(ClaimOn(i)), IsOkAndHolds(Optional(i + 1))) << i;
    }
  }

  void ExpectNone(uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      ASSERT_THAT(store_->LookUpUnlikely(ClaimOn(i)), IsOkAndHolds(std::nullopt)) << i;
    }
  }

  uint64_t Figure(std::string_view name) const {
    for (const Statistic& statistic : store_->Statistics()) {
      if (statistic.name == name) return statistic.value;
    }
    ADD_FAILURE() << "no " << name;
    return 0;
  }
  bool IsInUse() const { return Figure("lookup_filter_in_use") == 1; }
  // Of misses enough were made.
  void AwaitUse() const {
    const absl::Time end = absl::Now() + absl::Minutes(2);
    while (!IsInUse() && absl::Now() < end) std::this_thread::yield();
    ASSERT_TRUE(IsInUse());
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
};

TEST_F(FilteredStoreTest, ANewStoreHasItAtOnce) {
  Open();
  EXPECT_TRUE(IsInUse());
  PutAll(0, 1'000);
  ExpectAll(0, 1'000);
  ExpectNone(1'000, 2'000);
  Open();
  EXPECT_FALSE(IsInUse());
  ExpectAll(0, 1'000);
}

TEST_F(FilteredStoreTest, WhatWasNotCommittedIsFreeUntilItIs) {
  Open();
  {
    Batch batch(*store_);
    batch.Put(Family::kLookup, ClaimOn(1).view(), IdValue(2).view());
  }
  ExpectNone(1, 2);
  PutAll(1, 2);
  ExpectAll(1, 2);
}

TEST_F(FilteredStoreTest, WhatWasDeletedIsFreeAndMayComeBack) {
  Open();
  PutAll(0, 100);
  Batch one(*store_);
  one.Delete(Family::kLookup, ClaimOn(7).view());
  ASSERT_THAT(store_->Commit(one, Durability::kBuffered), IsOk());
  ExpectNone(7, 8);
  ExpectAll(8, 100);
  PutAll(7, 8);
  ExpectAll(0, 100);
  Batch all(*store_);
  all.DeleteRange(Family::kLookup, ClaimsOfAttribute(LookupTag::kClaim, kType, kNumber));
  ASSERT_THAT(store_->Commit(all, Durability::kBuffered), IsOk());
  ExpectNone(0, 100);
  PutAll(50, 150);
  ExpectNone(0, 50);
  ExpectAll(50, 150);
}

TEST_F(FilteredStoreTest, IsBuiltOfWhatIsStoredOnceThatPays) {
  Open();
  PutAll(0, 10'000);
  Open();
  PutAll(10'000, 11'000);  // some come behind the opening and before the building
  ExpectNone(100'000, 100'000 + kMissCountMin - 1);
  EXPECT_EQ(Figure("lookup_filter_bytes"), kMegabyte) << "nothing is built yet";
  ExpectNone(100'000, 100'001);
  AwaitUse();
  ExpectAll(0, 11'000);
  ExpectNone(11'000, 12'000);
  PutAll(11'000, 12'000);
  ExpectAll(11'000, 12'000);
}

TEST_F(FilteredStoreTest, AManyTimesLargerStorePaysLater) {
  Open();
  constexpr uint64_t kFree = 10'000'000;
  PutAll(0, 128 * kMissCountMin);  // one look-up for 64 of them
  Open();
  ExpectNone(kFree, kFree + kMissCountMin);
  EXPECT_EQ(Figure("lookup_filter_bytes"), kMegabyte);
  ExpectNone(kFree, kFree + kMissCountMin);
  AwaitUse();
  ExpectAll(0, 10'000);
}

TEST_F(FilteredStoreTest, WhereOldKeysDoNotFitThereIsNone) {
  Open();
  PutAll(0, 3'000);
  Open(/*block_cache_bytes=*/4 * 4'096);  // room for 2,048
  PutAll(3'000, 4'000);
  ExpectNone(100'000, 100'000 + 2 * kMissCountMin);
  PutAll(4'000, 8'000);
  ExpectAll(0, 8'000);
  EXPECT_FALSE(IsInUse());
  EXPECT_LE(Figure("lookup_filter_bytes"), 4'096u);
}

TEST_F(FilteredStoreTest, DeniesNothingThatIsWrittenWhileItIsBuilt) {
  Open();
  constexpr uint64_t kOldCount = 100'000;
  PutAll(0, kOldCount);
  Open();
  std::atomic<bool> is_done = false;
  std::atomic<uint64_t> ends[2] = {};
  std::vector<std::thread> writers;
  for (uint64_t w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      uint64_t at = (w + 1) * 10'000'000;
      for (; !is_done; at += 3) {
        PutAll(at, at + 3);
        ExpectAll(at, at + 3);
        // One that was there goes, and comes back behind a look at it.
        Batch batch(*store_);
        const uint64_t old = at / 3 % (kOldCount / 2) + w * kOldCount / 2;
        batch.Delete(Family::kLookup, ClaimOn(old).view());
        ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
        ExpectNone(old, old + 1);
        PutAll(old, old + 1);
        ExpectAll(old, old + 1);
      }
      ends[w] = at;
    });
  }
  ExpectNone(100'000'000, 100'000'000 + kOldCount / 8);
  AwaitUse();
  is_done = true;
  for (std::thread& writer : writers) writer.join();
  ExpectAll(0, kOldCount);
  for (uint64_t w = 0; w < 2; ++w) ExpectAll((w + 1) * 10'000'000, ends[w]);
}

TEST_F(FilteredStoreTest, AStoreMayCloseWhileItIsBuilt) {
  Open();
  constexpr uint64_t kCount = 50'000;
  PutAll(0, kCount);
  for (int times = 0; times < 5; ++times) {
    Open();
    ExpectNone(100'000, 100'000 + kCount / 8);
    ASSERT_FALSE(HasFatalFailure());
  }
  ExpectAll(0, kCount);
}

}  // namespace
}  // namespace dossier
