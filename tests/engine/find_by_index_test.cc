// That a search answers the same with indexes and without them.
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "dossier/engine.h"
#include "engine/random_rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::kPaths;
using ::dossier::testing::RandomRows;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Filters and sorts by chance, as texts.
class RandomQueries {
 public:
  explicit RandomQueries(uint64_t seed) : random_(seed) {}

  FindOptions One() {
    FindOptions options;
    options.filter = Below(8) == 0 ? "" : Filter(/*depth=*/3);
    if (Below(3) != 0) {
      static const std::vector<std::string> kSorts = {"name",   "code", "age",     "sum",
                                                      "isNew",  "born", "seen",    "at",
                                                      "o.city", "id",   "created", "lastUpdated"};
      for (size_t count = 1 + (Below(2) == 0 ? Below(3) : 0); count > 0; --count) {
        options.sort_on.push_back(
            absl::StrCat(Below(2) == 0 ? "-" : "", kSorts[Below(kSorts.size())]));
      }
    }
    options.attributes = {"id"};
    options.max_results = static_cast<int64_t>(Below(2) == 0 ? 10 : 10'000);
    options.first_result = static_cast<int64_t>(Below(3) == 0 ? Below(30) : 0);
    options.show_total_count = Below(4) == 0;
    return options;
  }

 private:
  size_t Below(size_t end) { return random_() % end; }

  std::string Filter(int depth) {
    const size_t n = Below(8);
    if (depth == 0 || n < 3) return Predicate();
    if (n == 3) return absl::StrCat("not (", Filter(depth - 1), ")");
    return absl::StrCat("(", Filter(depth - 1), n < 6 ? " and " : " or ", Filter(depth - 1), ")");
  }

  std::string Predicate() {
    const std::string& path = kPaths[Below(kPaths.size())];
    if (Below(6) == 0) return absl::StrCat(path, Below(2) == 0 ? " is null" : " is not null");
    static const std::vector<std::string> kComparisons = {"=", "=", "!=", "<", "<=", ">", ">="};
    return absl::StrCat(path, " ", kComparisons[Below(kComparisons.size())], " '", Literal(path),
                        "'");
  }

  std::string Literal(const std::string& path) {
    if (path == "age" || path == "p.q.n") {
      return absl::StrCat(static_cast<int>(Below(12)) - 5, Below(5) == 0 ? ".5" : "");
    }
    if (path == "sum") return absl::StrCat("1.", Below(9), Below(2) == 0 ? "" : "5");
    if (path == "isNew") return Below(2) == 0 ? "true" : "false";
    if (path == "born") {
      return absl::StrCat("19", 60 + Below(9), "-01-02", Below(3) == 0 ? " 07:00:00 +0000" : "");
    }
    if (path == "seen") return absl::StrCat("2020-01-0", 1 + Below(9), " 00:00:00 +0000");
    if (path == "at") return absl::StrCat("10.0.0.", Below(9));
    static const std::vector<std::string> kTexts = {"ada",
                                                    "Ada",
                                                    "ADA",
                                                    "",
                                                    "a",
                                                    "b",
                                                    "ß",
                                                    "x",
                                                    std::string(300, 'x'),
                                                    std::string(300, 'X'),
                                                    std::string(200, 'x')};
    return kTexts[Below(kTexts.size())];
  }

  std::mt19937_64 random_;
};

std::string Shown(const FindOptions& options) {
  return absl::StrCat("filter=", options.filter, " sort_on=", absl::StrJoin(options.sort_on, ","),
                      " max_results=", options.max_results, " first=", options.first_result);
}

std::string AnswerTo(Session host, const FindOptions& options) {
  const auto found = host.Find("row", options);
  if (!found.ok()) return found.status().ToString();
  return absl::StrCat(found->records, " of ", found->total_count.value_or(0));
}

class Queries {
 public:
  Queries(uint64_t seed, size_t count) {
    RandomQueries random(seed);
    for (size_t i = 0; i < count; ++i) all_.push_back(random.One());
  }

  void Ask(Session host) {
    answers_.clear();
    for (const FindOptions& options : all_) answers_.push_back(AnswerTo(host, options));
  }

  // Only every `step`th.
  void ExpectTheSame(Session host, const char* when, size_t step = 1) const {
    for (size_t i = 0; i < all_.size(); i += step) {
      ASSERT_EQ(AnswerTo(host, all_[i]), answers_[i]) << when << ": " << Shown(all_[i]);
    }
  }

  // As ExpectTheSame, once the attribute `name` is called `title`.
  void ExpectTheSameOnceRenamed(Session host) const {
    for (size_t i = 0; i < all_.size(); ++i) {
      FindOptions options = all_[i];
      absl::StrReplaceAll({{"name", "title"}}, &options.filter);
      for (std::string& key : options.sort_on) absl::StrReplaceAll({{"name", "title"}}, &key);
      ASSERT_EQ(AnswerTo(host, options), answers_[i]) << Shown(options);
    }
  }

