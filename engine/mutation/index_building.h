// How an index comes to have the rows of records that are there already, while writers go on.
//
// A type that gets an index goes through these versions:
//
//   without    no row of the index is there
//   building   writers keep the rows of what they write; readers do not use them. Once no call holds
//              the version before, every record is visited: its rows are put
//   ready      readers use them
//
// The way back is from either of the last two to the first: when no call holds a version with the
// index any more, its rows are dropped at once.
//
// How far the building is stands in the store (kIndexBuilding), so that it goes on after a crash or a
// closing. Format: since:u32 next_id:u64 record_count:u64, little-endian, where `since` is that of
// the index: what another index of the attribute left there says nothing. Where the type has no index
// of the attribute, the entry says that rows may be left.
#ifndef DOSSIER_MUTATION_INDEX_BUILDING_H_
#define DOSSIER_MUTATION_INDEX_BUILDING_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mutation/binding.h"

namespace dossier {

// Of the indexes of one type that are built.
struct IndexProgress {
  uint64_t record_count = 0;        // visited
  uint64_t record_count_about = 0;  // that are to be visited, those among them
};

// Builds all indexes of the type that are not ready when it begins, in one walk over its records;
// those that are declared meanwhile are another call's. One call at a time. Each record is locked for
// its own visit only. `report` is called from time to time. Returns OK also where `stop` became true
// or the type was deleted.
// Errors: kDataLoss, kUnavailable, kUnknown; what is done stays done.
absl::Status BuildIndexes(const StoredRecords& stored, const std::string& type_name,
                          const std::atomic<bool>& stop,
                          absl::FunctionRef<void(const IndexProgress&)> report);

// Drops the rows of an index that no call keeps, and with them what is left of its building.
// Errors: those of Store::CommitAside.
absl::Status DropIndexRows(Store& store, TypeId type, AttributeNumber number);

// Builds the indexes of a store in a thread of its own. Thread-safe.
class IndexBuilder {
 public:
  explicit IndexBuilder(const StoredRecords& stored) : stored_(stored) {}
  ~IndexBuilder();  // ends the building where it is

  // Returns at once; whatever is not ready by now will be built. No thread is made for nothing.
  void Start();

  // Returns when nothing is left to build. Errors: those of BuildIndexes, of the first type that
  // cannot be built.
  absl::Status Await();

  // Nothing where none of the type's indexes is being built at this moment.
  std::optional<IndexProgress> ProgressOf(TypeId type) const;

 private:
  void Run();
  absl::Status BuildAll();
  absl::Status Build(const std::string& type_name);

  const StoredRecords stored_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  uint64_t wanted_ = 0;  // how often Start found something to build
  uint64_t done_ = 0;    // the last of these that has been seen to
  absl::Status last_;    // how it ended
  std::map<TypeId, IndexProgress> progress_;
  std::thread thread_;
};

}  // namespace dossier

#endif  // DOSSIER_MUTATION_INDEX_BUILDING_H_
