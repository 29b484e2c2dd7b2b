// Threads against one engine: no duplicate, no lost update.
// Written from the specification, through the public headers.
// Source: README.md of the specification, Settled (Ids, Time, Atomicity, Unique).
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::testing::ElementsAre;

TEST_F(ConcurrencyTest, OneCreateOfManyWinsEachEmail) {
  constexpr int kEmailCount = 200;
  Open();
  std::array<std::atomic<int>, kEmailCount> winner_counts{};
  std::array<std::atomic<uint64_t>, kEmailCount> winner_ids{};
  InThreads([&](int number) {
    Session session = Host();
    for (int i = 0; i < kEmailCount; ++i) {
      // Half of the threads walk the other way, so that they also meet in the middle.
      int email = number % 2 == 0 ? i : kEmailCount - 1 - i;
      // The spelling differs from thread to thread; the folded value does not.
      const char* host = number % 3 == 0 ? "example.com" : "EXAMPLE.com";
      absl::StatusOr<Created> created =
          session.Create("thing", absl::StrCat(R"({"email":"p)", email, "@", host, R"("})"));
      if (created.ok()) {
        ++winner_counts[static_cast<size_t>(email)];
        winner_ids[static_cast<size_t>(email)] = created->id;
      } else {
        EXPECT_THAT(created, HasErrorAt(361, "/email"));
      }
    }
  });
  std::set<uint64_t> ids;
  for (size_t email = 0; email < kEmailCount; ++email) {
    EXPECT_EQ(winner_counts[email], 1) << "email " << email;
    ids.insert(winner_ids[email]);
    EntityKey key = EntityKey::Attribute("email", absl::StrCat("\"P", email, "@example.COM\""));
    absl::StatusOr<std::string> id = Host().Get("thing", key, GetOptions{.path = "id"});
    ASSERT_THAT(id, IsOk());
    EXPECT_EQ(*id, absl::StrCat(winner_ids[email].load()));
  }
  EXPECT_EQ(ids.size(), kEmailCount);
}

TEST_F(ConcurrencyTest, OneWriteOfManyWinsEachPrecondition) {
  constexpr int kRoundCount = 60;
  Open();
  uint64_t id = Create(R"({"counter":0})");
  for (int round = 0; round < kRoundCount; ++round) {
    WriteOptions options{.last_updated = TimeOf(Read(id, "lastUpdated"))};
    std::atomic<int> winner_count = 0;
    std::atomic<int> winner = -1;
    InThreads([&](int number) {
      std::string value = absl::StrCat(R"({"counter":)", round * 100 + number, "}");
      absl::StatusOr<std::string> answer =
          number % 2 == 0 ? Host().Update("thing", EntityKey::Id(id), value, options)
                          : Host().Replace("thing", EntityKey::Id(id), value, options);
      if (answer.ok()) {
        ++winner_count;
        winner = number;
      } else {
        EXPECT_THAT(answer, HasError(330));
      }
    });
    ASSERT_EQ(winner_count, 1) << "round " << round;
    EXPECT_EQ(Read(id, "counter"), absl::StrCat(round * 100 + winner.load()));
  }
}

TEST_F(ConcurrencyTest, EveryReadModifyWriteUnderAPreconditionCounts) {
  constexpr int kStepCount = 40;  // a thread
  Open();
  uint64_t id = Create(R"({"counter":0})");
  InThreads([&](int) {
    Session session = Host();
    for (int done = 0; done < kStepCount;) {
      absl::StatusOr<std::string> record = session.Get("thing", EntityKey::Id(id));
      ASSERT_THAT(record, IsOk());
      std::vector<std::string> times = Scalars(*record, "lastUpdated");
      ASSERT_EQ(times.size(), 1u);
      std::string value =
          absl::StrCat(R"({"counter":)", Numbers(*record, "counter").at(0) + 1, "}");
      absl::StatusOr<std::string> answer = session.Update(
          "thing", EntityKey::Id(id), value, WriteOptions{.last_updated = TimeOf(times[0])});
      if (answer.ok()) {
        ++done;
      } else {
        ASSERT_THAT(answer, HasError(330));
      }
    }
  });
  EXPECT_EQ(Read(id, "counter"), absl::StrCat(kThreadCount * kStepCount));
}

