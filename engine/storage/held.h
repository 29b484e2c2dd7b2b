// That a store cannot be opened because somebody has it.
#ifndef DOSSIER_STORAGE_HELD_H_
#define DOSSIER_STORAGE_HELD_H_

#include <rocksdb/status.h>

#include <string>

#include "absl/status/status.h"

namespace dossier {

// Of what opened or locked the directory: as FromRocks; kUnavailable names who holds it.
absl::Status FromOpening(const std::string& directory, const rocksdb::Status& status);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_HELD_H_
