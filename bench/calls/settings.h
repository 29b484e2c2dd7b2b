// How much the benchmarks of calls do, from the command line.
#ifndef DOSSIER_BENCH_CALLS_SETTINGS_H_
#define DOSSIER_BENCH_CALLS_SETTINGS_H_

#include <cstddef>
#include <string>

namespace dossier::bench {

struct Settings {
  size_t record_count = 100'000;
  size_t large_record_count = 5'000'000;  // past the caches; 0: without that shape
  size_t call_count = 20'000;             // of one run; no record is visited twice in a run
  size_t synced_call_count = 4'000;
  // Where loaded stores are kept and found again; empty: in a temporary directory.
  std::string directory = {};
};

// Takes --records=N, --large_records=N, --calls=N, --synced_calls=N and --directory=D out of the
// arguments.
Settings TakeSettings(int& argc, char** argv);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_CALLS_SETTINGS_H_
