// Which values of unique and locally-unique attributes are one value, and what becomes of claims.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

class UniqueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = Engine::Open({.directory = top_.path(),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }
  Session Host() { return engine_->HostSession(); }
  uint64_t Create(const std::string& attributes) {
    const auto created = Host().Create("thing", attributes);
    EXPECT_THAT(created, IsOk()) << attributes;
    return created.ok() ? created->id : 0;
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

struct SameRow {
  const char* type;
  std::string one;
  std::string other;
  bool is_same;
};

const std::vector<SameRow>& SameRows() {
  static const auto* const kRows = new std::vector<SameRow>{
      {"decimal", "1.10", "1.1", true},
      {"decimal", "11e-1", "1.1", true},
      {"decimal", "0.0110E+2", "1.1", true},
      {"decimal", "100", "1e2", true},
      {"decimal", "1000e-1", "1E02", true},
      {"decimal", "-0", "0", true},
      {"decimal", "0e99", "-0.000", true},
      {"decimal", "-1.10", "-1.1", true},
      {"decimal", "1", "-1", false},
      {"decimal", "1", "10", false},
      {"decimal", "0.1", "0.01", false},
      {"decimal", "12345678901234567890.1", "12345678901234567890.2", false},
      {"decimal", "1e400", "10e399", true},
      {"decimal", "1e400", "1e401", false},
      {"decimal", "1e-400", "0", false},
      {"decimal", "10e1000000", "10E+1000000", true},
      {"decimal", "10e-1000000", "1e-999999", true},
      {"decimal", "0.1e-1000000", "0.1e-999999", false},
      {"decimal", "10e1000000", "0.1e-1000000", false},
      {"integer", "1", "1.0", true},
      {"integer", "10", "1e1", true},
      {"integer", "70000", "7e4", true},
      {"integer", "-0", "0", true},
      {"integer", "65535", "65536", false},
      {"integer", "9223372036854775807", "9223372036854775806", false},
      {"boolean", "true", "\"true\"", true},
      {"boolean", "true", "false", false},
      {"string", R"("A")", R"("a")", true},
      {"string", R"("\u00c4")", "\"\xc3\xa4\"", true},
      {"string", R"("stra\u00dfe")", R"("strasse")", false},
      {"string", R"("")", R"("")", true},
      {"string", R"("a ")", R"("a")", false},
      {"string", R"("a\u0000")", R"("a")", false},
      {"date", R"("2001-02-03")", R"("20010203")", true},
      {"date", R"("2001-02-03")", R"("2001-02-04")", false},
      {"dateTime", R"("2001-02-03 00:00:00 +0100")", R"("2001-02-02T23:00:00Z")", true},
      {"ipAddress", R"("10.0.0.1")", R"("10.0.0.1")", true},
      {"ipAddress", R"("10.0.0.1")", R"("1.0.0.10")", false},
  };
  return *kRows;
}

TEST_F(UniqueTest, ComparesByWhatValuesMean) {
  int number = 0;
  for (const SameRow& row : SameRows()) {
    const std::string type = absl::StrCat("type", ++number);
    ASSERT_THAT(Host().CreateEntityType(
                    type, absl::StrCat(R"([{"name":"u","type":")", row.type,
                                       R"(","constraints":["unique"]},{"name":"p","type":"plural",
                                       "attr_defs":[{"name":"l","type":")",
                                       row.type, R"(","constraints":["locally-unique"]}]}])")),
                IsOk());
    const std::string what = absl::StrCat(row.type, " ", row.one, " ", row.other);
    const auto first = Host().Create(type, absl::StrCat(R"({"u":)", row.one, "}"));
    ASSERT_THAT(first, IsOk()) << what;
    const auto second = Host().Create(type, absl::StrCat(R"({"u":)", row.other, "}"));
    EXPECT_EQ(!second.ok(), row.is_same) << what;
    const auto found = Host().Get(type, EntityKey::Attribute("u", row.other), {.path = "id"});
    EXPECT_EQ(found.value_or("none"),
              absl::StrCat(row.is_same ? first->id : second.value_or(Created()).id))
        << what;
    const auto twice = Host().Create(
        type,
        absl::StrCat(R"({"p":[{"l":)", row.one, R"(},{"l":null},{},{"l":)", row.other, "}]}"));
    EXPECT_EQ(!twice.ok(), row.is_same) << what;
  }
}

