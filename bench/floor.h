// RocksDB alone, at its best for this work: what no engine above it can go below where it writes,
// or where it reads past its own caches. It neither parses nor checks nor answers with JSON; its
// keys and values are finished before the clock starts. The entries are the engine's: record, uuid,
// and four claims (the email and the identifiers of three profiles), each looked up before a
// create.
//
// Settings: hash-linklist memtables for the look-ups and for the records, no compression, no
// concurrent memtable writes, everything in the block cache, buffered writes.
#ifndef DOSSIER_BENCH_FLOOR_H_
#define DOSSIER_BENCH_FLOOR_H_

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "storage/keyspace.h"
#include "workload.h"

namespace dossier::bench {

// What stands in the store for one record of the workload.
struct Entries {
  Key record_key;
  Key uuid_key;
  Key id_value;
  std::vector<Key> claim_keys = {};
  std::string record = {};
};

// Of every record of the workload: the engine's bytes, or the JSON text in their place.
std::vector<Entries> MakeEntries(const Workload& workload, bool as_json);

// An open database. Not thread-safe. Every call returns whether it found what it should.
class Floor {
 public:
  explicit Floor(const std::string& directory);
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;
  ~Floor();

  bool Create(const Entries& entries);
  bool Read(const Entries& entries);
  // By a uuid or a claim: to the id, and from it to the record.
  bool ReadBy(const Key& key);
  // Reads the record and writes it anew, `growth` bytes longer.
  bool Rewrite(const Entries& entries, ptrdiff_t growth);
  bool RewriteBy(const Key& key, const Entries& entries);
  bool Delete(const Entries& entries);

  // Leaves everything in the files of one level.
  void Settle();

 private:
  rocksdb::ColumnFamilyHandle* records() { return families_[0]; }
  rocksdb::ColumnFamilyHandle* lookup() { return families_[1]; }
  rocksdb::Status Get(rocksdb::ColumnFamilyHandle* family, const Key& key);
  bool WriteValue(const Entries& entries, ptrdiff_t growth);
  bool Write() { return db_->Write(rocksdb::WriteOptions(), &batch_).ok(); }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // the db's to free
  rocksdb::WriteBatch batch_;
  rocksdb::PinnableSlice value_;
  std::string changed_;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_FLOOR_H_
