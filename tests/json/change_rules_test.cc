// ChangedRecord where attributes have rules: which values they replace, keep and judge, and which of
// several mistakes is reported.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "base/errors.h"
#include "json/change.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::Dump;
using testing::HasErrorAt;
using testing::IsOk;
using testing::TestRecords;
using enum Mode;

// 16 to 29 in the order of the text.
constexpr std::string_view kShape =
    "plain:string lower:string~ fixed:string text:string count:integer flag:boolean seen:dateTime "
    "must:string* "
    "home{city:string zip:string fixed:integer} "
    "list[mark:string fixed:string note:string]";
enum : AttributeNumber {
  kPlain = 16,
  kLower,
  kFixed,
  kText,
  kCount,
  kFlag,
  kSeen,
  kMust,
  kHome,
  kCity,
  kZip,
  kHomeFixed,
  kList,
  kMark,
  kListFixed,
  kNote
};

using Rules = std::shared_ptr<const ValueRules>;

Rules Default(std::string value) {
  ValueRules rules;
  rules.default_value = std::move(value);
  return std::make_shared<const ValueRules>(rules);
}

Rules IgnoreUpdate() {
  ValueRules rules;
  rules.ignores_updates = true;
  return std::make_shared<const ValueRules>(rules);
}

Rules Lower() {
  ValueRules rules;
  rules.transform = [](std::string_view text) {
    std::string lower(text);
    absl::AsciiStrToLower(&lower);
    return lower;
  };
  rules.check = [](const Attribute& attribute, const ValueView& value, int64_t) {
    return value.at != nullptr && value.text() == "bad"
               ? errors::RuleViolation(PathOf(attribute), "not")
               : absl::OkStatus();
  };
  return std::make_shared<const ValueRules>(rules);
}

Rules Required() {
  ValueRules rules;
  rules.judges_null = true;
  rules.check = [](const Attribute& attribute, const ValueView& value, int64_t) {
    return value.at == nullptr ? errors::RuleViolation(PathOf(attribute), "required")
                               : absl::OkStatus();
  };
  return std::make_shared<const ValueRules>(rules);
}

Shape::RulesByNumber AllRules() {
  return {{kLower, Lower()},         {kFixed, IgnoreUpdate()},     {kText, Default("none")},
          {kCount, Default("7")},    {kFlag, Default("true")},     {kSeen, Default("now")},
          {kMust, Default("there")}, {kCity, Default("Portland")}, {kHomeFixed, IgnoreUpdate()},
          {kMark, Default("new")},   {kListFixed, IgnoreUpdate()}, {kNote, Required()}};
}

constexpr std::string_view kOld = R"({"plain":"p","lower":"L","fixed":"f","text":"t","count":1,
    "flag":false,"seen":"2000-01-01","must":"m","home":{"city":"Eugene","zip":"97401","fixed":5},
    "list":[{"mark":"a","fixed":"b","note":"c"}]})";
constexpr std::string_view kOldDump =
    "plain=p lower=l fixed=f text=t count=1 flag=false seen=micro 946684800000000 must=m "
    "home{city=Eugene zip=97401 fixed=5} list[101{mark=a fixed=b note=c}]";
constexpr std::string_view kNow = "seen=micro 1377261513475581";

class ChangeRulesTest : public ::testing::Test {
 protected:
  ChangeRulesTest() : records_(kShape) { records_.PutRules(AllRules()); }

  std::string Old() {
    records_.set_next_id(101);
    return records_.Create(kOld).value();
  }

  // What the record holds after the change of Old().
  std::string After(Mode mode, std::string_view path, std::optional<std::string_view> value) {
    const auto changed = records_.Apply(Old(), mode, path, value);
    EXPECT_THAT(changed, IsOk());
    if (!changed.ok()) return "";
    EXPECT_THAT(records_.Verify(*changed), IsOk());
    return Dump(*changed, records_.shape());
  }

  // The members that differ from Old().
  std::string Difference(Mode mode, std::string_view path, std::string_view value) {
    const std::string old = Old();
    const auto changed = records_.Apply(old, mode, path, value);
    EXPECT_THAT(changed, IsOk()) << value;
    return changed.ok() ? testing::Difference(old, *changed, records_.shape()) : "";
  }

  TestRecords records_;
};

TEST_F(ChangeRulesTest, CreateTakesWhatIsGivenAsTransformed) {
  EXPECT_EQ(Dump(Old(), records_.shape()), kOldDump);
}

TEST_F(ChangeRulesTest, CreateFillsInWhatIsNotGivenAndWhatIsNull) {
  const std::string filled =
      "text=none count=7 flag=true " + std::string(kNow) + " must=there home{city=Portland}";
  for (const char* const value :
       {"{}", R"({"text":null,"count":null,"flag":null,"seen":null,"must":null,"home":null})",
        R"({"home":{}})", R"({"home":{"city":null}})"}) {
    const auto record = records_.Create(value);
    ASSERT_THAT(record, IsOk()) << value;
    EXPECT_EQ(Dump(*record, records_.shape()), filled) << value;
  }
}