  // How many of them an index answers.
  size_t CountByIndex(Session host) const {
    size_t count = 0;
    for (const FindOptions& options : all_) {
      const auto plan = host.Explain("row", options);
      EXPECT_THAT(plan, IsOk()) << Shown(options);
      count += plan.ok() && absl::StrContains(*plan, R"("access":"index")");
    }
    return count;
  }

 private:
  std::vector<FindOptions> all_;
  std::vector<std::string> answers_;
};

TEST(FindByIndex, AnswersWhatAScanDoes) {
  const TemporaryDirectory top;
  RandomRows rows(top.path(), 11);
  // More than look-ups are read for, so that sorts go along their indexes too.
  for (int i = 0; i < 5000; ++i) rows.WriteOne();
  Queries queries(12, 600);
  queries.Ask(rows.host());
  const size_t count_before = queries.CountByIndex(rows.host());
  for (const std::string& path : kPaths) {
    ASSERT_THAT(rows.host().AddIndex("row", path), IsOk());
    queries.ExpectTheSame(rows.host(), "while it is built", 29);
  }
  ASSERT_THAT(rows.host().AwaitIndexes(), IsOk());
  queries.ExpectTheSame(rows.host(), "built");
  EXPECT_GT(queries.CountByIndex(rows.host()), count_before + 200);
  rows.Open();
  queries.ExpectTheSame(rows.host(), "opened again", 3);

  for (int i = 0; i < 500; ++i) rows.WriteOne();
  for (const std::string& path : kPaths) {
    ASSERT_THAT(rows.host().RemoveIndex("row", path), IsOk());
  }
  queries.Ask(rows.host());
  for (const std::string& path : kPaths) ASSERT_THAT(rows.host().AddIndex("row", path), IsOk());
  ASSERT_THAT(rows.host().AwaitIndexes(), IsOk());
  queries.ExpectTheSame(rows.host(), "after writes");
  ASSERT_THAT(rows.host().RenameAttribute("row", "name", "title"), IsOk());
  queries.ExpectTheSameOnceRenamed(rows.host());
}

// Times have their indexes from the start.
TEST(FindByIndex, TimesAreFoundByTheirIndexes) {
  const TemporaryDirectory top;
  RandomRows rows(top.path(), 13);
  for (int i = 0; i < 400; ++i) rows.WriteOne();
  const auto found =
      rows.host().Find("row", {.attributes = {"created", "lastUpdated"}, .max_results = 10'000});
  ASSERT_THAT(found, IsOk());
  const std::string& json = found->records;
  int time_count = 0;
  for (size_t at = json.find("\":\""); at != json.npos; at = json.find("\":\"", at + 3)) {
    if (++time_count % 7 != 0) continue;
    const std::string time = json.substr(at + 3, json.find('"', at + 3) - at - 3);
    for (const char* name : {"created", "lastUpdated"}) {
      const auto ids = [&](const std::string& filter) {
        return AnswerTo(rows.host(),
                        {.filter = filter, .attributes = {"id"}, .max_results = 10'000});
      };
      EXPECT_EQ(ids(absl::StrCat(name, " >= '", time, "'")),
                ids(absl::StrCat("not (", name, " < '", time, "')")));
      EXPECT_EQ(ids(absl::StrCat(name, " = '", time, "'")),
                ids(absl::StrCat("not (", name, " != '", time, "')")));
    }
  }
  EXPECT_GT(time_count, 100);
  EXPECT_THAT(rows.host().Explain("row", {.filter = "created > '2001-01-01'", .max_results = 1}),
              IsOkAndHolds(AllOf(HasSubstr(R"("access":"index","attribute_names":["/created"])"),
                                 HasSubstr("created > "))));
  EXPECT_THAT(rows.host().Explain("row", {.sort_on = {"-lastUpdated"}, .max_results = 3}),
              IsOkAndHolds(R"({"access":"index","attribute_names":["/lastUpdated"],)"
                           R"("is_in_order":true,"keys_read":7,"result_count":3})"));
}

TEST(FindByIndex, UniqueValuesAreFoundByTheirClaims) {
  const TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path(), .durability = Durability::kBuffered});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("row", R"([
      {"name":"email","type":"string","constraints":["unique"]},
      {"name":"code","type":"string","case-sensitive":true,"constraints":["unique"]},
      {"name":"n","type":"integer","constraints":["unique"]},
      {"name":"age","type":"integer"},
      {"name":"p","type":"plural","attr_defs":[
        {"name":"domain","type":"string","constraints":["unique"]}]}])"),
              IsOk());
  for (int i = 0; i < 400; ++i) {
    ASSERT_THAT(host.Create("row", absl::StrCat(R"({"email":"A)", i, R"(@x","code":"C)", i,
                                                R"(","n":)", i * 100'000, R"(,"age":)", i % 3,
                                                R"(,"p":[{"domain":"d)", i, R"("}]})")),
                IsOk());
  }
  const auto explain = [&](const char* filter) {
    return host.Explain("row", {.filter = filter}).value_or("refused");
  };
  for (const char* filter : {"email = 'a7@X'", "code = 'C7'", "n = 700000", "p.domain = 'D7'",
                             "age = 1 and email = 'a7@x'"}) {
    EXPECT_EQ(
        explain(filter),
        absl::StrCat(R"({"access":"unique","condition":")",
                     std::string_view(filter).substr(0, 3) == "age" ? "email = 'a7@x'" : filter,
                     R"(","is_in_order":true,"keys_read":2,"result_count":1})"));
  }
  const std::string uuid = [&] {
    const std::string found =
        host.Find("row", {.filter = "n = 700000", .attributes = {"uuid"}})->records;
    return found.substr(found.find(":\"") + 2, 36);
  }();
  EXPECT_THAT(
      explain(absl::StrCat("uuid = '", absl::AsciiStrToUpper(uuid), "'").c_str()),
      AllOf(HasSubstr(R"("access":"unique")"), HasSubstr(R"("keys_read":2,"result_count":1})")));
  EXPECT_THAT(explain("uuid = 'none'"), HasSubstr(R"("keys_read":0,"result_count":0})"));
  EXPECT_THAT(explain("code = 'c7'"), HasSubstr(R"("keys_read":1,"result_count":0})"));
  EXPECT_THAT(explain("email = 'a7@x' or n = 800000"), HasSubstr(R"("result_count":2})"));
  EXPECT_THAT(explain("email = 'a7@x' or age = 1"), HasSubstr(R"("access":"scan")"));
  EXPECT_THAT(explain("email = 'a7@x' and age = 2"), HasSubstr(R"("result_count":0})"));
}

