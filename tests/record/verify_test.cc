// RecordView::Verify against damaged bytes, most of them with a checksum that says nothing.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "record/read_everything.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::BrokenProperty;
using testing::RepairHeader;
using testing::StatusIs;
using testing::TestRecords;

constexpr std::string_view kFull =
    R"({"name":"Ada","age":70000,"height":1.5,"active":true,"born":"1815-12-10","seen":"now",
        "address":"127.0.0.1","extra":{"a":[1]},"home":{"city":"L\n","geo":{"lat":5},
        "lines":["one"]},"statuses":[{"text":"a","likes":3,"replies":[{"text":"r",
        "by":{"ids":[{"value":1},{}]}}]},{}],"tags":["x","y"]})";

// Element ids that no damaged record of these tests has.
constexpr EntityId kFarId = 0xd055'1e50'0000'0000;

// Records of every form that there is, as the rich shape reads them.
std::vector<std::string> Intact() {
  std::vector<std::string> intact;
  for (const std::string_view json : {std::string_view("{}"), kFull}) {
    intact.push_back(TestRecords(testing::kRichShape).Create(json).value());
  }
  // A wide root, and attributes that the rich shape lacks, with plurals and objects below them.
  TestRecords wide("name:string age:integer was@5000[deep{deeper[text:string]}] other:string");
  intact.push_back(
      wide.Create(
              R"({"name":"A","age":5,"was":[{"deep":{"deeper":[{"text":"t"},{}]}}],"other":"o"})")
          .value());
  return intact;
}

class Damage : public ::testing::Test {
 protected:
  // Accepted or refused, the record must not lead a reader astray.
  void Try(const std::string& damaged, const std::string& how) {
    // Memory of its own and of the exact size, so that a sanitizer sees one byte too many.
    const std::unique_ptr<char[]> bytes(new char[damaged.size()]);
    std::copy(damaged.begin(), damaged.end(), bytes.get());
    const std::string_view view(bytes.get(), damaged.size());
    records_.set_next_id(kFarId);
    if (!records_.Verify(view).ok()) {
      ++refused_count_;
      return;
    }
    ++accepted_count_;
    ASSERT_EQ(BrokenProperty(view, records_), "") << how;
  }

  TestRecords records_{testing::kRichShape};
  int refused_count_ = 0;
  int accepted_count_ = 0;
};

TEST_F(Damage, IntactRecordsAreAcceptedAndRead) {
  for (const std::string& record : Intact()) Try(record, "intact");
  EXPECT_EQ(accepted_count_, 3);
}

TEST_F(Damage, NoBitOfARecordMayChangeUnnoticed) {
  for (std::string record : Intact()) {
    for (size_t bit = 0; bit < record.size() * 8; ++bit) {
      record[bit / 8] ^= static_cast<char>(1 << bit % 8);
      // That there may be a large plural does no harm where there is none.
      const bool is_harmless = bit == 8 * format::kFlagsAt;
      EXPECT_EQ(records_.Verify(record).ok(), is_harmless) << "bit " << bit;
      record[bit / 8] ^= static_cast<char>(1 << bit % 8);
    }
  }
}

TEST_F(Damage, NoFlippedBitBehindAGoodChecksumLeadsOutside) {
  for (const std::string& record : Intact()) {
    for (size_t bit = 0; bit < record.size() * 8; ++bit) {
      std::string damaged = record;
      damaged[bit / 8] ^= static_cast<char>(1 << bit % 8);
      RepairHeader(damaged);
      Try(damaged, "bit " + std::to_string(bit));
    }
  }
  EXPECT_GT(refused_count_, 500);
  EXPECT_GT(accepted_count_, 500);  // the content of texts, numbers and times
}

TEST_F(Damage, NoExtremeNumberBehindAGoodChecksumLeadsOutside) {
  const std::array<std::string, 6> extremes = {
      std::string(1, '\xff'), std::string(1, '\0'), std::string(2, '\xff'),
      std::string(4, '\xff'), std::string(4, '\0'), std::string("\xff\xff\xff\x7f")};
  for (const std::string& record : Intact()) {
    for (const std::string& extreme : extremes) {
      for (size_t at = format::kHeaderSize; at + extreme.size() <= record.size(); ++at) {
        std::string damaged = record;
        damaged.replace(at, extreme.size(), extreme);
        RepairHeader(damaged);
        Try(damaged, std::to_string(extreme.size()) + " bytes at " + std::to_string(at));
      }
    }
  }
  EXPECT_GT(refused_count_, 1000);
}

TEST_F(Damage, NoTruncatedRecordIsAccepted) {
  for (const std::string& record : Intact()) {
    for (size_t size = 0; size < record.size(); ++size) {
      std::string damaged = record.substr(0, size);
      RepairHeader(damaged);
      Try(damaged, "cut at " + std::to_string(size));
    }
  }
  EXPECT_EQ(accepted_count_, 0);
}

TEST_F(Damage, NoRecordIsAcceptedWithMoreBehindIt) {
  for (const std::string& record : Intact()) {
    for (const std::string& more : {std::string("\0", 1), std::string("x"), record}) {
      std::string damaged = record + more;
      RepairHeader(damaged);
      Try(damaged, "longer");
    }
  }
  EXPECT_EQ(accepted_count_, 0);
}

