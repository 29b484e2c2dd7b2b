// What files of records are read as.
#include <fcntl.h>
#include <zlib.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "input/csv_rows.h"
#include "input/json_rows.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::program {
namespace {

using dossier::testing::IsOk;
using dossier::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// Each row as its line and its JSON or, where it has none, what is wrong with it.
using Rows = std::vector<std::pair<uint64_t, std::string>>;

class RowsTest : public ::testing::Test {
 protected:
  std::string Written(const std::string& name, const std::string& text) {
    const std::string path = directory_.Join(name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string Compressed(const std::string& name, const std::string& text) {
    const std::string path = directory_.Join(name);
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path;
  }

  static Rows AllOf(RowSource& source) {
    Rows rows;
    for (Row row;;) {
      const absl::StatusOr<bool> has_row = source.Next(row);
      EXPECT_THAT(has_row.status(), IsOk());
      if (!has_row.ok() || !*has_row) return rows;
      rows.emplace_back(row.line, row.status.ok() ? row.json : std::string(row.status.message()));
    }
  }

  Rows Json(const std::string& path) {
    const auto file = InputFile::Open(path);
    EXPECT_THAT(file.status(), IsOk());
    JsonRows rows(**file);
    return AllOf(rows);
  }

  absl::StatusOr<Rows> Csv(const std::string& text) {
    const auto file = InputFile::Open(Written("rows.csv", text));
    EXPECT_THAT(file.status(), IsOk());
    const auto rows = CsvRows::Open(**file, kSchema);
    if (!rows.ok()) return rows.status();
    return AllOf(**rows);
  }

  static constexpr std::string_view kSchema = R"({"name":"user","attr_defs":[
      {"name":"id","type":"id"},{"name":"created","type":"dateTime"},
      {"name":"email","type":"string"},{"name":"age","type":"integer"},
      {"name":"height","type":"decimal"},{"name":"isOld","type":"boolean"},
      {"name":"password","type":"password-bcrypt"},{"name":"extra","type":"json"},
      {"name":"home","type":"object","attr_defs":[
         {"name":"city","type":"string"},
         {"name":"place","type":"object","attr_defs":[{"name":"lat","type":"decimal"}]}]},
      {"name":"photos","type":"plural","attr_defs":[{"name":"url","type":"string"}]}]})";

 private:
  TemporaryDirectory directory_;
};

TEST_F(RowsTest, LinesAreRecordsAndBlankOnesAreNot) {
  EXPECT_THAT(Json(Written("a", "{\"a\":1}\n\n  \r\n{\"a\":2}\r\n{\"a\":3}")),
              ElementsAre(Pair(1, "{\"a\":1}"), Pair(4, "{\"a\":2}\r"), Pair(5, "{\"a\":3}")));
  EXPECT_THAT(Json(Written("b", "")), IsEmpty());
  EXPECT_THAT(Json(Written("c", "\n")), IsEmpty());
}

TEST_F(RowsTest, ALineLongerThanWhatIsReadAtOnceIsOneRow) {
  const std::string long_value(700'000, 'x');
  const std::string line = "{\"a\":\"" + long_value + "\"}";
  EXPECT_THAT(Json(Written("a", line + "\n" + line + "\n{}")),
              ElementsAre(Pair(1, line), Pair(2, line), Pair(3, "{}")));
}

TEST_F(RowsTest, APageGivesItsResultsAsTheyStand) {
  EXPECT_THAT(
      Json(Written(
          "a", R"({"result_count":2,"results":[{"d":1.50, "s":"\u0041"} , {"e":[1]}],"stat":"ok"})"
               "\n"
               R"({"stat":"ok","results":[],"result_count":0})"
               "\n{\"a\":1}\n")),
      ElementsAre(Pair(1, R"({"d":1.50, "s":"\u0041"})"), Pair(1, R"({"e":[1]})"),
                  Pair(3, "{\"a\":1}")));
}

TEST_F(RowsTest, ARecordWithAnAttributeOfThatNameIsNoPage) {
  const std::string other = R"({"note":"a \"results\" of \"failure\" text"})";
  EXPECT_THAT(Json(Written("a", R"({"results":[{"place":1}]})"
                                "\n" +
                                    other)),
              ElementsAre(Pair(1, R"({"results":[{"place":1}]})"), Pair(2, other)));
}

TEST_F(RowsTest, ARecordWithSomeOfTheNamesOfAPageOrAFailureIsARecord) {
  const std::vector<std::string> records = {
      R"({"failure":"of the brakes","id":7})",
      R"({"stat":"ok","note":"failure","failure":{}})",
      R"({"stat":1,"row":"a","note":{"results":[]}})",
      R"({"failure":{"line":1},"row":{"a":1},"id":7})",
      R"({"result_count":2,"failure":{}})",
  };
  std::string text;
  for (const std::string& record : records) text += record + "\n";
  const Rows rows = Json(Written("a", text));
  ASSERT_EQ(rows.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) EXPECT_EQ(rows[i].second, records[i]);
}

TEST_F(RowsTest, AFailureGivesItsRowAgain) {
  EXPECT_THAT(Json(Written("a", R"({"failure":{"line":7,"code":361},"row":{"a":"\"x\""}})"
                                "\n"
                                R"({"failure":{"line":8,"code":200},"row":"{\"a\":"})")),
              ElementsAre(Pair(1, R"({"a":"\"x\""})"), Pair(2, R"({"a":)")));
}

TEST_F(RowsTest, WhatIsNoJsonIsHandedOn) {
  EXPECT_THAT(Json(Written("a", "{\"results\":[\n[1]\nnull")),
              ElementsAre(Pair(1, "{\"results\":["), Pair(2, "[1]"), Pair(3, "null")));
}

