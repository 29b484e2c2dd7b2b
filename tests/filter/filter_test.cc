// Filters: what each form means for a record, what is refused and where, and that a filter prints as
// a text that is the same filter.
#include "filter/filter.h"

#include <string>
#include <string_view>
#include <vector>

#include "../record/test_records.h"
#include "dossier/limits.h"
#include "filter/filter_match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::kRichShape;
using ::dossier::testing::kTestNow;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TestRecords;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The record 100; its elements are 101, 102 (a reply in it) and 103.
constexpr std::string_view kAda = R"({
  "name":"Ada","age":36,"height":1.70,"active":true,"born":"1815-12-10",
  "seen":"2013-08-23 12:38:33.475581","address":"192.0.2.9",
  "home":{"city":"Łódź","geo":{"lat":51.5}},
  "statuses":[{"text":"one","likes":1,"replies":[{"text":"re","by":{"name":"Bob"}}]},
              {"text":"TWO","likes":5,"when":"2014-01-01"}],
  "mail":"ada@example.org"})";

class FilterTest : public ::testing::Test {
 protected:
  absl::StatusOr<Filter> Parse(std::string_view text, const AttributeSet* readable = nullptr) {
    return ParseFilter(text, records_.shape(), kTestNow, readable, "filter");
  }

  absl::StatusOr<bool> Matches(std::string_view text, std::string_view record,
                               const AttributeSet* readable = nullptr) {
    const absl::StatusOr<Filter> filter = Parse(text, readable);
    if (!filter.ok()) return filter.status();
    const MonotonicClock clock(nullptr);
    Deadline deadline(clock, absl::InfiniteDuration());
    return dossier::Matches(*filter, RecordView::Trusted(record), /*chunks=*/nullptr, deadline);
  }

  std::string Printed(std::string_view text) {
    const absl::StatusOr<Filter> filter = Parse(text);
    return filter.ok() ? ToText(filter->root) : std::string(filter.status().message());
  }

  std::string Refusal(std::string_view text) {
    const absl::StatusOr<Filter> filter = Parse(text);
    if (filter.ok()) return "taken: " + ToText(filter->root);
    constexpr std::string_view kPrefix = "filter was not valid for the following reason: ";
    const std::string message(filter.status().message());
    EXPECT_THAT(filter.status(), HasError(200)) << text;
    EXPECT_TRUE(message.starts_with(kPrefix)) << message;
    return message.substr(std::min(kPrefix.size(), message.size()));
  }

  TestRecords records_{kRichShape};
};

struct Case {
  const char* filter;
  bool holds;
};

