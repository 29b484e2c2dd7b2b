// Which directories open as a store, and what is left of those that do not.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Pointee;

using OpenedStore = absl::StatusOr<std::unique_ptr<Store>>;

OpenedStore Open(const std::string& directory, bool create_if_missing = true) {
  return Store::Open({.directory = directory,
                      .create_if_missing = create_if_missing,
                      .block_cache_bytes = 1u << 20});
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The files below `directory` with what they hold.
std::map<std::string, std::string> Contents(const std::string& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    contents[entry.path()] = entry.is_regular_file() ? Read(entry.path()) : "no file";
  }
  return contents;
}

absl::Status PutMeta(Store& store, const std::string& key, const std::string& value) {
  Batch batch(store);
  batch.Put(Family::kMeta, key, value);
  return store.Commit(batch, Durability::kSynced);
}

TEST(StoreOpen, MakesTheDirectoryForItsOwnerOnly) {
  const TemporaryDirectory top;
  for (const char* name : {"new", "slash/", "deep/er/est", "./dotted/../dotted"}) {
    const std::string directory = top.Join(name);
    ASSERT_THAT(Open(directory), IsOk()) << name;
    struct stat status = {};
    ASSERT_EQ(::stat(directory.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700u) << name;
    EXPECT_EQ(Read(directory + "/FORMAT"), "dossier store, format 4\n") << name;
  }
}

TEST(StoreOpen, ProtectsAnEmptyDirectoryThatWasOpenToAll) {
  const TemporaryDirectory top;
  ASSERT_EQ(::chmod(top.path().c_str(), 0755), 0);
  ASSERT_THAT(Open(top.path()), IsOk());
  struct stat status = {};
  ASSERT_EQ(::stat(top.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST(StoreOpen, KeepsWhatWasCommittedOverReopens) {
  const TemporaryDirectory top;
  for (int round = 0; round < 5; ++round) {
    OpenedStore store = Open(top.path(), /*create_if_missing=*/round == 0);
    ASSERT_THAT(store, IsOk()) << round;
    for (int before = 0; before < round; ++before) {
      EXPECT_THAT((*store)->Get(Family::kMeta, "key" + std::to_string(before)),
                  IsOkAndHolds(Pointee(std::to_string(before))));
    }
    ASSERT_THAT(PutMeta(**store, "key" + std::to_string(round), std::to_string(round)), IsOk());
    EXPECT_THAT((*store)->Get(Family::kMeta, "key9"), IsOkAndHolds(IsNull()));
  }
}

// What is in the directory before the store is opened, and what that comes to.
struct RefusedRow {
  const char* name;
  std::function<void(const std::string&)> prepare;  // of a directory that exists and is empty
  bool create_if_missing;
  absl::StatusCode code;
  std::string text;
};

TEST(StoreOpen, RefusesAndTouchesNothing) {
  using Code = absl::StatusCode;
  const auto format = [](std::string text) {
    return [text](const std::string& directory) { Write(directory + "/FORMAT", text); };
  };
  const RefusedRow rows[] = {
      {"absent", [](const std::string& d) { fs::remove(d); }, false, Code::kNotFound, "no store"},
      {"empty", [](const std::string&) {}, false, Code::kNotFound, "no store"},
      {"only an unfinished FORMAT", [](const std::string& d) { Write(d + "/FORMAT.new", "doss"); },
       false, Code::kNotFound, "no store"},
      {"a FORMAT and nothing else", format("dossier store, format 1\n"), false, Code::kNotFound,
       "no store"},
      {"a file", [](const std::string& d) { fs::remove(d), Write(d, "text"); }, true,
       Code::kFailedPrecondition, "is not a directory"},
      {"foreign file", [](const std::string& d) { Write(d + "/letter.txt", "Dear Ada"); }, true,
       Code::kFailedPrecondition, "no file FORMAT"},
      {"foreign directory", [](const std::string& d) { fs::create_directory(d + "/home"); }, true,
       Code::kFailedPrecondition, "no file FORMAT"},
      {"hidden file", [](const std::string& d) { Write(d + "/.profile", ""); }, true,
       Code::kFailedPrecondition, "no file FORMAT"},
      {"a RocksDB of someone else",
       [](const std::string& d) { Write(d + "/CURRENT", "MANIFEST-1"); }, true,
       Code::kFailedPrecondition, "no file FORMAT"},
      {"newer", format("dossier store, format 5\n"), true, Code::kFailedPrecondition,
       "has format 5; this library reads formats up to 4"},
      {"newest", format("dossier store, format 4294967295\n"), true, Code::kFailedPrecondition,
       "has format 4294967295"},
      {"past all numbers", format("dossier store, format 4294967296\n"), true, Code::kDataLoss,
       "FORMAT is damaged"},
      {"empty FORMAT", format(""), true, Code::kDataLoss, "FORMAT is damaged"},
      {"cut FORMAT", format("dossier store, format 1"), true, Code::kDataLoss, "FORMAT is damaged"},
      {"no number", format("dossier store, format \n"), true, Code::kDataLoss, "FORMAT is damaged"},
      {"format 0", format("dossier store, format 0\n"), true, Code::kDataLoss, "FORMAT is damaged"},
      {"negative", format("dossier store, format -1\n"), true, Code::kDataLoss,
       "FORMAT is damaged"},
      {"two lines", format("dossier store, format 1\n\n"), true, Code::kDataLoss, "damaged"},
      {"another program's", format("0x1\n"), true, Code::kDataLoss, "FORMAT is damaged"},
      {"long", format(std::string(1 << 20, 'x')), true, Code::kDataLoss, "FORMAT is damaged"},
      {"FORMAT is a directory", [](const std::string& d) { fs::create_directory(d + "/FORMAT"); },
       true, Code::kUnavailable, "FORMAT"},
  };
  for (const RefusedRow& row : rows) {
    const TemporaryDirectory top;
    const std::string directory = top.Join("store");
    fs::create_directory(directory);
    row.prepare(directory);
    const auto before = Contents(top.path());
    const OpenedStore store = Open(directory, row.create_if_missing);
    EXPECT_THAT(store, StatusIs(row.code, AllOf(HasSubstr(row.text), HasSubstr(directory))))
        << row.name;
    EXPECT_EQ(Contents(top.path()), before) << row.name;
  }
}

TEST(StoreOpen, RefusesAStoreWithoutAName) {
  EXPECT_THAT(Open(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(StoreOpen, LeavesANewerStoreAsItIs) {
  const TemporaryDirectory top;
  ASSERT_THAT(Open(top.path()), IsOk());
  Write(top.Join("FORMAT"), "dossier store, format 7\n");
  const auto before = Contents(top.path());
  EXPECT_THAT(Open(top.path()), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         AllOf(HasSubstr("format 7"), HasSubstr("up to 4"))));
  EXPECT_EQ(Contents(top.path()), before);
}

TEST(StoreOpen, TakesUpACreationThatWasInterrupted) {
  const TemporaryDirectory top;
  Write(top.Join("FORMAT.new"), "dossier sto");
  ASSERT_THAT(Open(top.path()), IsOk());
  EXPECT_EQ(Read(top.Join("FORMAT")), "dossier store, format 4\n");
}

// An older library would not keep the indexes, nor find the records under their deltas: it must not open the store any more.
TEST(StoreOpen, RaisesTheFormatOfAnOlderStoreOnceItIsOpen) {
  for (const std::string older : {"dossier store, format 1\n", "dossier store, format 3\n"}) {
    const TemporaryDirectory top;
    ASSERT_THAT(Open(top.path()), IsOk());
    Write(top.Join("FORMAT"), older);
    {
      const OpenedStore store = Open(top.path());
      ASSERT_THAT(store, IsOk());
      EXPECT_EQ(Read(top.Join("FORMAT")), "dossier store, format 4\n");
      Write(top.Join("FORMAT"), older);
      EXPECT_THAT(Open(top.path()), StatusIs(absl::StatusCode::kUnavailable));
      EXPECT_EQ(Read(top.Join("FORMAT")), older);
    }
    EXPECT_THAT(Open(top.path()), IsOk());
  }
}

TEST(StoreOpen, TakesUpACreationWithAFormatAlone) {
  const TemporaryDirectory top;
  Write(top.Join("FORMAT"), "dossier store, format 1\n");
  ASSERT_THAT(Open(top.path()), IsOk());
}

// However the second opening spells the name of the directory.
TEST(StoreOpen, IsRefusedTwiceInOneProcess) {
  const TemporaryDirectory top;
  const std::string directory = top.Join("store");
  OpenedStore first = Open(directory);
  ASSERT_THAT(first, IsOk());
  fs::create_directory_symlink(directory, top.Join("link"));
  const std::string relative = fs::relative(directory).string();
  for (const std::string& name : {directory, directory + "/", top.Join("./store"),
                                  top.Join("store/../store"), top.Join("link"), relative}) {
    const OpenedStore second = Open(name);
    EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("this process")))
        << name;
  }
  ASSERT_THAT(PutMeta(**first, "key", "value"), IsOk());
  first->reset();
  OpenedStore again = Open(directory);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT((*again)->Get(Family::kMeta, "key"), IsOkAndHolds(Pointee(std::string("value"))));
}

// A store that is opened and closed without a write, thousands of times by a script, stays as it is.
TEST(StoreOpen, LeavesNoEmptyLogs) {
  const TemporaryDirectory top;
  const auto count_logs = [&] {
    const fs::directory_iterator files(top.path());
    return std::count_if(begin(files), end(files),
                         [](const auto& file) { return file.path().extension() == ".log"; });
  };
  for (int i = 0; i < 8; ++i) {
    OpenedStore store = Open(top.path());
    ASSERT_THAT(store, IsOk());
    EXPECT_EQ(count_logs(), 1) << i;
    if (i == 4) {
      ASSERT_THAT(PutMeta(**store, "key", "value"), IsOk());
    }
    if (i > 4) {
      EXPECT_THAT((*store)->Get(Family::kMeta, "key"), IsOkAndHolds(Pointee(std::string("value"))));
    }
  }
}

}  // namespace
}  // namespace dossier
