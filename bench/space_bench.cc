// What 100,000 people take on disk, beside the bytes of their JSON: as the peers write them, and when
// they have been made as small as they get.
#include <filesystem>
#include <memory>
#include <string>

#include "dossier/engine.h"
#include "peers/peer.h"
#include "workload.h"

namespace dossier::bench {
namespace {

double FileBytes(const std::string& directory) {
  double bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string extension = file.path().extension();
    const bool is_settled = extension != ".log" && file.path().filename().string() != "LOG";
    if (file.is_regular_file() && is_settled) bytes += static_cast<double>(file.file_size());
  }
  return bytes;
}

double JsonBytes(const Shape& shape) {
  double bytes = 0;
  for (uint32_t n = 0; n < shape.record_count; ++n) {
    bytes += static_cast<double>(PersonOf(n, shape.size).profile.size());
  }
  return bytes;
}

void MeasureSpace(benchmark::State& state, const Peer& peer, bool is_compacted) {
  const Shape shape;
  const testing::TemporaryDirectory directory;
  const std::string store = directory.Join("store");
  peer.Load(store, shape);
  for (auto _ : state) {
    if (!is_compacted) continue;
    auto engine = Engine::Open({.directory = store});
    if (!engine.ok()) Fail("opening the engine", std::string(engine.status().message()));
    const absl::Status compacted = (*engine)->Compact();
    if (!compacted.ok()) Fail("compacting", std::string(compacted.message()));
  }
  state.counters["disk_bytes_per_json_byte"] = FileBytes(store) / JsonBytes(shape);
  peer.Remove(store);
}

void Register(std::shared_ptr<Peer> peer, bool is_compacted) {
  const std::string name = "BM_Space/" + peer->name() + (is_compacted ? "/compacted" : "");
  benchmark::RegisterBenchmark(
      name.c_str(),
      [peer, is_compacted](benchmark::State& state) { MeasureSpace(state, *peer, is_compacted); })
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime();
}

}  // namespace

void RegisterSpace() {
  Register(MakeEnginePeer(/*has_record_cache=*/true), /*is_compacted=*/false);
  Register(MakeEnginePeer(/*has_record_cache=*/true), /*is_compacted=*/true);
  Register(MakeFloorPeer(/*as_json=*/false), /*is_compacted=*/false);
#ifdef DOSSIER_BENCH_SQLITE
  Register(MakeSqlitePeer(), /*is_compacted=*/false);
#endif
}

}  // namespace dossier::bench