TEST_F(FilterTest, HoldsAsItsFormSays) {
  const Case cases[] = {
      // Nothing is asked.
      {"", true},
      {"  ", true},
      {"true", true},
      {"FALSE", false},
      {"1 = 1", true},
      {"'a' = 'A'", true},
      {"'2' > '10'", false},
      {"'b' > 'a'", true},
      {"1 != 1.0", false},
      // Strings: equal without case, ordered by their bytes.
      {"name = 'ada'", true},
      {"name='ADA'", true},
      {"'ADA'=name", true},
      {"name != 'ada'", false},
      {"name = 'Ad'", false},
      {"name = 'Adam'", false},
      {"name >= 'Ada'", true},
      {"name > 'Ada'", false},
      {"name < 'a'", true},
      {"name < 'B'", true},
      {"name <= 'ADA'", false},
      {"home.city = 'ŁÓDŹ'", true},
      {"home.city = 'łódź'", true},
      {"home.city = 'lodz'", false},
      {"home/city = 'łódź'", true},
      {"/home/city = 'łódź'", true},
      {"home.city > 'z'", true},
      // A number may stand for a string, and a string for a number.
      {"name = 36", false},
      {"age = 36", true},
      {"age = '36'", true},
      {"age = 36.0", true},
      {"age = 3.6e1", true},
      {"age = 36.5", false},
      {"age != 36.5", true},
      {"age > 35.5", true},
      {"age >= 36.5", false},
      {"age < 36.5", true},
      {"age <= 35.5", false},
      {"age>35and age<37", true},
      {"36 < age", false},
      {"37 > age", true},
      {"36 <= age", true},
      {"age < 1e30", true},
      {"age > 1e30", false},
      {"age > -1e30", true},
      {"age < -1e30", false},
      {"age = 1e30", false},
      {"age != 1e30", true},
      {"age > -5", true},
      {"age > -0.5", true},
      {"age <= 9223372036854775807", true},
      {"age <= 9223372036854775808", true},
      {"age < -9223372036854775809", false},
      // Decimals of any digits.
      {"height = 1.7", true},
      {"height = 1.70000000000000000000000000000000001", false},
      {"height < 1.70000000000000000000000000000000001", true},
      {"height > 1.69999999999999999999999999999999999", true},
      {"height = '17e-1'", true},
      {"age > height", true},
      {"height < age", true},
      // Booleans, alone and compared.
      {"active", true},
      {"not active", false},
      {"! active", false},
      {"active = true", true},
      {"active = 'true'", true},
      {"active = 'FALSE'", false},
      {"active != false", true},
      {"active > false", true},
      {"active and age = 36", true},
      // Dates are their midnights, times instants.
      {"born = '1815-12-10'", true},
      {"born = '18151210'", true},
      {"born = '1815-12-10 00:00:00 +0000'", true},
      {"born = '1815-12-10T12:00:00Z'", false},
      {"born != '1815-12-10T12:00:00Z'", true},
      {"born < '1815-12-10 00:00:00.000001'", true},
      {"born <= '1815-12-09 23:59:59'", false},
      {"born > '1815-12-09 23:59:59.999999'", true},
      {"born >= '1815-12-10'", true},
      {"born >= '1815-12-10 00:00:00.000001'", false},
      {"born < 'now'", true},
      {"seen = '2013-08-23 12:38:33.475581 +0000'", true},
      {"seen = '2013-08-23T14:38:33.475581+02:00'", true},
      {"seen = 'now'", true},
      {"seen > 'today'", true},
      {"seen > 'yesterday'", true},
      {"seen > '2013-08-23'", true},
      {"seen < '2013-08-24'", true},
      {"born < seen", true},
      {"seen > born", true},
      {"seen = born", false},
      // Addresses by their numbers.
      {"address = '192.0.2.9'", true},
      {"address < '192.0.2.10'", true},
      {"address > '9.255.255.255'", true},
      // What every record has.
      {"id = 100", true},
      {"id > 99 and id < 101", true},
      {"id is null", false},
      {"id is not null", true},
      {"uuid = '00000000-0000-0000-0000-000000000000'", true},
      {"uuid >= '00000000-0000-0000-0000-000000000000'", true},
      {"uuid = 'x'", false},
      {"created = '2001-09-09 01:46:40'", true},
      {"lastUpdated >= created", true},
      // Nulls.
      {"home.geo.lon is null", true},
      {"home.geo.lon is not null", false},
      {"home.geo.lon = 1", false},
      {"home.geo.lon != 1", false},
      {"home.geo.lon < 1", false},
      {"home.geo.lon >= 1", false},
      {"home.geo.lon = home.geo.lon", false},
      {"home.geo.lon != home.geo.lat", false},
      {"home.geo.lat = home.geo.lat", true},
      {"not (home.geo.lon = 1)", true},
      {"not home.geo.lon is null", false},
      {"limited != 'x'", false},
      // Objects and plurals: whether there is anything in them.
      {"home is null", false},
      {"home is not null", true},
      {"home.geo is not null", true},
      {"statuses is not null", true},
      {"statuses is null", false},
      {"tags is null", true},
      {"tags is not null", false},
      {"home.lines is null", true},
      // Elements: some element, of each predicate on its own.
      {"statuses.text = 'one'", true},
      {"statuses.text = 'two'", true},
      {"statuses.text = 'three'", false},
      {"statuses.text = 'one' and statuses.likes = 5", true},
      {"statuses.text != 'one'", true},
      {"not (statuses.text = 'one')", false},
      {"not statuses.text = 'three'", true},
      {"not (tags.tag = 'x')", true},
      {"tags.tag != 'x'", false},
      {"tags.tag is null", false},
      {"statuses.when is null", true},
      {"statuses.when is not null", true},
      {"statuses.replies is null", true},
      {"statuses.replies is not null", true},
      {"statuses.replies.by.name = 'bob'", true},
      {"statuses.replies.by is null", false},
      {"statuses.replies.by.ids is null", true},
      {"statuses.likes > 1 and statuses.likes < 5", true},
      {"statuses.likes > 5", false},
      {"statuses.id = 103", true},
      {"statuses.id = 102", false},
      {"statuses.replies.id = 102", true},
      {"statuses.id > 100 and not (statuses.id > 103)", true},
      {"statuses.id is null", false},
      // Two attributes of one element, and of two plurals.
      {"statuses.text = statuses.replies.text", false},
      {"statuses.likes = statuses.likes", true},
      {"statuses.likes != statuses.likes", false},
      {"statuses.likes < age", true},
      {"age < statuses.likes", false},
      {"statuses.id > id", true},
      {"statuses.replies.id > statuses.id", true},
      {"statuses.id > statuses.replies.id", false},
      {"name = mail", false},
      {"name < mail", true},
      // and, or, not: in this order, the tightest first not.
      {"name = 'x' and name = 'y' or age = 36", true},
      {"age = 36 or name = 'x' and name = 'y'", true},
      {"(age = 36 or name = 'x') and name = 'y'", false},
      {"not name = 'x' and age = 36", true},
      {"not (name = 'Ada' and age = 36)", false},
      {"not name = 'Ada' or age = 36", true},
      {"not not name = 'Ada'", true},
      {"!(name='x')AND(age=36)", true},
      {"(name='x')OR(age=36)", true},
      {"NOT name IS NULL And age Is Not Null", true},
      // What holds is compared with what holds.
      {"(name = 'Ada') = true", true},
      {"(name = 'Ada') = false", false},
      {"(name = 'Ada') != (age = 1)", true},
      {"(name = 'x') = (age = 1)", true},
      {"age > 1 = true", true},
      {"true = age > 1", true},
  };
  const std::string ada = *records_.Create(kAda);
  for (const auto& [filter, holds] : cases) {
    EXPECT_THAT(Matches(filter, ada), IsOkAndHolds(holds)) << filter;
  }
}

