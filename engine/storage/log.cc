#include "storage/log.h"

#include <thread>

#include "base/status.h"
#include "storage/rocks.h"

namespace dossier {
namespace {

// A write takes some microseconds, and to be put to sleep and woken takes longer.
constexpr int kTriesBeforeSleep = 50;

std::unique_lock<std::mutex> Locked(std::mutex& mutex) {
  std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
  for (int i = 0; !lock.owns_lock() && i < kTriesBeforeSleep; ++i) {
    std::this_thread::yield();
    (void)lock.try_lock();
  }
  if (!lock.owns_lock()) lock.lock();
  return lock;
}

}  // namespace

absl::Status Log::Open(const std::string& directory) {
  DOSSIER_ASSIGN_OR_RETURN(tail_, LogTail::Open(directory));
  bool has_written = false;
  DOSSIER_RETURN_IF_ERROR(tail_->Replay(db_.GetLatestSequenceNumber(), [&](std::string_view bytes) {
    has_written = true;
    rocksdb::WriteBatch batch{std::string(bytes)};
    return FromRocks(db_.Write(rocksdb::WriteOptions(), &batch));
  }));
  if (has_written) DOSSIER_RETURN_IF_ERROR(FromRocks(db_.FlushWAL(/*sync=*/true)));
  // Sequence numbers that were lost with the power are given again, to other batches.
  return tail_->Forget();
}

Log::~Log() {
  if (tail_ != nullptr) Flush().PermitUncheckedError();
}

rocksdb::Status Log::WriteBuffered(rocksdb::WriteBatch& batch) {
  const std::unique_lock<std::mutex> lock = Locked(writing_);
  const std::string& bytes = batch.Data();
  if (!tail_->HasRoomFor(bytes)) {
    if (rocksdb::Status status = Flush(); !status.ok()) return status;
  }
  if (!tail_->HasRoomFor(bytes)) {  // it is too large for any
    const rocksdb::Status status = db_.Write(rocksdb::WriteOptions(), &batch);
    return status.ok() ? Flush() : status;
  }
  tail_->Add(db_.GetLatestSequenceNumber() + 1, bytes);
  rocksdb::Status status = db_.Write(rocksdb::WriteOptions(), &batch);
  if (!status.ok()) tail_->TakeBack();
  return status;
}

rocksdb::Status Log::WriteSynced(rocksdb::WriteBatch& batch) {
  const std::unique_lock<std::mutex> lock = Locked(writing_);
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::Status status = db_.Write(options, &batch);
  if (status.ok()) tail_->Clear();
  return status;
}

rocksdb::Status Log::Sync() {
  {
    const std::unique_lock<std::mutex> lock = Locked(writing_);
    if (rocksdb::Status status = Flush(); !status.ok()) return status;
  }
  return db_.SyncWAL();
}

rocksdb::Status Log::Flush() {
  rocksdb::Status status = db_.FlushWAL(/*sync=*/false);
  if (status.ok()) tail_->Clear();
  return status;
}

}  // namespace dossier
