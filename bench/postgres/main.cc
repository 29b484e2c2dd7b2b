// dossier-bench-postgres: the calls of dossier-bench on PostgreSQL. postgres/run gives it a server.
#include "calls/call_bench.h"
#include "postgres/postgres.h"
#include "workload.h"
#include "ycsb/ycsb_bench.h"

namespace bench = dossier::bench;

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  bench::Settings settings = bench::TakeSettings(argc, argv);
  settings.directory.clear();       // the server keeps nothing beyond this run,
  settings.large_record_count = 0;  // and takes long to load millions
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext(
      "postgres", bench::PostgresConnection("postgres", /*is_synced=*/false).ServerVersion());
  const auto stores = std::make_shared<bench::LoadedStores>(settings.directory);
  bench::RegisterCalls(bench::MakePostgresPeer(), settings, stores, /*all_shapes=*/true);
  bench::RegisterYcsb("postgres", bench::MakePostgresTable, settings);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
