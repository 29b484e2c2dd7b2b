// That a store made as small as it gets is small, and is what it was.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
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
using ::testing::Pointee;

constexpr EntityId kCount = 20'000;
constexpr size_t kValueBytes = 600;

// Words, which compress as those of profiles do.
std::string Value(EntityId id) {
  std::string value;
  for (uint64_t i = 0, mixed = id; value.size() < kValueBytes; ++i) {
    mixed = mixed * 6364136223846793005u + 1442695040888963407u;
    absl::StrAppend(&value, "word", mixed >> 55, " ");
  }
  return value;
}

class CompactionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(opened, IsOk());
    store_ = *std::move(opened);
    for (EntityId id = 1; id <= kCount; ++id) Put(id);
  }

  void Put(EntityId id) {
    Batch batch(*store_);
    batch.Put(Family::kRecords, RecordKey(TypeId{1}, id).view(), Value(id));
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  void ExpectRecords(EntityId end) {
    for (EntityId id = 1; id < end; ++id) {
      ASSERT_THAT(store_->Get(Family::kRecords, RecordKey(TypeId{1}, id).view()),
                  IsOkAndHolds(Pointee(Value(id))))
          << id;
    }
  }

  uintmax_t TableBytes() const {
    uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(top_.path())) {
      if (file.path().extension() == ".sst") bytes += file.file_size();
    }
    return bytes;
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
};

TEST_F(CompactionTest, MakesItSmallAndLosesNothing) {
  std::atomic<bool> stop = false;
  ASSERT_THAT(store_->CompactAll(stop), IsOk());
  EXPECT_LT(TableBytes(), kCount * kValueBytes / 3);
  ExpectRecords(kCount + 1);
  store_.reset();
  auto again = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(again, IsOk());
  store_ = *std::move(again);
  ExpectRecords(kCount + 1);
}

TEST_F(CompactionTest, LetsWritersGoOn) {
  std::atomic<bool> stop = false;
  std::atomic<bool> is_done = false;
  EntityId end = kCount + 1;
  std::thread writer([&] {
    do Put(end++);
    while (!is_done);
  });
  EXPECT_THAT(store_->CompactAll(stop), IsOk());
  is_done = true;
  writer.join();
  ExpectRecords(end);
}

TEST_F(CompactionTest, StopsWhenItIsTold) {
  std::atomic<bool> stop = true;
  EXPECT_THAT(store_->CompactAll(stop), IsOk());
  ExpectRecords(kCount + 1);
  stop = false;
  EXPECT_THAT(store_->CompactAll(stop), IsOk());
  EXPECT_LT(TableBytes(), kCount * kValueBytes / 3);
}

}  // namespace
}  // namespace dossier
