// Properties as a type keeps them: their stored form, and what becomes of them when attributes go.
#include "schema/properties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "schema/entity_type.h"
#include "schema/evolution.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::HasError;
using testing::IsOk;

constexpr std::string_view kAttrDefs = R"json([{"name":"a","type":"string"},
    {"name":"b","type":"string"}, {"name":"n","type":"integer"},
    {"name":"o","type":"object","attr_defs":[{"name":"c","type":"string"}]}])json";

EntityType Declared() { return *EntityType::Declare(TypeId{1}, "thing", kAttrDefs); }

EntityType With(const EntityType& type, std::string_view property) {
  const auto next = WithProperty(type, *ParsePropertyRequest(property));
  EXPECT_THAT(next, IsOk()) << property;
  return *WithProperty(type, *ParsePropertyRequest(property));
}

std::vector<std::string> Answers(const EntityType& type) {
  std::vector<std::string> answers;
  for (Property property : type.properties()) {
    property.uuid = {};
    answers.push_back(
        AnswerOf(property, PathsOf(property, type.root()), /*with_type=*/true).ToText());
  }
  return answers;
}

EntityType TypeWithRules() {
  return With(
      With(Declared(), R"({"type":"rule","attributes":["b","o.c"],"definition":{"truncate":3}})"),
      R"({"type":"rule","attributes":["a"],"definition":"required","description":"d"})");
}

constexpr std::string_view kNoUuid = R"("uuid":"00000000-0000-0000-0000-000000000000"})";

TEST(Properties, AreStoredWithTheType) {
  const EntityType type = TypeWithRules();
  EXPECT_EQ(type.version(), 3u);
  const std::vector<std::string> answers = {
      R"({"attributes":["/b","/o/c"],"definition":{"truncate":3},"property":"rule",)" +
          std::string(kNoUuid),
      R"({"attributes":["/a"],"definition":"required","description":"d","property":"rule",)" +
          std::string(kNoUuid)};
  EXPECT_EQ(Answers(type), answers);
  const auto loaded = EntityType::Load(TypeId{1}, type.Stored());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(Answers(*loaded), answers);
  EXPECT_EQ(loaded->Stored(), type.Stored());
  EXPECT_EQ(loaded->properties()[0].uuid, type.properties()[0].uuid);
  // They are no part of the schema that entityType shows, and no member of a type without them.
  EXPECT_EQ(type.SchemaJson(false), Declared().SchemaJson(false));
  EXPECT_EQ(Declared().Stored().find("properties"), std::string::npos);
}

TEST(Properties, HangOnTheAttributes) {
  const EntityType type = TypeWithRules();
  EXPECT_NE(type.root().FindNamed("a")->rules, nullptr);
  EXPECT_NE(type.root().FindNamed("b")->rules, nullptr);
  EXPECT_EQ(type.root().FindNamed("n")->rules, nullptr);
  EXPECT_EQ(type.root().FindNamed("o")->rules, nullptr);
  EXPECT_NE(type.root().FindNamed("o")->children->FindNamed("c")->rules, nullptr);
  EXPECT_EQ(type.root().ruled(), std::vector<uint16_t>{0});
  const auto without = WithoutProperty(type, type.properties()[1].uuid, /*rules_only=*/true);
  ASSERT_THAT(without, IsOk());
  EXPECT_EQ(without->root().FindNamed("a")->rules, nullptr);
  EXPECT_TRUE(without->root().ruled().empty());
  EXPECT_EQ(without->properties().size(), 1u);
  EXPECT_THAT(WithoutProperty(*without, type.properties()[1].uuid, /*rules_only=*/true),
              HasError(200));
}

TEST(Properties, LoseTheAttributesThatGo) {
  const EntityType type = TypeWithRules();
  const EntityType without_b = *EntityType::Declare(TypeId{1}, "thing", kAttrDefs);
  std::vector<Property> properties = type.properties();
  properties.push_back({.attributes = properties[0].attributes, .number = 100});
  // All are there.
  EXPECT_EQ(Remaining(properties, without_b.root()).size(), 3u);
  // Number 16 is a, 17 is b, 20 is o.c.
  const EntityType few = *EntityType::Declare(
      TypeId{1}, "thing", R"([{"name":"x","type":"string"},{"name":"y","type":"string"}])");
  const std::vector<Property> rest = Remaining(properties, few.root());
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].attributes, std::vector<AttributeNumber>{17});
  EXPECT_EQ(rest[1].attributes, std::vector<AttributeNumber>{16});
}

