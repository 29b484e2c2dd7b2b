#include "values/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "json/change.h"
#include "schema/attr_defs.h"
#include "values/judgement.h"

namespace dossier {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kAttrDefs = R"json([
  {"name":"string","type":"string"}, {"name":"integer","type":"integer"},
  {"name":"decimal","type":"decimal"}, {"name":"boolean","type":"boolean"},
  {"name":"date","type":"date"}, {"name":"dateTime","type":"dateTime"},
  {"name":"ipAddress","type":"ipAddress"}, {"name":"json","type":"json"},
  {"name":"object","type":"object","attr_defs":[{"name":"s","type":"string"}]},
  {"name":"plural","type":"plural","attr_defs":[{"name":"s","type":"string"}]}])json";

const Shape& Root() {
  static const Shape* const kRoot = [] {
    Numbering numbering{/*is_stored=*/false, kFirstFreeNumber};
    return new Shape(
        *ParseAttrDefs(*JsonValue::Parse(kAttrDefs, "attr_defs"), "attr_defs", numbering));
  }();
  return *kRoot;
}

const Attribute& Named(std::string_view name) { return *Root().FindNamed(name); }

absl::StatusOr<Rule> Parsed(std::string_view definition) {
  return ParseRule(*JsonValue::Parse(definition, "definition"), "definition");
}

int64_t Now() { return *ParseDateTime("2024-03-01 00:30:00", 0); }

// The value `json` of the attribute, transformed and judged as a write does it; an empty error text
// where nothing is violated.
struct Written {
  std::string text;
  std::string error;
};

Written Write(std::string_view definition, std::string_view attribute_name, std::string_view json) {
  const Attribute& attribute = Named(attribute_name);
  const auto rule = Parsed(definition);
  EXPECT_TRUE(rule.ok()) << definition << ": " << rule.status();
  if (!rule.ok()) return {};
  const absl::Status fits = CheckRuleFits(*rule, attribute, "definition");
  EXPECT_TRUE(fits.ok()) << definition << ": " << fits;
  const auto rules = ValueRulesOf(attribute, {*rule});
  Written written{std::string(json), ""};
  if (rules->transform != nullptr && json.starts_with('"')) {
    const auto given = JsonValue::Parse(json, "value");
    written.text = JsonValue(rules->transform(*given->string())).ToText();
  }
  if (rules->check == nullptr) return written;
  const auto object = ScalarObject(attribute, written.text, "value", Now());
  EXPECT_TRUE(object.ok()) << object.status();
  const ValueView value = ObjectView(object->data()).Find(attribute.number);
  written.error = std::string(rules->check(attribute, value, Now()).message());
  return written;
}

struct Case {
  std::string_view definition;
  std::string_view attribute;
  std::string_view json;
  std::string_view broken;  // the rule that the error names; empty: the value holds
};

class JudgingTest : public ::testing::TestWithParam<Case> {};

TEST_P(JudgingTest, NamesTheRuleThatIsBroken) {
  const Case& c = GetParam();
  const Written written = Write(c.definition, c.attribute, c.json);
  const std::string expected = c.broken.empty() ? ""
                                                : "/" + std::string(c.attribute) +
                                                      " violates the rule " + std::string(c.broken);
  EXPECT_EQ(written.error, expected) << c.definition << " on " << c.json;
}

