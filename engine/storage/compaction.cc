// All tables rewritten, so that what was deleted or written over goes; or read.
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/file.h"
#include "storage/store.h"
#include "storage/store_parts.h"

namespace dossier {
namespace {

using Options = std::unordered_map<std::string, std::string>;

// Of the last level, where nearly everything is: half of what it is as compactions of every day write
// it, which are to cost writers little.
const Options& AsSmallAsItGets() {
  static const Options options = {
      {"bottommost_compression", "kZSTD"},
      {"bottommost_compression_opts",
       "{enabled=true;max_dict_bytes=16384;zstd_max_train_bytes=1638400}"}};
  return options;
}
const Options& AsEveryDay() {
  static const Options options = {{"bottommost_compression", "kDisableCompressionOption"}};
  return options;
}

// It needs the space of a second store. A change of RocksDB's options for which there is none ends the process,
// where its assertions are on.
constexpr uint64_t kSpareBytes = 64u << 20;

}  // namespace

absl::Status Store::Compact(Family family, const KeyRange& range, std::atomic<bool>& stop) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &stop;
  const rocksdb::Slice begin(range.begin);
  const rocksdb::Slice end(range.end);
  const rocksdb::Status status =
      parts_->db->CompactRange(options, parts_->family(family), &begin, &end);
  return status.IsIncomplete() ? absl::OkStatus() : FromRocks(status);
}

absl::Status Store::CompactAll(std::atomic<bool>& stop) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stop;
  for (rocksdb::ColumnFamilyHandle* family : parts_->families) {
    uint64_t table_bytes = 0;
    parts_->db->GetIntProperty(family, rocksdb::DB::Properties::kLiveSstFilesSize, &table_bytes);
    const std::optional<uint64_t> free = FreeBytesAt(parts_->db->GetName());
    if (free && *free < table_bytes + kSpareBytes) {
      return absl::UnavailableError(absl::StrCat(
          "the disk has ", *free, " bytes left, and to compact takes ", table_bytes + kSpareBytes));
    }
    DOSSIER_RETURN_IF_ERROR(FromRocks(parts_->db->SetOptions(family, AsSmallAsItGets())));
    const rocksdb::Status status = parts_->db->CompactRange(options, family, nullptr, nullptr);
    DOSSIER_RETURN_IF_ERROR(FromRocks(parts_->db->SetOptions(family, AsEveryDay())));
    if (status.IsIncomplete()) return absl::OkStatus();
    DOSSIER_RETURN_IF_ERROR(FromRocks(status));
  }
  return absl::OkStatus();
}

absl::Status Store::VerifyTables() const { return FromRocks(parts_->db->VerifyChecksum()); }

}  // namespace dossier
