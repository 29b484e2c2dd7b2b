#include "storage/held.h"

#include "absl/strings/str_cat.h"
#include "storage/directory.h"
#include "storage/rocks.h"

namespace dossier {
namespace {

// RocksDB tells a lock that is held from every other error of a file by its text alone.
bool IsHeldByUs(const rocksdb::Status& status) {
  return status.ToString().starts_with("IO error: lock hold by current process");
}

bool IsHeld(const rocksdb::Status& status) {
  return IsHeldByUs(status) || status.ToString().starts_with("IO error: While lock file: ");
}

}  // namespace

absl::Status FromOpening(const std::string& directory, const rocksdb::Status& status) {
  if (!IsHeld(status)) return FromRocks(status);
  const bool by_us = IsHeldByUs(status);
  return absl::UnavailableError(absl::StrCat("the store in ", directory, " is in use by ",
                                             by_us ? "this process" : NameHolder(directory)));
}

void Unlock::operator()(rocksdb::FileLock* lock) const {
  rocksdb::Env::Default()->UnlockFile(lock).PermitUncheckedError();
}

absl::StatusOr<DirectoryLock> LockDirectory(const std::string& directory) {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = rocksdb::Env::Default()->LockFile(directory + "/LOCK", &lock);
  if (!status.ok()) return FromOpening(directory, status);
  return DirectoryLock(lock);
}

}  // namespace dossier
