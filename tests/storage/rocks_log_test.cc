// RocksDB's account of itself: written where it can be, let go where it cannot.
#include "storage/rocks_log.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::TemporaryDirectory;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RocksLog, HasWarningsAndWorseBehindWhatWasThere) {
  const TemporaryDirectory top;
  for (const char* time : {"first", "second"}) {
    const auto log = MakeRocksLog(top.path());
    rocksdb::Info(log, "nothing to %s", "tell");
    rocksdb::Warn(log, "%s warning, %d", time, 7);
    rocksdb::Error(log, "%s", std::string(10'000, 'x').c_str());
  }
  const std::string text = Read(top.Join("LOG"));
  EXPECT_THAT(text, HasSubstr(" [WARN] first warning, 7\n"));
  EXPECT_THAT(text, HasSubstr(" [WARN] second warning, 7\n"));
  EXPECT_THAT(text, Not(HasSubstr("tell")));
  EXPECT_THAT(text, EndsWith("xxx\n"));
}

TEST(RocksLog, BeginsAnotherFileWhenOneIsLarge) {
  const TemporaryDirectory top;
  const auto log = MakeRocksLog(top.path());
  const std::string line(4'000, 'x');
  for (int i = 0; i < 5'000; ++i) rocksdb::Warn(log, "%s", line.c_str());
  EXPECT_LT(fs::file_size(top.Join("LOG")), 9u << 20);
  EXPECT_GT(fs::file_size(top.Join("LOG.old")), 7u << 20);
}

TEST(RocksLog, GoesOnWhereNothingCanBeWritten) {
  const TemporaryDirectory top;
  const auto nowhere = MakeRocksLog(top.Join("not/there"));
  fs::create_symlink("/dev/full", top.Join("LOG"));
  const auto full = MakeRocksLog(top.path());
  for (int i = 0; i < 3; ++i) {
    rocksdb::Error(nowhere, "a line");
    rocksdb::Error(full, "a line");
    rocksdb::Error(MakeSilentRocksLog(), "a line");
  }
  EXPECT_FALSE(fs::exists(top.Join("not")));
}

}  // namespace
}  // namespace dossier
