#include "json/json_items.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Items(std::string_view array) {
  const auto items = JsonItems(array, "a");
  EXPECT_THAT(items, IsOk()) << array;
  std::vector<std::string> texts;
  for (const std::string_view item : items.value_or(std::vector<std::string_view>())) {
    EXPECT_TRUE(item.data() >= array.data() && item.end() <= array.end());
    texts.emplace_back(item);
  }
  return texts;
}

TEST(JsonItems, AreTheTextsOfTheValues) {
  EXPECT_THAT(Items("[]"), IsEmpty());
  EXPECT_THAT(Items(" [ ] "), IsEmpty());
  EXPECT_THAT(
      Items(R"( [ {"a":[1,"]"]} , [2,[3]] ,"x,\"y", 1e400 ,-0,true,null ] )"),
      ElementsAre(R"({"a":[1,"]"]})", "[2,[3]]", R"("x,\"y")", "1e400", "-0", "true", "null"));
  EXPECT_THAT(Items("[{},{ }]"), ElementsAre("{}", "{ }"));
}

TEST(JsonItems, RefusesWhatIsNoArray) {
  for (const char* text : {"", " ", "{}", "1", "\"x\"", "null", "[", "[1", "[1,]", "[1 2]", "[]]",
                           "[{]", "[{\"a\":}]", "[nul]", "[1]x"}) {
    EXPECT_THAT(JsonItems(text, "a"), HasError(200)) << text;
  }
}

}  // namespace
}  // namespace dossier
