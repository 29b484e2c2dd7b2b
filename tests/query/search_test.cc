// Searches through the engine's own calls: what they see while others write, when they give up, and
// what damage they find.
#include "query/search.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/clock.h"
#include "base/hash.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/json_value.h"
#include "record/format.h"
#include "schema/registry.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr TypeId kType{1};
constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;
constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
constexpr char kAttrDefs[] = R"([
  {"name":"n","type":"integer"},{"name":"text","type":"string"},
  {"name":"items","type":"plural","attr_defs":[{"name":"n","type":"integer"}]}])";

class SearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_THAT(Host().CreateEntityType("thing", kAttrDefs), IsOk());
  }

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = directory_.path(),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20,
                                .large_plural_bytes = 1,
                                .monotonic_clock = [this] { return Now(); }});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  absl::Duration Now() {
    if (look_count_ > 0 && --look_count_ == 0) at_look_();
    return now_ += step_;
  }

  Session Host() { return engine_->HostSession(); }
  uint64_t Create(const std::string& json) { return Host().Create("thing", json)->id; }

  absl::StatusOr<std::string> Find(const FindOptions& options) {
    absl::StatusOr<FoundRecords> found = Host().Find("thing", options);
    if (!found.ok()) return found.status();
    return found->records;
  }

  // Changes the closed store without the engine.
  template <typename Edit>
  void Damage(Edit edit) {
    engine_.reset();
    auto store = Store::Open({.directory = directory_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    edit(**store, batch);
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
    store->reset();
    Open();
  }
  // What `change` makes of the record's bytes; with `repairs` its checksum is right then.
  template <typename Change>
  void DamageRecord(uint64_t id, bool repairs, Change change) {
    Damage([&](const Store& store, Batch& batch) {
      const Key key = RecordKey(kType, id);
      std::string bytes(**store.Get(Family::kRecords, key.view()));
      change(bytes);
      if (repairs) {
        StoreLittle(bytes.data() + format::kChecksumAt,
                    Checksum(std::string_view(bytes).substr(format::kTypeVersionAt)));
      }
      batch.Put(Family::kRecords, key.view(), bytes);
    });
  }

  TemporaryDirectory directory_;
  absl::Duration now_ = absl::ZeroDuration();
  absl::Duration step_ = absl::ZeroDuration();  // of the clock, with each look at it
  int look_count_ = 0;                          // until `at_look_` is called
  std::function<void()> at_look_;
  std::unique_ptr<Engine> engine_;
};

// The writer counts the first record up, then the last: at no moment is the last one ahead, or more
// than one behind. Each write gives a record one element more, which are in chunks of their own.
TEST_F(SearchTest, SeesOnePointInTime) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(Create(R"({"n":0})"));
  std::atomic<bool> is_over = false;
  std::thread writer([&] {
    Session session = Host();
    for (int n = 1; !is_over; ++n) {
      for (const uint64_t id : {ids.front(), ids.back()}) {
        const auto written =
            session.Update("thing", EntityKey::Id(id),
                           absl::StrCat(R"({"n":)", n, R"(,"items":)",
                                        n % 50 == 0 ? "null" : R"([{"n":1}])", "}"));
        ASSERT_THAT(written, IsOk());
      }
    }
  });
  int64_t last_seen = 0;
  int change_count = 0;
  for (int i = 0; change_count < 300 && i < 100'000; ++i) {
    const auto found = Find(
        {.filter = absl::StrCat("n >= 0 and (id = ", ids.front(), " or id = ", ids.back(), ")"),
         .sort_on = i % 2 == 0 ? std::vector<std::string>{} : std::vector<std::string>{"-id"},
         .attributes = {"id", "n", "items"}});
    ASSERT_THAT(found, IsOk());
    const JsonValue records = *JsonValue::Parse(*found, "records");
    ASSERT_EQ(records.array()->size(), 2u);
    int64_t n[2] = {};
    for (const JsonValue& record : *records.array()) {
      const int64_t count = *record.Find("n")->integer();
      ASSERT_EQ(record.Find("items")->array()->size(), static_cast<size_t>(count % 50));
      n[*record.Find("id")->integer() == static_cast<int64_t>(ids.back())] = count;
    }
    ASSERT_GE(n[0], n[1]);
    ASSERT_LE(n[0], n[1] + 1);
    ASSERT_GE(n[0], last_seen);
    change_count += n[0] > last_seen;
    last_seen = n[0];
  }
  is_over = true;
  writer.join();
  EXPECT_EQ(change_count, 300);
}