constexpr Case kPatternCases[] = {
    // match: a part of the text; match-all: the whole of it.
    {R"({"match":"[a-z]"})", "string", R"("12a34")", ""},
    {R"({"match":"[a-z]"})", "string", R"("1234")", "match"},
    {R"({"match":"^[a-z]+$"})", "string", R"("12a34")", "match"},
    {R"({"match":"^[a-z]+$"})", "string", R"("abc")", ""},
    {R"({"match-all":"[a-z]"})", "string", R"("12a34")", "match-all"},
    {R"({"match-all":"[a-z]"})", "string", R"("a")", ""},
    {R"({"match-all":"[a-zA-Z]*"})", "string", R"("Ada")", ""},
    {R"({"match-all":"[a-zA-Z]*"})", "string", R"("Ada1")", "match-all"},
    {R"({"match-all":"[a-zA-Z]*"})", "string", R"("Ada\n")", "match-all"},
    {R"({"match-all":"[a-zA-Z]*"})", "string", R"("Zoë")", "match-all"},
    {R"({"match-all":"a|ab"})", "string", R"("ab")", ""},
    // Empty text and null.
    {R"({"match-all":"[a-z]*"})", "string", R"("")", ""},
    {R"({"match-all":"[a-z]+"})", "string", R"("")", "match-all"},
    {R"({"match":""})", "string", R"("")", ""},
    {R"({"match-all":"[a-z]+"})", "string", "null", ""},
    // Case, scripts, ends of lines, code points.
    {R"({"match":"ada"})", "string", R"("ADA")", "match"},
    {R"({"match":"(?i)ada"})", "string", R"("ADA")", ""},
    {R"({"match":"(?i)ÉTÉ"})", "string", R"("été")", ""},
    {R"({"match-all":"\\w+"})", "string", R"("漢字Zoë")", ""},
    {R"({"match-all":"\\p{L}+"})", "string", R"("Γειά")", ""},
    {R"({"match-all":"a.b"})", "string", R"("a\nb")", "match-all"},
    {R"({"match-all":"(?s)a.b"})", "string", R"("a\nb")", ""},
    {R"({"match-all":"^b$"})", "string", R"("a\nb")", "match-all"},
    {R"({"match":"(?m)^b$"})", "string", R"("a\nb")", ""},
    {R"({"match-all":"."})", "string", R"("😀")", ""},
    {R"({"match-all":".."})", "string", R"("😀")", "match-all"},
    {R"({"match-all":"a\u0000b"})", "string", R"("a\u0000b")", ""},
};

constexpr Case kLengthCases[] = {
    {R"({"min-length":3})", "string", R"("ab")", "min-length"},
    {R"({"min-length":3})", "string", R"("abc")", ""},
    {R"({"min-length":3})", "string", R"("äö")", "min-length"},
    {R"({"min-length":1})", "string", R"("")", "min-length"},
    {R"({"min-length":0})", "string", R"("")", ""},
    {R"({"min-length":3})", "string", "null", ""},
    {R"({"max-length":2})", "string", R"("漢字")", ""},
    {R"({"max-length":2})", "string", R"("😀😀")", ""},
    {R"({"max-length":2})", "string", R"("abc")", "max-length"},
    {R"({"max-length":0})", "string", R"("")", ""},
    {R"({"max-length":0})", "string", R"("a")", "max-length"},
    {R"({"max-length":9223372036854775807})", "string", R"("a")", ""},
};

constexpr Case kComparisonCases[] = {
    {R"({"less-than":10})", "integer", "9", ""},
    {R"({"less-than":10})", "integer", "10", "less-than"},
    {R"({"less-than":10})", "integer", "-9223372036854775808", ""},
    {R"({"less-than":10.5})", "integer", "10", ""},
    {R"({"less-than":-1.5})", "integer", "-1", "less-than"},
    {R"({"greater-than":9007199254740992})", "integer", "9007199254740993", ""},
    {R"({"greater-than":9007199254740992})", "integer", "9007199254740992", "greater-than"},
    {R"({"greater-than":1e19})", "integer", "9223372036854775807", "greater-than"},
    {R"({"greater-than":0})", "decimal", "0.00000000000000000000001", ""},
    {R"({"greater-than":0.1})", "decimal", "0.10", "greater-than"},
    {R"({"greater-than":0.1})", "decimal", "0.1000000000000000000000001", ""},
    {R"({"less-than":100})", "decimal", "1e2", "less-than"},
    {R"({"less-than":100})", "decimal", "-1e300", ""},
    {R"({"less-than":0})", "integer", "null", ""},
    {R"({"less-than":"2000-01-01"})", "date", R"("1999-12-31")", ""},
    {R"({"less-than":"2000-01-01"})", "date", R"("2000-01-01")", "less-than"},
    {R"({"greater-than":"1900-01-01"})", "date", R"("1899-12-31")", "greater-than"},
    {R"({"less-than":"today"})", "date", R"("2024-02-29")", ""},
    {R"({"less-than":"today"})", "date", R"("2024-03-01")", "less-than"},
    {R"({"less-than":"now"})", "dateTime", R"("2024-03-01 00:29:59.999999")", ""},
    {R"({"less-than":"now"})", "dateTime", R"("2024-03-01 00:30:00")", "less-than"},
    {R"({"greater-than":"2000-01-01T00:00:00+01:00"})", "dateTime",
     R"("1999-12-31 23:00:00.000001")", ""},
    {R"({"greater-than":"2000-01-01T00:00:00+01:00"})", "dateTime", R"("1999-12-31 23:00:00")",
     "greater-than"},
};

