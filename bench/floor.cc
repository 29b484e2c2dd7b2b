#include "floor.h"

#include <link.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/version.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "record_bytes.h"
#include "schema/claims.h"

namespace dossier::bench {
namespace {

using rocksdb::Slice;

constexpr EntityId kIdStep = 7;  // a record and its six elements
constexpr size_t kMegabyte = 1u << 20;

Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

void MustBeOk(const rocksdb::Status& status) {
  if (!status.ok()) Fail("RocksDB", status.ToString());
}

rocksdb::ColumnFamilyOptions FamilyOptions(const rocksdb::BlockBasedTableOptions& table,
                                           size_t memtable_bytes, uint32_t skip_list_at) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = memtable_bytes;
  options.max_write_buffer_number = 4;
  options.compression = rocksdb::kNoCompression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.memtable_factory.reset(
      rocksdb::NewHashLinkListRepFactory(1 << 17, 0, 0, false, skip_list_at));
  return options;
}

// The file of the RocksDB that this program runs with; empty where it is linked into the program.
std::string RocksFile() {
  std::string path;
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* found) {
        const std::string_view name = object->dlpi_name;
        if (name.find("librocksdb") == std::string_view::npos) return 0;
        *static_cast<std::string*>(found) = name;
        return 1;
      },
      &path);
  return path;
}

}  // namespace

std::vector<Entries> MakeEntries(const Workload& workload, bool as_json) {
  const EntityType type = ProfileType();
  std::vector<Entries> all;
  all.reserve(kRecordCount);
  for (size_t n = 0; n < kRecordCount; ++n) {
    const EntityId id = 1 + n * kIdStep;
    std::string bytes = MakeRecord(type, workload.profiles[n], id);
    const RecordView record = RecordView::Trusted(bytes);
    Entries entries{RecordKey(type.id(), id), UuidKey(type.id(), {record.uuid(), 16}), IdValue(id)};
    for (const Claim& claim : ClaimsOf(record, type, HashKey{}))
      entries.claim_keys.push_back(claim.key);
    entries.record = as_json ? workload.profiles[n] : bytes;
    all.push_back(std::move(entries));
  }
  return all;
}

Floor::Floor(const std::string& directory) {
  rocksdb::DBOptions options;
  options.create_if_missing = options.create_missing_column_families = true;
  options.allow_concurrent_memtable_write = false;
  options.max_background_jobs = 2;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.block_cache = rocksdb::NewLRUCache(512 * kMegabyte);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions records = FamilyOptions(table, 64 * kMegabyte, 256);
  records.prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(RecordKey(TypeId{1}, 1).view().size()));
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  rocksdb::ColumnFamilyOptions lookup = FamilyOptions(table, 16 * kMegabyte, 1 << 20);
  lookup.prefix_extractor.reset(rocksdb::NewNoopTransform());
  rocksdb::DB* db = nullptr;
  MustBeOk(rocksdb::DB::Open(options, directory, {{"default", records}, {"lookup", lookup}},
                             &families_, &db));
  db_.reset(db);
}

Floor::~Floor() {
  for (auto* family : families_) MustBeOk(db_->DestroyColumnFamilyHandle(family));
}

bool Floor::Create(const Entries& entries) {
  for (const Key& claim : entries.claim_keys) {
    if (!Get(lookup(), claim).IsNotFound()) return false;
  }
  batch_.Clear();
  MustBeOk(batch_.Put(records(), ToSlice(entries.record_key.view()), entries.record));
  const Slice id = ToSlice(entries.id_value.view());
  MustBeOk(batch_.Put(lookup(), ToSlice(entries.uuid_key.view()), id));
  for (const Key& claim : entries.claim_keys) {
    MustBeOk(batch_.Put(lookup(), ToSlice(claim.view()), id));
  }
  return Write();
}

bool Floor::Read(const Entries& entries) {
  return Get(records(), entries.record_key).ok() && value_.size() == entries.record.size();
}

bool Floor::ReadBy(const Key& key) {
  if (!Get(lookup(), key).ok()) return false;
  const Key record_key = Key().Add(uint16_t{1}).Add(std::string_view(value_.data(), value_.size()));
  return Get(records(), record_key).ok();
}

bool Floor::Rewrite(const Entries& entries, ptrdiff_t growth) {
  if (!Get(records(), entries.record_key).ok()) return false;
  return WriteValue(entries, growth);
}

bool Floor::RewriteBy(const Key& key, const Entries& entries) {
  return ReadBy(key) && WriteValue(entries, 0);
}

bool Floor::Delete(const Entries& entries) {
  if (!Get(records(), entries.record_key).ok()) return false;
  batch_.Clear();
  MustBeOk(batch_.Delete(records(), ToSlice(entries.record_key.view())));
  MustBeOk(batch_.Delete(lookup(), ToSlice(entries.uuid_key.view())));
  for (const Key& claim : entries.claim_keys) {
    MustBeOk(batch_.Delete(lookup(), ToSlice(claim.view())));
  }
  return Write();
}

void Floor::Settle() {
  for (auto* family : families_) {
    MustBeOk(db_->Flush(rocksdb::FlushOptions(), family));
    MustBeOk(db_->CompactRange(rocksdb::CompactRangeOptions(), family, nullptr, nullptr));
  }
}

rocksdb::Status Floor::Get(rocksdb::ColumnFamilyHandle* family, const Key& key) {
  value_.Reset();
  return db_->Get(rocksdb::ReadOptions(), family, ToSlice(key.view()), &value_);
}

bool Floor::WriteValue(const Entries& entries, ptrdiff_t growth) {
  changed_.assign(value_.data(), value_.size());
  changed_.resize(static_cast<size_t>(static_cast<ptrdiff_t>(changed_.size()) + growth), 'x');
  changed_[changed_.size() / 2] ^= 1;
  batch_.Clear();
  MustBeOk(batch_.Put(records(), ToSlice(entries.record_key.view()), changed_));
  return Write();
}

std::string RocksVersion() {
  return "compiled against " + std::to_string(ROCKSDB_MAJOR) + '.' + std::to_string(ROCKSDB_MINOR) +
         '.' + std::to_string(ROCKSDB_PATCH) + ", running with " +
         rocksdb::GetRocksVersionAsString();
}

// A library that asserts imports the function that reports it.
std::string RocksAssertions() {
  const std::string path = RocksFile();
  std::ifstream file(path, std::ios::binary);
  if (!file) return "unknown";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const bool asserts = bytes.find("__assert_fail") != std::string::npos;
  return (asserts ? "on in " : "off in ") + path;
}

}  // namespace dossier::bench
