// ChangedRecord for a caller who may write some of the attributes only: what is refused, and that the
// rest stays as it was, whatever is written around it.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/change.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::Difference;
using testing::Dump;
using testing::HasError;
using testing::HasErrorAt;
using testing::IsOk;
using testing::TestRecords;
using enum Mode;

// 16 to 33 in the order of the text.
constexpr std::string_view kShape =
    "name:string age:integer secret:string "
    "home{city:string code:string geo{lat:integer lon:integer} rooms[room:string]} "
    "cards[label:string pin:string uses[at:string]] "
    "notes[note:string] vault[key:string]";

constexpr std::string_view kFull = R"({
  "name":"n","age":1,"secret":"s",
  "home":{"city":"c","code":"d","geo":{"lat":1,"lon":2},"rooms":[{"room":"r"}]},
  "cards":[{"label":"l","pin":"p","uses":[{"at":"a"}]},{"pin":"q"}],
  "notes":[{"note":"m"}],"vault":[{"key":"k"}]})";
// Its elements: the room 101, the cards 102 (with the use 103) and 104, the note 105, the key 106.

const std::vector<std::string_view> kWritable = {"name",        "home/city",  "home/geo/lat",
                                                 "cards/label", "cards/uses", "notes"};

class NarrowWriter : public ::testing::Test {
 protected:
  explicit NarrowWriter(std::string_view shape = kShape,
                        const std::vector<std::string_view>& writable = kWritable)
      : records_(shape) {
    for (const std::string_view path : writable) {
      writable_.Add(*Path::ParseSchemaPath(path, records_.shape(), "attributes")->back().attribute);
    }
  }

  std::string Create(std::string_view json) {
    const auto record = records_.Create(json);
    EXPECT_THAT(record, IsOk());
    return record.value_or("");
  }

  absl::StatusOr<std::string> Apply(std::string_view record, Mode mode, std::string_view path,
                                    std::optional<std::string_view> value) {
    records_.set_writable(&writable_);
    auto changed = records_.Apply(record, mode, path, value);
    records_.set_writable(nullptr);
    EXPECT_TRUE(!changed.ok() || records_.Verify(*changed).ok());
    return changed;
  }

  TestRecords records_;
  AttributeSet writable_;
};

struct Row {
  Mode mode;
  std::string_view path;
  std::string_view value;
  std::string_view difference;  // Difference's
};

