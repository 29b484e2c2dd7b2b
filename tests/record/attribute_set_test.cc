// Sets of attributes, and what the readers of paths and of records make of them.
#include "record/attribute_set.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "json/json_out.h"
#include "record/path.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::HasErrorAt;
using testing::IsOk;
using testing::TestRecords;

constexpr std::string_view kShape =
    "name:string secret:string! home{city:string code:string geo{lat:integer lon:integer}} "
    "cards[label:string pin:string! uses[at:string by:string]] notes[note:string]";

const Attribute& At(const Shape& shape, std::string_view path) {
  return *Path::ParseSchemaPath(path, shape, "attributes")->back().attribute;
}

AttributeSet SetOf(const Shape& shape, const std::vector<std::string_view>& paths) {
  AttributeSet set;
  for (const std::string_view path : paths) set.Add(At(shape, path));
  return set;
}

TEST(AttributeSet, HasWhatIsAddedAndAllBelowAndAllAbove) {
  const Shape shape = testing::MakeShape(kShape);
  const AttributeSet set = SetOf(shape, {"home/geo", "cards/uses/at"});
  for (const char* path : {"home", "home/geo", "home/geo/lat", "home/geo/lon", "cards",
                           "cards/uses", "cards/uses/at"}) {
    EXPECT_TRUE(set.Has(At(shape, path).number)) << path;
    EXPECT_TRUE(Allows(&set, At(shape, path))) << path;
  }
  for (const char* path : {"name", "home/city", "cards/pin", "cards/uses/by", "notes", "id"}) {
    EXPECT_FALSE(set.Has(At(shape, path).number)) << path;
    EXPECT_FALSE(Allows(&set, At(shape, path))) << path;
    EXPECT_TRUE(Allows(nullptr, At(shape, path))) << path;
  }
}

TEST(AttributeSet, HasNoReservedAttributeUnlessAdded) {
  AttributeSet set;
  EXPECT_FALSE(set.Has(kUuidNumber));
  set.AddReserved();
  for (const AttributeNumber number :
       {kIdNumber, kUuidNumber, kCreatedNumber, kLastUpdatedNumber}) {
    EXPECT_TRUE(set.Has(number));
  }
  EXPECT_FALSE(set.Has(kFirstFreeNumber));
}

TEST(AttributeSet, TellsTheFirstThatItLacks) {
  const Shape shape = testing::MakeShape(kShape);
  struct Row {
    std::vector<std::string_view> paths;
    std::string_view container;  // empty: the root
    std::string_view outside;    // empty: none
  };
  const Row rows[] = {
      {{}, "", "/name"},
      {{"name"}, "", "/secret"},
      {{"name", "secret", "home", "cards", "notes"}, "", ""},
      {{"home/city", "home/code"}, "home", "/home/geo"},
      {{"home/city", "home/code", "home/geo/lat"}, "home", "/home/geo/lon"},
      {{"home/city", "home/code", "home/geo/lat", "home/geo/lon"}, "home", ""},
      {{"cards/label", "cards/pin", "cards/uses/by"}, "cards", "/cards/uses/at"},
      {{"cards"}, "cards", ""},
  };
  for (const Row& row : rows) {
    const AttributeSet set = SetOf(shape, row.paths);
    const Shape& children = row.container.empty() ? shape : *At(shape, row.container).children;
    const Attribute* outside = set.FirstOutside(children);
    EXPECT_EQ(outside == nullptr ? "" : PathOf(*outside), row.outside) << row.container;
    EXPECT_THAT(CheckWhole(nullptr, children), IsOk());
    if (row.outside.empty()) {
      EXPECT_THAT(CheckWhole(&set, children), IsOk());
    } else {
      EXPECT_THAT(CheckWhole(&set, children), HasErrorAt(223, std::string(row.outside)));
    }
  }
}

TEST(AttributeSet, AndOfTwoHasWhatBothHave) {
  const Shape shape = testing::MakeShape(kShape);
  const AttributeSet both =
      SetOf(shape, {"home", "name"}).And(SetOf(shape, {"home/geo/lat", "notes", "home/city"}));
  for (const char* path : {"home", "home/city", "home/geo", "home/geo/lat"}) {
    EXPECT_TRUE(both.Has(At(shape, path).number)) << path;
  }
  for (const char* path : {"name", "home/code", "home/geo/lon", "notes", "notes/note"}) {
    EXPECT_FALSE(both.Has(At(shape, path).number)) << path;
  }
}

