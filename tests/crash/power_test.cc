// What a store has when the power fails, or the process is killed.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <system_error>

#include "crash/disk.h"
#include "gtest/gtest.h"
#include "storage/high_water.h"
#include "storage/log_tail.h"
#include "storage/store.h"
#include "support/numbered_puts.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::crash_test::Disk;
using ::dossier::testing::AddNumberedPut;
using ::dossier::testing::CountNumberedPuts;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

std::string NamesIn(const fs::path& directory) {
  std::map<std::string, uintmax_t> sizes;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory)) {
    const std::string name = file.path().filename();
    if (name != "LOG") sizes[name] = name.starts_with("MANIFEST") ? file.file_size(error) : 0;
  }
  std::string names;
  for (const auto& [name, size] : sizes) names += name + " " + std::to_string(size) + "\n";
  return names;
}

// As a process leaves the store that is killed. False: its files changed meanwhile.
bool CopyAll(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  const std::string names = NamesIn(from);
  std::error_code error;
  fs::copy(from, to, error);
  return !error && NamesIn(from) == names;
}

enum class How { kBuffered, kSynced, kAside };

class LogsTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Store> Open(const std::string& directory) {
    // Small memtables: there are several logs, one behind the other.
    auto store = Store::Open({.directory = directory, .memory_bytes = 8u << 20});
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }
  // Every other put has a row of an index, which the next one takes away, at its end.
  static absl::Status Put(Store& store, uint64_t number, size_t padding, How how) {
    Batch batch(store);
    AddNumberedPut(number, padding, batch);
    if (number % 2 == 0) batch.Put(Family::kIndex, std::to_string(number), "");
    if (number % 2 == 1) batch.DeleteOnce(Family::kIndex, std::to_string(number - 1));
    if (how == How::kAside) return store.CommitAside(batch);
    return store.Commit(batch, how == How::kSynced ? Durability::kSynced : Durability::kBuffered);
  }

  void TearDown() override { Disk::Instance().WatchNothing(); }

  TemporaryDirectory top_;
};

class PowerTest : public LogsTest, public ::testing::WithParamInterface<uint64_t> {};

// Puts of all kinds, and the power fails now and then, or the process is killed; what is left goes on,
// and fails again.
TEST_P(PowerTest, LeavesWhatWasSyncedAndNothingOutOfOrder) {
  std::mt19937_64 random(GetParam());
  std::string directory = top_.Join("store0");
  std::atomic<bool> never = false;
  uint64_t count = 0;
  for (int round = 1; round <= 8; ++round) {
    fs::create_directory(directory);
    Disk::Instance().Watch(directory);
    auto store = Open(directory);
    ASSERT_NE(store, nullptr);
    ASSERT_EQ(CountNumberedPuts(*store), count);
    uint64_t synced = count;
    uint64_t synced_sequence = store->LastSequence();
    uint64_t left_count = 0;
    const std::string left = top_.Join("store" + std::to_string(round));
    const auto fail = [&] {
      const bool is_killed = random() % 3 == 0;
      if (is_killed) {
        while (!CopyAll(directory, left)) ::usleep(1'000);
      } else {
        Disk::Instance().FailPower(directory, left, random);
      }
      // As if the mark had been written a moment ago: it asks for all that the disk has for sure.
      ASSERT_THAT(
          (*HighWater::Open(left))->Write(is_killed ? store->LastSequence() : synced_sequence),
          IsOk());
      const auto opened = Open(left);
      ASSERT_NE(opened, nullptr);
      left_count = CountNumberedPuts(*opened);
      ASSERT_GE(left_count, is_killed ? count : synced);
      ASSERT_LE(left_count, count);
    };
    const uint64_t synced_of_ten = std::array{0, 1, 5, 10}[random() % 4];
    for (uint64_t more = random() % 600; more > 0; --more) {
      const How how = random() % 10 < synced_of_ten ? How::kSynced
                      : random() % 40 == 0          ? How::kAside
                                                    : How::kBuffered;
      const size_t padding =
          random() % 100 == 0 ? random() % (2 * LogTail::kBytes) : random() % 3'000;
      ASSERT_THAT(Put(*store, ++count, padding, how), IsOk());
      if (how != How::kBuffered) {
        synced = count;
        synced_sequence = store->LastSequence();
      }
      if (random() % 150 == 0) {
        ASSERT_THAT(store->CompactAll(never), IsOk());
      }
      if (random() % 100 != 0) continue;
      ASSERT_NO_FATAL_FAILURE(fail());
    }
    ASSERT_NO_FATAL_FAILURE(fail());
    count = left_count;
    store.reset();
    fs::remove_all(directory);
    directory = left;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PowerTest, ::testing::Range<uint64_t>(0, 12));

// The disk has the newer of two logs, and not the end of the older.
TEST_F(LogsTest, LeaveNoGapBetweenLogs) {
  const std::string directory = top_.Join("store");
  const std::string left = top_.Join("left");
  const auto newest_log = [&] {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(directory)) {
      if (file.path().extension() == ".log") newest = std::max(newest, file.path());
    }
    return newest;
  };
  const auto store = Open(directory);
  ASSERT_NE(store, nullptr);
  const fs::path older = newest_log();
  uint64_t count = 0;
  const auto put = [&] { ASSERT_THAT(Put(*store, ++count, 2'000, How::kBuffered), IsOk()); };
  while (fs::file_size(older) == 0) ASSERT_NO_FATAL_FAILURE(put());
  fs::copy(directory, left);
  fs::remove(left + "/TAIL");
  while (newest_log() == older || fs::file_size(newest_log()) == 0) {
    ASSERT_NO_FATAL_FAILURE(put());
  }
  fs::copy(newest_log(), left);
  uint64_t left_count = 0;
  for (int time = 0; time < 2; ++time) {  // nor is it met again
    const auto opened = Open(left);
    ASSERT_NE(opened, nullptr);
    if (time == 0) left_count = CountNumberedPuts(*opened);
    EXPECT_EQ(CountNumberedPuts(*opened), left_count);
    EXPECT_GT(left_count, 0u);
    EXPECT_LT(left_count, count);
    ASSERT_THAT(Put(*opened, ++left_count, 10, How::kBuffered), IsOk());
  }
}

}  // namespace

}  // namespace dossier