TEST_F(SearchTest, SeesEveryWriteThatHasReturned) {
  for (int i = 1; i <= 300; ++i) {
    Create(absl::StrCat(R"({"n":)", i, R"(,"items":[{"n":)", i, "}]}"));
    ASSERT_THAT(Host().Count("thing", {.filter = absl::StrCat("n = ", i)}), IsOkAndHolds(1u));
    ASSERT_THAT(Host().Count("thing", {.filter = absl::StrCat("items.n <= ", i)}),
                IsOkAndHolds(static_cast<uint64_t>(i)));
  }
}

TEST_F(SearchTest, GivesUpWhenItsTimeIsOver) {
  for (int i = 0; i < 500; ++i) Create(R"({"n":1,"items":[{"n":1}]})");
  step_ = absl::Seconds(1);
  EXPECT_THAT(Find({.filter = "n = 2", .timeout = absl::Seconds(20)}), IsOkAndHolds("[]"));
  for (const FindOptions& options :
       {FindOptions{.filter = "n = 2", .timeout = absl::Seconds(3)},
        FindOptions{.filter = "items.n = 2", .timeout = absl::Seconds(3)},
        FindOptions{.sort_on = {"-n"}, .max_results = 1, .timeout = absl::Seconds(3)},
        FindOptions{.max_results = 0, .show_total_count = true, .timeout = absl::Seconds(3)},
        FindOptions{.attributes = {"id"}, .max_results = 500, .timeout = absl::Seconds(3)}}) {
    EXPECT_THAT(Find(options), HasError(504)) << options.filter;
  }
  EXPECT_THAT(Host().Count("thing", {.timeout = absl::Seconds(3)}), HasError(504));
  EXPECT_THAT(Host().Count("thing", {.filter = "n > 5", .timeout = absl::Seconds(3)}),
              HasError(504));
  // A page that is found in time needs no more of it.
  EXPECT_THAT(Host().Find("thing", {.max_results = 20, .timeout = absl::Seconds(3)}), IsOk());
  // No more than the ceiling, however much is asked for.
  step_ = absl::Seconds(20);
  EXPECT_THAT(Host().Count("thing", {.timeout = absl::Hours(5)}), HasError(504));
  EXPECT_THAT(Find({.timeout = absl::ZeroDuration()}), HasError(200));
}

TEST_F(SearchTest, FindsADamagedRecordWhereItLooksAtIt) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Create(absl::StrCat(R"({"n":)", i, "}")));
  ASSERT_NO_FATAL_FAILURE(
      DamageRecord(ids[2], /*repairs=*/false, [](std::string& bytes) { bytes.back() ^= 1; }));
  const std::string message =
      absl::StrCat("record ", ids[2], " of entity type number 1 is damaged");
  EXPECT_THAT(Host().Count("thing", {.filter = "n = 4"}), StatusIs(kDataLoss, HasSubstr(message)));
  EXPECT_THAT(Find({}), StatusIs(kDataLoss, HasSubstr(message)));
  EXPECT_THAT(Find({.sort_on = {"n"}}), StatusIs(kDataLoss, HasSubstr(message)));
  // Nobody reads what is not asked for: before the range of ids, and behind the page.
  EXPECT_THAT(Host().Count("thing"), IsOkAndHolds(5u));
  const std::string behind = absl::StrCat("n > 0 and id > ", ids[2]);
  EXPECT_THAT(Host().Count("thing", {.filter = behind}), IsOkAndHolds(2u));
  EXPECT_THAT(Find({.filter = "n >= 0", .attributes = {"n"}, .max_results = 2}),
              IsOkAndHolds(R"([{"n":0},{"n":1}])"));
  EXPECT_THAT(Find({.filter = "n >= 0", .sort_on = {"-id"}, .attributes = {"n"}, .max_results = 2}),
              IsOkAndHolds(R"([{"n":4},{"n":3}])"));
}

// The checksum is right and the structure is not: what is shown is verified, all of it.
TEST_F(SearchTest, ShowsNoRecordWhoseStructureIsBroken) {
  const uint64_t id = Create(R"({"n":70000,"text":"x"})");
  ASSERT_NO_FATAL_FAILURE(DamageRecord(id, /*repairs=*/true, [](std::string& bytes) {
    // The directory's last entry, of the text, leads outside.
    bytes[bytes.size() - 1] = '\x7f';
  }));
  EXPECT_THAT(Host().Count("thing", {.filter = "n = 70000"}), IsOkAndHolds(1u));
  EXPECT_THAT(Host().Count("thing", {.filter = "text = 'x'"}), StatusIs(kDataLoss));
  EXPECT_THAT(Find({.filter = "n = 70000", .attributes = {"n"}}), StatusIs(kDataLoss));
  EXPECT_THAT(Find({.sort_on = {"text"}, .max_results = 1}), StatusIs(kDataLoss));
}

