// Definitions of attributes: every refusal, and what comes back of what is taken.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schema/entity_type.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;

absl::StatusOr<EntityType> Declare(const std::string& attr_defs) {
  return EntityType::Declare(TypeId{1}, "user", attr_defs);
}

struct RefusedRow {
  const char* name;
  std::string attr_defs;
  int code;
  std::string path;  // of 233 and 234
};

// `depth` objects inside each other, the innermost without attributes.
std::string Nested(int depth) {
  std::string text = "[]";
  for (int i = 0; i < depth; ++i) {
    text = absl::StrCat(R"([{"name":"o","type":")", i % 2 == 0 ? "object" : "plural",
                        R"(","attr_defs":)", text, "}]");
  }
  return text;
}

TEST(AttrDefs, AreRefused) {
  const RefusedRow rows[] = {
      {"no JSON", "[", 200, ""},
      {"no text", "", 200, ""},
      {"null", "null", 200, ""},
      {"object", "{}", 200, ""},
      {"number in the list", "[1]", 200, ""},
      {"list in the list", "[[]]", 200, ""},
      {"no name", R"([{"type":"string"}])", 200, ""},
      {"null name", R"([{"name":null,"type":"string"}])", 200, ""},
      {"number for a name", R"([{"name":1,"type":"string"}])", 200, ""},
      {"empty name", R"([{"name":"","type":"string"}])", 200, ""},
      {"blank in a name", R"([{"name":"a b","type":"string"}])", 200, ""},
      {"dot in a name", R"([{"name":"a.b","type":"string"}])", 200, ""},
      {"slash in a name", R"([{"name":"a/b","type":"string"}])", 200, ""},
      {"hash in a name", R"([{"name":"a#1","type":"string"}])", 200, ""},
      {"name beyond ASCII", R"([{"name":"ä","type":"string"}])", 200, ""},
      {"long name", absl::StrCat(R"([{"name":")", std::string(129, 'a'), R"(","type":"string"}])"),
       200, ""},
      {"no type", R"([{"name":"a"}])", 200, ""},
      {"unknown type", R"([{"name":"a","type":"String"}])", 200, ""},
      {"number for a type", R"([{"name":"a","type":1}])", 200, ""},
      {"member twice", R"([{"name":"a","name":"b","type":"string"}])", 200, ""},
      {"length 0", R"([{"name":"a","type":"string","length":0}])", 200, ""},
      {"negative length", R"([{"name":"a","type":"string","length":-1}])", 200, ""},
      {"length as text", R"([{"name":"a","type":"string","length":"9"}])", 200, ""},
      {"huge length", R"([{"name":"a","type":"string","length":99999999999}])", 200, ""},
      {"half a length", R"([{"name":"a","type":"string","length":1.5}])", 200, ""},
      {"case as text", R"([{"name":"a","type":"string","case-sensitive":"true"}])", 200, ""},
      {"description as number", R"([{"name":"a","type":"string","description":1}])", 200, ""},
      {"constraints as text", R"([{"name":"a","type":"string","constraints":"unique"}])", 200, ""},
      {"constraints of numbers", R"([{"name":"a","type":"string","constraints":[1]}])", 200, ""},
      {"unknown constraint", R"([{"name":"a","type":"string","constraints":["Unique"]}])", 200, ""},
      {"format of a number", R"([{"name":"a","type":"integer","constraints":["alphabetic"]}])", 200,
       ""},
      {"unique json", R"([{"name":"a","type":"json","constraints":["unique"]}])", 200, ""},
      {"unique password", R"([{"name":"a","type":"password","constraints":["unique"]}])", 200, ""},
      {"locally-unique password", R"([{"name":"p","type":"plural","attr_defs":[
          {"name":"a","type":"password-md5","constraints":["locally-unique"]}]}])",
       200, ""},
      {"format of a password", R"([{"name":"a","type":"password","constraints":["alphanumeric"]}])",
       200, ""},
      {"unknown scheme of passwords", R"([{"name":"a","type":"password-rot13"}])", 200, ""},
      {"locally-unique at the root",
       R"([{"name":"a","type":"string","constraints":["locally-unique"]}])", 200, ""},
      {"locally-unique in an object", R"([{"name":"o","type":"object","attr_defs":[
          {"name":"a","type":"string","constraints":["locally-unique"]}]}])",
       200, ""},
      {"required object",
       R"([{"name":"o","type":"object","constraints":["required"],"attr_defs":[]}])", 200, ""},
      {"unique plural", R"([{"name":"p","type":"plural","constraints":["unique"],"attr_defs":[]}])",
       200, ""},
      {"object without attributes", R"([{"name":"o","type":"object"}])", 200, ""},
      {"plural with null attributes", R"([{"name":"p","type":"plural","attr_defs":null}])", 200,
       ""},
      {"six levels", Nested(6), 200, ""},
      {"beyond any depth", Nested(60), 200, ""},
      {"twice", R"([{"name":"a","type":"string"},{"name":"a","type":"integer"}])", 233, "/a"},
      {"twice below", R"([{"name":"o","type":"object","attr_defs":[
          {"name":"a","type":"string"},{"name":"a","type":"string"}]}])",
       233, "/o/a"},
      {"id", R"([{"name":"id","type":"integer"}])", 234, "/id"},
      {"uuid", R"([{"name":"uuid","type":"string"}])", 234, "/uuid"},
      {"created", R"([{"name":"created","type":"dateTime"}])", 234, "/created"},
      {"lastUpdated", R"([{"name":"lastUpdated","type":"dateTime"}])", 234, "/lastUpdated"},
      {"id of elements", R"([{"name":"p","type":"plural","attr_defs":[
          {"name":"id","type":"integer"}]}])",
       234, "/p/id"},
  };
  for (const RefusedRow& row : rows) {
    EXPECT_THAT(Declare(row.attr_defs), HasErrorAt(row.code, row.path)) << row.name;
  }
}