// Each printed text is read as the very same tree, and prints as itself.
TEST_F(FilterTest, PrintsAsATextThatIsTheSameFilter) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "true"},
      {"name='a\\'b\\\\c\\d'", "name = 'a\\'b\\\\c\\\\d'"},
      {"5<age", "age > 5"},
      {"age >= 5.5", "age > 5"},
      {"age < -5.5", "age <= -6"},
      {"height = 1.50", "height = 15e-1"},
      {"height = -100", "height = -1e2"},
      {"height = 0.0", "height = 0"},
      {"born<'2001-02-03 04:05'", "born <= '2001-02-03'"},
      {"seen<'2001-02-03 04:05'", "seen < '2001-02-03 04:05:00 +0000'"},
      {"address='1.2.3.4'", "address = '1.2.3.4'"},
      {"active", "active = true"},
      {"/home/city is NOT null", "home.city is not null"},
      {"statuses.id=5", "statuses.id = 5"},
      {"a is null", "filter was not valid for the following reason: Unknown attribute (a)"},
      {"age=1 and (age=2 and age=3)", "age = 1 and age = 2 and age = 3"},
      {"age=1 or age=2 and not age=3", "age = 1 or (age = 2 and not age = 3)"},
      {"not(age=1 or age=2)", "not (age = 1 or age = 2)"},
      {"not not not age=1", "not not not age = 1"},
      {"(age=1)=(not age=2)", "(age = 1) = (not age = 2)"},
      {"(age=1)!=(age=2) and active", "not ((age = 1) = (age = 2)) and active = true"},
      {"age = 1.5 or age = 2", "age = 2"},
      {"age != 1.5", "age is not null"},
      {"age=1 and false", "false"},
      {"name=mail", "name = mail"},
  };
  for (const auto& [text, printed] : cases) {
    EXPECT_EQ(Printed(text), printed) << text;
    const absl::StatusOr<Filter> filter = Parse(text);
    if (!filter.ok()) continue;
    const absl::StatusOr<Filter> again = Parse(printed);
    ASSERT_THAT(again, IsOk()) << printed;
    EXPECT_TRUE(filter->root == again->root) << text;
    EXPECT_EQ(ToText(again->root), printed);
  }
}

