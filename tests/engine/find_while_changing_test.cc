// Searches by indexes beside writers: each sees one state of the store, whatever is cached.
#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/concurrency.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::testing::AnyOf;

constexpr char kDefs[] = R"([{"name":"x","type":"integer"},{"name":"y","type":"integer"}])";

class FindWhileChangingTest : public ConcurrencyTest {
 protected:
  static constexpr int kRecordCount = 40;
  static constexpr int kValueCount = 100;
  static constexpr int kWriteCount = 1'500;

  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("point", kDefs), IsOk());
    ASSERT_THAT(Host().AddIndex("point", "x"), IsOk());
    ASSERT_THAT(Host().AwaitIndexes(), IsOk());
    for (int i = 0; i < kRecordCount; ++i) ids_.push_back(CreatePoint(i));
  }

  // Both attributes of a point always have one value.
  static std::string Point(int value) {
    return absl::StrCat(R"({"x":)", value, R"(,"y":)", value, "}");
  }

  uint64_t CreatePoint(int value) {
    const auto created = Host().Create("point", Point(value));
    EXPECT_THAT(created, IsOk());
    return created.ok() ? created->id : 0;
  }

  // Both orders, and a part: in each the values rise or fall, and every record is there once.
  void ExpectOneState(std::mt19937& random) {
    const int64_t least = static_cast<int64_t>(random() % kValueCount);
    for (const bool is_falling : {false, true}) {
      const auto found = Host().Find("point", {.filter = absl::StrCat("x >= ", least),
                                               .sort_on = {is_falling ? "-x" : "x"},
                                               .max_results = kRecordCount * 2});
      ASSERT_THAT(found, IsOk());
      const std::vector<int64_t> xs = Numbers(found->records, "x");
      EXPECT_EQ(xs, Numbers(found->records, "y"));
      std::vector<int64_t> sorted = xs;
      std::sort(sorted.begin(), sorted.end());
      if (is_falling) std::reverse(sorted.begin(), sorted.end());
      EXPECT_EQ(xs, sorted);
      for (const int64_t x : xs) EXPECT_GE(x, least);
      std::vector<int64_t> ids = Numbers(found->records, "id");
      std::sort(ids.begin(), ids.end());
      EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
    }
  }

  std::vector<uint64_t> ids_;
};

TEST_F(FindWhileChangingTest, SeesOneStateOfRecordsThatAreUpdated) {
  std::atomic<int> writer_count = kThreadCount / 2;
  InThreads([&](int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    if (number >= kThreadCount / 2) {
      while (writer_count > 0) {
        ExpectOneState(random);
        // None comes or goes: a state has them all.
        const auto all = Host().Find("point", {.filter = "x >= 0", .sort_on = {"x"}});
        ASSERT_THAT(all, IsOk());
        EXPECT_EQ(all->count, static_cast<uint64_t>(kRecordCount));
      }
      return;
    }
    for (int i = 0; i < kWriteCount; ++i) {
      const EntityKey key = EntityKey::Id(ids_[random() % ids_.size()]);
      const std::string point = Point(static_cast<int>(random() % kValueCount));
      EXPECT_THAT(Host().Update("point", key, point), IsOk());
      EXPECT_THAT(Host().Get("point", key), IsOk());
    }
    --writer_count;
  });
}

TEST_F(FindWhileChangingTest, SeesOneStateOfRecordsThatComeAndGo) {
  std::atomic<int> writer_count = kThreadCount / 2;
  InThreads([&](int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    if (number >= kThreadCount / 2) {
      while (writer_count > 0) ExpectOneState(random);
      return;
    }
    std::vector<uint64_t> own;
    for (int i = 0; i < kWriteCount / 2; ++i) {
      own.push_back(CreatePoint(static_cast<int>(random() % kValueCount)));
      const EntityKey key = EntityKey::Id(own[random() % own.size()]);
      EXPECT_THAT(Host().Replace("point", key, Point(static_cast<int>(random() % kValueCount))),
                  AnyOf(IsOk(), HasError(310)));
      if (own.size() < 10) continue;
      EXPECT_THAT(Host().Delete("point", EntityKey::Id(own.back())), AnyOf(IsOk(), HasError(310)));
      own.pop_back();
      EXPECT_THAT(Host().Delete("point", EntityKey::Id(own.front())), AnyOf(IsOk(), HasError(310)));
      own.erase(own.begin());
      if (number == 0 && i % 100 == 0) {
        EXPECT_THAT(Host().Purge("point"), IsOk());
      }
    }
    --writer_count;
  });
}

}  // namespace
}  // namespace dossier