TEST_F(SearchTest, MissesNoElementsThatAreGone) {
  const uint64_t id = Create(R"({"n":1,"items":[{"n":1},{"n":2}]})");
  ASSERT_THAT(Host().Count("thing", {.filter = "items.n = 2"}), IsOkAndHolds(1u));
  ASSERT_NO_FATAL_FAILURE(Damage([&](const Store& store, Batch& batch) {
    const auto entries = store.Entries(Family::kElements, ChunkPrefix(kType, id).view());
    ASSERT_THAT(entries, IsOk());
    ASSERT_FALSE(entries->empty());
    for (const Entry& entry : *entries) batch.Delete(Family::kElements, entry.key);
  }));
  EXPECT_THAT(Host().Count("thing", {.filter = "items.n = 3"}), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Count("thing", {.filter = "n = 1"}), IsOkAndHolds(1u));
  EXPECT_THAT(Find({.filter = "n = 1", .attributes = {"n"}}), IsOkAndHolds(R"([{"n":1}])"));
  EXPECT_THAT(Find({.filter = "n = 1"}), StatusIs(kDataLoss));
}

// What a page and a sort may take of memory. Positions of what is not kept take none.
TEST_F(SearchTest, TakesNoMoreMemoryThanItMay) {
  for (const char* text : {"ccc", "aaa", "bbb"}) Create(absl::StrCat(R"({"text":")", text, "\"}"));
  engine_.reset();
  const auto store = Store::Open({.directory = directory_.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(store, IsOk());
  Records records(**store, 0);
  const auto registry = Registry::Open(**store);
  ASSERT_THAT(registry, IsOk());
  const EntityTypePtr type = *(*registry)->Find("thing");
  const MonotonicClock clock([] { return absl::ZeroDuration(); });
  const auto find = [&](PageTerms terms) -> absl::StatusOr<size_t> {
    const Snapshot now(**store);
    Deadline never(clock, absl::InfiniteDuration());
    const Searched searched{**store, records, now, *type, never};
    SearchPlan plan =
        PlanScan(searched, *ParseFilter("", type->root(), 0, nullptr, "filter"), terms.sort);
    const auto page = FindRecords(searched, plan, terms);
    if (!page.ok()) return page.status();
    return page->json.size();
  };
  const SortKeys by_text = *ParseSortOn({"text"}, type->root(), nullptr);
  const size_t page_bytes = find({.count_max = 3}).value();
  for (const SortKeys& sort : {SortKeys(), by_text}) {
    // The last byte closes the array.
    EXPECT_THAT(find({.sort = sort, .count_max = 3, .page_bytes_max = page_bytes - 1}), IsOk());
    EXPECT_THAT(find({.sort = sort, .count_max = 3, .page_bytes_max = page_bytes - 2}),
                AllOf(HasError(200), StatusIs(kInvalidArgument, HasSubstr("the answer would"))));
  }
  const auto sort_bytes = [&](uint64_t count_max) {
    size_t bytes = 0;
    while (!find({.sort = by_text, .count_max = count_max, .sort_bytes_max = bytes}).ok()) ++bytes;
    return bytes;
  };
  const size_t of_one = sort_bytes(1);
  EXPECT_GT(of_one, sizeof(std::string));
  EXPECT_EQ(sort_bytes(3), 3 * of_one);
  EXPECT_THAT(find({.sort = by_text, .count_max = 3, .sort_bytes_max = 3 * of_one - 1}),
              AllOf(HasError(200), StatusIs(kInvalidArgument, HasSubstr("the sort would"))));
}

TEST_F(SearchTest, IsNotForTokens) {
  const uint64_t id = Create("{}");
  ASSERT_THAT(Host().AddClient({.client_id = "app",
                                .client_secret = "s",
                                .description = "",
                                .features = {"direct_access"}}),
              IsOk());
  const auto token = Host().IssueAccessToken("thing", EntityKey::Id(id), {.client_id = "app"});
  ASSERT_THAT(token, IsOk());
  auto session = engine_->TokenSession(*token);
  ASSERT_THAT(session, IsOk());
  EXPECT_THAT(session->Find("thing"), HasError(403));
  EXPECT_THAT(session->Count("thing"), HasError(403));
}

TEST_F(SearchTest, SortsAndPagesAsOneWithoutAnyPage) {
  for (int i = 0; i < 100; ++i) {
    Create(absl::StrCat(R"({"n":)", i * 37 % 10, R"(,"text":")", i * 17 % 7, R"("})"));
  }
  const std::vector<std::string> sort_on = {"n", "-text"};
  const auto all = Find({.sort_on = sort_on, .attributes = {"id"}, .max_results = 1'000});
  ASSERT_THAT(all, IsOk());
  for (const int size : {1, 7, 33, 99}) {
    std::string pages;
    for (int first = 0; first < 100; first += size) {
      const auto page = Find(
          {.sort_on = sort_on, .attributes = {"id"}, .max_results = size, .first_result = first});
      ASSERT_THAT(page, IsOk());
      absl::StrAppend(&pages, pages.empty() ? "" : ",", page->substr(1, page->size() - 2));
    }
    EXPECT_EQ(absl::StrCat("[", pages, "]"), *all) << size;
  }
}

// In the midst of the search, whose thread comes to none of this where anything waits for it.
TEST_F(SearchTest, HoldsUpNeitherWritersNorChangesOfItsType) {
  std::vector<std::string> shown;
  uint64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    last = Create(R"({"n":1,"text":"a"})");
    shown.push_back(absl::StrCat(R"({"id":)", last, "}"));
  }
  bool is_changed = false;
  const auto change = [&] {
    ASSERT_THAT(Host().Create("thing", R"({"n":1})"), IsOk());
    ASSERT_THAT(Host().Update("thing", EntityKey::Id(last), R"({"n":2})"), IsOk());
    ASSERT_THAT(Host().AddIndex("thing", "n"), IsOk());
    ASSERT_THAT(Host().AwaitIndexes(), IsOk());
    ASSERT_THAT(Host().RemoveAttribute("thing", "text"), IsOk());
    ASSERT_THAT(Host().ReclaimSpace(), IsOk());
    ASSERT_THAT(Host().DeleteEntityType("thing"), IsOk());
    ASSERT_THAT(Host().CreateEntityType("thing", kAttrDefs), IsOk());
    is_changed = true;
  };
  at_look_ = change;
  look_count_ = 2;  // the first is for the time at which it has to give up
  EXPECT_THAT(Find({.filter = "n = 1 and text = 'a'", .attributes = {"id"}, .max_results = 500}),
              IsOkAndHolds(absl::StrCat("[", absl::StrJoin(shown, ","), "]")));
  EXPECT_TRUE(is_changed);
  EXPECT_THAT(Host().Count("thing"), IsOkAndHolds(0u));
}

TEST_F(SearchTest, AnExportHoldsUpNobodyAndSeesOnePointInTime) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(Create(R"({"n":1,"text":"a"})"));
  int64_t count = 0;
  const auto visit = [&](std::string_view record) {
    if (count++ == 0) {
      EXPECT_THAT(Host().Update("thing", EntityKey::Id(ids[1]), R"({"n":2})"), IsOk());
      EXPECT_THAT(Host().Delete("thing", EntityKey::Id(ids[2])), IsOk());
      EXPECT_THAT(Host().RemoveAttribute("thing", "text"), IsOk());
      EXPECT_THAT(Host().DeleteEntityType("thing"), IsOk());
    }
    EXPECT_THAT(record, HasSubstr(R"("n":1,"text":"a")"));
    return absl::OkStatus();
  };
  EXPECT_THAT(Host().Export("thing", {}, visit), IsOk());
  EXPECT_EQ(count, 300);
}

// What was written since is all that is read: the damaged record is none of it.
TEST_F(SearchTest, AnExportOfWhatIsNewerGoesByTheIndex) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < 400; ++i) ids.push_back(Create(R"({"n":1,"items":[{"n":2}]})"));
  const std::string since = [&] {
    const std::string found =
        *Find({.filter = absl::StrCat("id = ", ids[300]), .attributes = {"lastUpdated"}});
    const size_t begin = found.find(":\"") + 2;
    return found.substr(begin, found.find('"', begin) - begin);
  }();
  for (const int i : {350, 10, 200}) {
    ASSERT_THAT(Host().Update("thing", EntityKey::Id(ids[static_cast<size_t>(i)]), R"({"n":5})"),
                IsOk());
  }
  const auto exported = [&](const std::string& filter) {
    std::string all;
    const absl::Status status =
        Host().Export("thing", {.filter = filter}, [&](std::string_view record) {
          absl::StrAppend(&all, std::string(record), "\n");
          return absl::OkStatus();
        });
    return status.ok() ? all : std::string(status.ToString());
  };
  const std::string newer = absl::StrCat("lastUpdated >= '", since, "'");
  const std::string by_index = exported(newer);
  EXPECT_EQ(std::count(by_index.begin(), by_index.end(), '\n'), 102);
  EXPECT_EQ(exported(newer + " or n < 0"), by_index);  // by a scan: `n` has no index
  ASSERT_NO_FATAL_FAILURE(
      DamageRecord(ids[100], /*repairs=*/false, [](std::string& bytes) { bytes.back() ^= 1; }));
  EXPECT_EQ(exported(newer), by_index);
  EXPECT_THAT(exported(newer + " or n < 0"), HasSubstr("DATA_LOSS"));
}

}  // namespace
}  // namespace dossier
