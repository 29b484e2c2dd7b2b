// Batches of one thread are written into the memory of those before them.
#include <memory>
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::testing::IsNull;
using ::testing::Pointee;

class BatchTest : public ::testing::Test {
 protected:
  void SetUp() override { store_ = Open("one"); }

  std::unique_ptr<Store> Open(const std::string& name) {
    absl::StatusOr<std::unique_ptr<Store>> store =
        Store::Open({.directory = top_.Join(name), .block_cache_bytes = 1u << 20});
    EXPECT_THAT(store, IsOk());
    return *std::move(store);
  }

  static void Commit(Store& store, Batch& batch) {
    EXPECT_THAT(store.Commit(batch, Durability::kBuffered), IsOk());
  }

  static absl::StatusOr<SharedBytes> Get(const Store& store, std::string_view key) {
    return store.Get(Family::kMeta, key);
  }

  testing::TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
};

TEST_F(BatchTest, HoldsNothingOfTheOneBefore) {
  for (const bool is_committed : {false, true}) {
    {
      Batch dropped(*store_);
      dropped.Put(Family::kMeta, "a", "1");
      dropped.DeleteRange(Family::kMeta, WithPrefix("b"));
      if (is_committed) Commit(*store_, dropped);
    }
    {
      Batch batch(*store_);
      batch.Put(Family::kMeta, "b", "2");
      Commit(*store_, batch);
    }
    EXPECT_THAT(Get(*store_, "b"), IsOkAndHolds(Pointee(std::string("2"))));
    const absl::StatusOr<SharedBytes> put_before = Get(*store_, "a");
    ASSERT_THAT(put_before, IsOk());
    EXPECT_EQ(*put_before != nullptr, is_committed);
    Batch empty(*store_);
    empty.Delete(Family::kMeta, "a");
    Commit(*store_, empty);
    EXPECT_THAT(Get(*store_, "b"), IsOkAndHolds(Pointee(std::string("2"))));
  }
}

TEST_F(BatchTest, HasNothingToDoWithAnotherOfTheThread) {
  { const Batch spare(*store_); }
  Batch outer(*store_);
  outer.Put(Family::kMeta, "outer", "1");
  {
    Batch inner(*store_);
    inner.Put(Family::kMeta, "inner", "2");
    Commit(*store_, inner);
  }
  EXPECT_THAT(Get(*store_, "outer"), IsOkAndHolds(IsNull()));
  Commit(*store_, outer);
  EXPECT_THAT(Get(*store_, "outer"), IsOkAndHolds(Pointee(std::string("1"))));
  EXPECT_THAT(Get(*store_, "inner"), IsOkAndHolds(Pointee(std::string("2"))));
}

TEST_F(BatchTest, GoesToItsOwnStore) {
  { const Batch spare(*store_); }
  const std::unique_ptr<Store> other = Open("other");
  {
    Batch batch(*other);
    batch.Put(Family::kIndex, "key", "1");
    Commit(*other, batch);
  }
  store_.reset();
  Batch batch(*other);
  batch.Put(Family::kIndex, "key", "2");
  Commit(*other, batch);
  EXPECT_THAT(other->Get(Family::kIndex, "key"), IsOkAndHolds(Pointee(std::string("2"))));
}

TEST_F(BatchTest, MayBeLargerThanAnyBefore) {
  for (const size_t size : {size_t{10}, size_t{1'000}, size_t{100'000}, size_t{2'000}}) {
    const std::string value(size, 'x');
    for (const size_t reserved_bytes : {size_t{0}, size}) {
      Batch batch(*store_, reserved_bytes);
      batch.Put(Family::kMeta, "key", value);
      Commit(*store_, batch);
      EXPECT_THAT(Get(*store_, "key"), IsOkAndHolds(Pointee(value)));
    }
  }
}

}  // namespace
}  // namespace dossier