// Now is 2024-03-01, half past midnight in UTC.
constexpr Case kAgeCases[] = {
    {R"({"min-age":18})", "date", R"("2006-03-01")", ""},
    {R"({"min-age":18})", "date", R"("2006-03-02")", "min-age"},
    {R"({"min-age":18})", "date", R"("2006-02-28")", ""},
    {R"({"min-age":18})", "date", R"("2006-12-31")", "min-age"},
    {R"({"min-age":20})", "date", R"("2004-02-29")", ""},
    {R"({"min-age":0})", "date", R"("2024-03-01")", ""},
    {R"({"min-age":0})", "date", R"("2024-03-02")", "min-age"},
    {R"({"min-age":1})", "date", R"("2030-01-01")", "min-age"},
    {R"({"min-age":2000})", "date", R"("0001-01-01")", ""},
    {R"({"min-age":18})", "date", "null", ""},
    {R"({"min-age":18})", "dateTime", R"("2006-03-01 23:59:59")", ""},
    {R"({"min-age":18})", "dateTime", R"("2006-03-02 00:00:00")", "min-age"},
    {R"({"min-age":60})", "dateTime", R"("1964-03-01 23:59:59.999999")", ""},
    {R"({"min-age":60})", "dateTime", R"("1964-03-02 00:00:00")", "min-age"},
};

constexpr Case kNullCases[] = {
    {R"("required")", "string", "null", "required"},
    {R"("required")", "string", R"("")", ""},
    {R"("required")", "boolean", "false", ""},
    {R"("required")", "boolean", "null", "required"},
    {R"("required")", "json", "{}", ""},
    {R"("required")", "ipAddress", "null", "required"},
    {R"({"and":["required",{"min-length":2}]})", "string", "null", "required"},
    {R"({"or":["required",{"min-length":2}]})", "string", "null", ""},
    {R"({"not":"required"})", "string", "null", ""},
    {R"({"not":"required"})", "string", R"("a")", "not"},
    {R"({"not":{"match":"admin"}})", "string", "null", ""},
    {R"({"not":{"not":{"match":"admin"}}})", "string", "null", ""},
    {R"({"not":{"or":["required",{"match":"admin"}]}})", "string", "null", ""},
    {R"({"not":{"and":["required",{"match":"admin"}]}})", "string", "null", ""},
};

constexpr Case kCombinedCases[] = {
    {R"({"and":[{"match-all":"[a-zA-Z]*"},{"max-length":25}]})", "string", R"("Ada")", ""},
    {R"({"and":[{"match-all":"[a-zA-Z]*"},{"max-length":25}]})", "string",
     R"("Abcdefghijklmnopqrstuvwxyz")", "max-length"},
    {R"({"and":[{"match-all":"[a-zA-Z]*"},{"max-length":2}]})", "string", R"("1234")", "match-all"},
    {R"({"or":[{"match-all":"[0-9]{5}"},{"match-all":"[A-Z]{2}"}]})", "string", R"("97401")", ""},
    {R"({"or":[{"match-all":"[0-9]{5}"},{"match-all":"[A-Z]{2}"}]})", "string", R"("OR")", ""},
    {R"({"or":[{"match-all":"[0-9]{5}"},{"match-all":"[A-Z]{2}"}]})", "string", R"("or")", "or"},
    {R"({"not":{"match":"admin"}})", "string", R"("ada")", ""},
    {R"({"not":{"match":"admin"}})", "string", R"("an admin")", "not"},
    {R"({"not":{"not":{"match":"admin"}}})", "string", R"("ada")", "not"},
    {R"({"not":{"or":[{"match":"a"},{"match":"b"}]}})", "string", R"("b")", "not"},
    {R"({"and":[{"or":[{"less-than":0},{"greater-than":9}]},{"not":{"less-than":-9}}]})", "integer",
     "-10", "not"},
    {R"({"and":[{"or":[{"less-than":0},{"greater-than":9}]},{"not":{"less-than":-9}}]})", "integer",
     "5", "or"},
    {R"({"and":[{"or":[{"less-than":0},{"greater-than":9}]},{"not":{"less-than":-9}}]})", "integer",
     "-5", ""},
    // What transforms has no verdict of its own.
    {R"({"or":["to-lower",{"match":"x"}]})", "string", R"("a")", ""},
    {R"({"not":"to-lower"})", "string", R"("a")", ""},
    {R"({"not":{"and":["to-lower",{"match":"admin"}]}})", "string", R"("ADMIN")", "not"},
    // Transforms come first, wherever they stand.
    {R"({"and":[{"max-length":3},{"truncate":3}]})", "string", R"("abcdef")", ""},
    {R"({"and":[{"match-all":"[a-z]*"},"to-lower"]})", "string", R"("ABC")", ""},
};