TEST_F(RowsTest, GzipIsReadAndDamageIsTold) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "{\"a\":" + std::to_string(i * 7919) + "}\n";
  const std::string path = Compressed("a.gz", text);
  EXPECT_EQ(Json(path).size(), 50'000u);
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto cut = InputFile::Open(Written("cut.gz", bytes.substr(0, bytes.size() / 2)));
  ASSERT_THAT(cut.status(), IsOk());
  JsonRows rows(**cut);
  absl::StatusOr<bool> has_row = true;
  Row row;
  while (has_row.ok() && *has_row) has_row = rows.Next(row);
  EXPECT_EQ(has_row.status().code(), absl::StatusCode::kDataLoss) << has_row.status();
}

TEST_F(RowsTest, AFileThatIsNotThereIsTold) {
  const auto file = InputFile::Open("/nowhere/rows");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(file.status().message()), HasSubstr("/nowhere/rows"));
  EXPECT_FALSE(InputFile::Open("/tmp").ok());
}

TEST_F(RowsTest, CellsBecomeWhatTheirAttributesWant) {
  const absl::StatusOr<Rows> rows = Csv(
      "email,age,height,isOld,password,extra,home.city,home.place.lat,photos\n"
      "a@x.org,7,1.50,true,\"{\"\"type\"\":\"\"t\"\",\"\"value\"\":\"\"v\"\"}\",\"[1, 2]\",Oslo,"
      "-0.10,\"[{\"\"url\"\":\"\"u\"\"}]\"\n"
      "\"b \"\"q\"\"\",x,,false,plain,,,,\n");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(
      *rows, ElementsAre(
                 Pair(2, R"({"email":"a@x.org","age":7,"height":1.50,"isOld":"true",)"
                         R"("password":{"type":"t","value":"v"},"extra":[1, 2],)"
                         R"("home":{"city":"Oslo","place":{"lat":-0.10}},"photos":[{"url":"u"}]})"),
                 Pair(3, R"({"email":"b \"q\"","age":"x","isOld":"false","password":"plain"})")));
}

// What is refused becomes a line of failures.
TEST_F(RowsTest, ARowIsALineHoweverItsCellsAreLaidOut) {
  const absl::StatusOr<Rows> rows =
      Csv("photos,extra\n\"[\n {\"\"url\"\":\"\"u\\n\"\"}\r\n]\",\"{\"\"a\"\":\n1}\"\n");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(*rows, ElementsAre(Pair(2, R"({"photos":[  {"url":"u\n"}  ],"extra":{"a": 1}})")));
}

TEST_F(RowsTest, EmptyCellsAreNullAndQuotedOnesEmptyTexts) {
  const absl::StatusOr<Rows> rows = Csv("email,home.city\n,\"\"\n\"\",\n,\n");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(*rows, ElementsAre(Pair(2, R"({"home":{"city":""}})"), Pair(3, R"({"email":""})"),
                                 Pair(4, "{}")));
}

TEST_F(RowsTest, RowsKnowTheirLines) {
  const absl::StatusOr<Rows> rows =
      Csv("\xEF\xBB\xBF"
          "email,age\r\n\"two\r\nlines\",1\r\n\r\n last ,2");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(*rows, ElementsAre(Pair(2, R"({"email":"two\r\nlines","age":1})"),
                                 Pair(5, R"({"email":" last ","age":2})")));
}

TEST_F(RowsTest, ACellThatHasToBeJsonIsNamed) {
  const absl::StatusOr<Rows> rows = Csv("email,photos\na,[{]\nb,[]\nc,[],d\ne\n");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(*rows, ElementsAre(Pair(2, "column 'photos': it wants JSON"),
                                 Pair(3, R"({"email":"b","photos":[]})"),
                                 Pair(4, "the row has 3 cells, the header 2"),
                                 Pair(5, R"({"email":"e"})")));
}

TEST_F(RowsTest, AHeaderThatDoesNotFitIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "the table has no header"},
      {"email,nick\n", "column 'nick': no such attribute"},
      {"email,,age\n", "column '': no such attribute"},
      {"email,email\n", "column 'email': it is there twice"},
      {"home,home.city\n", "column 'home.city': it is there twice"},
      {"home.city,home\n", "column 'home': it is there twice"},
      {"photos.url\n", "column 'photos.url': photos is no object"},
      {"email.x\n", "column 'email.x': email is no object"},
      {"home.\n", "column 'home.': no such attribute"},
      {"email,\"age\n1,2",
       "the row at line 1 is no CSV: error parsing data while strict checking enabled"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(std::string(Csv(text).status().message()), message) << text;
  }
}

TEST_F(RowsTest, AQuoteThatDoesNotEndIsToldWithItsLine) {
  const auto file = InputFile::Open(Written("a.csv", "email\na\n\"b\nc\n"));
  ASSERT_THAT(file.status(), IsOk());
  const auto rows = CsvRows::Open(**file, kSchema);
  ASSERT_THAT(rows.status(), IsOk());
  Row row;
  EXPECT_EQ((*rows)->Next(row).value_or(false), true);
  const absl::StatusOr<bool> next = (*rows)->Next(row);
  EXPECT_THAT(std::string(next.status().message()), HasSubstr("the row at line 3 is no CSV"));
}

TEST_F(RowsTest, TextThatIsNoUtf8IsRefused) {
  const absl::StatusOr<Rows> rows = Csv("email\n\xFF\nx\n");
  ASSERT_THAT(rows.status(), IsOk());
  EXPECT_THAT(*rows,
              ElementsAre(Pair(2, "column 'email': it is no UTF-8"), Pair(3, R"({"email":"x"})")));
}

}  // namespace
}  // namespace dossier::program
