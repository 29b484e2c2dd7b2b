// The next versions of a type: what each change keeps, and what it refuses.
#include "schema/evolution.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::testing::HasSubstr;

constexpr char kAttrDefs[] = R"([
  {"name":"a","type":"string","length":5},
  {"name":"o","type":"object","attr_defs":[{"name":"b","type":"integer"}]},
  {"name":"p","type":"plural","attr_defs":[{"name":"c","type":"string"}]}])";

EntityType Thing() { return *EntityType::Declare(TypeId{7}, "thing", kAttrDefs); }

TEST(WithAttribute, TakesTheNextNumbersAndKeepsTheOthers) {
  const EntityType before = Thing();
  const auto after = WithAttribute(
      before, R"({"name":"q","type":"plural","attr_defs":[{"name":"d","type":"string"}]})");
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->version(), before.version() + 1);
  EXPECT_EQ(after->id(), before.id());
  EXPECT_EQ(after->name(), "thing");
  for (const char* name : {"a", "o", "p"}) {
    EXPECT_EQ(after->root().FindNamed(name)->number, before.root().FindNamed(name)->number);
  }
  const Attribute* added = after->root().FindNamed("q");
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(added->number, before.next_number());
  EXPECT_EQ((*added->children)[0].number, before.next_number() + 1);
  EXPECT_EQ(after->next_number(), before.next_number() + 2);
}

TEST(WithAttribute, IsStoredAsItIs) {
  const auto after = WithAttribute(Thing(), R"({"name":"z","type":"date","description":"d"})");
  ASSERT_THAT(after, IsOk());
  const auto loaded = EntityType::Load(TypeId{7}, after->Stored());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->Stored(), after->Stored());
  EXPECT_EQ(loaded->version(), after->version());
  EXPECT_EQ(loaded->next_number(), after->next_number());
}

TEST(WithAttribute, IsRefused) {
  const struct {
    const char* name;
    std::string attr_def;
    int code;
    const char* at;
  } rows[] = {
      {"there already", R"({"name":"a","type":"date"})", 233, "/a"},
      {"reserved", R"({"name":"uuid","type":"string"})", 234, "/uuid"},
      {"reserved in a plural",
       R"({"name":"n","type":"plural","attr_defs":[{"name":"id","type":"string"}]})", 234, "/n/id"},
      {"a name twice",
       R"({"name":"n","type":"object","attr_defs":[{"name":"x","type":"date"},{"name":"x","type":"date"}]})",
       233, "/n/x"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(WithAttribute(Thing(), row.attr_def), HasErrorAt(row.code, row.at)) << row.name;
  }
  for (const char* attr_def :
       {"", "[", "null", "7", R"([{"name":"n","type":"date"}])", R"({"type":"date"})",
        R"({"name":"n"})", R"({"name":"o/n","type":"date"})", R"({"name":"o.n","type":"date"})",
        R"({"name":"n","type":"object"})",
        R"({"name":"n","type":"string","constraints":["locally-unique"]})"}) {
    const auto refused = WithAttribute(Thing(), attr_def);
    EXPECT_THAT(refused, ::dossier::testing::HasError(200)) << attr_def;
    EXPECT_EQ(DetailOf(refused.status())->argument_name, "attr_def") << attr_def;
  }
}

TEST(WithAttribute, CountsTheLevels) {
  const auto nested = [](int depth) {
    std::string text = R"({"name":"leaf","type":"string"})";
    for (int i = 1; i < depth; ++i) {
      text = absl::StrCat(R"({"name":"n","type":"object","attr_defs":[)", text, "]}");
    }
    return text;
  };
  EXPECT_THAT(WithAttribute(Thing(), nested(5)), IsOk());
  EXPECT_THAT(WithAttribute(Thing(), nested(6)).status().ToString(), HasSubstr("five levels"));
}

TEST(WithAttribute, CountsTheAttributesOfAllVersions) {
  // A type that has had all but one of the attributes that it can.
  std::string stored = Thing().Stored();
  const std::string next = absl::StrCat("\"next_number\":", Thing().next_number());
  stored.replace(stored.find(next), next.size(), "\"next_number\":60000");
  const auto full = EntityType::Load(TypeId{7}, stored);
  ASSERT_THAT(full, IsOk());
  const auto last = WithAttribute(*full, R"({"name":"n","type":"date"})");
  ASSERT_THAT(last, IsOk());
  EXPECT_THAT(WithAttribute(*last, R"({"name":"m","type":"date"})").status().ToString(),
              HasSubstr("too many attributes"));
}

}  // namespace
}  // namespace dossier
