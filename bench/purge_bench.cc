// A purge of a million records beside writers of another type: how long it takes, and how long a writer
// waits at most, then and without it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "support/profiles.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr size_t kPurgedCount = 1'000'000;
constexpr size_t kRowsPerCall = 10'000;
constexpr int kWriterCount = 2;

double Micros() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::micro>(Clock::now().time_since_epoch()).count();
}

void FillWith(Session session) {
  for (size_t first = 0; first < kPurgedCount; first += kRowsPerCall) {
    std::vector<std::string> rows;
    for (size_t n = first; n < first + kRowsPerCall; ++n) rows.push_back(testing::Profile(n));
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    const auto outcomes = session.Import("user", views);
    if (!outcomes.ok()) Fail("importing", std::string(outcomes.status().message()));
    for (const auto& outcome : *outcomes) {
      if (!outcome.ok()) Fail("importing", std::string(outcome.status().message()));
    }
  }
}

// Threads that create records of the type `other` all the time.
class Writers {
 public:
  explicit Writers(Engine& engine) {
    for (int i = 0; i < kWriterCount; ++i) {
      threads_.emplace_back([this, session = engine.HostSession()]() mutable { Run(session); });
    }
  }
  ~Writers() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  // The longest call since the last time that this was asked, and how many there were.
  double TakeLongestMicros() { return longest_.exchange(0); }
  size_t TakeCount() { return count_.exchange(0); }

 private:
  void Run(Session& session) {
    while (!is_over_) {
      const double begin = Micros();
      if (!session.Create("other", R"({"text":"x"})").ok()) Fail("creating", "refused");
      const double took = Micros() - begin;
      ++count_;
      for (double longest = longest_; took > longest;) {
        if (longest_.compare_exchange_weak(longest, took)) break;
      }
    }
  }

  std::atomic<bool> is_over_ = false;
  std::atomic<double> longest_ = 0;
  std::atomic<size_t> count_ = 0;
  std::vector<std::thread> threads_;
};

void Purge(benchmark::State& state) {
  const testing::TemporaryDirectory directory;
  auto engine =
      Engine::Open({.directory = directory.Join("new"), .durability = Durability::kBuffered});
  if (!engine.ok()) Fail("opening the engine", std::string(engine.status().message()));
  Session session = (*engine)->HostSession();
  if (!session.CreateEntityType("user", kAttrDefs).ok() ||
      !session.CreateEntityType("other", R"([{"name":"text","type":"string"}])").ok()) {
    Fail("declaring", "refused");
  }
  FillWith(session);
  Writers writers(**engine);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  state.counters["writer_waits_us_before"] = writers.TakeLongestMicros();
  writers.TakeCount();
  for (auto _ : state) {
    const double begin = Micros();
    if (!session.Purge("user").ok()) Fail("purging", "refused");
    state.counters["purge_us"] = Micros() - begin;
  }
  // Who waited for the purge has been answered by then.
  while (writers.TakeCount() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  state.counters["writer_waits_us"] = writers.TakeLongestMicros();
  const double begin = Micros();
  if (!session.ReclaimSpace().ok()) Fail("reclaiming", "refused");
  state.counters["reclaim_us"] = Micros() - begin;
  state.counters["writer_waits_us_reclaiming"] = writers.TakeLongestMicros();
}

}  // namespace

void RegisterPurge() {
  benchmark::RegisterBenchmark("BM_Purge/engine", Purge)
      ->Iterations(1)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace dossier::bench
