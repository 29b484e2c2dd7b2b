// Calls on many records and on a whole type at the same time: imports, bulk calls, purges, exports and
// searches while indexes come and go and the type changes. In the end the store is sound, and what the
// calls have told adds up.
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/concurrency.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TogetherTest : public ConcurrencyTest {
 protected:
  // Until the first of the bodies has ended, which runs once, the others run again and again.
  static void RunUntilFirstEnds(const std::function<void()>& first,
                                const std::vector<std::function<void(int round)>>& others) {
    std::atomic<bool> is_over = false;
    std::vector<std::thread> threads;
    for (const auto& other : others) {
      threads.emplace_back([&] {
        for (int round = 0; round == 0 || !is_over; ++round) other(round);
      });
    }
    first();
    is_over = true;
    for (std::thread& thread : threads) thread.join();
  }

  // An array of objects with a code of their own, and counters by number.
  static std::string Many(const std::string& code, int count,
                          const std::function<int(int)>& counter) {
    std::string all = "[";
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&all, i == 0 ? "" : ",", R"({"code":")", code, "-", i, R"(","counter":)",
                      counter(i), R"(,"items":[{"n":)", i, "},{}]}");
    }
    return all + "]";
  }

  uint64_t Count(const std::string& filter = "") {
    const auto count = Host().Count("thing", {.filter = filter, .timeout = absl::Seconds(60)});
    EXPECT_THAT(count, IsOk()) << filter;
    return count.value_or(0);
  }

  void ChangeIndexes(absl::Status (Session::*call)(std::string_view, std::string_view)) {
    for (const char* path : {"counter", "items.n"}) {
      Session host = Host();
      ASSERT_THAT((host.*call)("thing", path), IsOk()) << path;
    }
  }
  void AddIndexes() { ChangeIndexes(&Session::AddIndex); }
  void RemoveIndexes() { ChangeIndexes(&Session::RemoveIndex); }

  void ExpectSound() {
    ASSERT_THAT(Host().AwaitIndexes(), IsOk());
    EXPECT_THAT(Host().Indexes("thing"), IsOkAndHolds(Not(HasSubstr("building"))));
    const auto found = engine_->Verify();
    ASSERT_THAT(found, IsOk());
    EXPECT_THAT(found->findings, IsEmpty());
  }
};

TEST_F(TogetherTest, ImportsWhileIndexesAreBuilt) {
  large_plural_bytes_ = 64;
  Open();
  constexpr int kRows = 1'200;
  constexpr int kCounters = 40;
  const auto import = [&](int importer) {
    std::vector<std::string> rows;
    for (int i = 0; i < kRows; ++i) {
      rows.push_back(absl::StrCat(R"({"code":")", importer, "-", i, R"(","counter":)",
                                  i % kCounters, R"(,"items":[{"n":)", i % 3, R"(},{"key":")",
                                  importer, "-", i, R"("}]})"));
    }
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    const auto outcomes = Host().Import("thing", views, {.thread_count = 2});
    ASSERT_THAT(outcomes, IsOk());
    for (const auto& outcome : *outcomes) EXPECT_THAT(outcome, IsOk());
  };
  import(0);
  RunUntilFirstEnds(
      [&] {
        for (const int importer : {1, 2, 3}) import(importer);
      },
      {[&](int) {
         AddIndexes();
         EXPECT_THAT(Host().AwaitIndexes(), IsOk());
         RemoveIndexes();
         AddIndexes();  // whether they were built or not
         RemoveIndexes();
       },
       [&](int) {
         // Rows come in steps; those of the first import are there all the time.
         EXPECT_GE(Count("counter = 7"), uint64_t{kRows / kCounters});
         EXPECT_GE(Count("items.n = 2 and counter >= 7"), uint64_t{kRows / 4});
       }});
  AddIndexes();
  ExpectSound();
  EXPECT_EQ(Count("counter = 7"), uint64_t{4 * kRows / kCounters});
  EXPECT_EQ(Count("items.n = 2"), uint64_t{4 * kRows / 3});
}

// A batch is there or not, and a purge takes all that is there: no search and no export sees a part.
TEST_F(TogetherTest, PurgesAreOneStepForAll) {
  Open();
  AddIndexes();
  constexpr uint64_t kTogether = 12;
  const auto create = [&](const std::string& writer, int round) {
    const auto all = Many(absl::StrCat(writer, round), kTogether, [](int) { return 5; });
    const auto created = Host().BulkCreate("thing", all, {.all_or_nothing = true});
    ASSERT_THAT(created, IsOk());
    for (const auto& one : *created) EXPECT_THAT(one, IsOk());
  };
  RunUntilFirstEnds(
      [&] {
        for (int i = 0; i < 40; ++i) EXPECT_THAT(Host().Purge("thing"), IsOk());
      },
      {[&](int round) { create("a", round); }, [&](int round) { create("b", round); },
       [&](int round) {
         const EntityKey key = EntityKey::Attribute("code", absl::StrCat("\"a", round, "-3\""));
         EXPECT_THAT(Host().Update("thing", key, R"({"items":[{"n":2}]})"),
                     AnyOf(IsOk(), HasError(310)));
       },
       [&](int) {
         for (const char* filter : {"counter = 5", "counter > 4", "code is not null"}) {
           EXPECT_EQ(Count(filter) % kTogether, 0u) << filter;
         }
       },
       [&](int) {
         uint64_t count = 0;
         EXPECT_THAT(Host().Export("thing", {.attributes = {"counter"}},
                                   [&](std::string_view record) {
                                     count += record == R"({"counter":5})" ? 1 : 1'000'000;
                                     return absl::OkStatus();
                                   }),
                     IsOk());
         EXPECT_EQ(count % kTogether, 0u) << count;
       }});
  create("last", 0);
  ExpectSound();
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  create("last", 0);
  EXPECT_EQ(Count(), kTogether);
  ExpectSound();
}

