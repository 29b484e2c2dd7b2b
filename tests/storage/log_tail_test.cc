// The log's tail: what it gives back, in which order, and what it never does. Processes are killed, and
// files are as they would be when the power fails: parts of them older than others.
#include "storage/log_tail.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/coding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/disk_gate.h"
#include "support/numbered_puts.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {

// What the statvfs below says.
std::atomic<bool> is_disk_full = false;

namespace {

namespace fs = std::filesystem;

using ::dossier::testing::AddNumberedPut;
using ::dossier::testing::CountNumberedPuts;
using ::dossier::testing::DiskGate;
using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
void Write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What stands for a batch of `count` changes, `size` bytes of it its own.
std::string BatchOf(uint32_t count, const std::string& text) {
  std::string batch(8, '\0');
  AppendLittle(batch, count);
  return batch + text;
}

class LogTailTest : public ::testing::Test {
 protected:
  std::unique_ptr<LogTail> Open() {
    auto tail = LogTail::Open(top_.path());
    EXPECT_THAT(tail, IsOk());
    return *std::move(tail);
  }
  static std::vector<std::string> Replayed(const LogTail& tail, uint64_t last) {
    std::vector<std::string> texts;
    EXPECT_THAT(LogTail::Replay(tail.bytes(), last,
                                [&](std::string_view batch) {
                                  texts.emplace_back(batch.substr(12));
                                  return absl::OkStatus();
                                }),
                IsOk());
    return texts;
  }