INSTANTIATE_TEST_SUITE_P(Patterns, JudgingTest, ::testing::ValuesIn(kPatternCases));
INSTANTIATE_TEST_SUITE_P(Lengths, JudgingTest, ::testing::ValuesIn(kLengthCases));
INSTANTIATE_TEST_SUITE_P(Comparisons, JudgingTest, ::testing::ValuesIn(kComparisonCases));
INSTANTIATE_TEST_SUITE_P(Ages, JudgingTest, ::testing::ValuesIn(kAgeCases));
INSTANTIATE_TEST_SUITE_P(Nulls, JudgingTest, ::testing::ValuesIn(kNullCases));
INSTANTIATE_TEST_SUITE_P(Combined, JudgingTest, ::testing::ValuesIn(kCombinedCases));

TEST(RulesTest, TransformsStrings) {
  struct {
    std::string_view definition;
    std::string_view given;
    std::string_view becomes;
  } const kCases[] = {
      {R"({"truncate":3})", R"("abcdef")", R"("abc")"},
      {R"({"truncate":3})", R"("ab")", R"("ab")"},
      {R"({"truncate":0})", R"("ab")", R"("")"},
      {R"({"truncate":2})", R"("😀😀😀")", R"("😀😀")"},
      {R"({"truncate":2})", R"("äöü")", R"("äö")"},
      {R"("to-lower")", R"("ÀÇİΣA Straße")", "\"àçi\u0307σa straße\""},
      {R"("to-lower")", R"("ΟΔΟΣ")", R"("οδος")"},  // the last sigma has a form of its own
      {R"("to-upper")", R"("straße ŉ i")", "\"STRASSE \u02bcN I\""},
      {R"({"and":["to-lower","to-upper"]})", R"("aB")", R"("AB")"},
      {R"({"and":["to-upper",{"truncate":2}]})", R"("ßß")", R"("SS")"},
      {R"({"and":[{"truncate":2},"to-upper"]})", R"("ßß")", R"("SSSS")"},
      {R"({"not":{"and":["to-lower",{"match":"x"}]}})", R"("AB")", R"("ab")"},
      // The first alternative that holds for what it makes of the text.
      {R"({"or":[{"match-all":"[0-9]*"},"to-upper"]})", R"("12")", R"("12")"},
      {R"({"or":[{"match-all":"[0-9]*"},"to-upper"]})", R"("ab")", R"("AB")"},
      {R"({"or":[{"and":["to-upper",{"match":"X"}]},"to-lower"]})", R"("aX")", R"("AX")"},
      {R"({"or":[{"and":["to-upper",{"match":"X"}]},"to-lower"]})", R"("aB")", R"("ab")"},
  };
  for (const auto& c : kCases) {
    const Written written = Write(c.definition, "string", c.given);
    EXPECT_EQ(written.text, c.becomes) << c.definition;
    EXPECT_EQ(written.error, "") << c.definition;
  }
}

TEST(RulesTest, AllTransformsComeBeforeAllJudgements) {
  const auto rules = ValueRulesOf(
      Named("string"), {*Parsed(R"({"max-length":2})"), *Parsed(R"({"match-all":"[a-z]*"})"),
                        *Parsed(R"("to-lower")"), *Parsed(R"({"truncate":2})")});
  EXPECT_EQ(rules->transform("ABC"), "ab");
  const auto object = ScalarObject(Named("string"), R"("ab")", "value", 0);
  const ValueView value = ObjectView(object->data()).Find(Named("string").number);
  EXPECT_TRUE(rules->check(Named("string"), value, 0).ok());
}

