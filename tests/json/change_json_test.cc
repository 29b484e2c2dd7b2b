// ChangedRecord and ScalarObject: texts that are JSON, that nearly are, and that are not.
#include <gtest/gtest.h>

#include <string>

#include "record/read_everything.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace): its one purpose
using testing::Dump;
using testing::HasError;
using testing::IsOk;
using testing::StatusIs;
using testing::TestRecords;
using enum Mode;

const auto kMalformed = StatusIs(absl::StatusCode::kInvalidArgument,
                                 "value was not valid for the following reason: "
                                 "the JSON is not syntactically valid");

constexpr std::string_view kFull =
    R"({"name":"A\u00e9\"","age":-12,"height":1.5e3,"active":true,"born":"1815-12-10",
        "extra":{"a":[1,{"b":null}],"c":"\ud83d\ude00"},"home":{"city":null,"geo":{"lat":0}},
        "statuses":[{"id":null,"text":"t","replies":[{"by":{"ids":[{"value":1}]}},{}]},{}],
        "tags":["x",{"tag":"y"}]})";

TEST(MalformedJson, IsEveryBeginningOfAValue) {
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create("{}").value();
  ASSERT_THAT(records.Create(kFull), IsOk());
  for (size_t size = 0; size < kFull.size(); ++size) {
    const std::string_view cut = kFull.substr(0, size);
    EXPECT_THAT(records.Create(cut), kMalformed) << cut;
    EXPECT_THAT(records.Apply(old, kUpdate, "/", cut), kMalformed) << cut;
    EXPECT_THAT(records.Apply(old, kReplace, "/", cut), kMalformed) << cut;
  }
}

// What simdjson passes over without being asked: a string before a colon, a brace behind an empty
// object.
TEST(MalformedJson, IsFoundWhereSimdjsonWouldPassOverIt) {
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create("{}").value();
  for (const std::string_view value :
       {R"({"extra":"a":1})", R"({"extra":"a":[1],"c":2},"name":"A"})", R"({"extra":"a":{"b":1}})",
        R"({"statuses":[{"replies":[{"extra":"a":1}]}]})", R"({"extra":1:2})",
        R"({"extra":null:2})", R"({"age":1:2})", R"({"name":"a":"b"})", R"({"tags":[{}}]})",
        R"({"tags":[{}},{}]})", R"({"tags":["a":"b"]})"}) {
    for (const Mode mode : {kUpdate, kReplace}) {
      EXPECT_THAT(records.Apply(old, mode, "/", value), kMalformed) << value;
    }
  }
}

// Each byte taken out, doubled or replaced: malformed, refused for another reason, or a good
// record.
TEST(MalformedJson, IsFoundWhereverItIs) {
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create(kFull).value();
  const auto expect_consistent = [&](const std::string& value) {
    const auto changed = records.Apply(old, kUpdate, "/", value);
    const bool is_json = testing::IsJsonToDom(value);
    if (!is_json) {
      EXPECT_THAT(changed, kMalformed) << value;
    } else if (changed.ok()) {
      EXPECT_THAT(records.Verify(*changed), IsOk()) << value;
      EXPECT_TRUE(testing::IsJsonToDom(records.Json(*changed))) << value;
    } else {
      EXPECT_TRUE(DetailOf(changed.status())) << changed.status();
      EXPECT_THAT(changed, ::testing::Not(kMalformed)) << value;
    }
  };
  for (size_t at = 0; at < kFull.size(); ++at) {
    std::string value(kFull);
    expect_consistent(value.substr(0, at) + value.substr(at + 1));
    expect_consistent(value.substr(0, at) + value[at] + value.substr(at));
    for (const char c : "\"\\{}[]:,0 ax\0\xff"s) {
      value[at] = c;
      expect_consistent(value);
    }
  }
}

