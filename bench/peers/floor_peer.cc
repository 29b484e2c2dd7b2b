// RocksDB alone, at its best for this work: what no engine above it can go below where it writes,
// or where it reads past its own caches. It neither parses nor checks nor answers with JSON; its
// keys and values are finished before the clock starts. The entries are the engine's: record, uuid,
// and the claims (the email and the identifiers of profiles), each looked up before a create.
//
// Settings: hash-linklist memtables for the look-ups and for the records, no compression, no
// concurrent memtable writes, everything in the block cache where it is to fit.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <string_view>
#include <utility>
#include <vector>

#include "peers/peer.h"
#include "record_bytes.h"
#include "schema/claims.h"
#include "storage/keyspace.h"
#include "workload.h"

namespace dossier::bench {
namespace {

using rocksdb::Slice;

constexpr EntityId kIdStep = 7;  // a record and its six elements
constexpr size_t kMegabyte = 1u << 20;
constexpr uint32_t kEntriesOfLoad = 1'000;  // of one write
constexpr int kFilesMax = 1'000'000;        // of a load

// What kNewStatus takes in the JSON (and a comma), and in the record: an object's header, a text, a
// time, two entries, and the element's place in the plural.
constexpr auto kStatusJsonBytes = static_cast<ptrdiff_t>(kNewStatus.size()) + 1;
constexpr ptrdiff_t kStatusRecordBytes = 6 + 24 + 8 + 2 * 4 + 12;

// What stands in the store for one record.
struct Entries {
  Key record_key;
  Key uuid_key;
  Key id_value;
  std::vector<Key> claim_keys = {};
  std::string record = {};
};

Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

void MustBeOk(const rocksdb::Status& status) {
  if (!status.ok()) Fail("RocksDB", status.ToString());
}

Entries EntriesOf(const EntityType& type, uint32_t number, const std::string& profile,
                  bool as_json) {
  const EntityId id = 1 + number * kIdStep;
  std::string bytes = MakeRecord(type, profile, id);
  const RecordView record = RecordView::Trusted(bytes);
  Entries entries{RecordKey(type.id(), id), UuidKey(type.id(), {record.uuid(), 16}), IdValue(id)};
  for (const Claim& claim : ClaimsOf(record, type, HashKey{})) {
    entries.claim_keys.push_back(claim.key);
  }
  entries.record = as_json ? profile : std::move(bytes);
  return entries;
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

// What is written once and in masses is sorted and merged at the end.
void MakeForLoad(rocksdb::ColumnFamilyOptions& options) {
  options.memtable_factory.reset(new rocksdb::VectorRepFactory());
  options.disable_auto_compactions = true;
  options.level0_slowdown_writes_trigger = options.level0_stop_writes_trigger = kFilesMax;
}

enum class Use { kCalls, kLoad };

// An open database of two families.
class Database {
 public:
  Database(const std::string& directory, const Shape& shape, Use use) {
    rocksdb::DBOptions options;
    options.create_if_missing = options.create_missing_column_families = true;
    options.allow_concurrent_memtable_write = false;
    options.max_background_jobs = 2;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    rocksdb::BlockBasedTableOptions table;
    table.format_version = 5;
    const bool is_large = shape.size == ProfileSize::kLarge && shape.fits_caches;
    table.block_cache = rocksdb::NewLRUCache((is_large ? 1'024 : 512) * kMegabyte);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::ColumnFamilyOptions records = FamilyOptions(table, 64 * kMegabyte, 256);
    records.prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(RecordKey(TypeId{1}, 1).view().size()));
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    rocksdb::ColumnFamilyOptions lookup = FamilyOptions(table, 16 * kMegabyte, 1 << 20);
    lookup.prefix_extractor.reset(rocksdb::NewNoopTransform());
    if (use == Use::kLoad) {
      MakeForLoad(records);
      MakeForLoad(lookup);
    }
    rocksdb::DB* db = nullptr;
    MustBeOk(rocksdb::DB::Open(options, directory, {{"default", records}, {"lookup", lookup}},
                               &families_, &db));
    db_.reset(db);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    for (auto* family : families_) MustBeOk(db_->DestroyColumnFamilyHandle(family));
  }

  rocksdb::DB* operator->() { return db_.get(); }
  rocksdb::ColumnFamilyHandle* records() { return families_[0]; }
  rocksdb::ColumnFamilyHandle* lookup() { return families_[1]; }

  void Put(const Entries& entries, rocksdb::WriteBatch& batch) {
    MustBeOk(batch.Put(records(), ToSlice(entries.record_key.view()), entries.record));
    const Slice id = ToSlice(entries.id_value.view());
    MustBeOk(batch.Put(lookup(), ToSlice(entries.uuid_key.view()), id));
    for (const Key& claim : entries.claim_keys) {
      MustBeOk(batch.Put(lookup(), ToSlice(claim.view()), id));
    }
  }

  // Leaves everything in the files of one level.
  void Settle() {
    for (auto* family : families_) {
      MustBeOk(db_->Flush(rocksdb::FlushOptions(), family));
      MustBeOk(db_->CompactRange(rocksdb::CompactRangeOptions(), family, nullptr, nullptr));
    }
  }
  // Reads every block.
  void Warm() {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    for (auto* family : families_) {
      const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, family));
      for (at->SeekToFirst(); at->Valid(); at->Next()) {
      }
      MustBeOk(at->status());
    }
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // the db's to free
};

class FloorCaller final : public Caller {
 public:
  FloorCaller(Database& db, const std::vector<Entries>& entries, bool as_json, bool is_synced)
      : db_(db),
        entries_(entries),
        element_bytes_(as_json ? kStatusJsonBytes : kStatusRecordBytes) {
    options_.sync = is_synced;
  }

  bool Create(size_t n) override {
    batch_.Clear();
    return Insert(entries_[n]) && Write();
  }
  bool BulkCreate(size_t n) override {
    batch_.Clear();
    for (size_t i = n * kBulkCount; i < (n + 1) * kBulkCount; ++i) {
      if (!Insert(entries_[i])) return false;
    }
    return Write();
  }
  bool GetById(size_t n) override { return Read(entries_[n]); }
  bool GetByUuid(size_t n) override { return ReadBy(entries_[n].uuid_key); }
  // Any claim costs what the email's does.
  bool GetByEmail(size_t n) override { return ReadBy(entries_[n].claim_keys[0]); }
  bool Update(size_t n) override { return Rewrite(entries_[n], 0); }
  bool UpdateIfUnchanged(size_t n) override {
    return ReadBy(entries_[n].claim_keys[0]) && WriteValue(entries_[n], 0);
  }
  bool Append(size_t n) override { return Rewrite(entries_[n], element_bytes_); }
  bool ChangeElement(size_t n) override { return Rewrite(entries_[n], 0); }
  bool DeleteElement(size_t n) override { return Rewrite(entries_[n], -element_bytes_); }
  bool Replace(size_t n) override { return Rewrite(entries_[n], 0); }
  bool Delete(size_t n) override {
    const Entries& entries = entries_[n];
    if (!Get(db_.records(), entries.record_key).ok()) return false;
    batch_.Clear();
    MustBeOk(batch_.Delete(db_.records(), ToSlice(entries.record_key.view())));
    MustBeOk(batch_.Delete(db_.lookup(), ToSlice(entries.uuid_key.view())));
    for (const Key& claim : entries.claim_keys) {
      MustBeOk(batch_.Delete(db_.lookup(), ToSlice(claim.view())));
    }
    return Write();
  }

 private:
  // Into the batch, where its claims are free.
  bool Insert(const Entries& entries) {
    for (const Key& claim : entries.claim_keys) {
      if (!Get(db_.lookup(), claim).IsNotFound()) return false;
    }
    db_.Put(entries, batch_);
    return true;
  }
  rocksdb::Status Get(rocksdb::ColumnFamilyHandle* family, const Key& key) {
    value_.Reset();
    return db_->Get(rocksdb::ReadOptions(), family, ToSlice(key.view()), &value_);
  }
  bool Read(const Entries& entries) {
    return Get(db_.records(), entries.record_key).ok() && value_.size() == entries.record.size();
  }
  // By a uuid or a claim: to the id, and from it to the record.
  bool ReadBy(const Key& key) {
    if (!Get(db_.lookup(), key).ok()) return false;
    const Key record_key =
        Key().Add(uint16_t{1}).Add(std::string_view(value_.data(), value_.size()));
    return Get(db_.records(), record_key).ok();
  }
  // Reads the record and writes it anew, `growth` bytes longer.
  bool Rewrite(const Entries& entries, ptrdiff_t growth) {
    return Get(db_.records(), entries.record_key).ok() && WriteValue(entries, growth);
  }
  bool WriteValue(const Entries& entries, ptrdiff_t growth) {
    changed_.assign(value_.data(), value_.size());
    changed_.resize(static_cast<size_t>(static_cast<ptrdiff_t>(changed_.size()) + growth), 'x');
    changed_[changed_.size() / 2] ^= 1;
    batch_.Clear();
    MustBeOk(batch_.Put(db_.records(), ToSlice(entries.record_key.view()), changed_));
    return Write();
  }
  bool Write() { return db_->Write(options_, &batch_).ok(); }

  Database& db_;
  const std::vector<Entries>& entries_;
  ptrdiff_t element_bytes_;
  rocksdb::WriteOptions options_;
  rocksdb::WriteBatch batch_;
  rocksdb::PinnableSlice value_;
  std::string changed_;
};

class FloorStore final : public Store {
 public:
  FloorStore(const std::string& directory, const Shape& shape, const People& people, bool as_json,
             Use use = Use::kCalls)
      : db_(directory, shape, use), shape_(shape), as_json_(as_json) {
    const EntityType type = ProfileType();
    for (const Person& person : people) {
      entries_.push_back(EntriesOf(type, person.number, person.profile, as_json));
    }
  }

  std::unique_ptr<Caller> Connect() override {
    return std::make_unique<FloorCaller>(db_, entries_, as_json_, shape_.is_synced);
  }
  void Warm() override { db_.Warm(); }
  // Past the log, which nobody reads again.
  void Load() {
    const EntityType type = ProfileType();
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    rocksdb::WriteBatch batch;
    for (uint32_t n = 0; n < shape_.record_count; ++n) {
      db_.Put(EntriesOf(type, n, ProfileOf(n, shape_.size), as_json_), batch);
      if (batch.Count() < kEntriesOfLoad && n + 1 < shape_.record_count) continue;
      MustBeOk(db_->Write(options, &batch));
      batch.Clear();
    }
    db_.Settle();
  }

 private:
  Database db_;
  const Shape shape_;
  bool as_json_;
  std::vector<Entries> entries_;
};

class FloorPeer final : public Peer {
 public:
  explicit FloorPeer(bool as_json) : as_json_(as_json) {}

  std::string name() const override { return as_json_ ? "floor_json" : "floor_record"; }
  void Load(const std::string& directory, const Shape& shape) const override {
    const People nobody;
    FloorStore(directory, shape, nobody, as_json_, Use::kLoad).Load();
  }
  std::unique_ptr<Store> Open(const std::string& directory, const Shape& shape,
                              const People& people, bool /*are_there*/) const override {
    return std::make_unique<FloorStore>(directory, shape, people, as_json_);
  }

 private:
  bool as_json_;
};

}  // namespace

std::unique_ptr<Peer> MakeFloorPeer(bool as_json) { return std::make_unique<FloorPeer>(as_json); }

}  // namespace dossier::bench
