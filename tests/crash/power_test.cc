// What a store has when the power fails, or the process is killed. The disk has of each log and of the
// tail what it had to have since it was last told so (fsync, fdatasync), and of what was written since
// then any part.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "gtest/gtest.h"
#include "storage/log_tail.h"
#include "storage/store.h"
#include "support/numbered_puts.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::AddNumberedPut;
using ::dossier::testing::CountNumberedPuts;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool IsLogOrTail(const fs::path& path) {
  return path.extension() == ".log" || path.filename() == "TAIL";
}

// What the disk must have, by the path of the file.
class Disk {
 public:
  void NoteSync(int file) {
    char path[PATH_MAX];
    const ssize_t size =
        ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
    if (size <= 0) return;
    const fs::path synced(std::string(path, static_cast<size_t>(size)));
    if (!IsLogOrTail(synced)) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    files_[synced] = Read(synced);
  }

  std::string Of(const fs::path& path) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return files_[path];
  }
  // What is copied to the directory is another's.
  void Forget(const fs::path& directory) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::erase_if(files_, [&](const auto& file) { return file.first.parent_path() == directory; });
  }

 private:
  std::mutex mutex_;
  std::map<fs::path, std::string> files_;
};

Disk& TheDisk() {
  static auto* const disk = new Disk;
  return *disk;
}

constexpr size_t kPageBytes = 4'096;

// The directory of a store that goes on, as it would be left.
class Failure {
 public:
  explicit Failure(uint64_t seed) : random_(seed) {}

  enum class Of { kProcess, kPower };
  // False: the store's files changed meanwhile.
  bool Copy(Of what, const fs::path& from, const fs::path& to) {
    TheDisk().Forget(to);
    fs::remove_all(to);
    fs::create_directory(to);
    const std::string names = NamesIn(from);
    std::error_code error;
    for (const auto& file : fs::directory_iterator(from)) {
      const fs::path copy = to / file.path().filename();
      if (!IsLogOrTail(file.path())) {
        fs::copy_file(file.path(), copy, error);
        if (error) return false;
        continue;
      }
      const std::string had = TheDisk().Of(file.path());
      const std::string has = Read(file.path());
      std::ofstream(copy, std::ios::binary) << (what == Of::kProcess        ? has
                                                : copy.filename() == "TAIL" ? SomePages(had, has)
                                                                            : SomeMore(had, has));
    }
    return NamesIn(from) == names;
  }

 private:
  static std::string NamesIn(const fs::path& directory) {
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

  // A log's end, of which pages may have been left out.
  std::string SomeMore(const std::string& had, const std::string& has) {
    EXPECT_EQ(has.substr(0, had.size()), had) << "logs grow only";
    const size_t more = has.size() - had.size();
    std::string left = has.substr(0, had.size() + (more > 0 ? random_() % (more + 1) : 0));
    if (random_() % 3 == 0) left = had;
    if (random_() % 3 == 0) left = has;
    if (random_() % 2 == 0) return left;
    for (size_t at = had.size(); at < left.size(); at += kPageBytes - at % kPageBytes) {
      if (random_() % 4 != 0) continue;
      const size_t size = std::min(kPageBytes - at % kPageBytes, left.size() - at);
      left.replace(at, size, size, '\0');
    }
    return left;
  }

  std::string SomePages(std::string had, const std::string& has) {
    had.resize(has.size());
    const uint64_t chance = random_() % 5;
    for (size_t at = 0; at < has.size(); at += kPageBytes) {
      if (random_() % 4 < chance) had.replace(at, kPageBytes, has, at, kPageBytes);
    }
    return had;
  }

  std::mt19937_64 random_;
};

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

  TemporaryDirectory top_;
};

class PowerTest : public LogsTest, public ::testing::WithParamInterface<uint64_t> {};

// Puts of all kinds, and the power fails now and then, or the process is killed; what is left goes on,
// and fails again.
TEST_P(PowerTest, LeavesWhatWasSyncedAndNothingOutOfOrder) {
  std::mt19937_64 random(GetParam());
  Failure failure(GetParam());
  std::string directory = top_.Join("store0");
  std::atomic<bool> never = false;
  uint64_t count = 0;
  for (int round = 1; round <= 8; ++round) {
    auto store = Open(directory);
    ASSERT_NE(store, nullptr);
    ASSERT_EQ(CountNumberedPuts(*store), count);
    uint64_t synced = count;
    uint64_t left_count = 0;
    const std::string left = top_.Join("store" + std::to_string(round));
    const auto fail = [&] {
      const auto of = random() % 3 == 0 ? Failure::Of::kProcess : Failure::Of::kPower;
      while (!failure.Copy(of, directory, left)) ::usleep(1'000);
      const auto opened = Open(left);
      ASSERT_NE(opened, nullptr);
      left_count = CountNumberedPuts(*opened);
      ASSERT_GE(left_count, of == Failure::Of::kProcess ? count : synced);
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
      if (how != How::kBuffered) synced = count;
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

void NoteSync(int file) { TheDisk().NoteSync(file); }

}  // namespace dossier

extern "C" int fsync(int file) {
  static auto* const kNext = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fsync"));
  dossier::NoteSync(file);
  return kNext(file);
}

extern "C" int fdatasync(int file) {
  static auto* const kNext = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
  dossier::NoteSync(file);
  return kNext(file);
}
