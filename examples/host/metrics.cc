#include "metrics.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "dossier/error_codes.h"

namespace dossier::host {
namespace {

constexpr size_t kShardCount = 16;

struct Bound {
  int64_t nanoseconds;
  const char* seconds;
};

constexpr Bound kBounds[] = {
    {10'000, "0.00001"},    {25'000, "0.000025"},  {50'000, "0.00005"},   {100'000, "0.0001"},
    {250'000, "0.00025"},   {500'000, "0.0005"},   {1'000'000, "0.001"},  {2'500'000, "0.0025"},
    {5'000'000, "0.005"},   {10'000'000, "0.01"},  {25'000'000, "0.025"}, {50'000'000, "0.05"},
    {100'000'000, "0.1"},   {250'000'000, "0.25"}, {500'000'000, "0.5"},  {1'000'000'000, "1"},
    {2'500'000'000, "2.5"}, {5'000'000'000, "5"},  {10'000'000'000, "10"}};

// Results: "ok", then the API's errors in the order of their catalogue.
constexpr size_t kResultCount = 1 + std::size(kErrorCodes);

size_t ResultOf(int code) {
  if (code == 0) return 0;
  const ErrorCode* error = FindErrorCode(code);
  return error == nullptr ? ResultOf(500) : static_cast<size_t>(error - kErrorCodes) + 1;
}

std::string ResultName(size_t result) {
  return result == 0 ? "ok" : absl::StrCat(kErrorCodes[result - 1].code);
}

void AppendHead(std::string_view name, std::string_view type, std::string_view meaning,
                std::string& text) {
  absl::StrAppendFormat(&text, "# HELP %s %s\n# TYPE %s %s\n", std::string(name),
                        std::string(meaning), std::string(name), std::string(type));
}

}  // namespace

Metrics::Metrics(const std::vector<std::string_view>& operations)
    : names_(operations.begin(), operations.end()), shards_(kShardCount) {
  names_.emplace_back("unknown");
  for (size_t i = 0; i < names_.size(); ++i) index_of_.emplace(names_[i], i);
  for (Shard& shard : shards_) {
    for (size_t i = 0; i < names_.size(); ++i) {
      shard.operations.push_back(std::make_unique<Operation>(kResultCount));
    }
  }
}

Metrics::Shard& Metrics::ShardOfThread() {
  static std::atomic<size_t> thread_count = 0;
  thread_local const size_t thread = thread_count++;
  return shards_[thread % kShardCount];
}

void Metrics::CountCall(std::string_view operation, int code, std::chrono::nanoseconds duration) {
  const auto found = index_of_.find(absl::string_view(operation.data(), operation.size()));
  const size_t index = found == index_of_.end() ? names_.size() - 1 : found->second;
  Operation& counts = *ShardOfThread().operations[index];
  const auto* bound = std::find_if(std::begin(kBounds), std::end(kBounds), [&](const Bound& b) {
    return duration.count() <= b.nanoseconds;
  });
  constexpr auto kRelaxed = std::memory_order_relaxed;
  counts.results[ResultOf(code)].fetch_add(1, kRelaxed);
  counts.buckets[static_cast<size_t>(bound - kBounds)].fetch_add(1, kRelaxed);
  counts.nanoseconds.fetch_add(static_cast<uint64_t>(duration.count()), kRelaxed);
}

void Metrics::CountRefusal(unsigned status) {
  ShardOfThread().refusals[status < kStatusCountMax ? status : 0].fetch_add(
      1, std::memory_order_relaxed);
}

template <typename CounterOf>
uint64_t Metrics::Sum(const CounterOf& counter_of) const {
  uint64_t sum = 0;
  for (const Shard& shard : shards_) {
    sum += counter_of(shard).load(std::memory_order_relaxed);
  }
  return sum;
}

void Metrics::AppendText(std::string& text) const {
  AppendCalls(text);
  AppendDurations(text);
  AppendRefusals(text);
}

void Metrics::AppendCalls(std::string& text) const {
  constexpr char kName[] = "dossier_requests_total";
  AppendHead(kName, "counter", "requests that the API answered", text);
  for (size_t i = 0; i < names_.size(); ++i) {
    for (size_t result = 0; result < kResultCount; ++result) {
      const uint64_t count = Sum([&](const Shard& shard) -> const Counter& {
        return shard.operations[i]->results[result];
      });
      if (count == 0) continue;
      absl::StrAppendFormat(&text, "%s{operation=\"%s\",result=\"%s\"} %d\n", kName, names_[i],
                            ResultName(result), count);
    }
  }
}

void Metrics::AppendDurations(std::string& text) const {
  constexpr char kName[] = "dossier_request_duration_seconds";
  AppendHead(kName, "histogram", "from the whole request to its answer, sending not included",
             text);
  for (size_t i = 0; i < names_.size(); ++i) {
    std::array<uint64_t, kBucketCount> counts{};
    uint64_t total = 0;
    for (size_t b = 0; b < kBucketCount; ++b) {
      counts[b] = Sum(
          [&](const Shard& shard) -> const Counter& { return shard.operations[i]->buckets[b]; });
      total += counts[b];
    }
    if (total == 0) continue;
    uint64_t so_far = 0;
    for (size_t b = 0; b < std::size(kBounds); ++b) {
      so_far += counts[b];
      absl::StrAppendFormat(&text, "%s_bucket{operation=\"%s\",le=\"%s\"} %d\n", kName, names_[i],
                            kBounds[b].seconds, so_far);
    }
    const uint64_t nanoseconds =
        Sum([&](const Shard& shard) -> const Counter& { return shard.operations[i]->nanoseconds; });
    absl::StrAppendFormat(&text, "%s_bucket{operation=\"%s\",le=\"+Inf\"} %d\n", kName, names_[i],
                          total);
    absl::StrAppendFormat(&text, "%s_sum{operation=\"%s\"} %.9f\n", kName, names_[i],
                          static_cast<double>(nanoseconds) / 1e9);
    absl::StrAppendFormat(&text, "%s_count{operation=\"%s\"} %d\n", kName, names_[i], total);
  }
}

void Metrics::AppendRefusals(std::string& text) const {
  constexpr char kName[] = "dossier_http_refusals_total";
  AppendHead(kName, "counter", "requests refused before the API saw them", text);
  for (size_t status = 0; status < kStatusCountMax; ++status) {
    const uint64_t count =
        Sum([&](const Shard& shard) -> const Counter& { return shard.refusals[status]; });
    if (count == 0) continue;
    absl::StrAppendFormat(&text, "%s{status=\"%d\"} %d\n", kName, status, count);
  }
}

void AppendMetric(std::string_view name, std::string_view type, std::string_view meaning,
                  uint64_t value, std::string& text) {
  AppendHead(name, type, meaning, text);
  absl::StrAppend(&text, std::string(name), " ", value, "\n");
}

}  // namespace dossier::host
