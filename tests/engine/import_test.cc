// Imports: what rows may say, what is refused, and that no record comes twice.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "dossier/limits.h"
#include "engine/concurrency.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::testing::HasSubstr;
using Outcome = ImportedRow::Outcome;

constexpr char kUuid[] = "02b0c68d-7d7a-49d8-a88d-022585b0f877";

class ImportTest : public ConcurrencyTest {
 protected:
  std::vector<absl::StatusOr<ImportedRow>> Import(const std::vector<std::string>& rows,
                                                  const ImportOptions& options = {}) {
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    auto outcomes = Host().Import("thing", views, options);
    EXPECT_THAT(outcomes, IsOk());
    return outcomes.value_or(std::vector<absl::StatusOr<ImportedRow>>());
  }
  absl::StatusOr<ImportedRow> ImportOne(const std::string& row, const ImportOptions& options = {}) {
    return Import({row}, options).front();
  }
  Outcome OutcomeOf(const std::string& row) {
    const auto outcome = ImportOne(row);
    EXPECT_THAT(outcome, IsOk()) << row;
    return outcome.value_or(ImportedRow{Outcome::kPassedOver}).outcome;
  }
};

TEST_F(ImportTest, KeepsWhatTheApiForbidsToGive) {
  Open();
  ASSERT_THAT(ImportOne(absl::StrCat(
                  R"({"code":"a","uuid":")", kUuid,
                  R"(","created":"2001-02-03 04:05:06.7 +0000","lastUpdated":"2002-01-01","id":5000,
                  "items":[{"key":"y","id":5003},{"n":1,"id":5002},{"n":2}]})")),
              IsOk());
  EXPECT_EQ(Read(5000),
            absl::StrCat(R"({"id":5000,"uuid":")", kUuid,
                         R"(","created":"2001-02-03 04:05:06.700000 +0000",)"
                         R"("lastUpdated":"2002-01-01 00:00:00 +0000","code":"a","counter":null,)"
                         R"("email":null,"items":[{"id":5002,"key":null,"n":1},)"
                         R"({"id":5003,"key":"y","n":null},{"id":5004,"key":null,"n":2}]})"));
  EXPECT_THAT(Host().Get("thing", EntityKey::Uuid(kUuid), {.path = "id"}), IsOkAndHolds("5000"));
  EXPECT_EQ(Create("{}"), 5005u);
  Open();
  EXPECT_GT(Create("{}"), 5005u);
}

// Rows as Get returns them go from one type to another with all they have.
TEST_F(ImportTest, TakesRecordsAsTheyAreRead) {
  Open();
  const uint64_t id =
      Create(R"({"code":"a","counter":7,"items":[{"key":"k","n":1},{"key":null,"n":2}]})");
  const std::string read = Read(id);
  ASSERT_THAT(Host().Delete("thing", EntityKey::Id(id)), IsOk());
  EXPECT_EQ(OutcomeOf(read), Outcome::kImported);
  EXPECT_EQ(Read(id), read);
  EXPECT_EQ(OutcomeOf(read), Outcome::kAlreadyThere);
}

struct RefusedRow {
  const char* what;
  const char* row;
  int code;
  const char* path;
};

constexpr RefusedRow kRefusedRows[] = {
    {"an id of 0", R"({"id":0})", 340, "/id"},
    {"a negative id", R"({"id":-1})", 340, "/id"},
    {"an id past 2^53", R"({"id":9007199254740992})", 340, "/id"},
    {"an id that is no number", R"({"id":"7"})", 341, "/id"},
    {"an id twice", R"({"id":700,"id":700})", 200, ""},
    {"no uuid", R"({"uuid":"7"})", 340, "/uuid"},
    {"a uuid that is no string", R"({"uuid":7})", 341, "/uuid"},
    {"no time", R"({"created":"7x"})", 342, "/created"},
    {"no time", R"({"lastUpdated":"7x"})", 342, "/lastUpdated"},
    {"a parent", R"({"parent_id":7})", 234, "/parent_id"},
    {"an element's id below the record's", R"({"id":700,"items":[{"id":699}]})", 340, "/items/id"},
    {"an element's id without the record's", R"({"items":[{"id":1}]})", 340, "/items/id"},
    {"two elements with one id", R"({"id":700,"items":[{"id":702},{"id":702}]})", 340, "/"},
    {"a taken value", R"({"id":700,"code":"TAKEN"})", 361, "/code"},
    {"a taken value in an element", R"({"items":[{"key":"taken"}]})", 361, "/items/key"},
    {"an unknown attribute", R"({"id":700,"nosuch":1})", 223, "/nosuch"},
    {"a wrong value", R"({"id":700,"counter":"x"})", 341, "/counter"},
    {"no JSON", R"({"id":700)", 200, ""},
    {"no object", R"([])", 341, "/"},
};