// What is found does not depend on the indexes that there are, nor on a type that goes on meanwhile.
TEST_F(TogetherTest, SearchesWhileIndexesComeAndGo) {
  Open();
  constexpr int kRecords = 600;
  ASSERT_THAT(Host().BulkCreate("thing", Many("x", kRecords, [](int i) { return i % 50; })),
              IsOk());
  const auto find = [&](bool is_falling) {
    return Host().Find("thing", {.filter = "counter >= 10 and counter < 12 and items.n > 300",
                                 .sort_on = {is_falling ? "-counter" : "counter"},
                                 .attributes = {"code"},
                                 .show_total_count = !is_falling});
  };
  const auto rising = find(false);
  const auto falling = find(true);
  ASSERT_THAT(rising, IsOk());
  ASSERT_THAT(falling, IsOk());
  EXPECT_EQ(rising->count, 12u);
  const auto search = [&](int) {
    const auto once_more = find(false);
    ASSERT_THAT(once_more, IsOk());
    EXPECT_EQ(once_more->records, rising->records);
    EXPECT_EQ(once_more->total_count, rising->total_count);
    const auto turned = find(true);
    ASSERT_THAT(turned, IsOk());
    EXPECT_EQ(turned->records, falling->records);
  };
  RunUntilFirstEnds(
      [&] {
        for (int i = 0; i < 12; ++i) {
          AddIndexes();
          if (i % 2 == 0) {
            EXPECT_THAT(Host().AwaitIndexes(), IsOk());
          }
          RemoveIndexes();
        }
      },
      {search, search, [&](int) {
         ASSERT_THAT(Host().AddAttribute("thing", R"({"name":"brief","type":"string"})"), IsOk());
         EXPECT_THAT(
             Host().Update("thing", EntityKey::Attribute("code", "\"x-0\""), R"({"brief":"y"})"),
             IsOk());
         ASSERT_THAT(Host().RemoveAttribute("thing", "brief"), IsOk());
         EXPECT_THAT(Host().ReclaimSpace(), IsOk());
       }});
  ExpectSound();
}

// Records that are created by many calls, change and are deleted by a filter: none is counted twice.
TEST_F(TogetherTest, WhatBulkDeletesTellAddsUp) {
  Open();
  AddIndexes();
  std::atomic<uint64_t> created_count = 0;
  std::atomic<uint64_t> deleted_count = 0;
  const auto remove = [&](int round) {
    const auto count =
        Host().BulkDelete("thing", round % 2 == 0 ? "counter = 1" : "items.n = 3 and counter > 2");
    ASSERT_THAT(count, IsOk());
    deleted_count += *count;
  };
  RunUntilFirstEnds(
      [&] {
        for (int i = 0; i < 60; ++i) {
          const auto created = Host().BulkCreate(
              "thing", Many(absl::StrCat("c", i), 40, [](int n) { return n % 4; }));
          ASSERT_THAT(created, IsOk());
          for (const auto& one : *created) EXPECT_THAT(one, IsOk());
          created_count += created->size();
        }
      },
      {remove, remove, [&](int round) {
         const EntityKey key =
             EntityKey::Attribute("code", absl::StrCat("\"c", round % 60, "-", round % 40, "\""));
         EXPECT_THAT(Host().Update("thing", key, absl::StrCat(R"({"counter":)", round % 4, "}")),
                     AnyOf(IsOk(), HasError(310)));
       }});
  EXPECT_EQ(Count(), created_count - deleted_count);
  ExpectSound();
}

// A constraint comes and goes under imports with values that stand twice, and under purges.
TEST_F(TogetherTest, AConstraintIsBoundUnderImportsAndPurges) {
  Open();
  const auto import = [&](const std::string& importer, int round) {
    std::vector<std::string> rows;
    for (int i = 0; i < 200; ++i) {
      rows.push_back(absl::StrCat(R"({"code":")", importer, round, "-", i, R"(","counter":)",
                                  i == 150 ? 7 : round * 200 + i, "}"));
    }
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    const auto outcomes = Host().Import("thing", views, {.thread_count = 2});
    ASSERT_THAT(outcomes, IsOk());
    for (const auto& outcome : *outcomes) {
      EXPECT_THAT(outcome, AnyOf(IsOk(), testing::HasErrorAt(361, "/counter")));
    }
  };
  RunUntilFirstEnds(
      [&] {
        for (int i = 0; i < 12; ++i) {
          EXPECT_THAT(Host().SetAttributeConstraints("thing", "counter", R"(["unique"])"),
                      AnyOf(IsOk(), testing::HasErrorAt(361, "/counter")));
          EXPECT_THAT(Host().SetAttributeConstraints("thing", "counter", "[]"), IsOk());
        }
      },
      {[&](int round) { import("a", round); }, [&](int round) { import("b", round); },
       [&](int) { EXPECT_THAT(Host().Purge("thing"), IsOk()); }});
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  import("last", 0);
  ExpectSound();
  EXPECT_THAT(Host().SetAttributeConstraints("thing", "counter", R"(["unique"])"),
              testing::HasErrorAt(361, "/counter"));
  ASSERT_THAT(Host().BulkDelete("thing", "code = 'last0-150'"), IsOkAndHolds(1u));
  EXPECT_THAT(Host().SetAttributeConstraints("thing", "counter", R"(["unique"])"), IsOk());
  EXPECT_EQ(Count("counter = 7"), 1u);
  ExpectSound();
}

}  // namespace
}  // namespace dossier
