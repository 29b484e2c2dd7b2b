#include "json/json_check.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "dossier/limits.h"
#include "record/read_everything.h"

namespace dossier {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace): its one purpose

std::string Nested(int levels) {
  return std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']');
}

std::string NestedObjects(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += "{\"a\":";
  return text + "1" + std::string(static_cast<size_t>(levels), '}');
}

struct Row {
  std::string name;
  std::string text;
  JsonVerdict verdict;
};

std::vector<Row> Rows() {
  const auto yes = JsonVerdict::kJson;
  const auto no = JsonVerdict::kNotJson;
  return {
      {"null", "null", yes},
      {"blanks around", " \t\r\n true \n", yes},
      {"an empty string", R"("")", yes},
      {"every escape", R"("\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00")", yes},
      {"UTF-8", "\"\xc3\xa9\xf0\x9f\x98\x80\"", yes},
      {"empty containers", "[{},[],[{}]]", yes},
      {"an object", R"({"a":1,"b":[true,false,null],"":{}})", yes},
      {"a member twice", R"({"a":1,"a":2})", yes},
      {"a number no double holds", "1e400", yes},
      {"a number of 400 digits", std::string(400, '7'), yes},
      {"minus zero", "-0", yes},
      {"deepest", Nested(kJsonDepthMax), yes},
      {"deepest objects", NestedObjects(kJsonDepthMax), yes},
      {"too deep", Nested(kJsonDepthMax + 1), JsonVerdict::kTooDeep},
      {"too deep objects", NestedObjects(kJsonDepthMax + 1), JsonVerdict::kTooDeep},
      {"far too deep", Nested(100'000), JsonVerdict::kTooDeep},
      {"nothing", "", no},
      {"blanks only", " \n", no},
      {"a byte order mark",
       "\xef\xbb\xbf"
       "1",
       no},
      {"a byte order mark alone", "\xef\xbb\xbf", no},
      {"two values", "1 2", no},
      {"two values with a comma", "1,2", no},
      {"out of the brackets", "1],[2", no},
      {"out of the brackets twice", "]],[[", no},
      {"a closing bracket", "]", no},
      {"an opening bracket", "[", no},
      {"a closing brace", "}", no},
      {"a brace too many", "{}}", no},
      {"a bracket too many", "[]]", no},
      {"a brace too many in an array", "[{}}]", no},
      {"a bracket too few", "[[]", no},
      {"mixed brackets", "[{]}", no},
      {"a trailing comma", "[1,]", no},
      {"a comma only", ",", no},
      {"a comma before", "[,1]", no},
      {"no comma", "[1 2]", no},
      {"no colon", R"({"a" 1})", no},
      {"two colons", R"({"a"::1})", no},
      {"a key without quotes", "{a:1}", no},
      {"a number as key", "{1:1}", no},
      {"no value", R"({"a":})", no},
      {"a trailing comma in an object", R"({"a":1,})", no},
      {"single quotes", "'a'", no},
      {"an open string", R"("a)", no},
      {"an open escape", R"("a\)", no},
      {"an unknown escape", R"("\x41")", no},
      {"a short escape", R"("\u12")", no},
      {"a lone high surrogate", R"("\ud83d")", no},
      {"a high surrogate and a letter", R"("\ud83dx")", no},
      {"two high surrogates", R"("\ud83d\ud83d")", no},
      {"a lone low surrogate", R"("\ude00")", no},
      {"a lone surrogate in a key", R"({"\ud83d":1})", no},
      {"invalid UTF-8", "\"\xff\"", no},
      {"cut UTF-8", "\"\xc3\"", no},
      {"overlong UTF-8", "\"\xc0\x80\"", no},
      {"a surrogate in UTF-8", "\"\xed\xa0\x80\"", no},
      {"past U+10FFFF", "\"\xf4\x90\x80\x80\"", no},
      {"a control character", "\"a\x1f\"", no},
      {"a line feed in a string", "\"a\n\"", no},
      {"a NUL in a string", "\"a\0\""s, no},
      {"a NUL behind", "true\0"s, no},
      {"a NUL and more behind", "null\0x"s, no},
      {"a NUL behind a number", "1\0"s, no},
      {"a NUL behind an array", "[]\0"s, no},
      {"a NUL before", "\0true"s, no},
      {"True", "True", no},
      {"truex", "truex", no},
      {"nul", "nul", no},
      {"NaN", "NaN", no},
      {"a comment", "1 // one", no},
      {"a form feed", "\f1", no},
  };
}

TEST(CheckJson, TellsJsonFromWhatIsNot) {
  for (const Row& row : Rows()) EXPECT_EQ(CheckJson(row.text), row.verdict) << row.name;
}

// simdjson's DOM is the other opinion; what is too deep for us is not for it.
TEST(CheckJson, AgreesWithSimdjsonsDom) {
  for (const Row& row : Rows()) {
    if (row.verdict == JsonVerdict::kTooDeep) continue;
    EXPECT_EQ(testing::IsJsonToDom(row.text), row.verdict == JsonVerdict::kJson) << row.name;
  }
}

TEST(CheckJson, RefusesEveryBeginningOfAContainer) {
  for (const std::string& text : {R"({"a":[1,-2.5e+3,"x\u00e9\"",{"b":null,"c":[]}],"d":true})"s,
                                  "[[],{},[{}]]"s, R"("\ud83d\ude00")"s}) {
    EXPECT_EQ(CheckJson(text), JsonVerdict::kJson) << text;
    for (size_t size = 0; size < text.size(); ++size) {
      EXPECT_EQ(CheckJson(text.substr(0, size)), JsonVerdict::kNotJson) << text.substr(0, size);
    }
  }
}

TEST(IsJsonNumber, FollowsTheGrammar) {
  for (const std::string_view text : {"0", "-0", "12", "0.0", "-1.50", "1e5", "1E+05", "0e0",
                                      "1.0e-999999", "123456789012345678901234567890"}) {
    EXPECT_TRUE(IsJsonNumber(text)) << text;
  }
  for (const std::string_view text :
       {"",    "-",     "+1",  "01", "00", "-01", ".5",       "5.",  "1.e5", "1e",
        "1e+", "1e5.0", "0x1", "1 ", " 1", "1_0", "Infinity", "1,0", "--1",  "1-"}) {
    EXPECT_FALSE(IsJsonNumber(text)) << text;
  }
}

TEST(Bracket, LeavesRoomForSimdjsonAndNothingOfTheLastText) {
  std::string padded;
  EXPECT_EQ(Bracket("12345", padded), 7u);
  EXPECT_EQ(Bracket("1", padded), 3u);
  EXPECT_EQ(padded, "[1]" + std::string(simdjson::SIMDJSON_PADDING, '\0'));
}

}  // namespace
}  // namespace dossier
