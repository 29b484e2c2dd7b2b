#include "storage/gapless_replay.h"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "base/coding.h"
#include "gtest/gtest.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::TemporaryDirectory;
using Option = rocksdb::WalFilter::WalProcessingOption;

rocksdb::WriteBatch BatchOf(uint64_t sequence, uint32_t count) {
  std::string bytes;
  AppendLittle(bytes, sequence);
  AppendLittle(bytes, count);
  return rocksdb::WriteBatch(bytes);
}

class GaplessReplayTest : public ::testing::Test {
 protected:
  GaplessReplayTest() { replay_.ColumnFamilyLogNumberMap({{0, 8}, {1, 6}, {2, 9}}, {}); }

  // That begins with a batch of that sequence number.
  void MakeLog(uint64_t number, uint64_t sequence) {
    std::string bytes(7, 'h');
    AppendLittle(bytes, sequence);
    Write(number, bytes + "and so on");
  }
  void Write(uint64_t number, const std::string& bytes) {
    std::ofstream(LogOf(number), std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string LogOf(uint64_t number) const {
    return top_.Join("00000" + std::to_string(number) + ".log");
  }
  Option Found(uint64_t log, uint64_t sequence, uint32_t count) {
    return replay_.LogRecordFound(log, LogOf(log), BatchOf(sequence, count), nullptr, nullptr);
  }

  TemporaryDirectory top_;
  GaplessReplay replay_ = GaplessReplay::Take(/*last_in_tables=*/GaplessReplay::kUnknown);
};

TEST_F(GaplessReplayTest, TakesWhatFollows) {
  MakeLog(8, 100);
  EXPECT_FALSE(replay_.found());
  EXPECT_EQ(Found(8, 100, 3), Option::kContinueProcessing);
  EXPECT_TRUE(replay_.found());
  EXPECT_EQ(Found(8, 103, 1), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 104, 0), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 104, 2), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 105, 1), Option::kContinueProcessing) << "given again";
  EXPECT_EQ(Found(9, 107, 1), Option::kStopReplay);
}

TEST_F(GaplessReplayTest, TakesNoLogWithoutItsBeginning) {
  MakeLog(8, 100);
  EXPECT_EQ(Found(8, 101, 1), Option::kStopReplay);
  EXPECT_FALSE(replay_.found());
  Write(8, std::string(4'096, '\0'));
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  Write(8, "short");
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  std::filesystem::remove(LogOf(8));
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  MakeLog(8, 100);
  EXPECT_EQ(Found(8, 100, 1), Option::kContinueProcessing);
}

TEST_F(GaplessReplayTest, TakesNoLogThatDoesNotFollowUponTheTables) {
  MakeLog(8, 100);
  for (const auto& [last_in_tables, option] : {std::pair<uint64_t, Option>{0, Option::kStopReplay},
                                               {98, Option::kStopReplay},
                                               {99, Option::kContinueProcessing},
                                               {100, Option::kContinueProcessing},
                                               {1'000, Option::kContinueProcessing}}) {
    GaplessReplay replay = GaplessReplay::Take(last_in_tables);
    EXPECT_EQ(replay.LogRecordFound(8, LogOf(8), BatchOf(100, 3), nullptr, nullptr), option)
        << last_in_tables;
  }
}

TEST_F(GaplessReplayTest, OnlyLooks) {
  MakeLog(8, 100);
  GaplessReplay look = GaplessReplay::Look();
  const auto found = [&](uint64_t sequence, uint32_t count) {
    return look.LogRecordFound(8, LogOf(8), BatchOf(sequence, count), nullptr, nullptr);
  };
  EXPECT_EQ(found(100, 3), Option::kIgnoreCurrentRecord);
  EXPECT_EQ(found(103, 7), Option::kIgnoreCurrentRecord);
  EXPECT_EQ(found(111, 1), Option::kStopReplay);
  ASSERT_TRUE(look.found());
  EXPECT_EQ(look.found()->first_sequence, 100u);
  EXPECT_EQ(look.found()->last_sequence, 109u);
}

TEST_F(GaplessReplayTest, TakesNoLogBehindOneThatIsEmpty) {
  MakeLog(8, 100);
  Write(7, "");
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  Write(7, "of families that have all of it in tables");
  EXPECT_EQ(Found(8, 100, 1), Option::kContinueProcessing);
}

TEST_F(GaplessReplayTest, DoesNotCareForLogsThatAreNotNeededOrNewer) {
  MakeLog(8, 100);
  Write(5, "");
  Write(9, "");
  EXPECT_EQ(Found(8, 100, 1), Option::kContinueProcessing);
}

}  // namespace
}  // namespace dossier
