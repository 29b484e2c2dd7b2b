// Commits of many threads at once: each whole, in the order of its thread, and told how it ended.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/disk_gate.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::DiskGate;
using testing::IsOk;
using testing::StatusIs;

class GroupCommitTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  // `value` under `key` in two families.
  absl::Status Put(const std::string& key, const std::string& value, Durability durability) {
    Batch batch(*store_);
    batch.Put(Family::kMeta, key, value);
    batch.Put(Family::kIndex, key, value);
    return store_->Commit(batch, durability);
  }

  std::string Value(Family family, const std::string& key, const Snapshot* at = nullptr) {
    const absl::StatusOr<SharedBytes> got = store_->Get(family, key, at);
    EXPECT_THAT(got, IsOk());
    return got.ok() && *got != nullptr ? std::string(**got) : "";
  }

  const testing::TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
};

TEST_F(GroupCommitTest, KeepsEachCommitWholeAndThoseOfAThreadInOrder) {
  constexpr int kThreadCount = 12;
  constexpr int kCommitCount = 60;
  std::atomic<int> running_count = kThreadCount;
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreadCount; ++number) {
    threads.emplace_back([&, number] {
      const auto durability = number % 4 == 0 ? Durability::kBuffered : Durability::kSynced;
      const std::string key = std::to_string(number);
      for (int i = 1; i <= kCommitCount; ++i) {
        const std::string value = std::to_string(i);
        EXPECT_THAT(Put(key, value, durability), IsOk());
        EXPECT_EQ(Value(Family::kMeta, key), value);
        EXPECT_EQ(Value(Family::kIndex, key), value);
      }
      --running_count;
    });
  }
  while (running_count > 0) {
    const Snapshot now(*store_);
    for (int number = 0; number < kThreadCount; ++number) {
      const std::string key = std::to_string(number);
      EXPECT_EQ(Value(Family::kMeta, key, &now), Value(Family::kIndex, key, &now));
    }
  }
  for (std::thread& thread : threads) thread.join();
  Open();
  for (int number = 0; number < kThreadCount; ++number) {
    for (const Family family : {Family::kMeta, Family::kIndex}) {
      EXPECT_EQ(Value(family, std::to_string(number)), std::to_string(kCommitCount));
    }
  }
}

TEST_F(GroupCommitTest, TakesEveryKindOfChange) {
  ASSERT_THAT(Put("gone", "1", Durability::kSynced), IsOk());
  ASSERT_THAT(Put("gone once", "1", Durability::kSynced), IsOk());
  ASSERT_THAT(Put("in range", "1", Durability::kSynced), IsOk());
  DiskGate().Close();
  std::vector<std::thread> threads;
  const auto commit = [&](auto fill) {
    threads.emplace_back([&, fill] {
      Batch batch(*store_);
      fill(batch);
      EXPECT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
    });
  };
  commit([](Batch& batch) { batch.Put(Family::kElements, "first", "1"); });
  EXPECT_TRUE(DiskGate().AwaitSomebody());
  // The first one has the disk; these gather behind it.
  commit([](Batch& batch) { batch.Delete(Family::kIndex, "gone"); });
  commit([](Batch& batch) { batch.DeleteOnce(Family::kIndex, "gone once"); });
  commit([](Batch& batch) { batch.DeleteRange(Family::kIndex, {"in", "in s"}); });
  commit([](Batch& batch) { batch.Put(Family::kLookup, std::string(9, 'k'), "12345678"); });
  commit([](Batch& batch) { batch.Put(Family::kElements, "large", std::string(2u << 20, 'x')); });
  commit([](Batch&) {});
  DiskGate().Open();
  for (std::thread& thread : threads) thread.join();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Value(Family::kElements, "first"), "1");
    EXPECT_EQ(Value(Family::kElements, "large").size(), 2u << 20);
    EXPECT_EQ(Value(Family::kLookup, std::string(9, 'k')), "12345678");
    for (const char* key : {"gone", "gone once", "in range"}) {
      EXPECT_EQ(Value(Family::kMeta, key), "1");
      EXPECT_EQ(Value(Family::kIndex, key), "");
    }
    Open();
  }
}

TEST_F(GroupCommitTest, TellsEachOneThatTheDiskFailed) {
  constexpr int kThreadCount = 8;
  DiskGate().Close();
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreadCount; ++number) {
    threads.emplace_back([&, number] {
      EXPECT_THAT(Put(std::to_string(number), "1", Durability::kSynced),
                  StatusIs(absl::StatusCode::kUnknown));
    });
    if (number > 0) continue;
    EXPECT_TRUE(DiskGate().AwaitSomebody()) << "the others are to gather behind the first";
  }
  DiskGate().Break();
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(store_->LastCommit().ok());
  DiskGate().Open();
  EXPECT_FALSE(Put("later", "1", Durability::kSynced).ok());
  Open();
  EXPECT_THAT(Put("reopened", "1", Durability::kSynced), IsOk());
}

}  // namespace
}  // namespace dossier