TEST_F(ImportTest, RefusesRowByRow) {
  Open();
  const uint64_t taken = Create(R"({"code":"taken","items":[{"key":"taken"}]})");
  std::vector<std::string> rows;
  for (const RefusedRow& row : kRefusedRows) rows.push_back(row.row);
  const auto outcomes = Import(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_THAT(outcomes[i], HasErrorAt(kRefusedRows[i].code, kRefusedRows[i].path))
        << kRefusedRows[i].what;
  }
  EXPECT_EQ(DetailOf(outcomes[13].status())->holder_id, taken);
  EXPECT_THAT(Host().Get("thing", EntityKey::Id(700)), HasError(310));
}

TEST_F(ImportTest, KnowsWhatIsAlreadyThere) {
  for (const size_t large : {size_t{8192}, size_t{1}}) {
    SCOPED_TRACE(large);
    large_plural_bytes_ = large;
    Open();
    ASSERT_THAT(Host().Purge("thing"), IsOk());
    const uint64_t base = Create("{}") + 10'000;
    const auto row = [&](std::string_view rest) {
      return absl::StrCat(R"({"id":)", base, std::string(rest), "}");
    };
    const std::string first = row(R"(,"code":"a","items":[{"key":"k","n":1},{"n":2}])");
    EXPECT_EQ(OutcomeOf(first), Outcome::kImported);
    EXPECT_EQ(OutcomeOf(first), Outcome::kAlreadyThere);
    // In one call too, and in another order of members.
    const auto twice =
        Import({first, row(R"(,"items":[{"n":1,"key":"k"},{"n":2}],"code":"a","email":null)")});
    EXPECT_EQ(twice[0]->outcome, Outcome::kAlreadyThere);
    EXPECT_EQ(twice[1]->outcome, Outcome::kAlreadyThere);
    EXPECT_EQ(twice[1]->id, base);
    for (const char* other :
         {R"(,"code":"A","items":[{"key":"k","n":1},{"n":2}])",
          R"(,"code":"a","items":[{"key":"k","n":1}])",
          R"(,"code":"a","items":[{"n":2},{"key":"k","n":1}])", R"(,"code":"a")", "",
          R"(,"code":"a","items":[{"key":"k","n":1},{"n":2}],"created":"2001-01-01")",
          R"(,"code":"a","items":[{"key":"k","n":1},{"n":2}],"counter":0)"}) {
      const auto outcome = ImportOne(row(other));
      EXPECT_THAT(outcome, HasErrorAt(361, "/id")) << other;
      EXPECT_EQ(DetailOf(outcome.status())->holder_id, base);
    }
  }
}

TEST_F(ImportTest, KnowsRecordsByTheirUuids) {
  Open();
  const std::string row = absl::StrCat(R"({"uuid":")", kUuid, R"(","code":"a"})");
  EXPECT_EQ(OutcomeOf(row), Outcome::kImported);
  EXPECT_EQ(OutcomeOf(row), Outcome::kAlreadyThere);
  EXPECT_THAT(ImportOne(absl::StrCat(R"({"uuid":")", kUuid, R"(","code":"b"})")),
              HasErrorAt(361, "/uuid"));
  EXPECT_THAT(ImportOne(absl::StrCat(R"({"id":7777,"uuid":")", kUuid, R"(","code":"a"})")),
              HasErrorAt(361, "/uuid"));
}

// All that is stored of an element is stored under its record: two that have one id stay apart, and a
// key that is about the id alone finds the newer record's.
TEST_F(ImportTest, TakesAnElementIdThatAnotherRecordHas) {
  for (const size_t large_plural_bytes : {size_t{8192}, size_t{1}}) {
    large_plural_bytes_ = large_plural_bytes;
    Open();
    ASSERT_THAT(Host().Purge("thing"), IsOk());
    ASSERT_THAT(ImportOne(R"({"id":10,"items":[{"id":20,"key":"a","n":1}]})"), IsOk());
    ASSERT_THAT(ImportOne(R"({"id":11,"items":[{"id":20,"key":"b","n":2}]})"), IsOk());
    EXPECT_THAT(Host().Get("thing", EntityKey::Id(20).InPlural("/items"), {.path = "n"}),
                IsOkAndHolds("2"));
    ASSERT_THAT(Host().Update("thing", EntityKey::Id(11), R"({"key":"c"})", {.path = "items#20"}),
                IsOk());
    ASSERT_THAT(Host().Delete("thing", EntityKey::Id(10), {.path = "items#20"}), IsOk());
    EXPECT_EQ(Read(10, "items"), "[]");
    EXPECT_EQ(Read(11, "items"), R"([{"id":20,"key":"c","n":2}])");
    EXPECT_GT(Create(R"({"items":[{"key":"a"},{"key":"b"}]})"), 20u);
    const auto found = engine_->Verify();
    ASSERT_THAT(found, IsOk());
    EXPECT_TRUE(found->is_sound()) << found->findings.front();
  }
}

