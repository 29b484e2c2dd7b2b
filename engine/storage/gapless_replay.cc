#include "storage/gapless_replay.h"

#include <rocksdb/write_batch.h>

#include "base/coding.h"
#include "storage/batch_bytes.h"

namespace dossier {

GaplessReplay::WalProcessingOption GaplessReplay::LogRecordFound(
    unsigned long long /*log_number*/, const std::string& /*log_file_name*/,
    const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* /*new_batch*/, bool* /*batch_changed*/) {
  const auto first = LoadLittle<uint64_t>(batch.Data().data());
  if (next_sequence_ && first > *next_sequence_) return WalProcessingOption::kStopReplay;
  next_sequence_ = first + batch.Count();
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace dossier