TEST(Properties, AreNotMoreThanATypeMayHave) {
  EntityType type = Declared();
  std::vector<Property> properties(999, With(type, R"({"type":"rule","attributes":["a"],
      "definition":"required"})")
                                            .properties()[0]);
  type = type.Next(std::move(properties), type.next_number());
  type = With(type, R"({"type":"rule","attributes":["a"],"definition":"required"})");
  EXPECT_THAT(
      WithProperty(type, *ParsePropertyRequest(
                             R"({"type":"rule","attributes":["a"],"definition":"required"})")),
      HasError(200));
}

TEST(Properties, DamagedOnesAreNoProperties) {
  const EntityType type = TypeWithRules();
  const std::string good = StoredForm(type.properties()[1]).ToText();
  ASSERT_TRUE(LoadProperty(*JsonValue::Parse(good, "stored"), type.root()).has_value()) << good;
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in " << good;
    return text.replace(at, from.size(), to);
  };
  const std::string kDamaged[] = {
      "5",
      "null",
      "[]",
      "{}",
      replaced("\"uuid\":\"", "\"uuid\":\"x"),
      replaced("\"uuid\"", "\"uid\""),
      replaced("[16]", "[]"),
      replaced("[16]", "16"),
      replaced("[16]", "[\"a\"]"),
      replaced("[16]", "[15]"),
      replaced("[16]", "[99]"),
      replaced("[16]", "[70000]"),
      replaced("\"numbers\"", "\"attributes\""),
      replaced("\"d\"", "5"),
      replaced("\"required\"", "\"requires\""),
      replaced("\"required\"", "{\"min-age\":5}"),
      replaced("\"definition\"", "\"number\""),
      replaced("\"definition\":\"required\"", "\"number\":3"),
      replaced("\"definition\"", "\"other\""),
      replaced("\"definition\"", "\"number\":100,\"definition\""),
  };
  for (const std::string& damaged : kDamaged) {
    EXPECT_FALSE(LoadProperty(*JsonValue::Parse(damaged, "stored"), type.root()).has_value())
        << damaged;
  }
  std::string stored = type.Stored();
  stored.replace(stored.find("\"required\""), 10, "\"requires\"");
  EXPECT_EQ(EntityType::Load(TypeId{1}, stored).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Properties, DamagedUniqueOnesAreNoProperties) {
  const EntityType type = With(With(Declared(), R"({"type":"unique","attributes":["a","n"]})"),
                               R"({"type":"unique","attributes":["b","n"],"description":"d"})");
  const std::string good = type.Stored();
  ASSERT_THAT(EntityType::Load(TypeId{1}, good), IsOk()) << good;
  const AttributeNumber first = type.properties()[0].number;
  const std::string number = absl::StrCat("\"number\":", first);
  const struct {
    std::string from;
    std::string to;
  } rows[] = {
      {"[16,18]", "[16]"},
      {"[16,18]", "[16,16]"},
      {"[16,18]", "[16,19]"},  // an object
      {"[16,18]", "[16,99]"},
      {"[16,18]", "16"},
      {number, "\"number\":0"},
      {number, "\"number\":16"},  // an attribute's
      {number, "\"number\":65536"},
      {number, "\"number\":-1"},
      {number, "\"number\":\"21\""},
      {number, absl::StrCat("\"number\":", type.properties()[1].number)},
      {number, absl::StrCat("\"number\":", type.next_number())},  // that the next will get
  };
  for (const auto& row : rows) {
    std::string damaged = good;
    const size_t at = damaged.find(row.from);
    ASSERT_NE(at, std::string::npos) << row.from << " in " << good;
    damaged.replace(at, row.from.size(), row.to);
    EXPECT_EQ(EntityType::Load(TypeId{1}, damaged).status().code(), absl::StatusCode::kDataLoss)
        << damaged;
  }
}

}  // namespace
}  // namespace dossier
