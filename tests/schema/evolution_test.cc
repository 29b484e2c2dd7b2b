// The next versions of a type: what each change keeps, and what it refuses.
#include "schema/evolution.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "elements/chunks.h"
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

TEST(WithoutAttribute, TakesAllBelowItAndNoNumber) {
  const EntityType before = Thing();
  const auto after = WithoutAttribute(before, *before.root().FindNamed("p"));
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->root().size(), 2u);
  EXPECT_EQ(after->next_number(), before.next_number());
  EXPECT_EQ(FindNumber(after->root(), before.root().FindNamed("p")->number), nullptr);
  const auto again = WithAttribute(
      *after, R"({"name":"p","type":"plural","attr_defs":[{"name":"c","type":"string"}]})");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->root().FindNamed("p")->number, before.next_number());
  const Attribute* object = before.root().FindNamed("o");
  const auto childless = WithoutAttribute(before, (*object->children)[0]);
  ASSERT_THAT(childless, IsOk());
  EXPECT_EQ(childless->root().FindNamed("o")->children->size(), 0u);
  EXPECT_THAT(EntityType::Load(TypeId{7}, childless->Stored()), IsOk());
}

TEST(WithName, KeepsTheNumber) {
  const EntityType before = Thing();
  const struct {
    const char* source;
    const char* target;
    const char* path;
  } rows[] = {{"a", "z", "/z"},      {"/a", "/z", "/z"},         {"o.b", "o.z", "/o/z"},
              {"/o/b", "z", "/o/z"}, {"//p/c", "/p//z", "/p/z"}, {"p", "A", "/A"}};
  for (const auto& row : rows) {
    const Attribute* old = *FindChangeable(before, row.source, "source_name");
    const auto after = WithName(before, row.source, row.target);
    ASSERT_THAT(after, IsOk()) << row.source;
    const Attribute* renamed = FindNumber(after->root(), old->number);
    ASSERT_NE(renamed, nullptr) << row.source;
    EXPECT_EQ(PathOf(*renamed), row.path);
    EXPECT_EQ(renamed->kind, old->kind);
    EXPECT_EQ(after->version(), 2u);
  }
}

TEST(WithConstraints, ReplacesTheWholeList) {
  const EntityType before = Thing();
  const auto set = [](const EntityType& type, const char* constraints) {
    return WithConstraints(type, *type.root().FindNamed("a"), constraints);
  };
  const auto two = set(before, R"(["required","unique"])");
  ASSERT_THAT(two, IsOk());
  EXPECT_TRUE(two->root().FindNamed("a")->required);
  EXPECT_TRUE(two->root().FindNamed("a")->unique);
  EXPECT_TRUE(two->has_unique());
  EXPECT_EQ(two->root().FindNamed("a")->length_max, 5u) << "it is no constraint of this list";
  const auto one = set(*two, R"(["email-address"])");
  ASSERT_THAT(one, IsOk());
  EXPECT_FALSE(one->root().FindNamed("a")->required);
  EXPECT_FALSE(one->has_unique());
  const auto none = set(*one, "[]");
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(ConstraintsText(*none->root().FindNamed("a")), "[]");
  EXPECT_EQ(none->SchemaJson(false), before.SchemaJson(false));
}

// What is built for a type is no matter of the definition, and stays over other changes.
TEST(NextBuilding, MakesClaimsThatBindNothing) {
  const EntityType before = Thing();
  const AttributeNumber number = before.root().FindNamed("a")->number;
  const auto building = std::make_shared<Building>(ClaimNumbers{.unique = {number}}, nullptr);
  const auto loose = before.NextBuilding(building, /*is_bound=*/false);
  ASSERT_THAT(loose, IsOk());
  EXPECT_TRUE(loose->has_unique());
  EXPECT_FALSE(loose->root().FindNamed("a")->unique);
  EXPECT_TRUE(loose->root().FindNamed("a")->is_building);
  EXPECT_FALSE(loose->root().FindNamed("o")->is_building);
  EXPECT_FALSE(loose->is_building_bound());
  EXPECT_EQ(loose->SchemaJson(false), before.SchemaJson(false));
  const auto more = WithAttribute(*loose, R"({"name":"n","type":"date"})");
  ASSERT_THAT(more, IsOk());
  EXPECT_EQ(more->building(), building.get());
  EXPECT_TRUE(more->root().FindNamed("a")->is_building);
  const auto unique = WithConstraints(*more, *more->root().FindNamed("a"), R"(["unique"])");
  ASSERT_THAT(unique, IsOk());
  const auto bound = unique->NextBuilding(building, /*is_bound=*/true);
  ASSERT_THAT(bound, IsOk());
  EXPECT_FALSE(bound->root().FindNamed("a")->is_building);
  EXPECT_TRUE(bound->is_building_bound());
  EXPECT_EQ(bound->building(), building.get());
  const auto loaded = EntityType::Load(TypeId{7}, bound->Stored());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->building(), nullptr);
  const auto plain = bound->NextBuilding(nullptr, false);
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(plain->building(), nullptr);
  EXPECT_TRUE(plain->has_unique());
  EXPECT_EQ(plain->version(), 6u);
}

}  // namespace
}  // namespace dossier