TEST_F(NarrowWriter, LeavesWhatItMayNotWrite) {
  const std::string record = Create(kFull);
  const EntityId next = records_.next_id();
  const Row rows[] = {
      // The root.
      {kUpdate, "", R"({"name":"x"})", "name=x"},
      {kUpdate, "", R"({"home":{"city":null,"geo":{"lat":5}}})",
       "home{code=d geo{lat=5 lon=2} rooms[101{room=r}]}"},
      {kUpdate, "", R"({"home":null})", "home{code=d geo{lon=2} rooms[101{room=r}]}"},
      {kUpdate, "", R"({"home":{"geo":null}})",
       "home{city=c code=d geo{lon=2} rooms[101{room=r}]}"},
      {kUpdate, "", R"({"notes":null})", "-notes"},
      {kReplace, "", R"({})", "-name home{code=d geo{lon=2} rooms[101{room=r}]} -notes"},
      {kReplace, "", R"({"home":{}})", "-name home{code=d geo{lon=2} rooms[101{room=r}]} -notes"},
      {kReplace, "", R"({"name":"n","home":null,"notes":[]})",
       "home{code=d geo{lon=2} rooms[101{room=r}]} -notes"},
      {kReplace, "", R"({"name":"n","home":{"geo":{"lat":7},"city":"y"},"notes":[{"note":"z"}]})",
       "home{city=y code=d geo{lat=7 lon=2} rooms[101{room=r}]} notes[107{note=z}]"},
      // Elements of a plural of which some is not to be written.
      {kUpdate, "", R"({"cards":[{"id":104,"label":"x"}]})",
       "cards[102{label=l pin=p uses[103{at=a}]} 104{label=x pin=q}]"},
      {kUpdate, "", R"({"cards":[{"id":102,"uses":null,"label":null}]})",
       "cards[102{pin=p} 104{pin=q}]"},
      {kUpdate, "", R"({"cards":[{"label":"x","uses":[{"at":"b"}]}]})",
       "cards[102{label=l pin=p uses[103{at=a}]} 104{pin=q} 107{label=x uses[108{at=b}]}]"},
      {kUpdate, "cards", R"([{"label":"x"}])",
       "cards[102{label=l pin=p uses[103{at=a}]} 104{pin=q} 107{label=x}]"},
      {kReplace, "cards#102", R"({})", "cards[102{pin=p} 104{pin=q}]"},
      {kReplace, "cards#104", R"({"id":104,"label":"x","uses":[{"at":"b"}]})",
       "cards[102{label=l pin=p uses[103{at=a}]} 104{label=x pin=q uses[107{at=b}]}]"},
      {kReplace, "cards#102/uses", R"([])", "cards[102{label=l pin=p} 104{pin=q}]"},
      {kReplace, "cards#102/label", "null", "cards[102{pin=p uses[103{at=a}]} 104{pin=q}]"},
      // Objects by their path.
      {kReplace, "home", R"({})", "home{code=d geo{lon=2} rooms[101{room=r}]}"},
      {kReplace, "home", "null", "home{code=d geo{lon=2} rooms[101{room=r}]}"},
      {kUpdate, "home", "null", "home{code=d geo{lon=2} rooms[101{room=r}]}"},
      {kReplace, "home/geo", R"({"lat":9})",
       "home{city=c code=d geo{lat=9 lon=2} rooms[101{room=r}]}"},
      {kReplace, "notes", R"([{"id":105,"note":"x"}])", "notes[107{note=x}]"},
      {kReplace, "notes", "", "-notes"},
  };
  for (const Row& row : rows) {
    records_.set_next_id(next);
    const auto changed = Apply(record, row.mode, row.path, row.value);
    ASSERT_THAT(changed, IsOk()) << row.path << " " << row.value;
    EXPECT_EQ(Difference(record, *changed, records_.shape()), row.difference)
        << row.path << " " << row.value;
  }
}

TEST_F(NarrowWriter, DeletesElementsOfItsPlurals) {
  const std::string record = Create(kFull);
  for (const auto& [path, difference] :
       {std::pair{"notes#105", "-notes"},
        {"cards#102/uses#103", "cards[102{label=l pin=p} 104{pin=q}]"}}) {
    const auto changed = Apply(record, kUpdate, path, std::nullopt);
    ASSERT_THAT(changed, IsOk()) << path;
    EXPECT_EQ(Difference(record, *changed, records_.shape()), difference);
  }
}

