// The building and the removal of indexes that a crash interrupts at each step: the store is copied as
// it is on disk at that moment, and the copy is opened.
#include "mutation/index_building.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schema/index_rows.h"
#include "support/index_agreement.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IndexesAgree;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr AttributeNumber kV = kFirstFreeNumber;
constexpr int kRecordCount = 1200;  // more than two steps of the walk

EngineOptions OptionsOf(const std::string& directory) {
  return {.directory = directory,
          .durability = Durability::kBuffered,
          .block_cache_bytes = 1u << 20,
          .record_cache_bytes = 1u << 20};
}

class IndexBuildingTest : public ::testing::Test {
 protected:
  // Makes the store, with records of the type `row`, and opens its lower parts.
  void SetUp() override {
    {
      auto engine = Engine::Open(OptionsOf(live()));
      ASSERT_THAT(engine, IsOk());
      Session host = (*engine)->HostSession();
      ASSERT_THAT(host.CreateEntityType("row", R"([{"name":"v","type":"string"}])"), IsOk());
      for (int i = 0; i < kRecordCount; ++i) {
        ASSERT_THAT(host.Create("row", absl::StrCat(R"({"v":"V)", i % 7, R"("})")), IsOk());
      }
    }
    OpenParts();
  }

  void OpenParts() {
    auto store = Store::Open(OptionsOf(live()));
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    ids_ = *IdBlocks::Open(*store_);
    registry_ = *Registry::Open(*store_);
    records_ = std::make_unique<Records>(*store_, 1u << 20);
  }

  void CloseParts() {
    records_.reset();
    registry_.reset();
    ids_.reset();
    store_.reset();
  }

  StoredRecords Stored() {
    return {*store_,       *records_,    *ids_,     *registry_,
            record_locks_, claim_locks_, hash_key_, LargeBounds()};
  }

  // The version with an index on `v` that is to be built, or without one.
  void Declare() {
    const auto change = [](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
      IndexList indexes = current.indexes();
      indexes.push_back({.number = kV, .since = current.version() + 1});
      return current.NextIndexes(indexes);
    };
    ASSERT_THAT(registry_->Change("row", change), IsOk());
  }
  void Undeclare() {
    const auto change = [](const EntityType& current, Batch& batch) -> absl::StatusOr<EntityType> {
      batch.Put(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, current.id(), kV), "");
      IndexList indexes = current.indexes();
      indexes.pop_back();
      return current.NextIndexes(indexes);
    };
    ASSERT_THAT(registry_->Change("row", change), IsOk());
  }

  std::string live() const { return top_.path() + "/live"; }

  // What a crash at this moment would leave.
  std::string Crash() {
    const std::string copy = absl::StrCat(top_.path(), "/copy", copy_count_++);
    std::filesystem::copy(live(), copy);
    return copy;
  }

  // The store opens, builds what is left to build, and has the rows that it should.
  void ExpectBuilt(const std::string& directory) {
    {
      auto engine = Engine::Open(OptionsOf(directory));
      ASSERT_THAT(engine, IsOk());
      Session host = (*engine)->HostSession();
      ASSERT_THAT(host.AwaitIndexes(), IsOk());
      EXPECT_THAT(host.Indexes("row"), IsOkAndHolds(Not(HasSubstr("building"))));
      EXPECT_THAT(host.Indexes("row"), IsOkAndHolds(HasSubstr("/v")));
    }
    EXPECT_TRUE(IndexesAgree(directory));
    auto store = Store::Open(OptionsOf(directory));
    ASSERT_THAT(store, IsOk());
    EXPECT_THAT((*store)->MetaEntries(MetaTag::kIndexBuilding), IsOkAndHolds(IsEmpty()));
  }

  size_t RowCount(const Store& store, AttributeNumber number) {
    return store.Entries(Family::kIndex, IndexPrefix(TypeId{1}, number))->size();
  }

  TemporaryDirectory top_;
  HashKey hash_key_{};
  std::unique_ptr<Store> store_;
  LockTable record_locks_;
  LockTable claim_locks_;
  std::unique_ptr<IdBlocks> ids_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Records> records_;
  int copy_count_ = 0;
};

TEST_F(IndexBuildingTest, GoesOnFromEachStep) {
  Declare();
  std::vector<std::string> copies = {Crash()};
  std::vector<IndexProgress> reports;
  const std::atomic<bool> stop = false;
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop,
                           [&](const IndexProgress& progress) {
                             reports.push_back(progress);
                             copies.push_back(Crash());
                           }),
              IsOk());
  copies.push_back(Crash());
  ASSERT_EQ(reports.size(), 4u);
  EXPECT_EQ(reports[0].record_count, 0u);
  EXPECT_EQ(reports[1].record_count, 512u);
  EXPECT_EQ(reports[3].record_count, static_cast<uint64_t>(kRecordCount));
  for (const IndexProgress& progress : reports) {
    EXPECT_NEAR(static_cast<double>(progress.record_count_about), kRecordCount, 20);
  }
  for (const std::string& copy : copies) ExpectBuilt(copy);
}

