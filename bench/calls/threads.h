// What the threads of one benchmark share.
#ifndef DOSSIER_BENCH_CALLS_THREADS_H_
#define DOSSIER_BENCH_CALLS_THREADS_H_

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

namespace dossier::bench {

// One T of all threads of a run: made by the first, awaited by the others, gone with the last.
template <typename T>
class SharedByThreads {
 public:
  // `make()` returns a unique_ptr.
  template <typename Make>
  T& Join(const benchmark::State& state, Make make) {
    if (state.thread_index() == 0) {
      std::shared_ptr<T> made = make();
      const std::lock_guard lock(mutex_);
      shared_ = std::move(made);
      users_ = state.threads();
      changed_.notify_all();
      return *shared_;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return shared_ != nullptr; });
    return *shared_;
  }

  // Behind the last use.
  void Leave() {
    const std::lock_guard lock(mutex_);
    if (--users_ == 0) shared_.reset();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<T> shared_;
  int users_ = 0;
};

// The time from the first call of any thread to the last of all. (Google Benchmark's own is the mean
// of the threads' times, which is too short where they do not all run at once.)
class SharedStopwatch {
 public:
  // By each thread, before its first call and behind its last.
  void Start() {
    Keep(begin_, Now(), [](int64_t now, int64_t kept) { return now < kept; });
  }
  void Stop() {
    Keep(end_, Now(), [](int64_t now, int64_t kept) { return now > kept; });
  }

  double Seconds() const { return static_cast<double>(end_ - begin_) * 1e-9; }

 private:
  static int64_t Now() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
  template <typename IsBetter>
  static void Keep(std::atomic<int64_t>& kept, int64_t now, IsBetter is_better) {
    int64_t seen = kept;
    while (is_better(now, seen) && !kept.compare_exchange_weak(seen, now)) {
    }
  }

  std::atomic<int64_t> begin_ = std::numeric_limits<int64_t>::max();
  std::atomic<int64_t> end_ = 0;
};

// Measures `count` calls by the calling thread, one of all that have the stopwatch in common;
// `call()` returns whether it did what it should. Where there are several threads, or calls wait for
// the disk, the benchmark must be registered with UseManualTime.
template <typename Call>
void MeasureCalls(benchmark::State& state, SharedStopwatch& stopwatch, Call call) {
  const benchmark::IterationCount count = state.max_iterations;
  benchmark::IterationCount done = 0;
  size_t failure_count = 0;
  for (auto _ : state) {
    if (done == 0) stopwatch.Start();
    if (!call()) ++failure_count;
    if (++done == count) stopwatch.Stop();
  }
  state.SetIterationTime(stopwatch.Seconds());  // all have stopped: the loop ends for all at once
  state.SetItemsProcessed(state.iterations());
  if (failure_count > 0) state.SkipWithError("a call failed: the figure would mean nothing");
}

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_CALLS_THREADS_H_
