// dossier-bench: what a call costs in the engine, in RocksDB alone and in SQLite.
//
//   dossier-bench --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
//                 --benchmark_enable_random_interleaving=true --benchmark_filter=GetBy
//
// Shape of names: BM_<Call>/<peer>. Of the peers, `engine` validates JSON text and answers with it;
// `floor_record` and `floor_json` are RocksDB alone at its best, writing and reading finished bytes
// (those of the engine's record, or the JSON text); `sqlite` keeps the JSON text. All are buffered:
// they write their logs without waiting for the disk. BM_<Step>/component is a part of the engine.
#include "workload.h"

namespace bench = dossier::bench;

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("rocksdb", bench::RocksVersion());
  benchmark::AddCustomContext("rocksdb_assertions", bench::RocksAssertions());
  const bench::Workload workload;
  bench::RegisterEngine(workload);
  bench::RegisterFloor(workload);
#ifdef DOSSIER_BENCH_SQLITE
  bench::RegisterSqlite(workload);
#endif
  bench::RegisterComponents(workload);
  bench::RegisterLargePlurals(workload);
  bench::RegisterSearches(workload);
  bench::RegisterImports();
  bench::RegisterPurge();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