TEST(MalformedJson, IsRefusedAtEveryPath) {
  const std::vector<std::string> values = {" ",
                                           "\n",
                                           "]",
                                           "[",
                                           "}",
                                           "{",
                                           ",",
                                           "1],[2",
                                           "\"a\"],[\"b\"",
                                           "{}],[{}",
                                           "[]],[[]",
                                           "\"a\",\"b\"",
                                           "null,null",
                                           "\"a\" \"b\"",
                                           "{} {}",
                                           "[{}}]",
                                           "[{}},{}]",
                                           "[{}]]",
                                           "[{\"id\":103}}]",
                                           "[{},]",
                                           "[,{}]",
                                           "{}}",
                                           "[]]",
                                           "\"a",
                                           "\"\\ud800\"",
                                           "\"\\udc00\"",
                                           "\"\xff\"",
                                           "\"a\x01\"",
                                           "\"a\nb\"",
                                           "\"a\0b\""s,
                                           "nul",
                                           "nullx",
                                           "tru",
                                           "truex",
                                           "null\0"s,
                                           "true\0x"s,
                                           "1.",
                                           "01",
                                           "-",
                                           "1e",
                                           "\xef\xbb\xbf{}",
                                           "\xef\xbb\xbf",
                                           "{\"text\":}",
                                           "{\"text\"}",
                                           "[1,",
                                           "\"a\"x",
                                           "[]x",
                                           "{}x",
                                           "NaN",
                                           "'a'",
                                           "{text:1}"};
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create(R"({"statuses":[{"replies":[{}]}],"tags":["x"]})").value();
  for (const std::string_view path :
       {"/", "/name", "/age", "/height", "/active", "/born", "/address", "/extra", "/home",
        "/home/geo", "/home/geo/lat", "/tags", "/tags#103", "/statuses", "/statuses#101",
        "/statuses#101/replies#102/by/name"}) {
    for (const std::string& value : values) {
      EXPECT_THAT(records.Apply(old, kUpdate, path, value), kMalformed) << path << " " << value;
      EXPECT_THAT(records.Apply(old, kReplace, path, value), kMalformed) << path << " " << value;
    }
    EXPECT_THAT(records.Apply(old, kUpdate, path, ""), kMalformed) << path;
  }
}