TEST_F(IndexBuildingTest, StopsAndGoesOnBehindTheLastRecord) {
  Declare();
  std::atomic<bool> stop = false;
  std::vector<uint64_t> counts;
  const auto report = [&](const IndexProgress& progress) {
    counts.push_back(progress.record_count);
    stop = counts.size() == 2;
  };
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop, report), IsOk());
  EXPECT_THAT(counts, ::testing::ElementsAre(0, 512));
  EXPECT_FALSE((*registry_->Find("row"))->indexes()[2].is_ready);
  stop = false;
  counts.clear();
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop, report), IsOk());
  EXPECT_THAT(counts, ::testing::ElementsAre(512, 1024));
  stop = false;
  counts.clear();
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop, report), IsOk());
  EXPECT_THAT(counts, ::testing::ElementsAre(1024, kRecordCount));
  EXPECT_TRUE((*registry_->Find("row"))->indexes()[2].is_ready);
  CloseParts();
  EXPECT_TRUE(IndexesAgree(live()));
}

// What an index of the attribute left, which was removed, is nothing to go on from.
TEST_F(IndexBuildingTest, AnotherIndexBeginsAnew) {
  Declare();
  std::atomic<bool> stop = false;
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop,
                           [&](const IndexProgress& p) { stop = p.record_count > 0; }),
              IsOk());
  const auto left =
      store_->Get(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, TypeId{1}, kV));
  ASSERT_THAT(left, IsOk());
  ASSERT_NE(*left, nullptr);
  Undeclare();
  ASSERT_THAT(DropIndexRows(*store_, TypeId{1}, kV), IsOk());
  EXPECT_EQ(RowCount(*store_, kV), 0u);
  {
    // A walk that went on a moment longer wrote it once more.
    Batch batch(*store_);
    batch.Put(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, TypeId{1}, kV), **left);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }
  Declare();
  CloseParts();
  ExpectBuilt(live());
}

TEST_F(IndexBuildingTest, ARemovalGoesOnWhenTheStoreIsOpened) {
  Declare();
  const std::atomic<bool> stop = false;
  ASSERT_THAT(BuildIndexes(Stored(), "row", stop, [](const IndexProgress&) {}), IsOk());
  EXPECT_EQ(RowCount(*store_, kV), 2u * kRecordCount);
  Undeclare();
  const std::string copy = Crash();
  { ASSERT_THAT(Engine::Open(OptionsOf(copy)), IsOk()); }
  EXPECT_TRUE(IndexesAgree(copy));
  auto store = Store::Open(OptionsOf(copy));
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ(RowCount(**store, kV), 0u);
  EXPECT_THAT((*store)->MetaEntries(MetaTag::kIndexBuilding), IsOkAndHolds(IsEmpty()));
}

// As the library before this one left it: no rows, and a type that knows of no indexes.
TEST_F(IndexBuildingTest, AnOlderStoreGetsThoseOfTheTimes) {
  for (const std::string& name : registry_->Names()) {
    const EntityTypePtr type = *registry_->Find(name);
    std::string stored = type->Stored();
    const size_t begin = stored.find(R"(,"indexes":[)");
    ASSERT_NE(begin, stored.npos);
    stored.erase(begin, stored.find(']', begin) + 1 - begin);
    Batch batch(*store_);
    batch.Put(Family::kMeta, EntityTypeKey(type->id()), stored);
    batch.DeleteRange(Family::kIndex,
                      WithPrefix(Key().Add(static_cast<uint16_t>(type->id())).view()));
    ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  }
  CloseParts();
  {
    auto engine = Engine::Open(OptionsOf(live()));
    ASSERT_THAT(engine, IsOk());
    Session host = (*engine)->HostSession();
    ASSERT_THAT(host.Update("row", EntityKey::Id(1), R"({"v":"w"})"), IsOk());
    ASSERT_THAT(host.Delete("row", EntityKey::Id(2)), IsOk());
    ASSERT_THAT(host.AddIndex("row", "v"), IsOk());
    ASSERT_THAT(host.AwaitIndexes(), IsOk());
    ASSERT_THAT(host.Update("row", EntityKey::Id(1), R"({"v":"x"})"), IsOk());
  }
  ExpectBuilt(live());
}

// As a walk that noted its position while its type was deleted left it.
TEST_F(IndexBuildingTest, WhatIsLeftOfADeletedTypeGoes) {
  const auto with_all = [](const EntityType&, Batch&) { return absl::OkStatus(); };
  ASSERT_THAT(registry_->Remove("row", with_all), IsOk());
  Batch batch(*store_);
  batch.Put(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, TypeId{1}, kV), "");
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  CloseParts();
  { ASSERT_THAT(Engine::Open(OptionsOf(live())), IsOk()); }
  const auto store = Store::Open(OptionsOf(live()));
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->MetaEntries(MetaTag::kIndexBuilding), IsOkAndHolds(IsEmpty()));
}

TEST_F(IndexBuildingTest, ADamagedPositionIsNoticed) {
  Declare();
  Batch batch(*store_);
  batch.Put(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, TypeId{1}, kV), "short");
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  const std::atomic<bool> stop = false;
  EXPECT_THAT(BuildIndexes(Stored(), "row", stop, [](const IndexProgress&) {}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE((*registry_->Find("row"))->indexes()[2].is_ready);
}

}  // namespace
}  // namespace dossier