// Whether anything is there to lose does not matter: the answer must not depend on it.
TEST_F(NarrowWriter, IsRefusedWhatItMayNotWrite) {
  const std::string full = Create(kFull);
  records_.set_next_id(101);
  const std::string bare =
      Create(R"({"home":{"rooms":[{}]},"cards":[{"uses":[{}]},{}],"notes":[{}],"vault":[{}]})");
  struct Refused {
    Mode mode;
    std::string_view path;
    std::string_view value;
    std::string at;
  };
  const Refused rows[] = {
      {kUpdate, "", R"({"secret":"x"})", "/secret"},
      {kUpdate, "", R"({"secret":null})", "/secret"},
      {kUpdate, "", R"({"name":"x","s\u0065cret":null})", "/secret"},
      {kUpdate, "", R"({"vault":[]})", "/vault"},
      {kUpdate, "", R"({"vault":[{"id":106,"key":"x"}]})", "/vault"},
      {kUpdate, "", R"({"home":{"code":"x"}})", "/home/code"},
      {kUpdate, "", R"({"home":{"city":"x","geo":{"lat":1,"lon":null}}})", "/home/geo/lon"},
      {kUpdate, "", R"({"home":{"rooms":null}})", "/home/rooms"},
      {kUpdate, "", R"({"cards":[{"id":102,"pin":"x"}]})", "/cards/pin"},
      {kUpdate, "", R"({"cards":[{"pin":"x"}]})", "/cards/pin"},
      {kUpdate, "", R"({"cards":null})", "/cards/pin"},
      {kUpdate, "cards", "null", "/cards/pin"},
      {kUpdate, "cards#102", R"({"pin":null})", "/cards/pin"},
      {kReplace, "", R"({"secret":"s"})", "/secret"},
      {kReplace, "", R"({"cards":null})", "/cards/pin"},
      {kReplace, "", R"({"cards":[]})", "/cards/pin"},
      {kReplace, "", R"({"cards":[{"label":"x"}]})", "/cards/pin"},
      {kReplace, "cards", "[]", "/cards/pin"},
      {kReplace, "cards", "", "/cards/pin"},
      {kReplace, "cards", R"([{"label":"x"}])", "/cards/pin"},
      {kReplace, "cards#102", R"({"label":"x","pin":"p"})", "/cards/pin"},
  };
  for (const Refused& row : rows) {
    EXPECT_THAT(Apply(full, row.mode, row.path, row.value), HasErrorAt(223, row.at))
        << row.path << " " << row.value;
    EXPECT_THAT(Apply(bare, row.mode, row.path, row.value), HasErrorAt(223, row.at))
        << row.path << " " << row.value;
  }
}

TEST_F(NarrowWriter, HearsOfTheFirstMistakeOfThePayload) {
  const std::string record = Create(kFull);
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"name":1,"secret":"x"})"), HasErrorAt(341, "/name"));
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"secret":"x","name":1})"), HasErrorAt(223, "/secret"));
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"nosuch":1,"secret":"x"})"),
              HasErrorAt(223, "/nosuch"));
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"secret":"x","secret":"x"})"),
              HasErrorAt(223, "/secret"));
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"secret":"x",)"), HasError(200));
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"notes":[{"x":1}],"secret":"x"})"),
              HasErrorAt(223, "/notes/x"));
}

// The status is that of a type without the attribute, to the byte.
TEST_F(NarrowWriter, CannotTellHiddenFromUnknown) {
  TestRecords without(
      "name:string home@18{city:string geo@21{lat:integer}} "
      "cards@26[label:string uses@29[at:string]] notes@31[note:string]");
  const std::string record = Create(kFull);
  const std::string lesser = without.Create("{}").value();
  for (const std::string_view value :
       {R"({"secret":1})", R"({"secret":{"x":[]}})", R"({"home":{"code":"x"}})",
        R"({"home":{"geo":{"lon":1}}})", R"({"cards":[{"pin":"x"}]})", R"({"vault":[{"id":106}]})",
        R"({"name":"x","vault":"y"})"}) {
    for (const Mode mode : {kUpdate, kReplace}) {
      if (mode == kReplace && value.find("cards") != value.npos) continue;  // see above
      EXPECT_EQ(Apply(record, mode, "", value).status(),
                without.Apply(lesser, mode, "", value).status())
          << value;
    }
  }
}

TEST_F(NarrowWriter, NeverSetsReservedAttributes) {
  records_.set_writable(&writable_);
  EXPECT_THAT(records_.Create(R"({"name":"x","created":"2001-01-01"})"),
              HasErrorAt(234, "/created"));
  EXPECT_THAT(records_.Create(R"({"name":"x","created":null})"), IsOk());
  records_.set_writable(nullptr);
  EXPECT_THAT(records_.Create(R"({"created":"2001-01-01"})"), IsOk());
}

