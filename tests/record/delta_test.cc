// Deltas: what they make of a state, how many stand upon each other, and what damage makes of them.
#include "record/delta.h"

#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::kRichShape;
using ::dossier::testing::TestRecords;
using ::testing::Not;

constexpr std::string_view kProfile =
    R"({"name":"Ada Lovelace","age":36,"height":1.65,"active":true,"born":"1815-12-10",)"
    R"("address":"10.0.0.1","extra":{"a":[1,2,3],"note":"analytical engine"},)"
    R"("home":{"city":"London","geo":{"lat":51.5,"lon":-0.12},"lines":[{"line":"St James's Square"}]},)"
    R"("statuses":[{"text":"first","likes":3},{"text":"second","replies":[{"text":"yes"}]}],)"
    R"("tags":["mathematics","poetry"],"mail":"ada@example.com"})";

class DeltaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto record = records_.Create(kProfile);
    ASSERT_THAT(record, IsOk());
    record_ = *record;
    records_.set_delta(&delta_);
  }

  // Changes the record and applies the delta, where there is one, to what it was.
  void Change(Mode mode, std::string_view path, std::optional<std::string_view> value) {
    delta_.clear();
    const std::string before = record_;
    const auto after = records_.Apply(before, mode, path, value);
    ASSERT_THAT(after, IsOk()) << path;
    record_ = *after;
    const uint8_t deltas = RecordView::Trusted(record_).deltas();
    if (delta_.empty()) {
      EXPECT_EQ(deltas, 0) << path;
      return;
    }
    EXPECT_EQ(deltas, RecordView::Trusted(before).deltas() + 1) << path;
    EXPECT_LT(delta_.size(), record_.size()) << path;
    std::string applied;
    EXPECT_TRUE(ApplyDelta(before, delta_, applied)) << path;
    EXPECT_EQ(applied, record_) << path;
    EXPECT_THAT(records_.Verify(applied), IsOk()) << path;
  }

  TestRecords records_{kRichShape};
  std::string record_;
  std::string delta_;
};

TEST_F(DeltaTest, SaysWhatAnUpdateChanged) {
  Change(Mode::kUpdate, "/", R"({"name":"Countess of Lovelace","age":37})");
  EXPECT_FALSE(delta_.empty());
  EXPECT_LT(delta_.size(), record_.size() / 2);
}

TEST_F(DeltaTest, SaysWhatBecameOfAnElement) {
  const Attribute& statuses = *records_.shape().FindNamed("statuses");
  const PluralView plural = RecordView::Trusted(record_).root().Find(statuses.number).plural();
  const std::string element = "/statuses#" + std::to_string(plural.id(0));
  Change(Mode::kUpdate, "/statuses", R"([{"text":"third"}])");
  EXPECT_FALSE(delta_.empty());
  Change(Mode::kUpdate, element + "/replies", R"([{"text":"no"}])");
  EXPECT_FALSE(delta_.empty());
  Change(Mode::kUpdate, element, std::nullopt);
  EXPECT_FALSE(delta_.empty());
}

// What is written anew copies nothing, and is the same for the most part all the same.
TEST_F(DeltaTest, SaysWhatAReplacementChanged) {
  Change(Mode::kReplace, "/home", R"({"city":"Paris","geo":{"lat":51.5,"lon":-0.12}})");
  EXPECT_FALSE(delta_.empty());
  std::string other(kProfile);
  other.replace(other.find("Ada Lovelace"), 12, "Ada Byron");
  Change(Mode::kReplace, "/", kProfile);
  Change(Mode::kReplace, "/", kProfile);
  EXPECT_FALSE(delta_.empty());
  Change(Mode::kReplace, "/", other);
  EXPECT_FALSE(delta_.empty());
}

TEST_F(DeltaTest, IsNotMadeWhereTheStateIsAnotherOne) {
  Change(Mode::kReplace, "/", R"({"name":"Charles Babbage","mail":"charles@example.com"})");
  EXPECT_TRUE(delta_.empty());
}

