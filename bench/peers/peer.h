// What the benchmarks ask of the engine and of each of its peers: the same calls on the same people.
#ifndef DOSSIER_BENCH_PEERS_PEER_H_
#define DOSSIER_BENCH_PEERS_PEER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "peers/people.h"

namespace dossier::bench {

inline constexpr size_t kBulkCount = 100;  // records of a bulk create

// Makes calls on a store, in one thread at a time, each on the person at `n` of those that the store
// was opened with. Each returns whether it did what it should.
class Caller {
 public:
  virtual ~Caller() = default;

  virtual bool Create(size_t n) = 0;
  virtual bool BulkCreate(size_t n) = 0;  // the n-th kBulkCount people, in one step
  virtual bool GetById(size_t n) = 0;
  virtual bool GetByUuid(size_t n) = 0;
  virtual bool GetByEmail(size_t n) = 0;
  virtual bool Update(size_t n) = 0;             // two attributes
  virtual bool UpdateIfUnchanged(size_t n) = 0;  // by email, as long as lastUpdated is as known
  virtual bool Append(size_t n) = 0;
  virtual bool ChangeElement(size_t n) = 0;
  virtual bool DeleteElement(size_t n) = 0;
  virtual bool Replace(size_t n) = 0;
  virtual bool Delete(size_t n) = 0;
};

// An open store. Outlives its callers.
class Store {
 public:
  virtual ~Store() = default;

  virtual std::unique_ptr<Caller> Connect() = 0;
  // Reads every record, so that the caches hold them.
  virtual void Warm() = 0;
};

// A kind of store. Directories are names: what is in them is the peer's.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual std::string name() const = 0;
  // Peers of one name load the same stores.
  virtual std::string store_name() const { return name(); }
  // Makes a store of the people 0 to shape.record_count - 1 and settles it.
  virtual void Load(const std::string& directory, const Shape& shape) const = 0;
  // Opens a store, or makes an empty one, for calls on `people`, which outlive it. Where
  // `are_there`, it holds them all.
  virtual std::unique_ptr<Store> Open(const std::string& directory, const Shape& shape,
                                      const People& people, bool are_there) const = 0;
  // Files: a copy that shares the tables which RocksDB never changes.
  virtual void Copy(const std::string& from, const std::string& to) const;
  virtual void Remove(const std::string& directory) const;
};

// Validates JSON text and answers with it. Without a cache of records: every read looks into
// RocksDB.
std::unique_ptr<Peer> MakeEnginePeer(bool has_record_cache);
// RocksDB alone at its best, with the engine's bytes or with JSON text. floor_peer.cc says how.
std::unique_ptr<Peer> MakeFloorPeer(bool as_json);
// JSON text in SQLite. sqlite_peer.cc says how.
std::unique_ptr<Peer> MakeSqlitePeer();
// jsonb in PostgreSQL, in the cluster that libpq's environment names. postgres_peer.cc says how.
std::unique_ptr<Peer> MakePostgresPeer();

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_PEERS_PEER_H_
