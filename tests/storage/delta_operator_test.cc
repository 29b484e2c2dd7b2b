// Records that are stored as a whole state and deltas: read in every way, wherever they lie.
#include <atomic>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/delta.h"
#include "record/view.h"
#include "record/writer.h"
#include "storage/records.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::testing::Pointee;

constexpr TypeId kType{1};
constexpr EntityId kId = 5;

class DeltaOperatorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Attribute text;
    text.name = "text";
    text.number = kFirstFreeNumber;
    shape_.Add(std::move(text));
    shape_.Seal(nullptr);
    Reopen();
  }

  // What was in memory is in a file after it.
  void Reopen() {
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  static std::string State(int version) {
    Writer writer;
    writer.bytes().resize(format::kHeaderSize);
    const Writer::Mark root = writer.BeginObject();
    writer.AddText(kFirstFreeNumber, format::Tag::kText,
                   std::string(300, 'x') + std::to_string(version));
    writer.EndObject(root);
    SealRecord({.type = kType, .type_version = 1, .id = kId, .last_updated = version},
               writer.bytes());
    return writer.bytes();
  }
  static std::string Delta(int from, int to) {
    const std::string before = State(from);
    const std::string after = State(to);
    return DeltaOf(before, after, SameBytes(before, after));
  }

  void Put(int version) {
    Batch batch(*store_);
    batch.Put(Family::kRecords, key_.view(), State(version));
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }
  void Merge(const std::string& delta) {
    Batch batch(*store_);
    batch.Merge(Family::kRecords, key_.view(), delta);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  void ExpectRead(int version, const Snapshot* at = nullptr) {
    const std::string expected = State(version);
    EXPECT_THAT(store_->Get(Family::kRecords, key_.view(), at), IsOkAndHolds(Pointee(expected)));
    const auto entries = store_->Entries(Family::kRecords, key_.view().substr(0, 2), at);
    ASSERT_THAT(entries, IsOk());
    ASSERT_EQ(entries->size(), 1u);
    EXPECT_EQ(*entries->front().value, expected);
    if (at != nullptr) return;
    const auto below = store_->EntriesBelow(Family::kRecords, key_.view().substr(0, 2),
                                            RecordKey(kType, kId + 1).view(), 1'000);
    ASSERT_THAT(below, IsOk());
    ASSERT_EQ(below->size(), 1u);
    EXPECT_EQ(below->front().second, expected);
  }

  void Compact() {
    std::atomic<bool> stop = false;
    ASSERT_THAT(store_->CompactAll(stop), IsOk());
  }

  testing::TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
  Shape shape_;
  const Key key_ = RecordKey(kType, kId);
};

TEST_F(DeltaOperatorTest, ReadsTheLastStateWhereverItsPartsLie) {
  Put(0);
  ExpectRead(0);
  for (int version = 1; version <= 40; ++version) {
    Merge(Delta(version - 1, version));
    ExpectRead(version);
    if (version % 3 == 0) Reopen();
    if (version % 7 == 0) Compact();
    ExpectRead(version);
  }
  Put(100);
  ExpectRead(100);
}

TEST_F(DeltaOperatorTest, ReadsTheStateOfASnapshot) {
  Put(0);
  Merge(Delta(0, 1));
  const Snapshot then(*store_);
  Merge(Delta(1, 2));
  ExpectRead(1, &then);
  ExpectRead(2);
  Compact();
  Merge(Delta(2, 3));
  Compact();
  ExpectRead(1, &then);
  ExpectRead(3);
}

TEST_F(DeltaOperatorTest, BeginsAnewBehindADeletion) {
  Put(0);
  Merge(Delta(0, 1));
  Batch batch(*store_);
  batch.Delete(Family::kRecords, key_.view());
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  EXPECT_THAT(store_->Get(Family::kRecords, key_.view()), IsOkAndHolds(nullptr));
  Put(7);
  Merge(Delta(7, 8));
  Batch range(*store_);
  range.DeleteRange(Family::kRecords, WithPrefix(key_.view().substr(0, 2)));
  ASSERT_THAT(store_->Commit(range, Durability::kBuffered), IsOk());
  EXPECT_THAT(store_->Get(Family::kRecords, key_.view()), IsOkAndHolds(nullptr));
  Reopen();
  Compact();
  Put(3);
  Merge(Delta(3, 4));
  ExpectRead(4);
}

// One record is lost, and neither the others nor what is written from then on.
TEST_F(DeltaOperatorTest, IsDataLossOfOneRecordWhereADeltaDoesNotFit) {
  const std::string fitting = Delta(0, 1);
  for (const std::string& delta :
       {Delta(1, 2), std::string(), std::string("delta"), fitting.substr(0, fitting.size() / 2)}) {
    Put(0);
    const Key other = RecordKey(kType, kId + 1);
    Batch batch(*store_);
    batch.Put(Family::kRecords, other.view(), "other");
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
    Merge(delta);
    const auto expect_loss = [&] {
      Records records(*store_, 1u << 20);
      EXPECT_THAT(records.Get({kType, kId}, shape_), StatusIs(absl::StatusCode::kDataLoss));
      EXPECT_THAT(store_->Get(Family::kRecords, other.view()),
                  IsOkAndHolds(Pointee(std::string("other"))));
    };
    expect_loss();
    Merge(Delta(1, 2));
    expect_loss();
    Reopen();
    Compact();
    expect_loss();
  }
  Put(9);
  EXPECT_THAT(store_->Get(Family::kRecords, key_.view()), IsOkAndHolds(Pointee(State(9))));
}

// As where the file with the whole state was lost.
TEST_F(DeltaOperatorTest, IsDataLossWhereThereIsNoWholeState) {
  Merge(Delta(0, 1));
  for (int i = 0; i < 2; ++i) {
    Records records(*store_, 1u << 20);
    EXPECT_THAT(records.Get({kType, kId}, shape_), StatusIs(absl::StatusCode::kDataLoss));
    Reopen();
    Compact();
  }
}

}  // namespace
}  // namespace dossier