  TemporaryDirectory top_;
};

TEST_F(LogTailTest, GivesBackWhatTheLogLacks) {
  EXPECT_THAT(Replayed(*Open(), 0), IsEmpty());
  {
    const auto tail = Open();
    tail->Add(1, BatchOf(2, "a"));
    EXPECT_TRUE(tail->AddSynced(3, BatchOf(1, "bb")));
    tail->Add(4, BatchOf(3, ""));
    tail->Add(7, BatchOf(1, std::string(70, 'd')));
  }
  const auto tail = Open();
  EXPECT_THAT(Replayed(*tail, 0), ElementsAre("a", "bb", "", std::string(70, 'd')));
  EXPECT_THAT(Replayed(*tail, 2), ElementsAre("bb", "", std::string(70, 'd')));
  EXPECT_THAT(Replayed(*tail, 6), ElementsAre(std::string(70, 'd')));
  EXPECT_THAT(Replayed(*tail, 7), IsEmpty());
  EXPECT_THAT(Replayed(*tail, 1'000), IsEmpty());
}

// The log ends before the tail begins, or within one of its batches: neither may be.
TEST_F(LogTailTest, GivesBackNothingThatDoesNotFollow) {
  const auto tail = Open();
  tail->Add(5, BatchOf(2, "a"));
  tail->Add(9, BatchOf(1, "b"));
  EXPECT_THAT(Replayed(*tail, 3), IsEmpty());
  EXPECT_THAT(Replayed(*tail, 5), IsEmpty());
  EXPECT_THAT(Replayed(*tail, 4), ElementsAre("a"));
  EXPECT_THAT(Replayed(*tail, 8), ElementsAre("b"));
}

TEST_F(LogTailTest, ForgetsWhatIsInTheLog) {
  const auto tail = Open();
  for (uint64_t sequence = 1; sequence <= 100; ++sequence) tail->Add(sequence, BatchOf(1, "old"));
  tail->Clear();
  tail->Add(101, BatchOf(1, "new"));
  EXPECT_THAT(Replayed(*tail, 100), ElementsAre("new"));
  tail->TakeBack();
  EXPECT_THAT(Replayed(*tail, 100), IsEmpty());
  tail->Add(101, BatchOf(1, "newer"));
  EXPECT_THAT(Replayed(*tail, 100), ElementsAre("newer"));
  // Sequence numbers that the power took away begin anew: entries of old may not go on behind new ones.
  ASSERT_THAT(tail->Forget(), IsOk());
  tail->Add(1, BatchOf(1, "new"));
  EXPECT_THAT(Replayed(*Open(), 0), ElementsAre("new"));
}

// The system tells of a failure once: that it says nothing later does not mean that the disk has it.
TEST_F(LogTailTest, IsNotSyncedAgainAfterAFailureBeforeItWasEmptied) {
  const auto tail = Open();
  EXPECT_TRUE(tail->AddSynced(1, BatchOf(1, "a")));
  DiskGate().Break();
  EXPECT_FALSE(tail->AddSynced(2, BatchOf(1, "b")));
  DiskGate().Open();
  EXPECT_THAT(Replayed(*Open(), 0), ElementsAre("a"));
  EXPECT_FALSE(tail->Sync());
  EXPECT_FALSE(tail->AddSynced(2, BatchOf(1, "b")));
  EXPECT_THAT(Replayed(*Open(), 0), ElementsAre("a"));
  tail->Clear();
  EXPECT_TRUE(tail->Sync());
  EXPECT_TRUE(tail->AddSynced(2, BatchOf(1, "b")));
  EXPECT_THAT(Replayed(*Open(), 1), ElementsAre("b"));
}

TEST_F(LogTailTest, HasRoomForAsMuchAsItTakes) {
  const auto tail = Open();
  EXPECT_FALSE(tail->HasRoomFor(std::string(LogTail::kBytes, 'x')));
  EXPECT_TRUE(tail->HasRoomFor(std::string(LogTail::kBytes - 16, 'x')));
  std::mt19937 random(3);
  std::vector<std::string> texts;
  for (;;) {
    texts.emplace_back(random() % 3'000, static_cast<char>('a' + texts.size() % 26));
    const std::string batch = BatchOf(1, texts.back());
    if (!tail->HasRoomFor(batch)) break;
    tail->Add(texts.size(), batch);
  }
  texts.pop_back();
  EXPECT_GT(texts.size(), 100u);
  EXPECT_EQ(Replayed(*Open(), 0), texts);
}

TEST_F(LogTailTest, EndsWhereItIsDamaged) {
  {
    const auto tail = Open();
    for (uint64_t sequence = 1; sequence <= 4; ++sequence) {
      tail->Add(sequence, BatchOf(1, "text " + std::to_string(sequence)));
    }
  }
  const std::string whole = Read(top_.Join("TAIL"));
  constexpr size_t kEntryBytes = 40;
  for (size_t at = 0; at < 4 * kEntryBytes; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    Write(top_.Join("TAIL"), damaged);
    const std::vector<std::string> texts = Replayed(*Open(), 0);
    const bool is_padding = at % kEntryBytes >= 16 + 12 + 6;
    EXPECT_EQ(texts.size(), is_padding ? 4 : at / kEntryBytes) << at;
  }
  for (const size_t left : {size_t{0}, kEntryBytes - 7, 2 * kEntryBytes, 3 * kEntryBytes + 20}) {
    Write(top_.Join("TAIL"), whole.substr(0, left));
    EXPECT_EQ(Replayed(*Open(), 0).size(), left / kEntryBytes) << left;
    EXPECT_EQ(fs::file_size(top_.Join("TAIL")), LogTail::kBytes);
  }
}

class StoreTailTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Store> Open(const std::string& directory) {
    auto store = Store::Open({.directory = directory, .block_cache_bytes = 1u << 20});
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }
  static absl::Status Put(Store& store, uint64_t number, size_t padding = 0) {
    Batch batch(store);
    AddNumberedPut(number, padding, batch);
    return store.Commit(batch, Durability::kBuffered);
  }
  // As the directory is when the process is killed now.
  std::string Copy(const std::string& from, const std::string& name) {
    fs::copy(from, top_.Join(name), fs::copy_options::recursive);
    return top_.Join(name);
  }
  static std::string LogOf(const std::string& directory) {
    std::string log;
    for (const auto& file : fs::directory_iterator(directory)) {
      if (file.path().extension() == ".log" && file.file_size() > 0) log = file.path();
    }
    return log;
  }

  TemporaryDirectory top_;
};

constexpr char kChildDirectory[] = "DOSSIER_TEST_DIRECTORY";
constexpr char kChildFirst[] = "DOSSIER_TEST_FIRST";
constexpr char kChildTold[] = "DOSSIER_TEST_TOLD";

// The process that the next test kills: puts one number behind the other, and tells each.
TEST_F(StoreTailTest, DISABLED_PutsUntilItIsKilled) {
  const char* const directory = std::getenv(kChildDirectory);
  if (directory == nullptr) GTEST_SKIP() << "a part of OutlivesTheProcess";
  const auto store = Open(directory);
  const int told = std::stoi(std::getenv(kChildTold));
  for (uint64_t number = std::stoull(std::getenv(kChildFirst));; ++number) {
    ASSERT_THAT(Put(*store, number, number * 37 % 5'000), IsOk());
    ASSERT_EQ(::write(told, &number, sizeof number), static_cast<ssize_t>(sizeof number));
  }
}

TEST_F(StoreTailTest, OutlivesTheProcess) {
  const std::string directory = top_.Join("store");
  uint64_t acknowledged = 0;
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv(kChildDirectory, directory.c_str(), 1);
      ::setenv(kChildFirst, std::to_string(acknowledged + 1).c_str(), 1);
      ::setenv(kChildTold, std::to_string(ends[1]).c_str(), 1);
      ::execl("/proc/self/exe", "dossier_storage_test", "--gtest_also_run_disabled_tests",
              "--gtest_filter=StoreTailTest.DISABLED_PutsUntilItIsKilled", nullptr);
      ::_exit(1);
    }
    ::close(ends[1]);
    const uint64_t until = acknowledged + 1 + random() % 3'000;
    for (uint64_t number = 0; number < until;) {
      ASSERT_EQ(::read(ends[0], &number, sizeof number), static_cast<ssize_t>(sizeof number));
      acknowledged = number;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (uint64_t number = 0; ::read(ends[0], &number, sizeof number) == sizeof number;) {
      acknowledged = number;
    }
    ::close(ends[0]);
    const auto store = Open(directory);
    ASSERT_NE(store, nullptr);
    const uint64_t count = CountNumberedPuts(*store);
    EXPECT_GE(count, acknowledged);
    EXPECT_LE(count, acknowledged + 1);  // the one that was under way
    acknowledged = count;
  }
}

// What the disk has of the log and of the tail when the power fails is each of some moment.
TEST_F(StoreTailTest, IsNoMoreThanTheLogGoesOnWith) {
  const std::string directory = top_.Join("store");
  const auto store = Open(directory);
  std::vector<std::string> logs;
  std::vector<std::string> tails;
  std::vector<uint64_t> counts;
  for (uint64_t number = 1; number <= 1'500; ++number) {
    ASSERT_THAT(Put(*store, number, 500), IsOk());
    if (number % 100 != 0) continue;
    const std::string log = LogOf(directory);
    logs.push_back(log.empty() ? "" : Read(log));
    tails.push_back(Read(directory + "/TAIL"));
    counts.push_back(number);
  }
  const std::string log = LogOf(directory);
  ASSERT_FALSE(log.empty());
  ASSERT_GT(logs.back().size(), LogTail::kBytes);  // the tail has been emptied
  std::vector<uint64_t> found;
  for (size_t i = 0; i < logs.size(); i += 3) {
    for (const size_t j : {i, i / 2, (i + logs.size()) / 2, logs.size() - 1, size_t{0}}) {
      const std::string copy = Copy(directory, "copy");
      Write(copy + "/" + fs::path(log).filename().string(), logs[i]);
      std::string tail = tails[j];
      if (i != j) {  // half of it is of another moment
        tail.replace(0, tail.size() / 2, tails[i], 0, tail.size() / 2);
      }
      Write(copy + "/TAIL", tail);
      {
        const auto opened = Open(copy);
        ASSERT_NE(opened, nullptr) << i << " " << j;
        const uint64_t count = CountNumberedPuts(*opened);
        if (i == j) {
          EXPECT_EQ(count, counts[i]);
        }
        EXPECT_LE(count, 1'500u);
        found.push_back(count);
        // It goes on, and what the tail had is never met again.
        ASSERT_THAT(Put(*opened, count + 1, 10), IsOk());
      }
      {
        const auto again = Open(copy);
        ASSERT_NE(again, nullptr);
        EXPECT_EQ(CountNumberedPuts(*again), found.back() + 1);
      }
      fs::remove_all(copy);
    }
  }
}

TEST_F(StoreTailTest, TakesBatchesOfAnySize) {
  const std::string directory = top_.Join("store");
  const auto store = Open(directory);
  uint64_t number = 0;
  for (const size_t padding : {size_t{1}, LogTail::kBytes / 2, LogTail::kBytes, size_t{3'000'000},
                               size_t{10}, LogTail::kBytes - 200, size_t{10}}) {
    ASSERT_THAT(Put(*store, ++number, padding), IsOk());
    const std::string copy = Copy(directory, "copy" + std::to_string(number));
    EXPECT_EQ(CountNumberedPuts(*Open(copy)), number) << padding;
  }
}

TEST_F(StoreTailTest, MeetsSyncedAndBufferedCommits) {
  const std::string directory = top_.Join("store");
  const auto store = Open(directory);
  for (uint64_t number = 1; number <= 60; ++number) {
    Batch batch(*store);
    batch.Put(Family::kMeta, "last", std::to_string(number));
    batch.Put(Family::kRecords, RecordKey(TypeId{1}, number).view(), "x");
    switch (number % 4) {
      case 0:
        ASSERT_THAT(store->Commit(batch, Durability::kSynced), IsOk());
        break;
      case 1:
        ASSERT_THAT(store->CommitAside(batch), IsOk());
        break;
      default:
        ASSERT_THAT(store->Commit(batch, Durability::kBuffered), IsOk());
        break;
    }
    if (number % 7 != 0) continue;
    const std::string copy = Copy(directory, "copy" + std::to_string(number));
    EXPECT_EQ(CountNumberedPuts(*Open(copy)), number);
  }
}

TEST_F(StoreTailTest, RefusesWhatAFullDiskHasNoRoomFor) {
  const std::string directory = top_.Join("store");
  uint64_t count = 0;
  {
    const auto store = Open(directory);
    for (; count < 100; ++count) ASSERT_THAT(Put(*store, count + 1), IsOk());
    is_disk_full = true;
    absl::Status status;
    while (count < 10'000 && (status = Put(*store, count + 1, 1'000)).ok()) ++count;
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_GT(count, 200u);  // the tail has room for these
    EXPECT_EQ(CountNumberedPuts(*store), count);
    EXPECT_THAT(Put(*store, count + 1, 3'000'000), StatusIs(absl::StatusCode::kUnavailable));
    Batch batch(*store);
    batch.Put(Family::kMeta, "last", "0");
    EXPECT_THAT(store->Commit(batch, Durability::kSynced),
                StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(CountNumberedPuts(*store), count);
    EXPECT_EQ(CountNumberedPuts(*Open(Copy(directory, "killed"))), count);
    is_disk_full = false;
    for (; count < 2'000; ++count) ASSERT_THAT(Put(*store, count + 1, 1'000), IsOk());
  }
  EXPECT_EQ(CountNumberedPuts(*Open(directory)), count);
}

TEST_F(StoreTailTest, IsMissedWhereItCannotBe) {
  const std::string directory = top_.Join("store");
  { ASSERT_NE(Open(directory), nullptr); }
  fs::remove(directory + "/TAIL");
  fs::create_directory(directory + "/TAIL");
  EXPECT_THAT(Store::Open({.directory = directory}), StatusIs(absl::StatusCode::kUnavailable));
  fs::remove(directory + "/TAIL");
  EXPECT_NE(Open(directory), nullptr);
}

}  // namespace
}  // namespace dossier

extern "C" int statvfs(const char* path, struct statvfs* disk) {
  static auto* const kNext =
      reinterpret_cast<int (*)(const char*, struct statvfs*)>(::dlsym(RTLD_NEXT, "statvfs"));
  const int result = kNext(path, disk);
  if (dossier::is_disk_full) disk->f_bavail = 100;
  return result;
}
