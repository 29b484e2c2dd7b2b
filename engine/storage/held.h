// Who has a store.
#ifndef DOSSIER_STORAGE_HELD_H_
#define DOSSIER_STORAGE_HELD_H_

#include <rocksdb/env.h>
#include <rocksdb/status.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dossier {

// Of what opened or locked the directory: as FromRocks; kUnavailable names who holds it.
absl::Status FromOpening(const std::string& directory, const rocksdb::Status& status);

struct Unlock {
  void operator()(rocksdb::FileLock* lock) const;
};
// That nobody has the store open, for as long as it lives.
using DirectoryLock = std::unique_ptr<rocksdb::FileLock, Unlock>;

// Errors: as FromOpening.
absl::StatusOr<DirectoryLock> LockDirectory(const std::string& directory);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_HELD_H_
