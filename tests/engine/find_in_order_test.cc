// Sorts whose first key has an index: what they answer, and how much of the index they read for it.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/json_value.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

// 5,000 records: `half` has two values, `n` a value for each, `odd` is null for most.
class OrderTest : public ::testing::Test {
 protected:
  static constexpr int kCount = 5'000;

  static void SetUpTestSuite() {
    top_ = std::make_unique<TemporaryDirectory>();
    auto engine = Engine::Open({.directory = top_->path(), .durability = Durability::kBuffered});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    ASSERT_THAT(Host().CreateEntityType("row", R"([
        {"name":"half","type":"boolean"},{"name":"group","type":"integer"},
        {"name":"n","type":"integer"},{"name":"odd","type":"string"},
        {"name":"plain","type":"integer"}])"),
                IsOk());
    for (int i = 0; i < kCount; ++i) {
      const std::string odd = i % 1'000 == 1 ? absl::StrCat(R"("x)", i, R"(")") : "null";
      const std::string value =
          absl::StrCat(R"({"half":)", i % 2 == 0 ? "true" : "false", R"(,"group":)", i % 100,
                       R"(,"n":)", i * 7 % kCount, R"(,"plain":)", i, R"(,"odd":)", odd, "}");
      ASSERT_THAT(Host().Create("row", value), IsOk());
    }
    for (const char* path : {"half", "group", "n", "odd"}) {
      ASSERT_THAT(Host().AddIndex("row", path), IsOk());
    }
    ASSERT_THAT(Host().AwaitIndexes(), IsOk());
  }
  static void TearDownTestSuite() {
    engine_.reset();
    top_.reset();
  }

  static Session Host() { return engine_->HostSession(); }

  struct Plan {
    std::string access;
    bool is_in_order;
    int64_t keys_read;
    int64_t result_count;
  };
  static Plan Explain(const FindOptions& options) {
    const auto text = Host().Explain("row", options);
    EXPECT_THAT(text, IsOk());
    const JsonValue plan = *JsonValue::Parse(*text, "plan");
    return {*plan.Find("access")->string(), absl::StrContains(*text, R"("is_in_order":true)"),
            *plan.Find("keys_read")->integer(), *plan.Find("result_count")->integer()};
  }
  // The values of `plain`.
  static std::string Found(FindOptions options) {
    options.attributes = {"plain"};
    const auto found = Host().Find("row", options);
    EXPECT_THAT(found, IsOk());
    return absl::StrReplaceAll(found->records, {{R"({"plain":)", ""}, {"}", ""}});
  }

 private:
  static inline std::unique_ptr<TemporaryDirectory> top_;
  static inline std::unique_ptr<Engine> engine_;
};

TEST_F(OrderTest, FurtherKeysAreSortedWithinThoseOfTheIndex) {
  const FindOptions options{.sort_on = {"group", "-plain"}, .max_results = 3};
  EXPECT_EQ(Found(options), "[4900,4800,4700]");
  const Plan plan = Explain(options);
  EXPECT_EQ(plan.access, "index");
  EXPECT_TRUE(plan.is_in_order);
  EXPECT_LT(plan.keys_read, 150);  // one group of 50, and its rows
  EXPECT_EQ(Found({.sort_on = {"-group", "plain"}, .max_results = 3, .first_result = 49}),
            "[4999,98,198]");
  EXPECT_EQ(Found({.filter = "group >= 7", .sort_on = {"group", "-plain"}, .max_results = 2}),
            "[4907,4807]");
}

TEST_F(OrderTest, APageReadsNoMoreThanItShows) {
  const Plan plan = Explain({.filter = "n >= 100", .sort_on = {"n"}, .max_results = 10});
  EXPECT_TRUE(plan.is_in_order);
  EXPECT_EQ(plan.result_count, 10);
  EXPECT_LE(plan.keys_read, 21);  // ten rows, ten records, and the row behind
}

// Nulls are a group as any other; first where the order is turned over.
TEST_F(OrderTest, FurtherKeysAreSortedAmongNulls) {
  const FindOptions nulls_first{
      .filter = "plain < 9 or odd is not null", .sort_on = {"-odd", "-plain"}, .max_results = 10};
  EXPECT_EQ(Found(nulls_first), "[8,7,6,5,4,3,2,0,4001,3001]");
  EXPECT_EQ(Found({.sort_on = {"odd", "-plain"}, .max_results = 7}),
            "[1,1001,2001,3001,4001,4999,4998]");
}