// A filter or a sort parses its paths as a projection does.
TEST(PathWithASet, HasNoOthers) {
  const Shape shape = testing::MakeShape(kShape);
  const AttributeSet set = SetOf(shape, {"name", "home/geo/lat", "cards/uses/at"});
  for (const char* path : {"name", "/home/geo/lat", "home.geo", "/home", "cards.uses.at", "id",
                           "uuid", "created", "lastUpdated"}) {
    EXPECT_THAT(Path::ParseSchemaPath(path, shape, "filter", &set), IsOk()) << path;
  }
  for (const auto& [path, at] : {std::pair{"secret", "/secret"},
                                 {"/home.code", "/home/code"},
                                 {"home.geo.lon", "/home/geo/lon"},
                                 {"cards/pin", "/cards/pin"},
                                 {"notes", "/notes"},
                                 {"notes/note", "/notes"}}) {
    const auto hidden = Path::ParseSchemaPath(path, shape, "filter", &set);
    EXPECT_THAT(hidden, HasErrorAt(223, at)) << path;
  }
}

// A hidden attribute and one that does not exist are one to whoever asks, in every form of a path.
TEST(PathWithASet, TellsNothingOfWhatIsHidden) {
  const Shape shape = testing::MakeShape(kShape);
  const Shape without =
      testing::MakeShape("name:string home{city:string geo{lat:integer}} cards[label:string]");
  const AttributeSet set = SetOf(shape, {"name", "home/city", "home/geo/lat", "cards/label"});
  for (const char* path : {"secret", "/secret", "secret#5", "secret/x", "home/code", "home/code#1",
                           "home/geo/lon/x", "cards#7/pin", "cards#7/pin/x", "cards#7/uses",
                           "cards#7/uses#8", "cards#7/uses#8/at", "cards/pin", "notes", "notes#1",
                           "notes#x", "notes#1/note", "notes/note", "//notes//note"}) {
    EXPECT_EQ(Path::Parse(path, shape, "attribute_name", &set).status(),
              Path::Parse(path, without, "attribute_name").status())
        << path;
    EXPECT_FALSE(Path::Parse(path, without, "attribute_name").ok()) << path;
    EXPECT_EQ(Path::ParseSchemaPath(path, shape, "attributes", &set).status(),
              Path::ParseSchemaPath(path, without, "attributes").status())
        << path;
  }
}

TEST(ValueJsonWithASet, LeavesOutTheRest) {
  TestRecords records(kShape);
  const std::string record =
      records
          .Create(R"({"secret":"s","home":{"city":"c","code":"d","geo":{"lat":1,"lon":2}},
                      "cards":[{"label":"l","pin":"p","uses":[{"at":"a","by":"b"}]},{}]})")
          .value();
  const std::string empty = records.Create("{}").value();
  const AttributeSet set = SetOf(records.shape(), {"home/geo/lat", "cards/label", "cards/uses/at"});
  struct Row {
    std::string_view path;
    std::string_view of_record;
    std::string_view of_empty;  // empty: there is nothing at the path
  };
  const Row rows[] = {
      {"home", R"({"geo":{"lat":1}})", R"({"geo":{"lat":null}})"},
      {"home/geo", R"({"lat":1})", R"({"lat":null})"},
      {"home/geo/lat", "1", "null"},
      {"cards",
       R"([{"id":101,"label":"l","uses":[{"id":102,"at":"a"}]},{"id":103,"label":null,"uses":[]}])",
       "[]"},
      {"cards#101", R"({"id":101,"label":"l","uses":[{"id":102,"at":"a"}]})", ""},
      {"cards#101/uses", R"([{"id":102,"at":"a"}])", ""},
      {"cards#103/uses", "[]", ""},
  };
  for (const Row& row : rows) {
    const Path path = Path::Parse(row.path, records.shape(), "attribute_name").value();
    std::string of_record;
    EXPECT_TRUE(AppendValueJson(RecordView::Trusted(record), path, &set, of_record)) << row.path;
    EXPECT_EQ(of_record, row.of_record) << row.path;
    std::string of_empty;
    AppendValueJson(RecordView::Trusted(empty), path, &set, of_empty);
    EXPECT_EQ(of_empty, row.of_empty) << row.path;
  }
}

}  // namespace
}  // namespace dossier
