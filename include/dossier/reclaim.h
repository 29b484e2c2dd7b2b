// What Session::ReclaimSpace is told, and what it tells.
#ifndef DOSSIER_RECLAIM_H_
#define DOSSIER_RECLAIM_H_

#include <cstdint>
#include <functional>
#include <stop_token>

namespace dossier {

// How far ReclaimSpace has come with what was due when it began or went on.
struct ReclaimProgress {
  uint64_t record_count = 0;        // looked through
  uint64_t record_count_about = 0;  // of the store: an estimate
  uint64_t byte_count = 0;          // that records have become smaller by
  bool is_done = false;
};

struct ReclaimOptions {
  std::stop_token stop = {};    // makes the call return after the record at hand
  bool waits_for_more = false;  // returns only when stopped: for a thread of its own
  std::function<void(const ReclaimProgress&)> progress = {};  // told now and then, and at the end
};

}  // namespace dossier

#endif  // DOSSIER_RECLAIM_H_
