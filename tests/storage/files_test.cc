// Damage to the files of a closed store: an error, never a crash, never a wrong record.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr EntityId kCount = 300;

std::string Value(EntityId id) {
  // Nothing that compresses away, so that the values fill blocks of the files.
  std::string value;
  for (uint64_t i = 0, mixed = id; i < 40; ++i) {
    mixed = mixed * 6364136223846793005u + 1442695040888963407u;
    absl::StrAppend(&value, absl::Hex(mixed));
  }
  return value;
}

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& directory) {
  return Store::Open({.directory = directory, .block_cache_bytes = 1u << 20});
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// A closed store of kCount values whose first half is in table files, the rest in a log; a fresh
// copy for each damage.
class StoreFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (EntityId half = 0; half < 2; ++half) {
      auto store = Open(original_.path());
      ASSERT_THAT(store, IsOk());
      Batch batch(**store);
      for (EntityId id = 1 + half * kCount / 2; id <= (half + 1) * kCount / 2; ++id) {
        batch.Put(Family::kRecords, RecordKey(TypeId{1}, id).view(), Value(id));
        batch.Put(Family::kLookup, UuidKey(TypeId{1}, "0123456789abcdef").view(),
                  IdValue(id).view());
      }
      ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
    }
  }

  std::string FreshCopy(const TemporaryDirectory& top) const {
    const std::string copy = top.Join("store");
    fs::remove_all(copy);
    fs::copy(original_.path(), copy, fs::copy_options::recursive);
    return copy;
  }

  // Names of the original's files that `wants`.
  std::vector<std::string> Files(const std::function<bool(const fs::path&)>& wants) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(original_.path())) {
      if (wants(entry.path().filename())) names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::vector<std::string> Tables() const {
    return Files([](const fs::path& name) { return name.extension() == ".sst"; });
  }
  std::vector<std::string> Logs() const {
    return Files([](const fs::path& name) { return name.extension() == ".log"; });
  }
  std::vector<std::string> Manifests() const {
    return Files([](const fs::path& name) { return name.string().starts_with("MANIFEST"); });
  }

  TemporaryDirectory original_;
};

// How many values are as they were written; the others are errors. -1: the store does not open, and says
// that it is damaged.
int ReadableCount(const std::string& directory, const std::string& what) {
  const auto store = Open(directory);
  if (!store.ok()) {
    EXPECT_THAT(store, StatusIs(absl::StatusCode::kDataLoss)) << what;
    return -1;
  }
  int count = 0;
  for (EntityId id = 1; id <= kCount; ++id) {
    const auto value = (*store)->Get(Family::kRecords, RecordKey(TypeId{1}, id).view());
    if (!value.ok()) {
      EXPECT_THAT(value, StatusIs(absl::StatusCode::kDataLoss)) << what;
    } else if (*value == nullptr) {
      ADD_FAILURE() << what << ": " << id << " is gone";
    } else {
      EXPECT_EQ(**value, Value(id)) << what;
      ++count;
    }
  }
  return count;
}

TEST_F(StoreFilesTest, AreTablesAndLogs) {
  EXPECT_THAT(Tables(), Not(IsEmpty()));
  EXPECT_THAT(Logs(), Not(IsEmpty()));
  EXPECT_THAT(Manifests(), Not(IsEmpty()));
  const TemporaryDirectory top;
  EXPECT_EQ(ReadableCount(FreshCopy(top), "untouched"), static_cast<int>(kCount));
}

TEST_F(StoreFilesTest, RemovedAreMissed) {
  std::vector<std::string> files = Tables();
  for (const std::string& name : Manifests()) files.push_back(name);
  for (const std::string& name : Logs()) files.push_back(name);
  files.insert(files.end(), {"CURRENT", "MARK"});
  const TemporaryDirectory top;
  for (const std::string& name : files) {
    const std::string copy = FreshCopy(top);
    ASSERT_TRUE(fs::remove(copy + "/" + name));
    EXPECT_EQ(ReadableCount(copy, name), -1) << name;
    // And nothing was made in its place that would open the next time, nor the rest cleared away.
    EXPECT_EQ(ReadableCount(copy, name), -1) << name;
    for (const std::string& table : Tables()) {
      EXPECT_TRUE(table == name || fs::exists(copy + "/" + table)) << name << " " << table;
    }
  }
}

TEST_F(StoreFilesTest, EmptiedAreRefused) {
  std::vector<std::string> files = Tables();
  for (const std::string& name : Manifests()) files.push_back(name);
  for (const std::string& name : Logs()) files.push_back(name);
  files.insert(files.end(), {"CURRENT", "MARK"});
  const TemporaryDirectory top;
  for (const std::string& name : files) {
    const std::string copy = FreshCopy(top);
    fs::resize_file(copy + "/" + name, 0);
    EXPECT_EQ(ReadableCount(copy, name), -1) << name;
  }
}

TEST_F(StoreFilesTest, CutAnywhereShowNoWrongValue) {
  std::vector<std::string> files = Tables();
  for (const std::string& name : Manifests()) files.push_back(name);
  for (const std::string& name : Logs()) files.push_back(name);
  const TemporaryDirectory top;
  for (const std::string& name : files) {
    const size_t size = fs::file_size(original_.Join(name));
    for (size_t part = 1; part < 8; ++part) {
      const std::string copy = FreshCopy(top);
      fs::resize_file(copy + "/" + name, size * part / 8);
      const int count = ReadableCount(copy, absl::StrCat(name, " cut at ", part, "/8"));
      EXPECT_LT(count, static_cast<int>(kCount)) << name << " cut at " << part << "/8";
    }
  }
}

TEST_F(StoreFilesTest, WithOtherBitsShowNoWrongValue) {
  std::vector<std::string> files = Tables();
  for (const std::string& name : Manifests()) files.push_back(name);
  for (const std::string& name : Logs()) files.push_back(name);
  const TemporaryDirectory top;
  int damaged = 0;
  for (const std::string& name : files) {
    const std::string bytes = Read(original_.Join(name));
    for (size_t at = 3; at < bytes.size(); at += bytes.size() / 24 + 1) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
      const std::string copy = FreshCopy(top);
      Write(copy + "/" + name, flipped);
      const int count = ReadableCount(copy, absl::StrCat(name, " at ", at));
      damaged += count < static_cast<int>(kCount);
    }
  }
  EXPECT_GT(damaged, 10) << "the flips hit nothing that is read";
}

// The directory of a store whose name has the word lock in it: damage is no lock that is held.
TEST_F(StoreFilesTest, DamageIsNotTakenForALock) {
  const TemporaryDirectory top;
  const std::string copy = FreshCopy(top);
  const std::string locks = top.Join("locks");
  fs::rename(copy, locks);
  for (const std::string& name : Manifests()) fs::remove(locks + "/" + name);
  EXPECT_THAT(Open(locks), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace dossier
