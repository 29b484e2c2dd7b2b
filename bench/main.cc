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

int main(int argc, char** argv) {
  using namespace dossier::bench;  // NOLINT(google-build-using-namespace): the one user of it
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("rocksdb", RocksVersion());
  benchmark::AddCustomContext("rocksdb_assertions", RocksAssertions());
  const Workload workload;
  RegisterEngine(workload);
  RegisterFloor(workload);
#ifdef DOSSIER_BENCH_SQLITE
  RegisterSqlite(workload);
#endif
  RegisterComponents(workload);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
