#include "storage/id_blocks.h"

#include <algorithm>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;

class IdBlocksTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  std::unique_ptr<IdBlocks> Blocks() {
    auto blocks = IdBlocks::Open(*store_);
    EXPECT_THAT(blocks, IsOk());
    return *std::move(blocks);
  }

  void StoreCounter(const std::string& value) {
    Batch batch(*store_);
    batch.Put(Family::kMeta, MetaKey(MetaTag::kNextId), value);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
};

TEST_F(IdBlocksTest, BeginsAtOne) { EXPECT_THAT(Blocks()->Next(), IsOkAndHolds(1u)); }

TEST_F(IdBlocksTest, ReturnsNoIdThatWasKept) {
  for (const EntityId kept : {EntityId{3}, EntityId{100'000}, EntityId{1} << 53}) {
    std::unique_ptr<IdBlocks> blocks = Blocks();
    const EntityId before = blocks->Next().value();
    const EntityId ahead = before + kept;
    EXPECT_FALSE(blocks->MayBeKept(before));
    ASSERT_THAT(blocks->Keep(ahead), IsOk());
    EXPECT_FALSE(blocks->MayBeKept(ahead));  // nobody can have drawn it
    EXPECT_THAT(blocks->Next(), IsOkAndHolds(ahead + 1));
    ASSERT_THAT(blocks->Keep(before), IsOk());
    EXPECT_TRUE(blocks->MayBeKept(before));
    EXPECT_FALSE(blocks->MayBeKept(before + 1));
    EXPECT_THAT(blocks->Next(), IsOkAndHolds(ahead + 2));
    blocks.reset();
    Reopen();
    EXPECT_GT(Blocks()->Next().value(), ahead + 2);
  }
}

TEST_F(IdBlocksTest, RisesOverBlocksAndReopens) {
  EntityId last = 0;
  for (int draws : {1, 4096, 1, 0, 5000}) {
    const std::unique_ptr<IdBlocks> blocks = Blocks();
    for (int i = 0; i < draws; ++i) {
      const absl::StatusOr<EntityId> id = blocks->Next();
      ASSERT_THAT(id, IsOk());
      ASSERT_GT(*id, last);
      ASSERT_LE(*id - last, 4096u) << "a gap is a block at most";
      last = *id;
    }
    Reopen();
  }
}

TEST_F(IdBlocksTest, NeverRepeatsOverThreads) {
  constexpr int kThreads = 8, kDraws = 3000;
  std::vector<std::vector<EntityId>> drawn(kThreads);
  const std::unique_ptr<IdBlocks> blocks = Blocks();
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (auto& own : drawn) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < kDraws; ++i) own.push_back(blocks->Next().value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<EntityId> all;
  for (const auto& own : drawn) {
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));
    all.insert(all.end(), own.begin(), own.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_EQ(all.front(), 1u);
  EXPECT_EQ(all.back(), all.size()) << "no gap while the store is open";
}

TEST_F(IdBlocksTest, RefusesADamagedCounter) {
  const std::pair<const char*, std::string> rows[] = {
      {"empty", ""},
      {"short", std::string(7, '\1')},
      {"long", std::string(9, '\1')},
      {"zero, which is the id of nothing", std::string(8, '\0')},
      {"past the ids that JSON can say", std::string(8, '\xff')},
  };
  for (const auto& [name, value] : rows) {
    StoreCounter(value);
    EXPECT_THAT(IdBlocks::Open(*store_), StatusIs(absl::StatusCode::kDataLoss)) << name;
  }
}

}  // namespace
}  // namespace dossier