TEST_F(ConcurrencyTest, NoAppendIsLost) {
  constexpr int kAppendCount = 100;  // a thread
  Open();
  uint64_t id = Create("{}");
  InThreads([&](int number) {
    Session session = Host();
    for (int i = 0; i < kAppendCount; ++i) {
      std::string element = absl::StrCat(R"([{"n":)", number * kAppendCount + i, "}]");
      absl::StatusOr<std::string> answer =
          i % 2 == 0
              ? session.Update("thing", EntityKey::Id(id), element, WriteOptions{.path = "/items"})
              : session.Update("thing", EntityKey::Id(id),
                               absl::StrCat(R"({"items":)", element, "}"));
      EXPECT_THAT(answer, IsOk());
    }
  });
  for (bool reopened : {false, true}) {
    if (reopened) Open();
    std::string items = Read(id, "items");
    std::vector<int64_t> ids = Numbers(items, "id");
    std::vector<int64_t> values = Numbers(items, "n");
    ASSERT_EQ(ids.size(), kThreadCount * kAppendCount);
    ASSERT_EQ(values.size(), ids.size());
    EXPECT_GT(ids.front(), static_cast<int64_t>(id));
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()), ids.end())
        << "ids do not rise strictly";
    std::map<int64_t, int64_t> last_of_thread;
    for (int64_t value : values) {
      auto [at, first] = last_of_thread.emplace(value / kAppendCount, value);
      EXPECT_TRUE(first || at->second < value) << "a thread's appends are out of order";
      at->second = value;
    }
    EXPECT_EQ(std::set<int64_t>(values.begin(), values.end()).size(), values.size());
  }
}

TEST_F(ConcurrencyTest, UpdatesOfOneRecordsAttributesAndElementsAllStay) {
  constexpr int kStepCount = 60;
  Open();
  absl::StatusOr<Created> created =
      Host().Create("thing", R"({"items":[{"n":0},{"n":0},{"n":0},{"n":0}]})");
  ASSERT_THAT(created, IsOk());
  std::vector<int64_t> ids = Numbers(Read(created->id, "items"), "id");
  ASSERT_EQ(ids.size(), 4u);
  InThreads([&](int number) {
    Session session = Host();
    EntityKey key = EntityKey::Id(created->id);
    for (int i = 1; i <= kStepCount; ++i) {
      absl::StatusOr<std::string> answer;
      if (number < 4) {
        answer = session.Update("thing", key, absl::StrCat(R"({"n":)", i, "}"),
                                {.path = absl::StrCat("items#", ids[static_cast<size_t>(number)])});
      } else if (number == 4) {
        answer = session.Update("thing", key, absl::StrCat(i), {.path = "counter"});
      } else if (number == 5) {
        answer = session.Update("thing", key, absl::StrCat(R"({"email":"e)", i, R"("})"));
      } else if (number == 6) {
        answer = session.Replace("thing", key, absl::StrCat("\"c", i, "\""), {.path = "code"});
      } else {
        answer = session.Get("thing", key);
      }
      EXPECT_THAT(answer, IsOk());
    }
  });
  EXPECT_THAT(Numbers(Read(created->id, "items"), "n"),
              ElementsAre(kStepCount, kStepCount, kStepCount, kStepCount));
  EXPECT_EQ(Read(created->id, "counter"), absl::StrCat(kStepCount));
  EXPECT_EQ(Read(created->id, "email"), absl::StrCat("\"e", kStepCount, "\""));
  EXPECT_EQ(Read(created->id, "code"), absl::StrCat("\"c", kStepCount, "\""));
}

}  // namespace
}  // namespace dossier