TEST(RulesTest, TheFirstDefaultCountsAndIgnoreUpdateIsFoundInsideAnd) {
  const auto rules =
      ValueRulesOf(Named("integer"),
                   {*Parsed(R"({"and":["ignore-update",{"and":[{"default":7},{"default":8}]}]})"),
                    *Parsed(R"({"default":9})")});
  EXPECT_EQ(rules->default_value, "7");
  EXPECT_TRUE(rules->ignores_updates);
  EXPECT_FALSE(rules->judges_null);
  EXPECT_EQ(rules->transform, nullptr);
  EXPECT_EQ(rules->check, nullptr);
}

TEST(RulesTest, DefaultsAreTheTextOfTheirValue) {
  const auto default_of = [](std::string_view attribute, std::string_view definition) {
    return ValueRulesOf(Named(attribute), {*Parsed(definition)})->default_value;
  };
  EXPECT_EQ(default_of("string", R"({"default":"a"})"), "a");
  EXPECT_EQ(default_of("string", R"({"default":""})"), "");
  EXPECT_EQ(default_of("date", R"({"default":"today"})"), "today");
  EXPECT_EQ(default_of("decimal", R"({"default":1.5})"), "1.5");
  EXPECT_EQ(default_of("boolean", R"({"default":false})"), "false");
  EXPECT_EQ(default_of("json", R"({"default":"a"})"), R"("a")");
  EXPECT_EQ(default_of("json", R"({"default":{"a":[1]}})"), R"({"a":[1]})");
}

