#include "record/path.h"

#include <gtest/gtest.h>

#include "dossier/limits.h"
#include "record/test_shape.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::HasError;
using testing::HasErrorAt;
using testing::IsOk;

const Shape& TestShape() {
  static const Shape shape = testing::MakeShape(testing::kRichShape);
  return shape;
}

absl::StatusOr<Path> Parse(std::string_view text) {
  return Path::Parse(text, TestShape(), "attribute_name");
}

absl::StatusOr<Path> ParseSchemaPath(std::string_view text) {
  return Path::ParseSchemaPath(text, TestShape(), "attributes");
}

struct Row {
  std::string name;
  std::string text;
  std::string printed;
};

void ExpectRead(const Row& row, absl::StatusOr<Path> (*parse)(std::string_view)) {
  SCOPED_TRACE(row.name);
  const absl::StatusOr<Path> path = parse(row.text);
  ASSERT_THAT(path, IsOk());
  EXPECT_EQ(ToText(*path), row.printed);
  const absl::StatusOr<Path> again = parse(row.printed);
  ASSERT_THAT(again, IsOk());
  ASSERT_EQ(again->size(), path->size());
  for (size_t i = 0; i < path->size(); ++i) {
    EXPECT_EQ((*again)[i].attribute, (*path)[i].attribute) << i;
    EXPECT_EQ((*again)[i].element, (*path)[i].element) << i;
  }
}

TEST(Path, ReadsEveryFormAndPrintsOne) {
  for (const Row& row : {
           Row{"the root", "/", "/"},
           Row{"nothing", "", "/"},
           Row{"slashes only", "///", "/"},
           Row{"an attribute", "/name", "/name"},
           Row{"without the slash", "name", "/name"},
           Row{"with a slash behind", "/name/", "/name"},
           Row{"with dots", "home.geo.lat", "/home/geo/lat"},
           Row{"with both", "/home.geo/lat", "/home/geo/lat"},
           Row{"the SDK's two slashes", "//statuses#12", "/statuses#12"},
           Row{"empty segments", "/home//geo..lat", "/home/geo/lat"},
           Row{"a plural", "/statuses", "/statuses"},
           Row{"an element", "/statuses#11905", "/statuses#11905"},
           Row{"below an element", "/statuses#1/text", "/statuses#1/text"},
           Row{"the deepest", "statuses#1.replies#2.by.ids#3.value",
               "/statuses#1/replies#2/by/ids#3/value"},
           Row{"zeros before the id", "/statuses#007", "/statuses#7"},
           Row{"the largest id", "/statuses#9223372036854775807", "/statuses#9223372036854775807"},
           Row{"a reserved one", "/lastUpdated", "/lastUpdated"},
           Row{"another reserved one", "uuid", "/uuid"},
       }) {
    ExpectRead(row, Parse);
  }
}

TEST(Path, OfTheSchemaPassesThroughPluralsWithoutIds) {
  for (const Row& row : {
           Row{"the root", "/", "/"},
           Row{"through plurals", "/statuses/replies.by.ids/value",
               "/statuses/replies/by/ids/value"},
           Row{"a plural", "statuses", "/statuses"},
           Row{"a reserved one", "id", "/id"},
       }) {
    ExpectRead(row, ParseSchemaPath);
  }
}

TEST(Path, TakesNoDotForTheRoot) {
  for (const std::string_view text : {".", "..", "/.", "./", "//.//"}) {
    EXPECT_THAT(Parse(text), HasError(200)) << text;
    EXPECT_THAT(ParseSchemaPath(text), HasError(200)) << text;
  }
}

TEST(Path, RefusesIdsThatAreNone) {
  for (const std::string_view id : {"", "0", "00", "-1", "+1", " 1", "1 ", "1x", "0x1", "1e2", "a",
                                    "18446744073709551616", "1#2", "99999999999999999999999"}) {
    EXPECT_THAT(Parse("/statuses#" + std::string(id)), HasError(200)) << id;
  }
  EXPECT_THAT(Parse(std::string_view("/statuses#1\0", 12)), HasError(200));
}

TEST(Path, RefusesIdsOfWhatHasNone) {
  for (const std::string_view text : {"/name#1", "/home#1", "/home#1/city", "/id#1", "/extra#1"}) {
    EXPECT_THAT(Parse(text), HasError(200)) << text;
  }
  for (const std::string_view text : {"/statuses#1", "/name#1", "/statuses#1/text", "/statuses#"}) {
    EXPECT_THAT(ParseSchemaPath(text), HasError(200)) << text;
  }
}

TEST(Path, RefusesToPassThroughAPluralWithoutAnId) {
  for (const std::string_view text : {"/statuses/text", "statuses.text", "/statuses#1/replies/text",
                                      "/statuses/nobody", "/home/lines/line"}) {
    EXPECT_THAT(Parse(text), HasError(200)) << text;
  }
}

TEST(Path, NamesTheAttributeThatDoesNotExist) {
  struct Unknown {
    std::string_view text;
    std::string path;
  };
  for (const auto& [text, path] :
       {Unknown{"/nobody", "/nobody"}, Unknown{"/Name", "/Name"}, Unknown{"name ", "/name "},
        Unknown{"/name/x", "/name/x"}, Unknown{"/home/geo/lat/x", "/home/geo/lat/x"},
        Unknown{"/home/geo/id", "/home/geo/id"}, Unknown{"/home/uuid", "/home/uuid"},
        Unknown{"/id/x", "/id/x"}, Unknown{"#5", "/"},
        Unknown{"/statuses#1/nobody", "/statuses/nobody"}, Unknown{"/parent_id", "/parent_id"},
        Unknown{"/extra/a", "/extra/a"}}) {
    EXPECT_THAT(Parse(text), HasErrorAt(223, path)) << text;
  }
  EXPECT_THAT(Parse(std::string_view("/na\0me", 6)), HasError(223));
  EXPECT_THAT(ParseSchemaPath("/statuses/id"), HasErrorAt(223, "/statuses/id"));
}

TEST(Path, HasABound) {
  const std::string longest = std::string(kPathBytesMax - 4, '/') + "name";
  EXPECT_THAT(Parse(longest), IsOk());
  EXPECT_THAT(Parse("/" + longest), HasError(200));
}

TEST(Path, NamesTheArgument) {
  EXPECT_EQ(DetailOf(Parse("/statuses#0").status())->argument_name, "attribute_name");
  EXPECT_EQ(DetailOf(ParseSchemaPath("/statuses#1").status())->argument_name, "attributes");
}

TEST(Path, KnowsTheReservedAttributes) {
  for (const std::string_view name : {"id", "uuid", "created", "lastUpdated"}) {
    ASSERT_NE(ReservedAttributeNamed(name), nullptr) << name;
    EXPECT_TRUE(IsReserved(*ReservedAttributeNamed(name))) << name;
    EXPECT_EQ(ReservedAttributeNamed(name)->name, name);
  }
  EXPECT_EQ(ReservedAttributeNamed("lastupdated"), nullptr);
  EXPECT_EQ(ReservedAttributeNamed(""), nullptr);
  EXPECT_FALSE(IsReserved(TestShape()[0]));
}

}  // namespace
}  // namespace dossier
