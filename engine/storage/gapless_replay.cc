#include "storage/gapless_replay.h"

#include <fcntl.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/coding.h"
#include "storage/batch_bytes.h"
#include "storage/directory.h"
#include "storage/file.h"

namespace dossier {
namespace {

// Of a record of a log: checksum u32, size u16, type u8.
constexpr size_t kLogHeaderBytes = 7;

}  // namespace

void GaplessReplay::ColumnFamilyLogNumberMap(
    const std::map<uint32_t, uint64_t>& first_log_of_family,
    const std::map<std::string, uint32_t>& /*families*/) {
  first_log_ = UINT64_MAX;
  for (const auto& [family, log] : first_log_of_family) first_log_ = std::min(first_log_, log);
}

GaplessReplay::WalProcessingOption GaplessReplay::LogRecordFound(unsigned long long log_number,
                                                                 const std::string& log_file_name,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*batch_changed*/) {
  const auto sequence = LoadLittle<uint64_t>(batch.Data().data());
  const bool follows =
      found_ ? sequence <= found_->last_sequence + 1 : IsFirst(sequence, log_number, log_file_name);
  if (!follows) return WalProcessingOption::kStopReplay;
  if (!found_) found_ = {.first_sequence = sequence, .last_sequence = 0};
  found_->last_sequence = sequence + batch.Count() - 1;
  return takes_ ? WalProcessingOption::kContinueProcessing
                : WalProcessingOption::kIgnoreCurrentRecord;
}

// Whether nothing is missing before the batch, the first that was found: it follows upon the tables, its log
// begins with it, and none that was needed before is empty, for no log is left empty behind which there is
// another.
bool GaplessReplay::IsFirst(uint64_t sequence, uint64_t log_number, const std::string& log) const {
  if (sequence > last_in_tables_ + 1) return false;
  char begin[kLogHeaderBytes + sizeof sequence];
  const File file(log, O_RDONLY);
  if (!file.is_open() || ::pread(file.descriptor(), begin, sizeof begin, 0) != sizeof begin ||
      LoadLittle<uint64_t>(begin + kLogHeaderBytes) != sequence) {
    return false;
  }
  const std::vector<LogFile> logs = LogsIn(std::filesystem::path(log).parent_path());
  return std::none_of(logs.begin(), logs.end(), [&](const LogFile& other) {
    return other.bytes == 0 && other.number >= first_log_ && other.number < log_number;
  });
}

}  // namespace dossier
