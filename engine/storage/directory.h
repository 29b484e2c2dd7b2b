// The directory of a store before RocksDB sees it: made, recognised, or refused.
#ifndef DOSSIER_STORAGE_DIRECTORY_H_
#define DOSSIER_STORAGE_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

// Makes the directory (mode 0700) and its file FORMAT where it is new or empty and
// `create_if_missing`; else checks that the file names a format up to `newest`.
//
// Shape of FORMAT: "dossier store, format <version>\n". A file of its own, so that a directory of a
// newer library is refused before anything in it is touched.
// Errors: kNotFound, kFailedPrecondition (both versions named), kUnavailable, kDataLoss.
struct Prepared {
  // RocksDB still has to make its files: where they are there but for CURRENT, it would start afresh and
  // clear the rest away.
  bool is_new;
  uint32_t format;
};
absl::StatusOr<Prepared> PrepareDirectory(const std::string& directory, bool create_if_missing,
                                          uint32_t newest);

// Writes FORMAT, under another name first, so that it is whole whenever it is there. Error: kUnavailable.
absl::Status WriteFormat(const std::string& directory, uint32_t format);

// Makes FORMAT name `format` where it names an older one: of a store that is open, before anything is
// written that an older library would get wrong. Errors: kUnavailable, kDataLoss.
absl::Status RaiseFormat(const std::string& directory, uint32_t format);

struct LogFile {
  std::string path;
  uint64_t bytes = 0;
  uint64_t number = 0;
};
// RocksDB's logs, in no order.
std::vector<LogFile> LogsIn(const std::string& directory);

// Of a store that is open: removes the logs before the `current` one that hold nothing. Each opening
// begins a log, and RocksDB keeps the empty ones of those that wrote nothing until a later one flushes.
void RemoveEmptyLogs(const std::string& directory, uint64_t current);

// Which process holds the lock that kept `directory` from being opened: "process 4711
// (dossier-host)". Asks the kernel; call only where the holder is another process, since closing
// any handle of a lock file drops the locks that this process has on it.
std::string NameHolder(const std::string& directory);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_DIRECTORY_H_