TEST_F(ChangeRulesTest, UpdateKeepsWhatIsNotGivenAndFillsInWhatIsNull) {
  EXPECT_EQ(Difference(kUpdate, "/", R"({"plain":"q"})"), "plain=q");
  EXPECT_EQ(Difference(kUpdate, "/", R"({"text":null})"), "text=none");
  EXPECT_EQ(Difference(kUpdate, "/text", "null"), "text=none");
  EXPECT_EQ(Difference(kUpdate, "/must", "null"), "must=there");
  EXPECT_EQ(Difference(kUpdate, "/home/city", "null"), "home{city=Portland zip=97401 fixed=5}");
  EXPECT_EQ(Difference(kUpdate, "/", R"({"home":{"zip":null}})"), "home{city=Eugene fixed=5}");
  EXPECT_EQ(Difference(kUpdate, "/", R"({"home":null})"), "home{city=Portland fixed=5}");
  EXPECT_EQ(Difference(kUpdate, "/home", "null"), "home{city=Portland fixed=5}");
  EXPECT_EQ(Difference(kUpdate, "/list#101", R"({"mark":null})"),
            "list[101{mark=new fixed=b note=c}]");
}

// A record from before there was a rule: what an update does not name is not touched.
TEST_F(ChangeRulesTest, UpdateLeavesAloneWhatIsNullFromBefore) {
  TestRecords before(kShape);
  const std::string old = before.Create(R"({"must":"m","list":[{}]})").value();
  before.PutRules(AllRules());
  const auto changed = before.Apply(old, kUpdate, "/", R"({"plain":"p","home":{"zip":"z"}})");
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(Dump(*changed, before.shape()), "plain=p must=m home{zip=z} list[101{}]");
  EXPECT_THAT(before.Apply(old, kUpdate, "/list#101", R"({"mark":"x"})"), IsOk());
  // What is null stays so under ignore-update.
  const auto fixed = before.Apply(old, kUpdate, "/", R"({"fixed":"x","home":{"fixed":1}})");
  ASSERT_THAT(fixed, IsOk());
  EXPECT_EQ(Dump(*fixed, before.shape()), "must=m list[101{}]");
  const auto replaced = before.Apply(old, kReplace, "/fixed", R"("x")");
  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(Dump(*replaced, before.shape()), "must=m list[101{}]");
}

TEST_F(ChangeRulesTest, ReplaceFillsInAndKeepsWhatIgnoresUpdates) {
  const std::string rest = "fixed=f text=none count=7 flag=true " + std::string(kNow) +
                           " must=there home{city=Portland fixed=5}";
  EXPECT_EQ(After(kReplace, "/", "{}"), rest);
  EXPECT_EQ(After(kReplace, "/", R"({"fixed":"x","home":{"fixed":6}})"), rest);
  EXPECT_EQ(After(kReplace, "/", R"({"fixed":null,"home":null})"), rest);
  EXPECT_EQ(After(kReplace, "/", R"({"plain":"q"})"), "plain=q " + rest);
  EXPECT_EQ(Difference(kReplace, "/home", R"({"zip":"1"})"), "home{city=Portland zip=1 fixed=5}");
  EXPECT_EQ(Difference(kReplace, "/home", "null"), "home{city=Portland fixed=5}");
  EXPECT_EQ(Difference(kReplace, "/list#101", R"({"note":"n","fixed":"x"})"),
            "list[101{mark=new fixed=b note=n}]");
}

TEST_F(ChangeRulesTest, IgnoredValuesMayBeAnythingThatIsJson) {
  for (const char* const ignored :
       {"5", "true", "null", R"("x")", R"({"a":[1,{"b":null}]})", "[[],{}]", "-1.5e3"}) {
    const std::string value = std::string(R"({"fixed":)") + ignored + R"(,"plain":"q"})";
    EXPECT_EQ(Difference(kUpdate, "/", value), "plain=q") << value;
    EXPECT_EQ(Difference(kUpdate, "/fixed", ignored), "") << value;
    EXPECT_EQ(Difference(kReplace, "/fixed", ignored), "") << value;
    EXPECT_EQ(Difference(kReplace, "/home/fixed", ignored), "") << value;
    EXPECT_EQ(Difference(kUpdate, "/list#101/fixed", ignored), "") << value;
  }
  for (const char* const malformed :
       {"tru", "01", R"("\x")", R"({"a":tru})", "[1,]", "{\"a\":1,}", "nul"}) {
    const std::string value = std::string(R"({"fixed":)") + malformed + R"(,"plain":"q"})";
    EXPECT_EQ(records_.Apply(Old(), kUpdate, "/", value).status(), errors::MalformedJson("value"))
        << value;
    EXPECT_EQ(records_.Apply(Old(), kUpdate, "/fixed", malformed).status(),
              errors::MalformedJson("value"))
        << value;
  }
  EXPECT_THAT(records_.Apply(Old(), kUpdate, "/", R"({"fixed":"x","fixed":"y"})"),
              testing::HasError(200));
}