// What happens to claims when values move. Each step is judged, and then who holds what.
TEST_F(UniqueTest, ClaimsFollowTheirValues) {
  ASSERT_THAT(Host().CreateEntityType("thing", R"([
      {"name":"a","type":"string","constraints":["unique"]},
      {"name":"b","type":"string","constraints":["unique"]},
      {"name":"items","type":"plural","attr_defs":[
        {"name":"key","type":"string","constraints":["unique"]},
        {"name":"sub","type":"object","attr_defs":[
          {"name":"key","type":"string","constraints":["unique"]}]}]}])"),
              IsOk());
  const uint64_t one = Create(R"({"a":"1","b":"2","items":[{"key":"x"},{"key":"y"}]})");
  const uint64_t two = Create(R"({"a":"2","b":"1"})");
  const EntityKey first = EntityKey::Id(one), second = EntityKey::Id(two);
  const auto holder = [&](const char* path, const char* value) {
    return Host().Get("thing", EntityKey::Attribute(path, value), {.path = "id"}).value_or("none");
  };
  // Its own values may swap between attributes and between elements.
  EXPECT_THAT(Host().Update("thing", first, R"({"a":"9","b":"8"})"), IsOk());
  EXPECT_THAT(Host().Replace("thing", first, R"([{"key":"y"},{"key":"x"}])", {.path = "items"}),
              IsOk());
  EXPECT_EQ(holder("items/key", "\"x\""), absl::StrCat(one));
  EXPECT_EQ(holder("a", "\"1\""), "none");
  EXPECT_THAT(Host().Update("thing", second, R"({"a":"1"})"), IsOk());
  // Another's values may not be taken, and a refused write drops nothing.
  EXPECT_THAT(Host().Update("thing", second, R"({"a":"7","b":"8"})"), HasErrorAt(361, "/b"));
  EXPECT_EQ(holder("a", "\"1\""), absl::StrCat(two));
  EXPECT_EQ(holder("a", "\"7\""), "none");
  EXPECT_THAT(Host().Update("thing", second, R"({"items":[{"key":"X"}]})"),
              HasErrorAt(361, "/items/key"));
  // Two elements of one record collide; the same text under another attribute does not.
  EXPECT_THAT(Host().Update("thing", second, R"({"items":[{"key":"z"},{"key":"Z"}]})"),
              HasErrorAt(361, "/items/key"));
  EXPECT_THAT(Host().Update("thing", second, R"({"items":[{"sub":{"key":"x"}}]})"), IsOk());
  EXPECT_EQ(holder("items/sub/key", "\"x\""), absl::StrCat(two));
  EXPECT_EQ(holder("items/key", "\"x\""), absl::StrCat(one));
  // Case changes keep the claim; null and the end of the record let go of it.
  EXPECT_THAT(Host().Update("thing", first, R"({"a":"nine"})"), IsOk());
  EXPECT_THAT(Host().Update("thing", first, R"({"a":"NINE"})"), IsOk());
  EXPECT_THAT(Host().Update("thing", second, R"({"a":"nine"})"), HasErrorAt(361, "/a"));
  EXPECT_THAT(Host().Update("thing", first, R"({"a":null})"), IsOk());
  EXPECT_THAT(Host().Update("thing", second, R"({"a":"nine"})"), IsOk());
  EXPECT_THAT(Host().Delete("thing", first), IsOk());
  EXPECT_THAT(Host().Update("thing", second, R"({"b":"8","items":[{"key":"x"},{"key":"y"}]})"),
              IsOk());
  EXPECT_EQ(holder("items/key", "\"Y\""), absl::StrCat(two));
}

TEST_F(UniqueTest, LocallyUniqueHoldsInEachPluralOfItsOwn) {
  ASSERT_THAT(Host().CreateEntityType("thing", R"([
      {"name":"p","type":"plural","attr_defs":[
        {"name":"k","type":"string","constraints":["locally-unique"]},
        {"name":"o","type":"object","attr_defs":[
          {"name":"k","type":"integer","constraints":["locally-unique"]},
          {"name":"q","type":"plural","attr_defs":[
            {"name":"k","type":"string","constraints":["locally-unique"]}]}]}]}])"),
              IsOk());
  const struct {
    const char* name;
    std::string attributes;
    const char* path;  // of the 361; empty: taken
  } rows[] = {
      {"different", R"({"p":[{"k":"a"},{"k":"b"}]})", ""},
      {"same", R"({"p":[{"k":"a"},{"k":"A"}]})", "/p/k"},
      {"same in objects", R"({"p":[{"o":{"k":1}},{"o":{"k":1.0}}]})", "/p/o/k"},
      {"at two places", R"({"p":[{"k":"1"},{"o":{"k":1}}]})", ""},
      {"in two inner plurals", R"({"p":[{"o":{"q":[{"k":"a"}]}},{"o":{"q":[{"k":"a"}]}}]})", ""},
      {"in one inner plural", R"({"p":[{"o":{"q":[{"k":"a"},{"k":"b"},{"k":"a"}]}}]})", "/p/o/q/k"},
      {"nulls", R"({"p":[{},{},{"k":null},{"o":{}}]})", ""},
  };
  for (const auto& row : rows) {
    const auto created = Host().Create("thing", row.attributes);
    if (*row.path == '\0') {
      EXPECT_THAT(created, IsOk()) << row.name;
    } else {
      EXPECT_THAT(created, HasErrorAt(361, row.path)) << row.name;
    }
  }
  const uint64_t id = Create(R"({"p":[{"k":"a"}]})");
  EXPECT_THAT(Host().Update("thing", EntityKey::Id(id), R"({"p":[{"k":"a"}]})"),
              HasErrorAt(361, "/p/k"));
  EXPECT_THAT(Host().Update("thing", EntityKey::Id(id), R"({"p":[{"k":"b"}]})"), IsOk());
}

}  // namespace
}  // namespace dossier
