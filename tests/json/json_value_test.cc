#include "json/json_value.h"

#include <gtest/gtest.h>

#include <string>

#include "dossier/limits.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::HasError;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::StatusIs;

std::string Nested(int levels) {
  return std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']');
}

TEST(JsonValue, PrintsWhatItReads) {
  struct Row {
    std::string_view text;
    std::string printed;
  };
  for (const auto& [text, printed] :
       {Row{" null ", "null"}, Row{"true", "true"}, Row{"false", "false"}, Row{"-0", "0"},
        Row{"-0e10", "0"}, Row{"723401234567890123450.5", "723401234567890075648.0"},
        Row{"9223372036854775807", "9223372036854775807"},
        Row{"-9223372036854775808", "-9223372036854775808"}, Row{"1.50", "1.5"},
        Row{"1e300", "1e+300"},
        Row{R"("a\u0001\"\\\/\ud83d\ude00")", "\"a\\u0001\\\"\\\\/\xf0\x9f\x98\x80\""},
        Row{"[ ]", "[]"}, Row{"{ }", "{}"}, Row{R"([1,[2],{"a":[]}])", R"([1,[2],{"a":[]}])"},
        Row{R"({"b":1,"a":{"b":2}})", R"({"b":1,"a":{"b":2}})"}}) {
    const auto value = JsonValue::Parse(text, "value");
    ASSERT_THAT(value, IsOk()) << text;
    EXPECT_EQ(value->ToText(), printed);
    EXPECT_EQ(JsonValue::Parse(printed, "value")->ToText(), printed);
  }
}

TEST(JsonValue, GivesItsContentByTypeAlone) {
  const JsonValue value =
      *JsonValue::Parse(R"({"s":"x","i":5,"b":true,"n":null,"a":[1],"d":1.5})", "v");
  EXPECT_EQ(*value.Find("s")->string(), "x");
  EXPECT_EQ(*value.Find("i")->integer(), 5);
  EXPECT_EQ(*value.Find("b")->boolean(), true);
  EXPECT_TRUE(value.Find("n")->is_null());
  EXPECT_EQ(value.Find("a")->array()->size(), 1u);
  EXPECT_EQ(value.Find("d")->integer(), nullptr);
  EXPECT_EQ(value.Find("i")->string(), nullptr);
  EXPECT_EQ(value.Find("s")->object(), nullptr);
  EXPECT_EQ(value.Find("S"), nullptr);
  EXPECT_EQ(value.Find("s")->Find("s"), nullptr);
}

TEST(JsonValue, RefusesWhatIsNotOneValue) {
  for (const std::string_view text : {"", " ", "[", "]", "1 2", "1],[2", "[1,]", R"("\ud83d")",
                                      "\"\xff\"", "truex", "{\"a\"}", "\"a\n\""}) {
    EXPECT_THAT(JsonValue::Parse(text, "attr_defs"),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         "attr_defs was not valid for the following reason: "
                         "the JSON is not syntactically valid"))
        << text;
  }
}

TEST(JsonValue, RefusesAMemberTwice) {
  for (const std::string_view text :
       {R"({"a":1,"a":1})", R"([{"b":{"a":1,"\u0061":2}}])", R"({"":1,"":2})"}) {
    EXPECT_THAT(JsonValue::Parse(text, "v"), StatusIs(absl::StatusCode::kInvalidArgument,
                                                      ::testing::HasSubstr("a member twice")))
        << text;
  }
  EXPECT_THAT(JsonValue::Parse(R"({"a":{"a":1},"b":{"a":2}})", "v"), IsOk());
}

TEST(JsonValue, NestsAsDeepAsTheBoundAndNoDeeper) {
  EXPECT_THAT(JsonValue::Parse(Nested(kJsonDepthMax), "v"), IsOk());
  EXPECT_THAT(
      JsonValue::Parse(Nested(kJsonDepthMax + 1), "v"),
      StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("nested too deeply")));
  EXPECT_THAT(JsonValue::Parse(Nested(1'000'000), "v"), HasError(200));
}

// Time of a square of their number would be hours: every client may send such a text.
TEST(JsonValue, ReadsManyMembersInTime) {
  std::string text = "{";
  for (int i = 0; i < 400'000; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  const auto value = JsonValue::Parse(text + "}", "v");
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value->object()->size(), 400'000u);
}

TEST(ParseStrings, TakesAnArrayOfStringsAlone) {
  EXPECT_THAT(ParseStrings(R"(["a","","a"])", "v"),
              IsOkAndHolds(std::vector<std::string>{"a", "", "a"}));
  EXPECT_THAT(ParseStrings("[]", "v"), IsOkAndHolds(std::vector<std::string>{}));
  for (const std::string_view text :
       {R"("a")", "{}", "null", "[1]", R"(["a",null])", R"([["a"]])", "[\"a\"", ""}) {
    EXPECT_THAT(ParseStrings(text, "v"), HasError(200)) << text;
  }
}

}  // namespace
}  // namespace dossier