TEST_F(ChangeRulesTest, NewElementsTakeWhatIsGivenAndAreFilledIn) {
  EXPECT_EQ(Difference(kUpdate, "/list", R"([{"note":"n","fixed":"x"}])"),
            "list[101{mark=a fixed=b note=c} 102{mark=new fixed=x note=n}]");
  EXPECT_EQ(Difference(kReplace, "/list", R"([{"note":"n","fixed":"x"}])"),
            "list[102{mark=new fixed=x note=n}]");
}

TEST_F(ChangeRulesTest, ElementsWithAnIdAreOldOnes) {
  EXPECT_EQ(Difference(kUpdate, "/", R"({"list":[{"id":101,"fixed":"x","mark":"z"}]})"),
            "list[101{mark=z fixed=b note=c}]");
}

TEST_F(ChangeRulesTest, ARequiredValueIsAskedOfEachNewObject) {
  const auto expect = [&](const absl::StatusOr<std::string>& changed) {
    EXPECT_THAT(changed, HasErrorAt(360, "/list/note"));
  };
  expect(records_.Create(R"({"list":[{}]})"));
  expect(records_.Create(R"({"list":[{"note":null}]})"));
  expect(records_.Apply(Old(), kUpdate, "/list", R"([{"mark":"x"}])"));
  expect(records_.Apply(Old(), kUpdate, "/list#101", R"({"note":null})"));
  expect(records_.Apply(Old(), kUpdate, "/list#101/note", "null"));
  expect(records_.Apply(Old(), kReplace, "/list#101", "{}"));
  EXPECT_THAT(records_.Apply(Old(), kUpdate, "/list#101", R"({"mark":"x"})"), IsOk());
}

TEST_F(ChangeRulesTest, WhatIsTransformedIsWhatIsChecked) {
  // Of five characters, as the length allows four.
  EXPECT_THAT(records_.Create(R"({"lower":"ABCDE"})"), HasErrorAt(363, "/lower"));
  EXPECT_THAT(records_.Create(R"({"lower":"BAD"})"), HasErrorAt(360, "/lower"));
  EXPECT_THAT(records_.Apply(Old(), kUpdate, "/lower", R"("BAD")"), HasErrorAt(360, "/lower"));
  EXPECT_EQ(Difference(kUpdate, "/lower", R"("GOOD")"), "lower=good");
  EXPECT_THAT(records_.Create(R"({"lower":5})"), HasErrorAt(341, "/lower"));
}

TEST_F(ChangeRulesTest, TheFirstMistakeOfTheTextIsReported) {
  EXPECT_THAT(records_.Create(R"({"lower":"bad","count":"x"})"), HasErrorAt(360, "/lower"));
  EXPECT_THAT(records_.Create(R"({"count":"x","lower":"bad"})"), HasErrorAt(341, "/count"));
  EXPECT_THAT(records_.Create(R"({"list":[{}],"lower":"bad"})"), HasErrorAt(360, "/list/note"));
  EXPECT_THAT(records_.Create(R"({"lower":"bad","list":[{}]})"), HasErrorAt(360, "/lower"));
  EXPECT_EQ(records_.Create(R"({"lower":"bad",})").status(), errors::MalformedJson("value"));
}

// The constraint comes before the rule of that name; a default satisfies both.
TEST(ChangeRulesOfRequired, MissingIsMissing) {
  TestRecords records("a:string* o{b:string* c:string} d:string");
  records.PutRules({{16, Required()}, {20, Required()}});
  EXPECT_THAT(records.Create(R"({"o":{"b":"x"}})"), HasErrorAt(360, "/d"));
  EXPECT_THAT(records.Create(R"({"o":{"b":"x"},"d":"x"})"), HasErrorAt(362, "/a"));
  EXPECT_THAT(records.Create(R"({"a":"x","d":"x"})"), HasErrorAt(362, "/o/b"));
  records.PutRules({{19, Default("c")}});
  EXPECT_THAT(records.Create(R"({"a":"x","d":"x"})"), HasErrorAt(362, "/o/b"));
  EXPECT_THAT(records.Create(R"({"a":"x","o":null})"), HasErrorAt(362, "/o/b"));
  records.PutRules({{18, Default("b")}});
  const auto record = records.Create(R"({"a":"x"})");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(Dump(*record, records.shape()), "a=x o{b=b}");
}

// A key is compared as it stands.
TEST_F(ChangeRulesTest, ValuesOfKeysHaveNoRules) {
  const Attribute& lower = *records_.shape().FindNamed("lower");
  const auto object = ScalarObject(lower, R"("BAD")", "key_value", 0);
  ASSERT_THAT(object, IsOk());
  EXPECT_EQ(ObjectView(object->data()).Find(lower.number).text(), "BAD");
}

}  // namespace
}  // namespace dossier