TEST_F(DeltaTest, StandsUponNoMoreThanAFewOthers) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 1; i <= kDeltasMax; ++i) {
      Change(Mode::kUpdate, "/", R"({"age":)" + std::to_string(round * 100 + i) + "}");
      EXPECT_EQ(RecordView::Trusted(record_).deltas(), i);
    }
    Change(Mode::kUpdate, "/", R"({"age":0})");
    EXPECT_TRUE(delta_.empty());
  }
}

TEST_F(DeltaTest, LeadsFromEachStateToTheNextInAHistory) {
  std::mt19937 random(11);
  const auto text = [&] {
    return std::string(random() % 40, static_cast<char>('a' + random() % 26));
  };
  int deltas = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string word = '"' + text() + '"';
    switch (random() % 8) {
      case 0:
        Change(Mode::kUpdate, "/", R"({"name":)" + word + R"(,"extra":{"a":)" + word + "}}");
        break;
      case 1:
        Change(Mode::kUpdate, "/home", R"({"city":)" + word + R"(,"lines":null})");
        break;
      case 2:
        Change(Mode::kUpdate, "/tags", "[" + word + "]");
        break;
      case 3:
        Change(Mode::kReplace, "/tags", "[" + word + R"(,"b"])");
        break;
      case 4:
        Change(Mode::kUpdate, "/", R"({"active":null,"limited":"abcd","mail":)" + word + "}");
        break;
      case 5:
        Change(Mode::kReplace, "/home/geo", R"({"lat":)" + std::to_string(random() % 90) + "}");
        break;
      case 6:
        Change(Mode::kReplace, "/", kProfile);
        break;
      default:
        Change(Mode::kUpdate, "/statuses", R"([{"text":)" + word + R"(,"likes":70000}])");
        if (random() % 4 == 0) Change(Mode::kReplace, "/statuses", R"([{"text":"one"}])");
        break;
    }
    deltas += delta_.empty() ? 0 : 1;
    if (HasFailure()) break;
  }
  EXPECT_GT(deltas, 1'000);
}

TEST_F(DeltaTest, FitsItsOwnBaseAlone) {
  const std::string first = record_;
  Change(Mode::kUpdate, "/", R"({"age":37})");
  const std::string of_first = delta_;
  const std::string second = record_;
  std::string applied;
  EXPECT_TRUE(ApplyDelta(first, of_first, applied));
  EXPECT_FALSE(ApplyDelta(second, of_first, applied));
  EXPECT_FALSE(ApplyDelta("", of_first, applied));
  EXPECT_FALSE(ApplyDelta(first.substr(0, format::kHeaderSize - 1), of_first, applied));
}

TEST_F(DeltaTest, IsNoRecordWhereItIsDamaged) {
  const std::string base = record_;
  Change(Mode::kUpdate, "/", R"({"name":"Countess of Lovelace","age":37})");
  ASSERT_FALSE(delta_.empty());
  std::string applied;
  const auto expect_no_other_record = [&](const std::string& delta) {
    if (!ApplyDelta(base, delta, applied)) return;
    // What stands before the checksum, it is not of.
    const std::string_view head = std::string_view(record_).substr(0, format::kChecksumAt);
    if (applied.size() > head.size()) applied.replace(0, head.size(), head);
    if (applied == record_) return;
    EXPECT_THAT(records_.Verify(applied), Not(IsOk()));
  };
  for (size_t size = 0; size < delta_.size(); ++size) {
    expect_no_other_record(delta_.substr(0, size));
  }
  for (size_t bit = 0; bit < delta_.size() * 8; ++bit) {
    std::string damaged = delta_;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    expect_no_other_record(damaged);
  }
}

// A few bytes may ask for as many copies of the base as they have parts.
TEST_F(DeltaTest, MakesNothingLargerThanARecordMayBe) {
  const std::string base = record_ + std::string(1u << 20, 'x');
  std::string delta = base.substr(format::kChecksumAt, 4);
  std::string part;
  AppendVarint(part, 0);
  AppendVarint(part, static_cast<uint32_t>(base.size()));
  AppendVarint(part, 0);
  for (int i = 0; i < 100; ++i) delta += part;
  std::string applied;
  EXPECT_FALSE(ApplyDelta(base, delta, applied));
  EXPECT_LE(applied.size(), size_t{64} << 20);
}

}  // namespace
}  // namespace dossier
