#include "record/attribute.h"

#include <gtest/gtest.h>

#include "record/test_shape.h"

namespace dossier {
namespace {

using testing::MakeShape;

TEST(Kind, NamesAreReadAsTheyAreWritten) {
  for (const std::string_view name : {"string", "integer", "decimal", "boolean", "date", "dateTime",
                                      "ipAddress", "json", "password", "object", "plural"}) {
    const std::optional<Kind> kind = KindNamed(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_EQ(NameOf(*kind), name);
  }
  for (const std::string_view name : {"", "String", "datetime", "password-md5", "string "}) {
    EXPECT_FALSE(KindNamed(name)) << name;
  }
}

TEST(Shape, FindsChildrenByTheirWholeName) {
  const Shape shape = MakeShape("a:string ab:string b{a:integer}");
  EXPECT_EQ(shape.Find("a"), 0);
  EXPECT_EQ(shape.Find("ab"), 1);
  EXPECT_EQ(shape.Find("b"), 2);
  EXPECT_EQ(shape.Find("A"), -1);
  EXPECT_EQ(shape.Find(""), -1);
  EXPECT_EQ(shape.Find(std::string_view("a\0", 2)), -1);
  EXPECT_EQ(shape.FindNamed("b")->children->FindNamed("a")->kind, Kind::kInteger);
  EXPECT_EQ(shape.FindNamed("c"), nullptr);
}

TEST(Shape, LinksEachAttributeToItsParentAlsoAfterAMove) {
  Shape made = MakeShape("home{geo{lat:decimal}} tags[tag:string]");
  const Shape shape = std::move(made);
  const Attribute& home = shape[0];
  const Attribute& geo = (*home.children)[0];
  const Attribute& lat = (*geo.children)[0];
  EXPECT_EQ(shape.parent(), nullptr);
  EXPECT_EQ(home.parent, nullptr);
  EXPECT_EQ(geo.parent, &home);
  EXPECT_EQ(lat.parent, &geo);
  EXPECT_EQ(geo.children->parent(), &geo);
  EXPECT_EQ(PathOf(lat), "/home/geo/lat");
  EXPECT_EQ(PathOf(&geo, "lon"), "/home/geo/lon");
  EXPECT_EQ(PathOf(nullptr, "x"), "/x");
}

TEST(Shape, TellsConstraintsBelow) {
  const Shape shape = MakeShape("plain{a:string} deep{list[x{id:string!}]} own:string!");
  EXPECT_FALSE(shape[0].contains_unique);
  EXPECT_TRUE(shape[1].contains_unique);
  EXPECT_FALSE(shape[1].unique);
  EXPECT_TRUE(shape[2].contains_unique);
}

// An element is required to hold its own required children, not its record to hold an element.
TEST(Shape, CountsWhatIsRequiredThroughObjectsNotThroughPlurals) {
  const Shape shape = MakeShape("a:string b:string* c{d{e:integer*}} f[g:string*] h{i:string}");
  EXPECT_EQ(shape.required(), (std::vector<uint16_t>{1, 2}));
  EXPECT_EQ(shape[3].children->required(), (std::vector<uint16_t>{0}));
  EXPECT_TRUE(shape[4].children->required().empty());
}

TEST(Shape, KnowsWhereElementsMayBeBareStrings) {
  struct Row {
    std::string_view tree;
    bool is_single_string;
  };
  for (const Row& row : {Row{"p[a:string]", true}, Row{"p[a:integer]", false}, Row{"p[]", false},
                         Row{"p[a:string b:string]", false}, Row{"p[a{b:string}]", false}}) {
    EXPECT_EQ(MakeShape(row.tree)[0].children->is_single_string(), row.is_single_string)
        << row.tree;
  }
}

TEST(Shape, WritesUnsetAttributesWithTheirNamesEscaped) {
  Shape shape;
  Attribute attribute;
  attribute.name = "a\"\\\n\x01";
  attribute.number = kFirstFreeNumber;
  shape.Add(std::move(attribute));
  shape.Seal(nullptr);
  EXPECT_EQ(shape[0].json_key, R"("a\"\\\n\u0001":)");
  const Shape tree = MakeShape("home{city:string geo{lat:decimal} none{} lines[line:string]}");
  EXPECT_EQ(tree[0].json_unset, R"("home":{"city":null,"geo":{"lat":null},"none":{},"lines":[]})");
}

}  // namespace
}  // namespace dossier
