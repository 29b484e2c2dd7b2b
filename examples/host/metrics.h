// Counts and times of requests, in the text format of Prometheus.
#ifndef DOSSIER_EXAMPLES_HOST_METRICS_H_
#define DOSSIER_EXAMPLES_HOST_METRICS_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace dossier::host {

// What was counted since the start. Thread-safe: each thread counts in one of a few places of its
// own, so counting is some additions in memory that no other processor writes. The labels are known
// when it is made, whatever clients send.
class Metrics {
 public:
  // Of the operations of these names; all else is counted as "unknown".
  explicit Metrics(const std::vector<std::string_view>& operations);

  // A request that the API answered. `code`: of the error; 0: it was fine.
  void CountCall(std::string_view operation, int code, std::chrono::nanoseconds duration);

  // A request that HTTP was the end of, by its status.
  void CountRefusal(unsigned status);

  // Appends all that was counted.
  // Shape: dossier_requests_total{operation,result}, result being "ok" or the error's code;
  // dossier_request_duration_seconds{operation}, a histogram; dossier_http_refusals_total{status}.
  void AppendText(std::string& text) const;

 private:
  using Counter = std::atomic<uint64_t>;

  static constexpr size_t kBucketCount = 20;  // the last has no bound
  static constexpr size_t kStatusCountMax = 600;

  struct Operation {
    explicit Operation(size_t result_count) : results(result_count) {}
    std::vector<Counter> results;
    std::array<Counter, kBucketCount> buckets{};
    Counter nanoseconds = 0;
  };
  struct alignas(64) Shard {
    std::vector<std::unique_ptr<Operation>> operations;
    std::array<Counter, kStatusCountMax> refusals{};
  };

  Shard& ShardOfThread();
  template <typename CounterOf>
  uint64_t Sum(const CounterOf& counter_of) const;
  void AppendCalls(std::string& text) const;
  void AppendDurations(std::string& text) const;
  void AppendRefusals(std::string& text) const;

  std::vector<std::string> names_;  // the last is "unknown"
  absl::flat_hash_map<std::string, size_t> index_of_;
  std::vector<Shard> shards_;
};

// Appends "# HELP", "# TYPE" and the value of a metric without labels. `type`: "counter", "gauge".
void AppendMetric(std::string_view name, std::string_view type, std::string_view meaning,
                  uint64_t value, std::string& text);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_METRICS_H_
