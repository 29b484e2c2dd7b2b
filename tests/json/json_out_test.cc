#include "json/json_out.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json_text.h"
#include "record/read_everything.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::TestRecords;

constexpr std::string_view kShape =
    "name:string age:integer home{city:string geo{lat:decimal lon:decimal} lines[line:string]} "
    "statuses[text:string replies[text:string by{name:string}]] extra:json";

constexpr std::string_view kHead =
    R"("id":100,"uuid":"00000000-0000-0000-0000-000000000000",)"
    R"("created":"2001-09-09 01:46:40 +0000","lastUpdated":"2001-09-09 01:46:40 +0000")";

std::string Projected(TestRecords& records, std::string_view record,
                      const std::vector<std::string_view>& paths) {
  AttributeSet only;
  for (const std::string_view path : paths) {
    only.Add(*Path::ParseSchemaPath(path, records.shape(), "attributes")->back().attribute);
  }
  std::string out;
  AppendRecordJson(RecordView::Trusted(record), records.shape(), &only, out);
  return out;
}

TEST(RecordJson, OfAnEmptyRecordNamesEveryAttribute) {
  TestRecords records(kShape);
  EXPECT_EQ(records.Json(records.Create("{}").value()),
            "{" + std::string(kHead) +
                R"(,"name":null,"age":null,"home":{"city":null,"geo":{"lat":null,"lon":null},)"
                R"("lines":[]},"statuses":[],"extra":null})");
}

TEST(RecordJson, OfARecordWritesEachKindInTheTypesOrder) {
  TestRecords records(testing::kRichShape);
  const std::string record =
      records
          .Create(
              R"({"tags":["x"],"name":"A\"\n\u0000","age":-70000,"height":1.50e400,"active":false,
                      "born":"1815-12-10","seen":"2003-01-02 18:15:00.25","address":"10.0.255.1",
                      "extra":{ "b" : [ 1 ] },"home":{"geo":{"lon":-0}}})")
          .value();
  EXPECT_EQ(records.Json(record),
            "{" + std::string(kHead) +
                R"(,"name":"A\"\n\u0000","age":-70000,"height":1.50e400,"active":false,)"
                R"("born":"1815-12-10","seen":"2003-01-02 18:15:00.250000 +0000",)"
                R"("address":"10.0.255.1","extra":{ "b" : [ 1 ] },)"
                R"("home":{"city":null,"geo":{"lat":null,"lon":-0},"lines":[]},"statuses":[],)"
                R"("tags":[{"id":101,"tag":"x"}],"limited":null,"mail":null})");
}

TEST(RecordJson, IsAppended) {
  TestRecords records("name:string");
  std::string out = "{\"result\":{";
  AppendRecordJson(RecordView::Trusted(records.Create("{}").value()), records.shape(), nullptr,
                   out);
  EXPECT_EQ(out, "{\"result\":{{" + std::string(kHead) + ",\"name\":null}");
}

TEST(RecordJson, OfAChoiceHoldsItAllAboveAndAllBelow) {
  TestRecords records(kShape);
  const std::string empty = records.Create("{}").value();
  const std::string full =
      records
          .Create(R"({"name":"A","home":{"geo":{"lat":1}},"statuses":[{"text":"s",
                      "replies":[{"text":"r","by":{"name":"B"}},{}]}],"extra":[]})")
          .value();
  struct Row {
    std::vector<std::string_view> paths;
    std::string of_empty;
    std::string of_full;
  };
  for (const Row& row : {
           Row{{}, "{}", "{}"},
           Row{{"/name"}, R"({"name":null})", R"({"name":"A"})"},
           Row{{"/lastUpdated", "id"},
               R"({"id":100,"lastUpdated":"2001-09-09 01:46:40 +0000"})",
               R"({"id":100,"lastUpdated":"2001-09-09 01:46:40 +0000"})"},
           Row{{"extra", "id", "name"},
               R"({"id":100,"name":null,"extra":null})",
               R"({"id":100,"name":"A","extra":[]})"},
           Row{{"/home/geo/lat"},
               R"({"home":{"geo":{"lat":null}}})",
               R"({"home":{"geo":{"lat":1}}})"},
           Row{{"/home/geo"},
               R"({"home":{"geo":{"lat":null,"lon":null}}})",
               R"({"home":{"geo":{"lat":1,"lon":null}}})"},
           Row{{"/home/city"}, R"({"home":{"city":null}})", R"({"home":{"city":null}})"},
           Row{{"/home/lines/line"}, R"({"home":{"lines":[]}})", R"({"home":{"lines":[]}})"},
           Row{{"/statuses/text"}, R"({"statuses":[]})", R"({"statuses":[{"id":101,"text":"s"}]})"},
           Row{{"/statuses/replies/by/name"},
               R"({"statuses":[]})",
               R"({"statuses":[{"id":101,"replies":[{"id":102,"by":{"name":"B"}},)"
               R"({"id":103,"by":{"name":null}}]}]})"},
       }) {
    EXPECT_EQ(Projected(records, empty, row.paths), row.of_empty);
    EXPECT_EQ(Projected(records, full, row.paths), row.of_full);
  }
}

