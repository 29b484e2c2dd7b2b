// Many creates as one call, beside others: no value twice, all or nothing, and the engine's bounds.
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dossier/limits.h"
#include "engine/concurrency.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;

class BulkCreateTest : public ConcurrencyTest {};

std::string ArrayOf(int from, int count) {
  std::vector<std::string> items;
  for (int i = from; i < from + count; ++i) {
    items.push_back(absl::StrCat(R"({"code":"c)", i, R"(","items":[{"key":"k)", i, R"("}]})"));
  }
  return absl::StrCat("[", absl::StrJoin(items, ","), "]");
}

TEST_F(BulkCreateTest, RefusesMoreThanItsBounds) {
  Open();
  std::string many = "[{}";
  for (size_t i = 1; i < kBulkRecordsMax; ++i) many += ",{}";
  const auto most = Host().BulkCreate("thing", many + "]");
  ASSERT_THAT(most, IsOk());
  EXPECT_EQ(most->size(), kBulkRecordsMax);
  EXPECT_THAT(Host().BulkCreate("thing", many + ",{}]"), HasError(200));
  EXPECT_THAT(Host().BulkCreate("thing", "[" + std::string(kJsonBytesMax, ' ') + "]"),
              HasError(200));
}

// The clock is read once at the beginning, and then once for each record.
TEST_F(BulkCreateTest, RefusesWhatItsTimeDoesNotSufficeFor) {
  absl::Duration now, step = absl::Seconds(1);
  const auto engine = Engine::Open({.directory = directory_.path(),
                                    .durability = Durability::kBuffered,
                                    .block_cache_bytes = 1u << 20,
                                    .monotonic_clock = [&] { return now += step; }});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("thing", kThingAttrDefs), IsOk());
  const auto created = host.BulkCreate("thing", ArrayOf(0, 4), {.timeout = absl::Seconds(3)});
  ASSERT_THAT(created, IsOk());
  EXPECT_THAT((*created)[1], IsOk());
  EXPECT_THAT((*created)[2], HasError(504));
  EXPECT_THAT((*created)[3], HasError(504));
  const auto code = [](int n) {
    return EntityKey::Attribute("code", absl::StrCat("\"c", n, "\""));
  };
  EXPECT_THAT(host.Get("thing", code(1)), IsOk());
  EXPECT_THAT(host.Get("thing", code(2)), HasError(310));
  const auto none = host.BulkCreate("thing", ArrayOf(5, 3),
                                    {.all_or_nothing = true, .timeout = absl::Seconds(2)});
  ASSERT_THAT(none, IsOk());
  EXPECT_THAT((*none)[0], HasError(300));
  EXPECT_THAT((*none)[1], HasError(504));
  EXPECT_THAT(host.Get("thing", code(5)), HasError(310));
  EXPECT_THAT(host.BulkCreate("thing", "[]", {.timeout = absl::ZeroDuration()}), HasError(200));
  step = absl::Seconds(25);  // sixty seconds at most; none where no timeout is named
  const auto capped = host.BulkCreate("thing", "[{},{},{}]", {.timeout = absl::Hours(1)});
  ASSERT_THAT(capped, IsOk());
  EXPECT_THAT((*capped)[1], IsOk());
  EXPECT_THAT((*capped)[2], HasError(504));
  EXPECT_THAT(host.BulkCreate("thing", "[{},{},{}]")->back(), IsOk());
}

TEST_F(BulkCreateTest, TellsWhoHoldsAValue) {
  Open();
  const auto created = Host().BulkCreate("thing", R"([{"code":"a"},{"code":"A"}])");
  ASSERT_THAT(created, IsOk());
  ASSERT_THAT((*created)[0], IsOk());
  ASSERT_THAT((*created)[1], HasErrorAt(361, "/code"));
  EXPECT_EQ(DetailOf((*created)[1].status())->holder_id, (*created)[0]->id);
}

// Eight threads create overlapping batches of both kinds: each value is had once, by the record that
// its creator was told of, and a batch that is all or nothing is that.
TEST_F(BulkCreateTest, NoValueTwice) {
  Open();
  constexpr int kRounds = 60;
  constexpr int kBatch = 20;
  std::mutex mutex;
  std::map<int, std::vector<uint64_t>> winners;
  InThreads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const bool all = (thread + round) % 2 == 0;
      const int from = round * kBatch + thread;
      const auto created =
          Host().BulkCreate("thing", ArrayOf(from, kBatch), {.all_or_nothing = all});
      ASSERT_THAT(created, IsOk());
      int made = 0;
      const std::lock_guard<std::mutex> lock(mutex);
      for (int i = 0; i < kBatch; ++i) {
        const auto& one = (*created)[static_cast<size_t>(i)];
        if (one.ok()) winners[from + i].push_back(one->id);
        made += one.ok() ? 1 : 0;
      }
      if (all) {
        EXPECT_TRUE(made == 0 || made == kBatch) << made;
      }
    }
  });
  for (const auto& [number, ids] : winners) {
    EXPECT_EQ(ids.size(), 1u) << number;
    const auto id = Host().Get(
        "thing", EntityKey::Attribute("code", absl::StrCat("\"c", number, "\"")), {.path = "id"});
    EXPECT_EQ(id.value_or("none"), absl::StrCat(ids.front()));
  }
  // A value that nobody won is free.
  for (int number = 0; number < kRounds * kBatch + kThreadCount; ++number) {
    if (winners.contains(number)) continue;
    EXPECT_THAT(Host().Create("thing", absl::StrCat(R"({"code":"c)", number, R"("})")), IsOk());
  }
}

// While a constraint is laid on the type, batches that would break it make it be refused, or are
// refused themselves.
TEST_F(BulkCreateTest, WhileAConstraintIsBound) {
  Open();
  for (int round = 0; round < 20; ++round) {
    const std::string type = absl::StrCat("type", round);
    ASSERT_THAT(Host().CreateEntityType(type, R"([{"name":"n","type":"integer"}])"), IsOk());
    absl::StatusOr<std::vector<absl::StatusOr<Created>>> created;
    std::thread writer(
        [&] { created = Host().BulkCreate(type, R"([{"n":1},{"n":2},{"n":1},{"n":3}])"); });
    const auto bound = Host().SetAttributeConstraints(type, "n", R"(["unique"])");
    writer.join();
    ASSERT_THAT(created, IsOk());
    EXPECT_NE((*created)[2].ok(), bound.ok());
    EXPECT_THAT((*created)[3], IsOk());
  }
}

TEST_F(BulkCreateTest, LargePlurals) {
  large_plural_bytes_ = 64;
  Open();
  std::string items;
  for (int i = 0; i < 50; ++i) {
    absl::StrAppend(&items, i > 0 ? "," : "", R"({"key":"k)", i, R"("})");
  }
  const std::string record = absl::StrCat(R"({"items":[)", items, "]}");
  const auto created =
      Host().BulkCreate("thing", absl::StrCat("[", record, R"(,{"items":[{"key":"K7"}]}])"));
  ASSERT_THAT(created, IsOk());
  ASSERT_THAT((*created)[0], IsOk());
  EXPECT_EQ(Scalars(Read((*created)[0]->id, "items"), "key").size(), 50u);
  EXPECT_THAT((*created)[1], HasErrorAt(361, "/items/key"));
}

}  // namespace
}  // namespace dossier