TEST_F(FilterTest, NamesThatLookLikeSomethingElseStandBehindASlash) {
  const Shape shape = testing::MakeShape(
      "not:integer true:integer 5:integer -x:integer a-b:integer is:integer null:integer "
      "and:integer contains:integer");
  for (const char* text : {"/not = 1", "/true = 1", "/5 = 1", "/-x = 1", "a-b = 1", "is is null",
                           "null = 1", "and = 1 and contains = 2", "contains is null"}) {
    const auto filter = ParseFilter(text, shape, kTestNow, nullptr, "filter");
    ASSERT_THAT(filter, IsOk()) << text;
    EXPECT_EQ(ToText(filter->root), text);
  }
}

TEST_F(FilterTest, IsRefusedWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nosuch = 1", "Unknown attribute (nosuch)"},
      {"birthday = null", "Unknown attribute (birthday)"},
      {"name = null", "Unknown attribute (null)"},
      {"home.nosuch is null", "Unknown attribute (home.nosuch)"},
      {"name.x is null", "Unknown attribute (name.x)"},
      {"home.id = 1", "Unknown attribute (home.id)"},
      {"statuses.uuid = 'x'", "Unknown attribute (statuses.uuid)"},
      {"Name = 'x'", "Unknown attribute (Name)"},
      {"/ = 'x'", "Unknown attribute (/)"},
      {"name", "a comparison should be at character 1"},
      {"'x'", "a comparison should be at character 1"},
      {"5", "a comparison should be at character 1"},
      {"age = 1 and", "an attribute or a literal should be at character 12"},
      {"age = 1 age = 2", "it should have an end at character 9"},
      {"age = ", "an attribute or a literal should be at character 7"},
      {"= 1", "an attribute or a literal should be at character 1"},
      {"(age = 1", ") should be at character 9"},
      {"age = 1)", "it should have an end at character 8"},
      {"()", "an attribute or a literal should be at character 2"},
      {"name = 'x", "the string has no end that begins at character 8"},
      {"name = 'ł' and age = 'x'", "a number should be at character 22"},
      {"name = \"x\"", "something else should be at character 8"},
      {"name == 'x'", "an attribute or a literal should be at character 7"},
      {"name <> 'x'", "an attribute or a literal should be at character 7"},
      {"name # 'x'", "something else should be at character 6"},
      {"age = 0x1", "it should have an end at character 8"},
      {"age = 01", "a number should be at character 7"},
      {"age = +1", "something else should be at character 7"},
      {"age = ''", "a number should be at character 7"},
      {"age = true", "a number should be at character 7"},
      {"active = 1", "true or false should be at character 10"},
      {"active = ''", "true or false should be at character 10"},
      {"born = 'soon'", "a date or time should be at character 8"},
      {"seen > 5", "a date or time should be at character 8"},
      {"address = '1.2.3'", "an IPv4 address should be at character 11"},
      {"name is", "null should be at character 8"},
      {"name is nothing", "null should be at character 9"},
      {"name is not", "null should be at character 12"},
      {"'x' is null", "an attribute should be before the word is at character 5"},
      {"(age = 1) is null", "an attribute should be before the word is at character 11"},
      {"extra = 'x'", "extra has values that no filter compares, at character 1"},
      {"extra is null", "extra has values that no filter compares, at character 1"},
      {"home = 'x'", "home has values that no filter compares, at character 1"},
      {"statuses = 'x'", "statuses has values that no filter compares, at character 1"},
      {"statuses", "statuses has values that no filter compares, at character 1"},
      {"name = age", "an attribute of the kind of name should be at character 8"},
      {"active = age", "an attribute of the kind of active should be at character 10"},
      {"age = 1 = 2", "a comparison should be at character 11"},
      {"(age = 1) < true", "a comparison cannot be compared so, as it is at character 2"},
      {"active = (age = 1)", "a comparison cannot be compared so, as it is at character 1"},
      {"lower(name) = 'x'", "Unknown attribute (lower)"},
      {"name like 'x'", "it should have an end at character 6"},
      {"age = 1" + std::string(kFilterBytesMax, ' '), "it has more than 262144 bytes"},
  };
  for (const auto& [text, reason] : cases) {
    EXPECT_EQ(Refusal(text), reason) << text.substr(0, 100);
  }
  EXPECT_THAT(Parse("name = 'secret' and age = 'secret'").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
}

