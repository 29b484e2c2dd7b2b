// How far a store goes that is not open.
#ifndef DOSSIER_STORAGE_LOST_CHANGES_H_
#define DOSSIER_STORAGE_LOST_CHANGES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/rocks.h"

namespace dossier {

// How far a store goes, by RocksDB's sequence numbers.
struct Extent {
  uint64_t last_in_tables = 0;
  uint64_t last = 0;  // by tables, logs and tail, with no gap between them
};

// Finds out how far an opening would come, and refuses it where that is before `marked` (high_water.h), and
// before `accepted` where there is one. Changes nothing: what is put back into its place afterwards is
// there again.
// Errors: kDataLoss, with both numbers or where RocksDB does not open; kUnavailable.
absl::StatusOr<Extent> CheckLostChanges(const std::string& directory, const RocksOptions& options,
                                        uint64_t marked, std::optional<uint64_t> accepted);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOST_CHANGES_H_
