#include "storage/lost_changes.h"

#include <algorithm>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/status.h"
#include "storage/batch_bytes.h"
#include "storage/directory.h"
#include "storage/gapless_replay.h"
#include "storage/held.h"
#include "storage/log_tail.h"
#include "storage/rocks_log.h"

namespace dossier {
namespace {

// The files that RocksDB holds open while it looks at no table.
constexpr int kOpenFilesMax = 16;

constexpr char kWhatToDo[] =
    ". Nothing was touched. Put the files back or restore a backup; or open it as it is, accepting "
    "the loss down to change ";

// How far a store goes, by RocksDB's sequence numbers.
struct Extent {
  uint64_t last_in_tables = 0;
  uint64_t last = 0;
  uint64_t first_log = 0;  // that is needed
};

absl::StatusOr<Extent> ExtentOf(const std::string& directory, RocksOptions options) {
  GaplessReplay replay = GaplessReplay::Look();
  options.db.wal_filter = &replay;
  options.db.max_open_files = kOpenFilesMax;
  options.db.info_log = MakeSilentRocksLog();
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(options.db, directory, options.families, &families, &opened);
  // It knows nothing of a family that is in the part of the manifest which is gone.
  if (status.IsInvalidArgument()) return absl::DataLossError("the store: " + status.ToString());
  DOSSIER_RETURN_IF_ERROR(FromRocks(status));
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (rocksdb::ColumnFamilyHandle* family : families) {
    db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  // Nothing of the logs was taken over.
  Extent extent{.last_in_tables = db->GetLatestSequenceNumber(), .first_log = replay.first_log()};
  extent.last = extent.last_in_tables;
  const auto& logs = replay.found();
  if (logs && logs->first_sequence <= extent.last + 1) {
    extent.last = std::max(extent.last, logs->last_sequence);
  }
  DOSSIER_ASSIGN_OR_RETURN(const std::string tail, LogTail::ReadFile(directory));
  DOSSIER_RETURN_IF_ERROR(LogTail::Replay(tail, extent.last, [&](std::string_view batch) {
    extent.last += LoadLittle<uint32_t>(batch.data() + kBatchCountAt);
    return absl::OkStatus();
  }));
  return extent;
}

}  // namespace

absl::StatusOr<uint64_t> CheckLostChanges(const std::string& directory, const RocksOptions& options,
                                          const HighWater::Mark& marked,
                                          std::optional<uint64_t> accepted) {
  DOSSIER_ASSIGN_OR_RETURN(const DirectoryLock lock, LockDirectory(directory));
  DOSSIER_ASSIGN_OR_RETURN(const Extent extent, ExtentOf(directory, options));
  if (accepted && extent.last >= *accepted) return extent.last_in_tables;
  if (extent.last < marked.sequence) {
    return absl::DataLossError(absl::StrCat(
        "the store in ", directory, " ends with change ", extent.last, ", and the disk had ",
        marked.sequence, ": a log, its tail or the manifest is damaged or missing", kWhatToDo,
        extent.last));
  }
  const std::vector<LogFile> logs = LogsIn(directory);
  if (marked.oldest_log > 0 && marked.oldest_log >= extent.first_log &&
      std::none_of(logs.begin(), logs.end(),
                   [&](const LogFile& log) { return log.number == marked.oldest_log; })) {
    return absl::DataLossError(absl::StrCat("the store in ", directory, " lacks its log ",
                                            marked.oldest_log, kWhatToDo, extent.last));
  }
  return extent.last_in_tables;
}

}  // namespace dossier
