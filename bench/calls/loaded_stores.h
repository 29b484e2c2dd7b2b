// Stores that are loaded once and copied for each run.
#ifndef DOSSIER_BENCH_CALLS_LOADED_STORES_H_
#define DOSSIER_BENCH_CALLS_LOADED_STORES_H_

#include <optional>
#include <string>

#include "peers/peer.h"
#include "support/temporary_directory.h"

namespace dossier::bench {

// Of all peers and shapes, in one directory: what a directory that was named holds is found again. One
// program at a time uses a directory.
class LoadedStores {
 public:
  explicit LoadedStores(const std::string& directory);

  // The loaded store of the shape, made at its first use. Not to be written to.
  std::string Find(const Peer& peer, const Shape& shape);
  // A directory for one run, which does not exist.
  std::string NewRun();

 private:
  std::optional<testing::TemporaryDirectory> temporary_;
  std::string directory_;
  int run_count_ = 0;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_CALLS_LOADED_STORES_H_