TEST_F(NarrowWriter, WritesNothingWithAnEmptySet) {
  const std::string record = Create(kFull);
  writable_ = AttributeSet();
  for (const Mode mode : {kUpdate, kReplace}) {
    const auto changed = Apply(record, mode, "", "{}");
    ASSERT_THAT(changed, IsOk());
    EXPECT_EQ(Difference(record, *changed, records_.shape()), "");
    EXPECT_THAT(Apply(record, mode, "", R"({"name":null})"), HasErrorAt(223, "/name"));
  }
}

// Required attributes and rules bind what the caller writes, not what it leaves as it is.
class NarrowWriterUnderConstraints : public NarrowWriter {
 protected:
  enum : AttributeNumber { kFixed = 18, kCity = 20, kNeed = 25, kNote = 26 };
  // 16 to 26 in the order of the text.
  static constexpr std::string_view kConstrained =
      "name:string must:string* fixed:string home{city:string zip:string* code:string*} "
      "list[mark:string need:string* note:string]";

  NarrowWriterUnderConstraints()
      : NarrowWriter(kConstrained, {"name", "home/city", "home/zip", "list/mark"}) {
    ValueRules standard;
    standard.default_value = "d";
    const auto rules = std::make_shared<const ValueRules>(standard);
    by_number_ = {{kFixed, rules}, {kCity, rules}, {kNote, rules}};
  }

  Shape::RulesByNumber by_number_;
};

TEST_F(NarrowWriterUnderConstraints, KeepsWhatBreaksThem) {
  // Of before there were constraints: nothing is set.
  TestRecords before(
      "name:string must:string fixed:string home{city:string zip:string "
      "code:string} list[mark:string need:string note:string]");
  const std::string record = before.Create(R"({"list":[{"mark":"m"}]})").value();
  records_.PutRules(by_number_);
  EXPECT_THAT(Apply(record, kReplace, "", R"({"home":{}})"), HasErrorAt(362, "/home/zip"));
  EXPECT_THAT(Apply(record, kReplace, "", "{}"), HasErrorAt(362, "/home/zip"));
  EXPECT_THAT(Apply(record, kReplace, "home", "null"), HasErrorAt(362, "/home/zip"));
  const auto replaced = Apply(record, kReplace, "", R"({"home":{"zip":"z"}})");
  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(Dump(*replaced, records_.shape()), "home{city=d zip=z} list[101{mark=m}]");
  const auto element = Apply(record, kReplace, "list#101", "{}");
  ASSERT_THAT(element, IsOk());
  EXPECT_EQ(Dump(*element, records_.shape()), "list[101{}]");
}

TEST_F(NarrowWriterUnderConstraints, CannotMakeWhatLacksARequiredAttribute) {
  records_.set_writable(&writable_);
  EXPECT_THAT(records_.Create(R"({"name":"x"})"), HasErrorAt(362, "/must"));
  EXPECT_THAT(records_.Create(R"({"home":{"zip":"z"}})"), HasErrorAt(362, "/home/code"));
  records_.set_writable(nullptr);
  const std::string record = Create(R"({"must":"m","home":{"zip":"z","code":"c"}})");
  EXPECT_THAT(Apply(record, kUpdate, "", R"({"list":[{"mark":"x"}]})"),
              HasErrorAt(362, "/list/need"));
}

TEST_F(NarrowWriterUnderConstraints, MakesNewElementsByTheRulesOfAll) {
  const std::shared_ptr<const ValueRules> rules = by_number_.at(kFixed);
  by_number_.emplace(kNeed, rules);
  records_.PutRules(by_number_);
  const std::string record = Create(R"({"must":"m","home":{"zip":"z","code":"c"}})");
  const auto changed = Apply(record, kUpdate, "", R"({"list":[{"mark":"x"}]})");
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(Difference(record, *changed, records_.shape()), "list[101{mark=x need=d note=d}]");
}

}  // namespace
}  // namespace dossier
