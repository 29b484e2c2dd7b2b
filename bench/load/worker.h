// One thread of the full load: calls of all kinds on records of its own, without a pause.
#ifndef DOSSIER_BENCH_LOAD_WORKER_H_
#define DOSSIER_BENCH_LOAD_WORKER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "dossier/session.h"
#include "latencies.h"

namespace dossier::bench {

inline constexpr char kLoadType[] = "user";

enum class LoadCall : uint8_t { kCreate, kGet, kUpdate, kAppend, kReplace, kDelete };
inline constexpr size_t kLoadCallCount = 6;

struct LoadShare {
  LoadCall call;
  const char* name;
  int per_cent;
};
// More creates than deletes: the store grows.
inline constexpr std::array<LoadShare, kLoadCallCount> kLoadShares = {{
    {LoadCall::kCreate, "create", 20},
    {LoadCall::kGet, "get", 25},
    {LoadCall::kUpdate, "update", 25},
    {LoadCall::kAppend, "append", 15},
    {LoadCall::kReplace, "replace", 10},
    {LoadCall::kDelete, "delete", 5},
}};

struct Longest {
  uint64_t nanos = 0;
  double at_seconds = 0;  // since the load began: when it ended

  void Keep(const Longest& other) {
    if (other.nanos > nanos) *this = other;
  }
};

struct LoadMinute {
  uint64_t call_count = 0;
  Longest longest = {};
};

// What came of it, of one thread or of all.
struct LoadFigures {
  std::array<Latencies, kLoadCallCount> latencies = {};
  std::array<Longest, kLoadCallCount> longest = {};
  std::vector<LoadMinute> minutes = {};

  void Add(const LoadFigures& others);
};

class LoadWorker {
 public:
  // Of `thread_count` workers the one at `index`; each has people of its own.
  LoadWorker(Session session, uint32_t index, uint32_t thread_count);

  // Until the clock is at `end`.
  void Run(uint64_t begin_nanos, uint64_t end_nanos);
  const LoadFigures& figures() const { return figures_; }
  size_t record_count() const { return records_.size(); }

 private:
  struct Record {
    uint64_t id;
    uint32_t number;  // of the person
  };

  LoadCall Draw();
  // Makes the call; returns how long it took.
  uint64_t Make(LoadCall call);
  uint64_t Create();
  uint64_t Delete(size_t at);
  void Note(LoadCall call, uint64_t nanos, uint64_t since_begin);

  Session session_;
  const uint32_t step_;  // from one person to the next
  uint32_t next_number_;
  std::mt19937_64 draw_;
  std::vector<Record> records_;
  LoadFigures figures_;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_LOAD_WORKER_H_
