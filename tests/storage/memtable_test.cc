// That our memtables hold what RocksDB's own would, in its order, beside a writer.
#include "storage/lookup_memtable.h"
#include "storage/trie_memtable.h"

#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::TemporaryDirectory;
using Contents = std::map<std::string, std::string>;

struct Kind {
  const char* name;
  std::unique_ptr<rocksdb::MemTableRepFactory> (*make)();
};

class MemtableTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.allow_concurrent_memtable_write = false;
    options.prefix_extractor.reset(rocksdb::NewNoopTransform());
    options.memtable_factory = GetParam().make();
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, top_.path(), &opened);
    ASSERT_TRUE(status.ok()) << status.ToString();
    db_.reset(opened);
    all_.total_order_seek = true;
  }

  // Of any size from none on, many with the same first sixteen bytes, so that all of the key counts.
  std::string RandomKey() {
    std::string key(shared_bytes_ + random_() % 20, 'k');
    for (size_t i = random_() % 4; i > 0; --i) key += static_cast<char>(random_() % 3 * 127);
    return key;
  }

  void ChangeAtRandom(Contents& contents) {
    const std::string key = RandomKey();
    if (random_() % 4 == 0) {
      EXPECT_TRUE(db_->Delete(rocksdb::WriteOptions(), key).ok());
      contents.erase(key);
    } else {
      contents[key] = std::to_string(random_());
      EXPECT_TRUE(db_->Put(rocksdb::WriteOptions(), key, contents[key]).ok());
    }
  }

  Contents Read(const rocksdb::Snapshot* at = nullptr) {
    rocksdb::ReadOptions options = all_;
    options.snapshot = at;
    Contents found;
    const std::unique_ptr<rocksdb::Iterator> entries(db_->NewIterator(options));
    std::string before;
    for (entries->SeekToFirst(); entries->Valid(); entries->Next()) {
      if (!found.empty()) {
        EXPECT_LT(before, entries->key().ToString());
      }
      before = entries->key().ToString();
      found.emplace(before, entries->value().ToString());
    }
    return found;
  }

  TemporaryDirectory top_;
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ReadOptions all_;
  std::mt19937 random_{1};
  size_t shared_bytes_ = 0;  // by all keys, at least
};

TEST_P(MemtableTest, HoldsWhatWasWrittenInTheKeysOrderNowAndAsItWas) {
  Contents contents;
  EXPECT_EQ(Read(), contents);
  for (int i = 0; i < 2'000; ++i) ChangeAtRandom(contents);
  const Contents then = contents;
  const rocksdb::Snapshot* at = db_->GetSnapshot();
  for (int i = 0; i < 2'000; ++i) ChangeAtRandom(contents);
  EXPECT_EQ(Read(), contents);
  EXPECT_EQ(Read(at), then);
  for (int i = 0; i < 500; ++i) {
    const std::string key = RandomKey();
    std::string value;
    const bool is_found = db_->Get(rocksdb::ReadOptions(), key, &value).ok();
    ASSERT_EQ(is_found, contents.contains(key));
    if (is_found) {
      EXPECT_EQ(value, contents[key]);
    }
  }
  ASSERT_TRUE(db_->Flush(rocksdb::FlushOptions()).ok());
  EXPECT_EQ(Read(), contents) << "and so in a file";
  EXPECT_EQ(Read(at), then);
  db_->ReleaseSnapshot(at);
}

TEST_P(MemtableTest, IsSoughtInFromBothSides) {
  Contents contents;
  for (int i = 0; i < 300; ++i) ChangeAtRandom(contents);
  const std::unique_ptr<rocksdb::Iterator> entries(db_->NewIterator(all_));
  for (int i = 0; i < 300; ++i) {
    const std::string key = RandomKey();
    entries->Seek(key);
    const auto from = contents.lower_bound(key);
    ASSERT_EQ(entries->Valid(), from != contents.end());
    if (entries->Valid()) {
      EXPECT_EQ(entries->key().ToString(), from->first);
    }
    entries->SeekForPrev(key);
    const auto behind = contents.upper_bound(key);
    ASSERT_EQ(entries->Valid(), behind != contents.begin());
    if (entries->Valid()) {
      EXPECT_EQ(entries->key().ToString(), std::prev(behind)->first);
    }
  }
  Contents backwards;
  for (entries->SeekToLast(); entries->Valid(); entries->Prev()) {
    backwards.emplace(entries->key().ToString(), entries->value().ToString());
  }
  EXPECT_EQ(backwards, contents);
}

// They part behind more half bytes than a way says.
TEST_P(MemtableTest, TellsLongKeysApart) {
  shared_bytes_ = 32'757;
  Contents contents;
  for (int i = 0; i < 400; ++i) ChangeAtRandom(contents);
  EXPECT_GT(contents.size(), 100u);
  EXPECT_EQ(Read(), contents);
  const std::unique_ptr<rocksdb::Iterator> entries(db_->NewIterator(all_));
  for (int i = 0; i < 200; ++i) {
    const std::string key = RandomKey();
    std::string value;
    EXPECT_EQ(db_->Get(rocksdb::ReadOptions(), key, &value).ok(), contents.contains(key));
    entries->Seek(key);
    const auto from = contents.lower_bound(key);
    ASSERT_EQ(entries->Valid(), from != contents.end());
    if (entries->Valid()) {
      EXPECT_EQ(entries->key().ToString(), from->first);
    }
  }
}

TEST_P(MemtableTest, IsReadWhileItIsWritten) {
  constexpr int kWriteCount = 20'000;
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (int i = 0; i < kWriteCount; ++i) {
      std::string key = std::to_string(1'000'000 + i);
      EXPECT_TRUE(db_->Put(rocksdb::WriteOptions(), key, key).ok());
    }
    is_done = true;
  });
  size_t count = 0;
  while (!is_done) {
    const Contents found = Read();
    EXPECT_GE(found.size(), count);
    count = found.size();
    // Without a gap: what was written in order is seen in order.
    if (count > 0) {
      EXPECT_EQ(found.rbegin()->first, std::to_string(1'000'000 + count - 1));
    }
  }
  writer.join();
  EXPECT_EQ(Read().size(), size_t{kWriteCount});
}

INSTANTIATE_TEST_SUITE_P(All, MemtableTest,
                         ::testing::Values(Kind{"lookup", MakeLookupMemtables},
                                           Kind{"trie", MakeTrieMemtables}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace dossier
