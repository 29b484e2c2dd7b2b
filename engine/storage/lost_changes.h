// How far a store goes that is not open.
#ifndef DOSSIER_STORAGE_LOST_CHANGES_H_
#define DOSSIER_STORAGE_LOST_CHANGES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/high_water.h"
#include "storage/rocks.h"

namespace dossier {

// Finds out how far an opening would come, by tables, logs and tail with no gap between them, and refuses it
// where that is before what is marked, or a log is missing that was there; unless the loss is `accepted` down
// to such a change. Changes nothing: what is put back into its place afterwards is there again.
// Returns the last sequence number that the MANIFEST knows of.
// Errors: kDataLoss, with both numbers or where RocksDB does not open; kUnavailable.
absl::StatusOr<uint64_t> CheckLostChanges(const std::string& directory, const RocksOptions& options,
                                          const HighWater::Mark& marked,
                                          std::optional<uint64_t> accepted);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOST_CHANGES_H_