TEST_F(ImportTest, TakesPasswords) {
  Open();
  ASSERT_THAT(Host().CreateEntityType("user", R"([{"name":"password","type":"password"}])"),
              IsOk());
  const std::string hash = R"({"type":"password-bcrypt","value":"$2a$04$x"})";
  const std::vector<std::string> rows = {absl::StrCat(R"({"id":800,"password":)", hash, "}"),
                                         R"({"id":801,"password":"plain"})"};
  const std::vector<std::string_view> views(rows.begin(), rows.end());
  for (const Outcome outcome : {Outcome::kImported, Outcome::kAlreadyThere}) {
    const auto outcomes = Host().Import("user", views);
    ASSERT_THAT(outcomes, IsOk());
    ASSERT_THAT((*outcomes)[0], IsOk());
    ASSERT_THAT((*outcomes)[1], IsOk());
    EXPECT_EQ((*outcomes)[0]->outcome, outcome);
    EXPECT_EQ((*outcomes)[1]->outcome, outcome);
  }
  EXPECT_THAT(Host().Get("user", EntityKey::Id(800), {.path = "password"}), IsOkAndHolds(hash));
  EXPECT_THAT(Host().Get("user", EntityKey::Id(801),
                         {.password_attribute = "password", .password_value = "plain"}),
              IsOk());
}