// Whatever a value can be written as, it is one: 1.50 is 1.5, and an instant is one in every zone.
TEST(FindByIndex, UniqueValuesOfAllKindsAreFoundByTheirClaims) {
  const TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path(), .durability = Durability::kBuffered});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("row", R"([
      {"name":"s","type":"string","constraints":["unique"]},
      {"name":"i","type":"integer","constraints":["unique"]},
      {"name":"d","type":"decimal","constraints":["unique"]},
      {"name":"b","type":"boolean","constraints":["unique"]},
      {"name":"day","type":"date","constraints":["unique"]},
      {"name":"t","type":"dateTime","constraints":["unique"]},
      {"name":"ip","type":"ipAddress","constraints":["unique"]}])"),
              IsOk());
  for (int i = 0; i < 300; ++i) ASSERT_THAT(host.Create("row", "{}"), IsOk());
  for (const char* value :
       {R"({"s":"Straße"})", R"({"i":-7})", R"({"d":1.50})", R"({"d":-25e3})", R"({"d":0})",
        R"({"b":true})", R"({"b":false})", R"({"day":"1901-02-03"})",
        R"({"t":"1969-12-31 23:59:59.5 +0000"})", R"({"ip":"200.1.2.3"})"}) {
    ASSERT_THAT(host.Create("row", value), IsOk()) << value;
  }
  const struct {
    const char* filter;
    int count;
  } rows[] = {
      {"s = 'STRAßE'", 1},
      {"s = 'strasse'", 0},
      {"i = -7", 1},
      {"i = -7.00", 1},
      {"d = 1.5", 1},
      {"d = 0.15e1", 1},
      {"d = 1.51", 0},
      {"d = -25000", 1},
      {"d = -0.0", 1},
      {"b = true", 1},
      {"b", 1},
      {"b = 'FALSE'", 1},
      {"day = '1901-02-03'", 1},
      {"day = '1901-02-04'", 0},
      {"t = '1969-12-31 23:59:59.5 +0000'", 1},
      {"t = '1970-01-01 01:59:59.500 +0200'", 1},
      {"t = '1969-12-31 23:59:59 +0000'", 0},
      {"ip = '200.1.2.3'", 1},
      {"ip = '200.1.2.4'", 0},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(host.Explain("row", {.filter = row.filter}),
                IsOkAndHolds(AllOf(HasSubstr(R"("access":"unique")"),
                                   HasSubstr(absl::StrCat(R"("result_count":)", row.count, "}")))))
        << row.filter;
  }
}

}  // namespace
}  // namespace dossier