TEST(ValueJson, IsOfThePath) {
  TestRecords records(kShape);
  const std::string record =
      records
          .Create(R"({"name":"A","home":{"geo":{"lat":1}},"statuses":[{"text":"s",
                      "replies":[{"by":{"name":"B"}},{}]}]})")
          .value();
  struct Row {
    std::string_view path;
    std::string json;  // empty where an element does not exist
  };
  for (const auto& [path, json] : {
           Row{"/name", R"("A")"},
           Row{"/age", "null"},
           Row{"/id", "100"},
           Row{"/uuid", R"("00000000-0000-0000-0000-000000000000")"},
           Row{"/created", R"("2001-09-09 01:46:40 +0000")"},
           Row{"/home", R"({"city":null,"geo":{"lat":1,"lon":null},"lines":[]})"},
           Row{"/home/geo/lat", "1"},
           Row{"/home/city", "null"},
           Row{"/home/lines", "[]"},
           Row{"/home/lines#5", ""},
           Row{"/home/lines#5/line", ""},
           Row{"/statuses#101/text", R"("s")"},
           Row{"/statuses#101/replies#102", R"({"id":102,"text":null,"by":{"name":"B"}})"},
           Row{"/statuses#101/replies#102/by", R"({"name":"B"})"},
           Row{"/statuses#101/replies#103/by", R"({"name":null})"},
           Row{"/statuses#101/replies#103/by/name", "null"},
           Row{"/statuses#102", ""},
           Row{"/statuses#102/text", ""},
           Row{"/statuses#101/replies#101", ""},
       }) {
    std::string out = "kept";
    const Path parsed = Path::Parse(path, records.shape(), "").value();
    EXPECT_EQ(AppendValueJson(RecordView::Trusted(record), parsed, nullptr, out), !json.empty())
        << path;
    EXPECT_EQ(out, "kept" + json) << path;
  }
}

TEST(JsonText, EscapesWhatItMustAndNothingElse) {
  std::string text;
  for (int c = 0; c < 0x20; ++c) text += static_cast<char>(c);
  text += "\"\\/\x7f\xc3\xa9";
  std::string out;
  AppendJsonText(text, out);
  EXPECT_EQ(
      out, R"("\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f)"
           R"(\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d)"
           R"(\u001e\u001f\"\\/)"
           "\x7f\xc3\xa9\"");
  EXPECT_TRUE(testing::IsJsonToDom(out));
}

TEST(JsonText, IsPlainWhereNoCharacterNeedsAnEscape) {
  EXPECT_TRUE(IsPlain(""));
  EXPECT_TRUE(IsPlain("a/\x7f\xc3\xa9"));
  for (int c = 0; c < 256; ++c) {
    for (size_t length = 1; length <= 25; ++length) {
      for (size_t at = 0; at < length; ++at) {
        std::string text(length, 'a');
        text[at] = static_cast<char>(c);
        EXPECT_EQ(IsPlain(text), c >= 0x20 && c != '"' && c != '\\')
            << c << " at " << at << " of " << length;
      }
    }
  }
}

}  // namespace
}  // namespace dossier