TEST_F(ImportTest, GoesOnWhereItWasStopped) {
  Open();
  std::vector<std::string> rows(1'000, R"({"counter":1})");
  rows[3] = "{]";
  EXPECT_THAT(Host().ImportedRows("thing", "x"), IsOkAndHolds(0u));
  Import({rows.begin(), rows.begin() + 600}, {.name = "x"});
  EXPECT_THAT(Host().ImportedRows("thing", "x"), IsOkAndHolds(600u));
  EXPECT_THAT(Host().ImportedRows("thing", "y"), IsOkAndHolds(0u));
  Open();
  const auto outcomes = Import({rows.begin() + 500, rows.end()}, {.name = "x", .first_row = 500});
  EXPECT_EQ(outcomes[99]->outcome, Outcome::kPassedOver);
  EXPECT_EQ(outcomes[100]->outcome, Outcome::kImported);
  EXPECT_THAT(Host().ImportedRows("thing", "x"), IsOkAndHolds(1'000u));
  const std::vector<std::string_view> one = {"{}"};
  EXPECT_THAT(Host().Import("thing", one, {.name = "x", .first_row = 1'001}), HasError(200));
  EXPECT_THAT(Host().Import("thing", one, {.name = std::string(257, 'x')}), HasError(200));
  EXPECT_THAT(Host().Import("thing", one, {.thread_count = 17}), HasError(200));
  EXPECT_THAT(Host().Import("nosuch", one), HasError(222));
  ASSERT_THAT(Host().ForgetImport("thing", "x"), IsOk());
  EXPECT_THAT(Host().ImportedRows("thing", "x"), IsOkAndHolds(0u));
  Import({rows.begin(), rows.begin() + 5}, {.name = "z"});
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  EXPECT_THAT(Host().ImportedRows("thing", "z"), IsOkAndHolds(0u));
}

TEST_F(ImportTest, IsForOwnersWithoutASchema) {
  Open();
  for (const char* feature : {"owner", "direct_access"}) {
    ASSERT_THAT(
        Host().AddClient({.client_id = feature, .client_secret = "s", .features = {feature}}),
        IsOk());
  }
  const std::vector<std::string_view> one = {"{}"};
  EXPECT_THAT(engine_->ClientSession("direct_access", "s")->Import("thing", one), HasError(403));
  EXPECT_THAT(engine_->ClientSession("direct_access", "s")->ImportedRows("thing", "x"),
              HasError(403));
  EXPECT_THAT(engine_->ClientSession("direct_access", "s")->ForgetImport("thing", "x"),
              HasError(403));
  EXPECT_THAT(engine_->ClientSession("owner", "s")->Import("thing", one), IsOk());
  for (const char* kind : {"write", "read"}) {
    ASSERT_THAT(Host().SetAccessSchema("thing", "owner", kind, {"code"}), IsOk());
    EXPECT_THAT(engine_->ClientSession("owner", "s")->Import("thing", one), HasError(403)) << kind;
    ASSERT_THAT(Host().DeleteAccessSchema("thing", "owner", kind), IsOk());
  }
  EXPECT_THAT(engine_->ClientSession("owner", "s")->Import("thing", one), IsOk());
}

// Imports of the same rows at the same time, beside creates of the same values and of ids that the
// imports give: each value and each id is had by one record.
TEST_F(ImportTest, NoDuplicateBesideOthers) {
  Open();
  constexpr int kRows = 3'000;
  std::vector<std::string> rows;
  for (int i = 0; i < kRows; ++i) {
    // Ids just ahead of where the sequence is, so that creates draw them meanwhile.
    rows.push_back(absl::StrCat(R"({"id":)", 2 * i + 10, R"(,"code":"c)", i, R"(","counter":)", i,
                                R"(,"created":"2001-01-01","lastUpdated":"2001-01-01"})"));
  }
  std::mutex mutex;
  std::vector<uint64_t> created;
  InThreads([&](int thread) {
    if (thread < 3) {
      for (int from = 0; from < kRows; from += 50) {
        Import({rows.begin() + from, rows.begin() + from + 50}, {.thread_count = 2});
      }
      return;
    }
    for (int i = 0; i < kRows / 2; ++i) {
      const auto one =
          Host().Create("thing", absl::StrCat(R"({"code":"c)", i * 2 + thread % 2,
                                              R"(","email":"e)", thread, "-", i, R"("})"));
      if (!one.ok()) {
        EXPECT_THAT(one, HasErrorAt(361, "/code"));
      }
      const std::lock_guard<std::mutex> lock(mutex);
      if (one.ok()) created.push_back(one->id);
    }
  });
  EXPECT_EQ(std::set(created.begin(), created.end()).size(), created.size());
  for (const uint64_t id : created) {
    EXPECT_NE(Scalars(Read(id), "email").front(), "null") << id;  // no import wrote over it
  }
  std::set<std::string> ids;
  for (int i = 0; i < kRows; ++i) {
    const auto id = Host().Get("thing", EntityKey::Attribute("code", absl::StrCat("\"c", i, "\"")),
                               {.path = "id"});
    if (id.ok()) {
      EXPECT_TRUE(ids.insert(*id).second);
    } else {
      // Nobody has the value: the row's id was a create's.
      EXPECT_THAT(Host().Get("thing", EntityKey::Id(static_cast<uint64_t>(2 * i + 10))), IsOk());
    }
  }
}

// The process is killed at some row: what the store says is done is there, once, and nothing else.
class ImportCrashTest : public ImportTest, public ::testing::WithParamInterface<int> {};

TEST_P(ImportCrashTest, LosesNoRowAndDoublesNone) {
  constexpr char kDirectory[] = "DOSSIER_IMPORT_CRASH_DIRECTORY";
  constexpr int kRows = 6'000;
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // the child is a process of its own
  if (std::getenv(kDirectory) == nullptr) ::setenv(kDirectory, directory_.path().c_str(), 1);
  const std::string directory = std::getenv(kDirectory);
  std::vector<std::string> rows;
  for (int i = 0; i < kRows; ++i) rows.push_back(absl::StrCat(R"({"code":"c)", i, R"("})"));
  const auto import_all = [&](std::function<absl::Time()> clock) {
    auto engine = Engine::Open({.directory = directory,
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20,
                                .clock = std::move(clock)});
    ASSERT_THAT(engine, IsOk());
    Session host = (*engine)->HostSession();
    if (host.EntityTypeNames()->empty()) {
      ASSERT_THAT(host.CreateEntityType("thing", kThingAttrDefs), IsOk());
    }
    const uint64_t done = host.ImportedRows("thing", "x").value();
    const std::vector<std::string_view> rest(rows.begin() + static_cast<std::ptrdiff_t>(done),
                                             rows.end());
    for (uint64_t i = 0; i < done; ++i) {
      const EntityKey key = EntityKey::Attribute("code", absl::StrCat("\"c", i, "\""));
      ASSERT_THAT(host.Get("thing", key), IsOk()) << i;
    }
    const auto outcomes =
        host.Import("thing", rest, {.name = "x", .first_row = done, .thread_count = 2});
    ASSERT_THAT(outcomes, IsOk());
    for (const auto& outcome : *outcomes) ASSERT_THAT(outcome, IsOk());
  };
  EXPECT_EXIT(
      {
        std::atomic<int> readings = 0;
        import_all([&] {
          if (++readings == GetParam()) ::kill(::getpid(), SIGKILL);
          return absl::FromUnixSeconds(1);
        });
      },
      ::testing::KilledBySignal(SIGKILL), "");
  import_all({});
  ::unsetenv(kDirectory);
}

INSTANTIATE_TEST_SUITE_P(AtRow, ImportCrashTest, ::testing::Values(300, 1'111, 2'900, 5'500));

}  // namespace
}  // namespace dossier
