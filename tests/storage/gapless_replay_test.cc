#include "storage/gapless_replay.h"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

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
  GaplessReplay replay_;
};

TEST_F(GaplessReplayTest, TakesWhatFollows) {
  MakeLog(8, 100);
  EXPECT_FALSE(replay_.has_found_any());
  EXPECT_EQ(Found(8, 100, 3), Option::kContinueProcessing);
  EXPECT_TRUE(replay_.has_found_any());
  EXPECT_EQ(Found(8, 103, 1), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 104, 0), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 104, 2), Option::kContinueProcessing);
  EXPECT_EQ(Found(9, 105, 1), Option::kContinueProcessing) << "given again";
  EXPECT_EQ(Found(9, 107, 1), Option::kStopReplay);
}

TEST_F(GaplessReplayTest, TakesNoLogWithoutItsBeginning) {
  MakeLog(8, 100);
  EXPECT_EQ(Found(8, 101, 1), Option::kStopReplay);
  EXPECT_FALSE(replay_.has_found_any());
  Write(8, std::string(4'096, '\0'));
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  Write(8, "short");
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  std::filesystem::remove(LogOf(8));
  EXPECT_EQ(Found(8, 100, 1), Option::kStopReplay);
  MakeLog(8, 100);
  EXPECT_EQ(Found(8, 100, 1), Option::kContinueProcessing);
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
