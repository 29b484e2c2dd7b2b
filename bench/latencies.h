// How long the calls of one kind took: percentiles of any number of calls in little memory.
#ifndef DOSSIER_BENCH_LATENCIES_H_
#define DOSSIER_BENCH_LATENCIES_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace dossier::bench {

// Nanoseconds since some moment; two readings take some 50 ns.
inline uint64_t NowNanos() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                               std::chrono::nanoseconds(1));
}

// Counts lengths in buckets that are a thirty-second of their length wide, so that no percentile is
// over 3.2 % too long. For one thread.
class Latencies {
 public:
  void Add(uint64_t nanos);
  void Add(const Latencies& others);

  uint64_t count() const { return count_; }
  // What `share` of the calls (0 to 1) did not exceed; 0 where there were none.
  double Micros(double share) const;
  double LongestMicros() const { return static_cast<double>(longest_) / 1e3; }

 private:
  static constexpr int kBits = 5;  // of a length behind its first: 32 buckets up to twice of it
  static constexpr size_t kBucketCount = (64 - kBits + 1) << kBits;

  static size_t BucketOf(uint64_t nanos);
  static uint64_t LastOf(size_t bucket);  // the longest that it counts

  std::array<uint64_t, kBucketCount> counts_{};
  uint64_t count_ = 0;
  uint64_t longest_ = 0;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_LATENCIES_H_
