// RocksDB alone: the fields one behind the other as a value. A skip list in memory, for scans need an
// order; the rest of the settings is that of the floor of single calls.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "workload.h"
#include "ycsb/table.h"

namespace dossier::bench {
namespace {

constexpr size_t kMegabyte = 1u << 20;

class FloorCaller final : public TableCaller {
 public:
  explicit FloorCaller(rocksdb::DB& db) : db_(db) {}

  bool Insert(const std::string& key, const Fields& fields) override {
    if (!Get(key).IsNotFound()) return false;
    std::string value;
    for (const std::string& field : fields) value += field;
    return db_.Put(rocksdb::WriteOptions(), key, value).ok();
  }
  bool Read(const std::string& key) override { return Get(key).ok(); }
  bool Update(const std::string& key, size_t field, const std::string& value) override {
    if (!Get(key).ok()) return false;
    changed_.assign(value_.data(), value_.size());
    changed_.replace(field * kFieldBytes, kFieldBytes, value);
    return db_.Put(rocksdb::WriteOptions(), key, changed_).ok();
  }
  bool Scan(const std::string& key, int count) override {
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator(rocksdb::ReadOptions()));
    changed_.clear();
    for (at->Seek(key); at->Valid() && count > 0; at->Next(), --count) {
      changed_.append(at->value().data(), at->value().size());
    }
    return !changed_.empty() && at->status().ok();
  }

 private:
  rocksdb::Status Get(const std::string& key) {
    value_.Reset();
    return db_.Get(rocksdb::ReadOptions(), db_.DefaultColumnFamily(), key, &value_);
  }

  rocksdb::DB& db_;
  rocksdb::PinnableSlice value_;
  std::string changed_;
};

class FloorTable final : public Table {
 public:
  explicit FloorTable(const std::string& directory) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.max_background_jobs = 2;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = 64 * kMegabyte;
    rocksdb::BlockBasedTableOptions table;
    table.format_version = 5;
    table.block_cache = rocksdb::NewLRUCache(512 * kMegabyte);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, directory, &db);
    if (!status.ok()) Fail("RocksDB", status.ToString());
    db_.reset(db);
  }

  std::unique_ptr<TableCaller> Connect() override { return std::make_unique<FloorCaller>(*db_); }

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

std::unique_ptr<Table> MakeFloorTable(const std::string& directory) {
  return std::make_unique<FloorTable>(directory);
}

}  // namespace dossier::bench
