// Records of a store into a file.
#ifndef DOSSIER_EXPORT_H_
#define DOSSIER_EXPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dossier/engine.h"

namespace dossier::program {

struct ExportSettings {
  std::string path = "-";  // "-": the standard output; compressed where it ends in ".gz"
  std::string filter = {};
  std::string since = {};  // only records whose lastUpdated is this time or a later one
  std::vector<std::string> attributes = {};
};

// Writes a line of JSON for each record, in the order of their ids, all as they are at one moment. A
// file stands under its name once it is whole. Shows its progress. Returns the number of records.
// Errors: those of Session::Export; kUnavailable where the file cannot be written.
absl::StatusOr<uint64_t> Export(Session session, const std::string& type_name,
                                const ExportSettings& settings);

}  // namespace dossier::program

#endif  // DOSSIER_EXPORT_H_