TEST(Json, IsKeptAsItWasSent) {
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create("{}").value();
  const std::string deepest = std::string(64, '[') + std::string(64, ']');
  for (const std::string& json :
       {"{}"s, "[]"s, R"({ "b" : 1,"a":[ ] , "b":2 })"s, R"("\u0041\ud83d\ude00")"s, "-0.0E+7"s,
        "true"s, "false"s, std::string(500, '9'), "[\n1\t]"s, "\"\xc3\xa9\""s, deepest}) {
    const auto at_path = records.Apply(old, kUpdate, "/extra", "  " + json + "\n");
    ASSERT_THAT(at_path, IsOk()) << json;
    EXPECT_EQ(Dump(*at_path, records.shape()), "extra=" + json);
    const auto inside = records.Apply(old, kUpdate, "/", "{\"extra\": " + json + " ,\"age\":1}");
    ASSERT_THAT(inside, IsOk()) << json;
    EXPECT_EQ(Dump(*inside, records.shape()), "age=1 extra=" + json);
  }
  EXPECT_THAT(records.Apply(old, kUpdate, "/extra", "[" + deepest + "]"), HasError(340));
  EXPECT_THAT(records.Apply(old, kUpdate, "/extra", std::string(200'000, '[')), kMalformed);
  const std::string bomb = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_THAT(records.Apply(old, kUpdate, "/extra", bomb), HasError(340));
}

TEST(Text, IsKeptInEveryCharacter) {
  struct Row {
    std::string name;
    std::string json;
    std::string text;
  };
  TestRecords records("name:string tags[tag:string]");
  const std::string old = records.Create("{}").value();
  for (const Row& row : {
           Row{"empty", R"("")", ""},
           Row{"escapes", R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
           Row{"NUL", R"("a\u0000b")", "a\0b"s},
           Row{"control characters", R"("\u0001\u001f\u007f")", "\x01\x1f\x7f"},
           Row{"two bytes", R"("\u00e9")", "\xc3\xa9"},
           Row{"three bytes", R"("\u20ac")", "\xe2\x82\xac"},
           Row{"a pair", R"("\ud83d\ude00")", "\xf0\x9f\x98\x80"},
           Row{"no character", R"("\uffff")", "\xef\xbf\xbf"},
           Row{"raw UTF-8", "\"\xf0\x9f\x98\x80\"", "\xf0\x9f\x98\x80"},
           Row{"long", "\"" + std::string(100'000, 'x') + "\\n\"",
               std::string(100'000, 'x') + "\n"},
       }) {
    SCOPED_TRACE(row.name);
    const auto record = records.Apply(old, kUpdate, "/name", row.json);
    ASSERT_THAT(record, IsOk());
    EXPECT_EQ(RecordView::Trusted(*record).root()[0].text(), row.text);
    std::string out;
    AppendValueJson(RecordView::Trusted(*record), *Path::Parse("/name", records.shape(), ""),
                    nullptr, out);
    const auto again = records.Apply(*record, kReplace, "/name", out);
    EXPECT_EQ(again.value(), *record);
    const auto in_plural = records.Apply(old, kUpdate, "/tags", "[" + row.json + "]");
    EXPECT_EQ(Dump(in_plural.value(), records.shape(), false), "tags[{tag=" + row.text + "}]");
  }
}

TEST(Scalars, AreKeptAsTheyMean) {
  struct Row {
    std::string path;
    std::string json;
    std::string dump;
  };
  TestRecords records(testing::kRichShape);
  const std::string old = records.Create("{}").value();
  for (const Row& row : {
           Row{"/age", "-0", "age=0"},
           Row{"/age", "-0.0", "age=0"},
           Row{"/age", "1.0", "age=1"},
           Row{"/age", "1e2", "age=100"},
           Row{"/age", "1.2e1", "age=12"},
           Row{"/age", "65535", "age=65535"},
           Row{"/age", "65536", "age=65536"},
           Row{"/age", "-1", "age=-1"},
           Row{"/age", "9223372036854775807", "age=9223372036854775807"},
           Row{"/age", "-9223372036854775808", "age=-9223372036854775808"},
           Row{"/age", "9007199254740991.0", "age=9007199254740991"},
           Row{"/age", "9007199254740993.000", "age=9007199254740993"},
           Row{"/age", "-9223372036854775808.0", "age=-9223372036854775808"},
           Row{"/age", "922337203685477580.7e+1", "age=9223372036854775807"},
           Row{"/age", "100.00", "age=100"},
           Row{"/age", "0.0012e4", "age=12"},
           Row{"/age", "1200e-2", "age=12"},
           Row{"/age", "0.00e99999999999999999999", "age=0"},
           Row{"/height", "1.50", "height=1.50"},
           Row{"/height", "-0e-0", "height=-0e-0"},
           Row{"/height", std::string(400, '9'), "height=" + std::string(400, '9')},
           Row{"/active", "true", "active=true"},
           Row{"/active", R"("false")", "active=false"},
           Row{"/active", R"("\u0074rue")", "active=true"},
           Row{"/address", R"("255.255.255.255")", "address=ip 4294967295"},
           Row{"/address", R"("0.0.0.0")", "address=ip 0"},
           Row{"/born", R"("1969-12-31")", "born=day -1"},
           Row{"/seen", R"("1970-01-01 00:00:00.000001")", "seen=micro 1"},
           Row{"/limited", R"("1234")", "limited=1234"},
       }) {
    const auto record = records.Apply(old, kUpdate, row.path, row.json);
    ASSERT_THAT(record, IsOk()) << row.path << " " << row.json;
    EXPECT_EQ(Dump(*record, records.shape()), row.dump);
  }
}

// A record that was read can be written back as it is.
TEST(OwnJson, IsAcceptedAndChangesNothing) {
  TestRecords records(testing::kRichShape);
  const std::string record = records.Create(kFull).value();
  const std::string json = records.Json(record);
  EXPECT_EQ(records.Apply(record, kUpdate, "/", json).value(), record);
  const auto replaced = records.Apply(record, kReplace, "/", json);
  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(Dump(*replaced, records.shape(), false), Dump(record, records.shape(), false));
}

std::string Compared(const Shape& shape, std::string_view json) {
  const auto object = ScalarObject(shape[0], json, "key_value", testing::kTestNow);
  if (!object.ok()) return "error " + std::to_string(DetailOf(object.status())->code);
  return testing::Dumper(true).Object(ObjectView(object->data()), shape);
}

TEST(ScalarObject, TakesTextThatIsNoJsonForAStringAlone) {
  const Shape text = testing::MakeShape("x:string");
  const Shape number = testing::MakeShape("x:integer");
  const Shape date = testing::MakeShape("x:date");
  EXPECT_EQ(Compared(text, R"("a")"), "x=a");
  EXPECT_EQ(Compared(text, "a"), "x=a");
  EXPECT_EQ(Compared(text, "a\"b"), "x=a\"b");
  EXPECT_EQ(Compared(text, ""), "x=");
  EXPECT_EQ(Compared(text, "\"a"), "x=\"a");
  EXPECT_EQ(Compared(text, "1],[2"), "x=1],[2");
  EXPECT_EQ(Compared(text, "null"), "");
  EXPECT_EQ(Compared(text, "5"), "error 341");
  EXPECT_EQ(Compared(number, "1e2"), "x=100");
  EXPECT_EQ(Compared(number, "null"), "");
  EXPECT_EQ(Compared(number, "\"5\""), "error 341");
  EXPECT_EQ(Compared(number, "5x"), "error 200");
  EXPECT_EQ(Compared(number, "5],[6"), "error 200");
  EXPECT_EQ(Compared(number, ""), "error 200");
  EXPECT_EQ(Compared(date, R"("1970-01-02")"), "x=day 1");
  EXPECT_EQ(Compared(date, "1970-01-02"), "error 200");
}

}  // namespace
}  // namespace dossier
