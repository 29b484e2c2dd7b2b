// The mark of how far the disk has a store: what it keeps, whatever becomes of its file.
#include "storage/high_water.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr size_t kSlots[] = {0, 4'096};
constexpr size_t kSlotBytes = 32;

class HighWaterTest : public ::testing::Test {
 protected:
  std::unique_ptr<HighWater> Open() {
    auto mark = HighWater::Open(top_.path());
    EXPECT_THAT(mark, IsOk());
    return mark.ok() ? *std::move(mark) : nullptr;
  }
  uint64_t Marked() { return Open()->mark().sequence; }
  std::string Read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  TemporaryDirectory top_;
  const std::string path_ = top_.Join("MARK");
};

TEST_F(HighWaterTest, KeepsWhatWasWrittenLast) {
  ASSERT_THAT(HighWater::Make(top_.path(), 7), IsOk());
  EXPECT_EQ(Marked(), 7u);
  for (const uint64_t sequence : {8u, 9u, 1'000u, 3u, 3u, 0u}) {
    ASSERT_THAT(Open()->Write(sequence), IsOk());
    EXPECT_EQ(Marked(), sequence);
  }
  ASSERT_THAT(HighWater::Make(top_.path(), 0), IsOk());
  EXPECT_EQ(Marked(), 0u);
}

TEST_F(HighWaterTest, IsThatBeforeWhereTheLastWasNotWrittenWhole) {
  ASSERT_THAT(HighWater::Make(top_.path(), 10), IsOk());
  for (uint64_t sequence = 11; sequence < 15; ++sequence) {
    const std::string before = Read();
    ASSERT_THAT(Open()->Write(sequence), IsOk());
    const std::string after = Read();
    for (const size_t slot : kSlots) {
      if (after.substr(slot, kSlotBytes) == before.substr(slot, kSlotBytes)) continue;
      for (size_t at = slot; at < slot + kSlotBytes; ++at) {
        std::string torn = after;
        torn[at] = static_cast<char>(torn[at] ^ 0x01);
        Write(torn);
        EXPECT_EQ(Marked(), sequence - 1) << at;
      }
    }
    Write(after);
  }
}

TEST_F(HighWaterTest, TellsThatItIsMissingOrDamaged) {
  using Code = absl::StatusCode;
  EXPECT_THAT(HighWater::Open(top_.path()),
              StatusIs(Code::kDataLoss, HasSubstr("MARK is missing")));
  for (const std::string& bytes :
       {std::string(), std::string("junk"), std::string(8'192, '\0'), std::string(8'192, 'x')}) {
    Write(bytes);
    EXPECT_THAT(HighWater::Open(top_.path()),
                StatusIs(Code::kDataLoss, HasSubstr("MARK is damaged")));
  }
}

TEST_F(HighWaterTest, IsWrittenSoonAfterSomethingWasNoted) {
  ASSERT_THAT(HighWater::Make(top_.path(), 1), IsOk());
  const auto mark = Open();
  for (uint64_t sequence = 2; sequence < 20'000; ++sequence) mark->Note(sequence);
  mark->Note(5);  // of a thread that was late
  EXPECT_LT(mark->mark().sequence, 19'999u);
  for (int i = 0; i < 1'000 && mark->mark().sequence < 19'999; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(mark->mark().sequence, 19'999u);
  EXPECT_EQ(Marked(), 19'999u);
}

}  // namespace
}  // namespace dossier
