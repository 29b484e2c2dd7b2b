// Commits of several threads that wait for the disk once, together.
#ifndef DOSSIER_STORAGE_GROUP_COMMIT_H_
#define DOSSIER_STORAGE_GROUP_COMMIT_H_

#include <rocksdb/write_batch.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>

#include "storage/log.h"

namespace dossier {

// Joins the batches of threads that commit at the same time into one. RocksDB does so too, but its
// leader leaves with those that wait already: of two threads always one alone, and of many about half.
// This one's waits a moment for those who took part in the last rounds and will be back at once.
//
// Thread-safe. The log must outlive it.
class GroupCommit {
 public:
  explicit GroupCommit(Log& log) : log_(log) {}
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Returns when the disk has the batch. How the group's write ends is how that of each member does.
  rocksdb::Status WriteSynced(rocksdb::WriteBatch& batch);

 private:
  using Clock = std::chrono::steady_clock;
  struct Group;

  // No group: the batch is so large that it goes alone.
  struct Membership {
    std::shared_ptr<Group> group = nullptr;
    bool leads = false;
  };

  Membership Join(rocksdb::WriteBatch& batch);
  void Lead(Group& group);
  // Until as many are there as are expected, but no longer than the disk took last.
  void AwaitCompany(const Group& group) const;

  Log& log_;
  std::mutex joining_;           // held for moments
  std::shared_ptr<Group> open_;  // that still takes members; by joining_

  // Held by a leader for its round: while the disk has one group the next one gathers.
  std::mutex leading_;
  size_t expected_count_ = 1;       // by leading_
  Clock::duration last_took_ = {};  // by leading_
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_GROUP_COMMIT_H_