// The id tells all records apart, and is what ties are broken by.
TEST_F(OrderTest, KeysBehindTheIdAndTheRisingIdCostNothing) {
  const int64_t keys_read = Explain({.sort_on = {"half"}, .max_results = 10}).keys_read;
  EXPECT_LT(keys_read, 25);
  for (const std::vector<std::string>& sort :
       {std::vector<std::string>{"half", "id"}, {"half", "-half", "id", "n"}}) {
    const Plan plan = Explain({.sort_on = sort, .max_results = 10});
    EXPECT_EQ(plan.access, "index");
    EXPECT_EQ(plan.keys_read, keys_read);
  }
  EXPECT_EQ(Found({.sort_on = {"half", "-id"}, .max_results = 2}), "[4999,4997]");
  EXPECT_EQ(Found({.sort_on = {"-id", "half"}, .max_results = 2}), "[4999,4998]");
}

// Rows that come from their end are by rising id all the same, and are not all read for it.
TEST_F(OrderTest, AFallingOrderReadsNoMoreOfAGroupThanItShows) {
  const FindOptions options{.sort_on = {"-half"}, .max_results = 10};
  EXPECT_EQ(Found(options), "[0,2,4,6,8,10,12,14,16,18]");
  EXPECT_LT(Explain(options).keys_read, 100);
  EXPECT_EQ(Found({.sort_on = {"-half"}, .max_results = 4, .first_result = 2'498}),
            "[4996,4998,1,3]");
}

TEST_F(OrderTest, WhatFindsNothingInItsOrderGoesThroughAllRecords) {
  for (const std::vector<std::string>& sort : {std::vector<std::string>{"n"}, {"n", "plain"}}) {
    const FindOptions none{.filter = "plain < 0", .sort_on = sort, .max_results = 10};
    const Plan plan = Explain(none);
    EXPECT_EQ(plan.access, "scan");
    EXPECT_FALSE(plan.is_in_order);
    EXPECT_GT(plan.keys_read, kCount);
    EXPECT_LE(plan.keys_read, 2 * kCount);
    EXPECT_EQ(Found(none), "[]");
  }
  EXPECT_EQ(Found({.filter = "plain < 3", .sort_on = {"-n"}}), "[2,1,0]");
  // What it finds costs the same by any way: all of them are no reason to give up.
  const Plan all = Explain({.sort_on = {"n"}, .max_results = 10'000});
  EXPECT_EQ(all.access, "index");
  EXPECT_EQ(all.result_count, kCount);
}

// To sort half of all records within a group is no better than to sort what a scan finds.
TEST_F(OrderTest, AGroupThatCostsMoreThanAScanIsScanned) {
  const FindOptions options{.sort_on = {"half", "-n"}, .max_results = 2};
  const Plan plan = Explain(options);
  EXPECT_EQ(plan.access, "scan");
  EXPECT_LE(plan.keys_read, 2 * kCount);
  EXPECT_EQ(Found(options), "[2857,3571]");
}

TEST_F(OrderTest, OppositesAreFoundByTheirIndexes) {
  const struct {
    const char* filter;
    const char* access;
    int64_t result_count;
  } rows[] = {
      {"odd != 'x1'", "index", 4},
      {"odd != 'X1'", "index", 4},
      {"odd is not null", "index", 5},
      {"not (odd is null)", "index", 5},
      {"not (odd is null or odd = 'x1')", "index", 4},
      {"not (n >= 4)", "index", 4},
      {"not (half = true) and not (n > 10)", "index", 5},
      {"not (odd = 'x1')", "scan", 4'999},
      {"n != 5", "scan", 4'999},
  };
  for (const auto& row : rows) {
    const FindOptions options{.filter = row.filter, .max_results = 10'000};
    const Plan plan = Explain(options);
    EXPECT_EQ(plan.access, row.access) << row.filter;
    EXPECT_EQ(plan.result_count, row.result_count) << row.filter;
  }
  const FindOptions in_order{
      .filter = "not (n = 0) and n != 1", .sort_on = {"n"}, .max_results = 3};
  EXPECT_EQ(Found(in_order), "[4286,1429,3572]");
}

}  // namespace
}  // namespace dossier
