// The store that is damaged, and what was written into it, step by step.
#ifndef DOSSIER_TESTS_DAMAGE_HISTORY_H_
#define DOSSIER_TESTS_DAMAGE_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/engine.h"

namespace dossier::damage_test {

// What one write made of one record. Its text stands in the file of the history in one line.
struct Step {
  std::string type = {};
  uint64_t id = 0;
  std::string uuid = {};
  std::string attribute = {};  // unique
  std::string value = {};      // of it, JSON
  std::string record = {};     // as Get answers it; empty: it was deleted
};
using History = std::vector<Step>;

// Values of the attribute `bucket`, which each type has with an index.
inline constexpr int kBucketCount = 5;

inline constexpr char kClientId[] = "owner";
inline constexpr char kClientSecret[] = "a secret of some length";

// Records are read from the disk each time.
EngineOptions OptionsOf(const std::string& directory);

// Makes one store twice below `directory`: `closed`, and `killed`, which is as its process would have
// left it; and `history`. Some of it is in tables of two levels, some in the log, some in its tail.
absl::Status MakeStores(const std::string& directory);

absl::StatusOr<History> ReadHistory(const std::string& directory);

}  // namespace dossier::damage_test

#endif  // DOSSIER_TESTS_DAMAGE_HISTORY_H_
