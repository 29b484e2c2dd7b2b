// What is missing from a store's files is told when it is opened: nothing that the disk had is lost without
// a word.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/high_water.h"
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
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;

using Opened = absl::StatusOr<std::unique_ptr<Store>>;
using Paths = std::vector<fs::path>;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void Flip(const fs::path& path, double where) {
  std::string bytes = Read(path);
  char& byte = bytes[static_cast<size_t>(static_cast<double>(bytes.size()) * where)];
  byte = static_cast<char>(byte ^ 0x10);
  Write(path, bytes);
}

void Cut(const fs::path& path, uintmax_t bytes) { fs::resize_file(path, bytes); }
void CutToHalf(const fs::path& path) { Cut(path, fs::file_size(path) / 2); }
void Append(const fs::path& path, const std::string& bytes) { Write(path, Read(path) + bytes); }

// All but what an opening leaves that is refused: RocksDB's own account of it, and the lock.
std::map<std::string, std::string> Contents(const fs::path& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& file : fs::directory_iterator(directory)) {
    const std::string name = file.path().filename();
    if (!name.starts_with("LOG") && name != "LOCK") contents[name] = Read(file.path());
  }
  return contents;
}

Paths FilesOf(const fs::path& directory, const std::string& extension) {
  Paths files;
  for (const auto& file : fs::directory_iterator(directory)) {
    if (file.path().extension() == extension && file.file_size() > 0) files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path ManifestOf(const fs::path& directory) {
  std::string name = Read(directory / "CURRENT");
  name.pop_back();
  return directory / name;
}

class LostChangesTest : public ::testing::Test {
 protected:
  // Memtables are small, so that there are tables, and two logs.
  static Opened Open(const fs::path& directory, std::optional<uint64_t> accepted = std::nullopt) {
    return Store::Open({.directory = directory.string(),
                        .memory_bytes = 8u << 20,
                        .accept_loss_down_to = accepted});
  }
  static absl::Status Put(Store& store, uint64_t number, size_t padding) {
    Batch batch(store);
    AddNumberedPut(number, padding, batch);
    return store.Commit(batch, Durability::kSynced);
  }

  void SetUp() override {
    auto store = Open(original_);
    ASSERT_THAT(store, IsOk());
    while (FilesOf(original_, ".sst").empty() || FilesOf(original_, ".log").size() < 2) {
      ASSERT_THAT(Put(**store, ++count_, 2'000), IsOk());
      ASSERT_LT(count_, 100'000u);
    }
    for (int more = 0; more < 50; ++more) {
      ASSERT_THAT(Put(**store, ++count_, 2'000), IsOk());
    }
    // Once closed, and once as a process leaves it that is killed long after its last write.
    fs::copy(original_, killed_);
    ASSERT_THAT((*HighWater::Open(killed_))->Write((*store)->LastSequence()), IsOk());
  }

  TemporaryDirectory top_;
  const fs::path original_ = top_.Join("original");
  const fs::path killed_ = top_.Join("killed");
  uint64_t count_ = 0;
};

struct Damage {
  std::string name;
  std::function<void(const fs::path& directory)> apply;
};

std::vector<Damage> DamagesThatLose() {
  const auto newest_log = [](const fs::path& directory) {
    return FilesOf(directory, ".log").back();
  };
  const auto oldest_log = [](const fs::path& directory) {
    return FilesOf(directory, ".log").front();
  };
  return {
      {"a bit in the newest log", [=](const auto& at) { Flip(newest_log(at), 0.5); }},
      {"the newest log cut", [=](const auto& at) { CutToHalf(newest_log(at)); }},
      {"the newest log emptied", [=](const auto& at) { Cut(newest_log(at), 0); }},
      {"the newest log gone", [=](const auto& at) { fs::remove(newest_log(at)); }},
      {"the oldest log cut", [=](const auto& at) { CutToHalf(oldest_log(at)); }},
      {"the oldest log gone", [=](const auto& at) { fs::remove(oldest_log(at)); }},
      {"a bit in the oldest log", [=](const auto& at) { Flip(oldest_log(at), 0.5); }},
      {"all logs gone",
       [](const auto& at) {
         for (const fs::path& log : FilesOf(at, ".log")) fs::remove(log);
       }},
      {"the tail gone", [](const auto& at) { fs::remove(at / "TAIL"); }},
      {"the tail emptied", [](const auto& at) { Cut(at / "TAIL", 0); }},
      {"a bit in the tail", [](const auto& at) { Flip(at / "TAIL", 0.01); }},
      {"the mark gone", [](const auto& at) { fs::remove(at / "MARK"); }},
      {"the mark emptied", [](const auto& at) { Cut(at / "MARK", 0); }},
      {"a bit in the manifest", [](const auto& at) { Flip(ManifestOf(at), 0.5); }},
      {"the manifest cut", [](const auto& at) { CutToHalf(ManifestOf(at)); }},
      {"the manifest emptied", [](const auto& at) { Cut(ManifestOf(at), 0); }},
      {"the manifest gone", [](const auto& at) { fs::remove(ManifestOf(at)); }},
      {"CURRENT gone", [](const auto& at) { fs::remove(at / "CURRENT"); }},
      {"a table gone", [](const auto& at) { fs::remove(FilesOf(at, ".sst").front()); }},
      {"a table cut", [](const auto& at) { CutToHalf(FilesOf(at, ".sst").front()); }},
  };
}

TEST_F(LostChangesTest, AreToldAndNothingIsTouched) {
  const fs::path copy = top_.Join("copy");
  for (const auto& [name, apply] : DamagesThatLose()) {
    fs::remove_all(copy);
    fs::copy(killed_, copy);
    apply(copy);
    const auto damaged = Contents(copy);
    for (int time = 0; time < 2; ++time) {
      EXPECT_THAT(Open(copy), StatusIs(absl::StatusCode::kDataLoss)) << name;
      EXPECT_EQ(Contents(copy) == damaged, true) << name;
    }
    // What comes back is there again.
    for (const auto& [file, bytes] : Contents(killed_)) Write(copy / file, bytes);
    const Opened store = Open(copy);
    ASSERT_THAT(store, IsOk()) << name;
    EXPECT_EQ(CountNumberedPuts(**store), count_) << name;
  }
}

// What RocksDB does not need, or has twice.
TEST_F(LostChangesTest, AreNoneWhereNothingIsMissing) {
  const std::vector<Damage> damages = {
      {"none", [](const auto&) {}},
      {"junk behind the manifest", [](const auto& at) { Append(ManifestOf(at), "junk"); }},
      {"zeros behind the manifest",
       [](const auto& at) { Append(ManifestOf(at), std::string(100, '\0')); }},
      {"junk behind the log",
       [](const auto& at) { Append(FilesOf(at, ".log").back(), std::string(3'000, 'x')); }},
      {"the lock gone", [](const auto& at) { fs::remove(at / "LOCK"); }},
      {"IDENTITY gone", [](const auto& at) { fs::remove(at / "IDENTITY"); }},
      {"the options gone",
       [](const auto& at) {
         for (const auto& file : fs::directory_iterator(at)) {
           if (file.path().filename().string().starts_with("OPTIONS")) fs::remove(file);
         }
       }},
  };
  const fs::path copy = top_.Join("copy");
  for (const auto& [name, apply] : damages) {
    fs::remove_all(copy);
    fs::copy(killed_, copy);
    apply(copy);
    const Opened store = Open(copy);
    ASSERT_THAT(store, IsOk()) << name;
    EXPECT_EQ(CountNumberedPuts(**store), count_) << name;
  }
}

TEST_F(LostChangesTest, MayBeAcceptedDownToWhatThereIs) {
  const fs::path copy = top_.Join("copy");
  fs::copy(killed_, copy);
  CutToHalf(FilesOf(copy, ".log").back());
  fs::remove(copy / "TAIL");
  const absl::Status refused = Open(copy).status();
  ASSERT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                AllOf(HasSubstr(copy.string()), HasSubstr("ends with change "))));
  const std::string text(refused.message());
  const uint64_t left = std::stoull(text.substr(text.rfind(' ')));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("ends with change ", left, ", and the disk had ")));
  EXPECT_THAT(Open(copy, left + 1), StatusIs(absl::StatusCode::kDataLoss));
  uint64_t found = 0;
  {
    const Opened store = Open(copy, left);
    ASSERT_THAT(store, IsOk());
    found = CountNumberedPuts(**store);
    EXPECT_GT(found, 0u);
    EXPECT_LT(found, count_);
    ASSERT_THAT(Put(**store, found + 1, 10), IsOk());
  }
  // It is whole again.
  const Opened store = Open(copy);
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ(CountNumberedPuts(**store), found + 1);
}

TEST_F(LostChangesTest, WithoutAMarkAreWhateverIsAccepted) {
  const fs::path copy = top_.Join("copy");
  fs::copy(killed_, copy);
  fs::remove(copy / "MARK");
  ASSERT_THAT(Open(copy), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("MARK is missing")));
  const Opened store = Open(copy, 0);
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ(CountNumberedPuts(**store), count_);
}

// A store of before there was a mark.
TEST_F(LostChangesTest, AreNotAskedForInAnOlderStore) {
  const fs::path copy = top_.Join("copy");
  fs::copy(killed_, copy);
  fs::remove(copy / "MARK");
  Write(copy / "FORMAT", "dossier store, format 3\n");
  {
    const Opened store = Open(copy);
    ASSERT_THAT(store, IsOk());
    EXPECT_EQ(CountNumberedPuts(**store), count_);
  }
  fs::remove(FilesOf(copy, ".log").empty() ? ManifestOf(copy) : FilesOf(copy, ".log").back());
  EXPECT_THAT(Open(copy), StatusIs(absl::StatusCode::kDataLoss));
}

// Also what was not synced one by one, and of a store that only took that over which another left.
TEST_F(LostChangesTest, AreKnownOfAllThatAStoreHadWhenItWasClosed) {
  const fs::path copy = top_.Join("copy");
  fs::copy(killed_, copy);
  {
    const Opened store = Open(copy);
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    AddNumberedPut(count_ + 1, 100, batch);
    ASSERT_THAT((*store)->Commit(batch, Durability::kBuffered), IsOk());
  }
  fs::remove(FilesOf(copy, ".log").back());
  EXPECT_THAT(Open(copy), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ends with change")));
}

}  // namespace
}  // namespace dossier