TEST(RulesTest, RefusesWhatIsNoRule) {
  struct {
    std::string_view definition;
    std::string_view reason;
  } const kCases[] = {
      {"null", "a rule is the name of one"},
      {"5", "a rule is the name of one"},
      {"[]", "a rule is the name of one"},
      {"{}", "a rule is the name of one"},
      {R"({"min-length":1,"max-length":2})", "a rule is the name of one"},
      {R"("Required")", "Required: there is no such rule"},
      {R"({"url":"x"})", "url: there is no such rule"},
      {R"("match")", "match: its argument is missing"},
      {R"("truncate")", "truncate: its argument is missing"},
      {R"({"required":true})", "required: it takes no argument"},
      {R"({"to-lower":null})", "to-lower: it takes no argument"},
      {R"({"match":5})", "match: its argument must be a pattern"},
      {R"({"match":"("})", "match: the pattern cannot be read"},
      {R"({"match-all":"[z-a]"})", "match-all: the pattern cannot be read"},
      {R"({"match":"\\q"})", "match: the pattern cannot be read"},
      {R"({"min-length":-1})", "min-length: its argument must be a whole number"},
      {R"({"min-length":1.5})", "min-length: its argument must be a whole number"},
      {R"({"max-length":"3"})", "max-length: its argument must be a whole number"},
      {R"({"min-age":null})", "min-age: its argument must be a whole number"},
      {R"({"less-than":null})", "less-than: its argument must not be null"},
      {R"({"default":null})", "default: its argument must not be null"},
      {R"({"and":[]})", "and: its argument must be an array of rules"},
      {R"({"or":"required"})", "or: its argument must be an array of rules"},
      {R"({"and":[{"min-length":1},5]})", "a rule is the name of one"},
      {R"({"not":["required"]})", "a rule is the name of one"},
      {R"({"not":"ignore-update"})", "ignore-update: it cannot stand in or and not"},
      {R"({"or":[{"and":[{"default":1}]}]})", "default: it cannot stand in or and not"},
  };
  for (const auto& c : kCases) {
    const auto rule = Parsed(c.definition);
    ASSERT_FALSE(rule.ok()) << c.definition;
    EXPECT_THAT(
        std::string(rule.status().message()),
        HasSubstr("definition was not valid for the following reason: " + std::string(c.reason)))
        << c.definition;
  }
}

TEST(RulesTest, RefusesTooManyRulesInsideOneAndTooDeepOnes) {
  std::string wide = R"({"and":[)";
  for (int i = 0; i < 198; ++i) wide += R"("required",)";
  EXPECT_TRUE(Parsed(wide + R"("required"]})").ok());
  EXPECT_FALSE(Parsed(wide + R"("required","required"]})").ok());
  std::string deep = R"("required")";
  for (int i = 0; i < 15; ++i) deep = R"({"not":)" + deep + "}";
  EXPECT_TRUE(Parsed(deep).ok());
  EXPECT_FALSE(Parsed(R"({"not":)" + deep + "}").ok());
}

// Which kinds a rule is for.
TEST(RulesTest, FitsTheKindsThatItIsFor) {
  struct {
    std::string_view definition;
    std::vector<std::string_view> kinds;
  } const kCases[] = {
      {R"({"match":"a"})", {"string"}},
      {R"({"match-all":"a"})", {"string"}},
      {R"({"min-length":1})", {"string"}},
      {R"({"max-length":1})", {"string"}},
      {R"({"truncate":1})", {"string"}},
      {R"("to-lower")", {"string"}},
      {R"("to-upper")", {"string"}},
      {R"({"less-than":1})", {"integer", "decimal"}},
      {R"({"greater-than":1.5})", {"integer", "decimal"}},
      {R"({"less-than":"2000-01-01"})", {"date", "dateTime"}},
      {R"({"less-than":"a while"})", {}},
      {R"({"less-than":true})", {}},
      {R"({"min-age":1})", {"date", "dateTime"}},
      {R"("required")",
       {"string", "integer", "decimal", "boolean", "date", "dateTime", "ipAddress", "json"}},
      {R"("ignore-update")",
       {"string", "integer", "decimal", "boolean", "date", "dateTime", "ipAddress", "json"}},
      {R"({"default":"1.2.3.4"})", {"string", "ipAddress", "json"}},
      {R"({"default":5})", {"integer", "decimal", "json"}},
      {R"({"default":1.5})", {"decimal", "json"}},
      {R"({"default":true})", {"boolean", "json"}},
      {R"({"default":"now"})", {"string", "date", "dateTime", "json"}},
      {R"({"and":["required",{"min-length":1}]})", {"string"}},
      {R"({"not":{"or":[{"min-age":1},"required"]}})", {"date", "dateTime"}},
  };
  for (const auto& c : kCases) {
    for (const Attribute& attribute : Root()) {
      const bool is_for =
          std::find(c.kinds.begin(), c.kinds.end(), attribute.name) != c.kinds.end();
      const absl::Status fits = CheckRuleFits(*Parsed(c.definition), attribute, "definition");
      EXPECT_EQ(fits.ok(), is_for) << c.definition << " " << attribute.name << " " << fits;
      if (is_for) continue;
      EXPECT_THAT(std::string(fits.message()),
                  HasSubstr("definition was not valid for the following reason: /" +
                            attribute.name + ": "));
    }
  }
}

// Patterns that go back and forth for longer than the world stands, or remember without end.
TEST(RulesTest, NoPatternHangsTheHost) {
  const std::string as(40'000, 'a');
  const std::string_view kPatterns[] = {"(a+)+$",         "(a|aa)+$",  "(.*a){20}b",
                                        "(a?){30}a{30}b", "((a*)*)*b", "(?:(a)|b|c)*\\\\1x"};
  for (const std::string_view pattern : kPatterns) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string definition = R"({"match-all":")" + std::string(pattern) + R"("})";
    const Written written = Write(definition, "string", "\"" + as + "!\"");
    EXPECT_THAT(written.error, HasSubstr("/string violates the rule match-all")) << pattern;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << pattern;
  }
  // What is given up is a violation inside `not` too.
  const Written inside = Write(R"({"not":{"match-all":"(a+)+$"}})", "string", "\"" + as + "!\"");
  EXPECT_EQ(inside.error,
            "/string violates the rule match-all: its pattern takes more time or memory than a "
            "value may cost");
}

TEST(RulesTest, LongTextsArePossible) {
  const std::string as(5'000'000, 'a');
  EXPECT_EQ(Write(R"({"match-all":"[a-z]*"})", "string", "\"" + as + "\"").error, "");
  EXPECT_EQ(Write(R"({"match":"b"})", "string", "\"" + as + "\"").error,
            "/string violates the rule match");
}

}  // namespace
}  // namespace dossier
