// dossier-bench: what a call costs in the engine, in RocksDB alone and in SQLite.
//
//   dossier-bench --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
//                 --benchmark_enable_random_interleaving=true --benchmark_filter=GetBy
//
// Shape of names: BM_<Call>/<peer>/<shape...>. Of the peers, `engine` validates JSON text and answers
// with it; `floor_record` and `floor_json` are RocksDB alone at its best, writing and reading finished
// bytes (those of the engine's record, or the JSON text); `sqlite` keeps the JSON text. But for those
// named /synced all are buffered: they write their logs without waiting for the disk.
// BM_<Step>/component is a part of the engine. README.md has the shapes and the other arguments.
#include "calls/call_bench.h"
#include "workload.h"
#include "ycsb/ycsb_bench.h"

namespace bench = dossier::bench;

namespace {

void RegisterPeers(const bench::Settings& settings) {
  const auto stores = std::make_shared<bench::LoadedStores>(settings.directory);
  const auto add = [&](std::unique_ptr<bench::Peer> peer, bool all_shapes) {
    bench::RegisterCalls(std::move(peer), settings, stores, all_shapes);
  };
  add(bench::MakeEnginePeer(/*has_record_cache=*/true), true);
  add(bench::MakeEnginePeer(/*has_record_cache=*/false), false);
  add(bench::MakeFloorPeer(/*as_json=*/false), true);
  add(bench::MakeFloorPeer(/*as_json=*/true), false);
#ifdef DOSSIER_BENCH_SQLITE
  add(bench::MakeSqlitePeer(), true);
#endif
  bench::RegisterYcsb("engine", bench::MakeEngineTable, settings);
  bench::RegisterYcsb("floor", bench::MakeFloorTable, settings);
#ifdef DOSSIER_BENCH_SQLITE
  bench::RegisterYcsb("sqlite", bench::MakeSqliteTable, settings);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bench::Settings settings = bench::TakeSettings(argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("rocksdb", bench::RocksVersion());
  benchmark::AddCustomContext("rocksdb_assertions", bench::RocksAssertions());
  benchmark::AddCustomContext("compiler", __VERSION__);
  RegisterPeers(settings);
  const bench::Workload workload;
#ifdef DOSSIER_BENCH_SQLITE
  benchmark::AddCustomContext("sqlite", bench::SqliteVersion());
  bench::RegisterSqliteSearches();
#endif
  bench::RegisterComponents(workload);
  bench::RegisterLargePlurals();
  bench::RegisterLargePluralPeers();
  bench::RegisterSearches(workload);
  bench::RegisterImports();
  bench::RegisterPurge();
  bench::RegisterSpace();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