TEST(AttrDefs, AreTakenAndComeBackTheSame) {
  const std::pair<const char*, std::string> rows[] = {
      {"none", "[]"},
      {"one", R"([{"name":"a","type":"string"}])"},
      {"reserved names below the root", R"([{"name":"o","type":"object","attr_defs":[
          {"name":"uuid","type":"string"},{"name":"created","type":"string"}]}])"},
      {"nulls", R"([{"name":"a","type":"string","length":null,"constraints":null,"features":null,
                     "description":null,"case-sensitive":null}])"},
      {"unknown members", R"([{"name":"a","type":"string","number":7,"colour":"red"}])"},
      {"each kind", R"([{"name":"s","type":"string"},{"name":"i","type":"integer"},
          {"name":"d","type":"decimal"},{"name":"b","type":"boolean"},{"name":"y","type":"date"},
          {"name":"t","type":"dateTime"},{"name":"ip","type":"ipAddress"},{"name":"j","type":"json"},
          {"name":"o","type":"object","attr_defs":[]},{"name":"p","type":"plural","attr_defs":[]}])"},
      {"a constraint twice", R"([{"name":"a","type":"string","constraints":["unique","unique"]}])"},
      {"five levels", Nested(5)},
      {"longest name",
       absl::StrCat(R"([{"name":")", std::string(128, 'a'), R"(","type":"json"}])")},
      {"texts to escape", R"([{"name":"a","type":"string","description":"\"\\\n\u0001é"}])"},
  };
  for (const auto& [name, attr_defs] : rows) {
    const absl::StatusOr<EntityType> declared = Declare(attr_defs);
    ASSERT_THAT(declared, IsOk()) << name;
    const absl::StatusOr<EntityType> loaded = EntityType::Load(TypeId{1}, declared->Stored());
    ASSERT_THAT(loaded, IsOk()) << name;
    EXPECT_EQ(loaded->Stored(), declared->Stored()) << name;
    EXPECT_EQ(loaded->SchemaJson(false), declared->SchemaJson(false)) << name;
    EXPECT_EQ(loaded->has_unique(), declared->has_unique()) << name;
  }
}

TEST(AttrDefs, NumbersRiseInTheOrderOfTheText) {
  const auto type =
      Declare(R"([{"name":"a","type":"string"},{"name":"o","type":"object","attr_defs":[
      {"name":"x","type":"string"}]},{"name":"b","type":"string"}])");
  ASSERT_THAT(type, IsOk());
  const Shape& root = type->root();
  EXPECT_EQ(root[0].number, 16);
  EXPECT_EQ(root[1].number, 17);
  EXPECT_EQ((*root[1].children)[0].number, 18);
  EXPECT_EQ(root[2].number, 19);
}

TEST(EntityTypeNames, HaveTheirBounds) {
  const std::pair<std::string, bool> rows[] = {
      {"user", true}, {"user.2-x_Y", true}, {std::string(128, 'a'), true},  {"\xc3\xa4", true},
      {"", false},    {"a b", false},       {std::string(129, 'a'), false}, {"\xff", false},
      {"a\n", false}, {"\x7f", false},      {std::string("a\0b", 3), false}};
  for (const auto& [name, is_good] : rows) {
    const auto type = EntityType::Declare(TypeId{1}, name, "[]");
    EXPECT_EQ(type.ok(), is_good) << name;
    EXPECT_EQ(is_good ? 200 : DetailOf(type.status())->code, 200) << name;
  }
}

}  // namespace
}  // namespace dossier
