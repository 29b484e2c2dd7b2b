// What benchmarks share: the entity type, the values of calls, made-up people.
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

inline constexpr size_t kRecordCount = 100'000;  // of the workload

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

  std::vector<std::string> profiles;  // JSON, about 1,100 bytes
};

// Microseconds of CPU that this process has used, all threads, user and kernel.
double ProcessCpuMicros();

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
void RegisterComponents(const Workload& workload);
void RegisterLargePlurals();
void RegisterLargePluralPeers();
void RegisterSearches(const Workload& workload);
void RegisterSqliteSearches();
void RegisterImports();
void RegisterPurge();
void RegisterSpace();

// What libraries this runs with: their versions, and whether RocksDB asserts.
std::string RocksVersion();
std::string RocksAssertions();
std::string SqliteVersion();

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_WORKLOAD_H_
