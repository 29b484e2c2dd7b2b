// What every peer is asked to do: the same made-up people, in the same order.
#ifndef DOSSIER_BENCH_WORKLOAD_H_
#define DOSSIER_BENCH_WORKLOAD_H_

#ifndef NDEBUG
#error "dossier-bench measures release builds only: assertions cost more than what it measures"
#endif

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_directory.h"

namespace dossier::bench {

inline constexpr size_t kRecordCount = 100'000;
inline constexpr size_t kCallCount = 20'000;  // of one run; no record is visited twice in a run

// The entity type: what the profiles use of the default `user` type, with its constraints. (A
// record of the whole type reads back as several times its size in nulls, which no peer writes.)
extern const std::string_view kAttrDefs;

// The values of the calls that change a part of a record. None touches a unique attribute.
inline constexpr std::string_view kTwoAttributes =
    R"({"givenName":"Maximilian","familyName":"Featherstonehaugh"})";
inline constexpr std::string_view kNewStatus =
    R"({"status":"early trains to the sea","statusCreated":"2020-02-03T04:05:06Z"})";
inline constexpr std::string_view kChangedStatus = R"({"status":"letters from the mountains"})";

// Immutable; every benchmark borrows the one of main.
struct Workload {
  Workload();

  std::vector<std::string> profiles;      // JSON, about 1,100 bytes
  std::vector<std::string> replacements;  // the same with another displayName: no claim changes
  std::vector<std::string> emails;
  std::vector<uint32_t> rising;    // every number once, as creates take them
  std::vector<uint32_t> shuffled;  // the same, shuffled by a fixed seed, as other calls take them
};

// Microseconds of CPU that this process has used, all threads, user and kernel.
double ProcessCpuMicros();

// Calls `call(n)` with the numbers of records in `order`; it returns whether it did what it should.
// Google Benchmark's CPU time is the calling thread's; the counter process_cpu_us is of the whole
// process, with RocksDB's background threads as far as they ran within the loop.
template <typename Call>
void Measure(benchmark::State& state, const std::vector<uint32_t>& order, Call call) {
  size_t next = 0;
  size_t failure_count = 0;
  const double before = ProcessCpuMicros();
  for (auto _ : state) {
    if (!call(order[next])) ++failure_count;
    if (++next == order.size()) next = 0;
  }
  const double used = ProcessCpuMicros() - before;
  state.counters["process_cpu_us"] = used / static_cast<double>(state.iterations());
  if (failure_count > 0) state.SkipWithError("a call failed: the figure would mean nothing");
}

// Of a search, which returns how many records it found (below 0: it failed): one call looks at all
// of them, whose number is the count of items.
template <typename Search>
void MeasureSearch(benchmark::State& state, Search search) {
  int64_t found_count = search();  // fills the caches
  for (auto _ : state) found_count = search();
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRecordCount));
  state.counters["found"] = static_cast<double>(found_count);
  if (found_count < 0) state.SkipWithError("a search failed: the figure would mean nothing");
}

// A directory whose content is that of `original`, for one run.
class DirectoryCopy {
 public:
  explicit DirectoryCopy(const std::string& original);
  std::string path() const { return directory_.Join("copy"); }

 private:
  testing::TemporaryDirectory directory_;
};

// Ends the program where the preparation of a benchmark went wrong.
[[noreturn]] void Fail(std::string_view what, std::string_view why);

// Each registers its benchmarks, which borrow the workload.
void RegisterEngine(const Workload& workload);
void RegisterFloor(const Workload& workload);
void RegisterSqlite(const Workload& workload);
void RegisterComponents(const Workload& workload);
void RegisterLargePlurals(const Workload& workload);
void RegisterSearches(const Workload& workload);
void RegisterImports();
void RegisterPurge();

// What RocksDB this runs with: its version, and whether its library asserts.
std::string RocksVersion();
std::string RocksAssertions();

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_WORKLOAD_H_