TEST_F(Damage, NoMixOfDamagesLeadsOutside) {
  std::mt19937 random(20131122);
  const std::vector<std::string> intact = Intact();
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = intact[random() % intact.size()];
    for (size_t change = random() % 4 + 1; change > 0; --change) {
      const size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged[at] = damaged[random() % damaged.size()];
          break;
        default:
          damaged.erase(at, random() % 3);
          break;
      }
      if (damaged.size() < format::kHeaderSize) damaged.resize(format::kHeaderSize);
    }
    RepairHeader(damaged);
    Try(damaged, "round " + std::to_string(round));
  }
  EXPECT_GT(refused_count_, 1000);
  EXPECT_GT(accepted_count_, 1000);
}

TEST(Verify, SaysWhatIsWrong) {
  TestRecords records(testing::kRichShape);
  const std::string good = records.Create(R"({"name":"Ada"})").value();
  struct Row {
    std::string name;
    std::string record;
    TypeId type;
    EntityId id;
    std::string what;
  };
  const auto changed = [&](size_t at, char c) {
    std::string record = good;
    record[at] = c;
    return record;
  };
  std::string broken = changed(format::kHeaderSize, '\x77');
  RepairHeader(broken);
  const auto type = testing::kTestType;
  const auto id = testing::kTestId;
  for (const Row& row : {
           Row{"empty", "", type, id, "it is cut short"},
           Row{"shorter than a header", good.substr(0, format::kHeaderSize - 1), type, id,
               "it is cut short"},
           Row{"format 0", changed(0, 0), type, id, "its format is not known"},
           Row{"format 2", changed(0, 2), type, id, "its format is not known"},
           Row{"another byte", changed(good.size() - 1, 0x55), type, id, "its checksum differs"},
           Row{"another id", good, type, id + 1, "it is another record"},
           Row{"another type", good, TypeId{8}, id, "it is another record"},
           Row{"another size", broken, type, id, "its structure is broken"},
       }) {
    SCOPED_TRACE(row.name);
    const auto record = RecordView::Verify(row.record, row.type, row.id, records.shape());
    EXPECT_THAT(record, StatusIs(absl::StatusCode::kDataLoss, ::testing::HasSubstr(row.what)));
    EXPECT_THAT(
        std::string(record.status().message()),
        ::testing::HasSubstr("record " + std::to_string(row.id) + " of entity type number"));
  }
}

// What a type says of a value must hold of the value, also where it stands deep.
TEST(Verify, RefusesAValueOfAnotherKind) {
  constexpr std::array kKinds = {"string", "integer",  "decimal",   "boolean",
                                 "date",   "dateTime", "ipAddress", "json"};
  constexpr std::array kValues = {R"("a")",       "70000",           "1.5",
                                  "true",         R"("2003-01-02")", R"("2003-01-02")",
                                  R"("1.2.3.4")", R"({"a":1})"};
  const std::string frames[][2] = {{"x:", ""}, {"o{x:", "}"}, {"p[x:", "]"}};
  const std::string values[][2] = {
      {"{\"x\":", "}"}, {"{\"o\":{\"x\":", "}}"}, {"{\"p\":[{\"x\":", "}]}"}};
  for (size_t frame = 0; frame < 3; ++frame) {
    for (size_t i = 0; i < kKinds.size(); ++i) {
      TestRecords writer(frames[frame][0] + kKinds[i] + frames[frame][1]);
      const auto record = writer.Create(values[frame][0] + kValues[i] + values[frame][1]);
      ASSERT_TRUE(record.ok()) << record.status();
      for (size_t other = 0; other < kKinds.size(); ++other) {
        const TestRecords reader(frames[frame][0] + kKinds[other] + frames[frame][1]);
        EXPECT_EQ(reader.Verify(*record).ok(), i == other)
            << kKinds[i] << " read as " << kKinds[other] << " in " << frames[frame][0];
      }
    }
  }
}

TEST(Verify, RefusesAnObjectForAPluralAndTheOtherWayRound) {
  const auto object = TestRecords("x{a:string}").Create(R"({"x":{"a":"b"}})").value();
  const auto plural = TestRecords("x[a:string]").Create(R"({"x":[{"a":"b"}]})").value();
  EXPECT_FALSE(TestRecords("x[a:string]").Verify(object).ok());
  EXPECT_FALSE(TestRecords("x{a:string}").Verify(plural).ok());
  EXPECT_FALSE(TestRecords("x:string").Verify(object).ok());
  EXPECT_FALSE(TestRecords("y:string").Verify(object).ok());
  EXPECT_TRUE(TestRecords("y@20:string").Verify(object).ok());
  EXPECT_TRUE(TestRecords("y@20:string").Verify(plural).ok());
}

// A bomb: objects inside each other, deeper than any type allows, under an unknown attribute.
TEST(Verify, BoundsTheDepthOfWhatItDoesNotKnow) {
  for (const int depth : {5, 11, 100'000}) {
    Writer writer;
    writer.bytes().append(format::kHeaderSize, '\0');
    std::vector<Writer::Mark> marks;
    for (int i = 0; i <= depth; ++i) marks.push_back(writer.BeginObject());
    for (size_t i = marks.size(); i-- > 0;) {
      writer.EndObject(marks[i]);
      if (i > 0) writer.AddNested(16, format::Tag::kObject, marks[i].begin);
    }
    SealRecord({testing::kTestType, 1, testing::kTestId, 0, 0, {}}, writer.bytes());
    EXPECT_EQ(TestRecords("").Verify(writer.bytes()).ok(), depth < 100) << depth;
  }
}

}  // namespace
}  // namespace dossier