TEST_F(FilterTest, ContainsIsWithdrawn) {
  for (const char* text : {"name contains 'x'", "name CONTAINS 'x'", "statuses.text contains 'x'",
                           "age = 1 and (name contains 'x')", "extra contains 'x'",
                           "'x' contains name", "not name contains 'x'"}) {
    EXPECT_THAT(Parse(text), HasError(485)) << text;
  }
}

TEST_F(FilterTest, NestsAndCountsUpToItsBounds) {
  const auto nested = [](std::string_view open, int times, std::string_view close) {
    std::string text;
    for (int i = 0; i < times; ++i) text += open;
    text += "age = 1";
    for (int i = 0; i < times; ++i) text += close;
    return text;
  };
  EXPECT_THAT(Parse(nested("not ", kFilterDepthMax - 1, "")), IsOk());
  EXPECT_EQ(Refusal(nested("not ", kFilterDepthMax, "")), "it nests deeper than 32 levels");
  EXPECT_THAT(Parse(nested("(", 4 * kFilterDepthMax, ")")), IsOk());
  EXPECT_EQ(Refusal(nested("(", 4 * kFilterDepthMax + 1, ")")), "it nests deeper than 32 levels");
  EXPECT_EQ(Refusal(nested("(", 100'000, "")), "it nests deeper than 32 levels");
  EXPECT_EQ(Refusal(nested("!", 100'000, "")), "it nests deeper than 32 levels");
  // The deepest tree prints as a text that is not too deep.
  std::string deep = "age = 1";
  for (int i = 0; i < kFilterDepthMax / 2 - 1; ++i) deep = "not (age = 2 or (" + deep + "))";
  const absl::StatusOr<Filter> filter = Parse(deep);
  ASSERT_THAT(filter, IsOk());
  EXPECT_THAT(Parse(ToText(filter->root)), IsOk());

  std::string many = "id=1";
  for (size_t i = 1; i < kFilterPredicatesMax; ++i) many += " or id=1";
  EXPECT_THAT(Parse(many), IsOk());
  EXPECT_EQ(Refusal(many + " or id=1"), "it has more than 5000 comparisons");
}

TEST_F(FilterTest, WhatIsHiddenIsUnknownAndPlaysNoPart) {
  AttributeSet readable;
  readable.AddReserved();
  const auto& shape = records_.shape();
  readable.Add(*shape.FindNamed("name"));
  readable.Add(*shape.FindNamed("home")->children->FindNamed("city"));
  readable.Add(*shape.FindNamed("statuses")->children->FindNamed("likes"));
  const std::string record =
      *records_.Create(R"({"home":{"geo":{"lat":1}},"statuses":[{"text":"x"}],"age":3})");
  for (const char* hidden : {"age", "home.geo", "home.geo.lat", "statuses.text", "tags"}) {
    const std::string text = std::string(hidden) + " is null";
    EXPECT_EQ(Parse(text, &readable).status().message(),
              "filter was not valid for the following reason: Unknown attribute (" +
                  std::string(hidden) + ")");
  }
  EXPECT_THAT(Matches("home is null", record, &readable), IsOkAndHolds(true));
  EXPECT_THAT(Matches("home is null", record), IsOkAndHolds(false));
  EXPECT_THAT(Matches("statuses is null", record, &readable), IsOkAndHolds(false));
  EXPECT_THAT(Matches("id = 100", record, &readable), IsOkAndHolds(true));
}

TEST_F(FilterTest, KnowsTheIdsThatItLeaves) {
  const IdRange all;
  const IdRange none{1, 0};
  const std::vector<std::pair<std::string, IdRange>> cases = {
      {"", all},
      {"false", none},
      {"name = 'x'", all},
      {"id = 5", {5, 5}},
      {"5 = id", {5, 5}},
      {"id > 5", {6, UINT64_MAX}},
      {"id >= 5 and name = 'x' and id < 9", {5, 8}},
      {"id >= 5 or name = 'x'", all},
      {"id = 5 or id = 9", {5, 9}},
      {"(id = 5 or id = 9) and id <= 7", {5, 7}},
      {"id < 5 and id > 9", {10, 4}},
      {"id != 5", all},
      {"not id = 5", all},
      {"id > -3", all},
      {"id < 0", none},
      {"id = -1", none},
      {"id = 5.5", none},
      {"id is null", none},
      {"id is not null", all},
      {"statuses.id = 5", all},
      {"id = statuses.id", all},
      {"id > 9223372036854775807", {uint64_t{1} << 63, UINT64_MAX}},
  };
  for (const auto& [text, ids] : cases) {
    const IdRange found = IdsOf(Parse(text)->root);
    EXPECT_TRUE(found == ids || (found.is_empty() && ids.is_empty()))
        << text << ": " << found.first << " to " << found.last;
  }
}

TEST_F(FilterTest, AsksNoMoreForIdsThatARangeHas) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"id > 5", "true"},
      {"id > 5 and name = 'x'", "name = 'x'"},
      {"id > 5 and id < 9", "true"},
      {"id != 5", "id != 5"},
      {"id != 5 and id > 3", "id != 5"},
      {"id > 5 or name = 'x'", "id > 5 or name = 'x'"},
      {"id = 5 or id = 9", "id = 5 or id = 9"},
      {"id > 5 and name = 'x' and active", "name = 'x' and active = true"},
      {"id > 5 and (name = 'x' or active)", "name = 'x' or active = true"},
  };
  for (const auto& [text, rest] : cases) {
    EXPECT_EQ(ToText(WithoutIds(Parse(text)->root)), rest) << text;
  }
}

// Bytes that lie about themselves end the search, whatever the filter asks; they never crash it.
TEST_F(FilterTest, DamageIsFoundWhereItIsRead) {
  const std::string ada = *records_.Create(kAda);
  const char* const filters[] = {"name = 'x'",     "statuses.replies.by.name = 'x'",
                                 "home is null",   "home.geo.lat = 1 or statuses.likes = 9",
                                 "name = mail",    "statuses.text = home.city",
                                 "tags.tag = 'x'", "statuses.replies.by.ids is null"};
  size_t damage_count = 0;
  for (size_t at = format::kHeaderSize; at < ada.size(); ++at) {
    for (const char byte : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
      // A copy of its own length, so that a sanitizer sees each step outside.
      std::string damaged = ada;
      damaged[at] = byte;
      for (const char* filter : filters) {
        const absl::StatusOr<bool> holds = Matches(filter, damaged);
        damage_count += !holds.ok();
        if (!holds.ok()) {
          EXPECT_THAT(holds, StatusIs(absl::StatusCode::kDataLoss));
        }
      }
    }
  }
  EXPECT_GT(damage_count, 100u);
  for (size_t size = format::kHeaderSize; size < ada.size(); ++size) {
    const std::string cut = ada.substr(0, size);
    EXPECT_THAT(Matches("name = 'x'", cut), StatusIs(absl::StatusCode::kDataLoss)) << size;
  }
}

TEST_F(FilterTest, GivesUpWhenItsTimeIsOver) {
  const std::string ada = *records_.Create(kAda);
  absl::Duration now = absl::Seconds(1);
  const MonotonicClock clock([&] { return now; });
  Deadline deadline(clock, absl::Seconds(10));
  const Filter filter = *Parse("statuses.likes = 9");
  const RecordView record = RecordView::Trusted(ada);
  EXPECT_THAT(dossier::Matches(filter, record, nullptr, deadline), IsOkAndHolds(false));
  now = absl::Seconds(11);
  absl::StatusOr<bool> holds = false;
  for (int i = 0; i < 100 && holds.ok(); ++i) {
    holds = dossier::Matches(filter, record, nullptr, deadline);
  }
  EXPECT_THAT(holds, HasError(504));
}

}  // namespace
}  // namespace dossier
