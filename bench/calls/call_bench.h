// The calls on single records, of every peer, in every shape: BM_<Call>/<peer>/<shape...>.
#ifndef DOSSIER_BENCH_CALLS_CALL_BENCH_H_
#define DOSSIER_BENCH_CALLS_CALL_BENCH_H_

#include <memory>

#include "calls/loaded_stores.h"
#include "calls/settings.h"
#include "peers/peer.h"

namespace dossier::bench {

// Registers the calls of a peer. The plain shape has no suffix: profiles of 1 KB, settings.record_count
// records in the caches, buffered, one thread. With `all_shapes` each other shape differs from it in
// one thing: bytes:512, bytes:5120, records:N (past the caches), synced, threads:N; and synced with
// threads. So are kBulkCount creates in one call and, with the shape `latency`, percentiles.
void RegisterCalls(const std::shared_ptr<const Peer>& peer, const Settings& settings,
                   const std::shared_ptr<LoadedStores>& stores, bool all_shapes);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_CALLS_CALL_BENCH_H_
