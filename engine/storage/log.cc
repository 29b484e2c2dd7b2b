#include "storage/log.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <thread>

#include "base/status.h"
#include "storage/file.h"
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

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// Of what was written by then: that there is no space does not mean that it was refused.
rocksdb::Status NoRefusal(const rocksdb::Status& status) {
  return status.IsNoSpace() ? rocksdb::Status::IOError(status.ToString()) : status;
}

// RocksDB names the file; that there is no space for a table is another matter.
bool IsOfLog(const rocksdb::Status& status) {
  return status.ToString().find(".log") != std::string::npos;
}

}  // namespace

absl::Status Log::Open(bool has_replayed) {
  DOSSIER_ASSIGN_OR_RETURN(tail_, LogTail::Open(directory_));
  bool has_taken_over = has_replayed;
  DOSSIER_RETURN_IF_ERROR(
      LogTail::Replay(tail_->bytes(), LastSequence(), [&](std::string_view bytes) {
        has_taken_over = true;
        rocksdb::WriteBatch batch{std::string(bytes)};
        return FromRocks(db_.Write(rocksdb::WriteOptions(), &batch));
      }));
  if (has_taken_over) {
    rocksdb::WriteBatch last;
    EndForGood(last);
    DOSSIER_RETURN_IF_ERROR(FromRocks(db_.Write(Synced(), &last)));
  }
  // Sequence numbers that were lost with the power are given again, to other batches.
  DOSSIER_RETURN_IF_ERROR(tail_->Forget());
  // What stands in tables and in logs that were taken over the disk has.
  DOSSIER_RETURN_IF_ERROR(high_water_.Write(LastSequence()));
  is_open_ = true;
  return absl::OkStatus();
}

Log::~Log() {
  if (!is_open_ || !failure_.ok()) return;
  rocksdb::WriteBatch nothing;
  if (LastSequence() == high_water_.mark().sequence || WriteThrough(nothing).ok()) {
    high_water_.Write(LastSequence()).IgnoreError();
  }
}

rocksdb::Status Log::WriteBuffered(rocksdb::WriteBatch& batch) {
  const std::unique_lock<std::mutex> lock = Locked(writing_);
  if (is_full_) ResumeWhereThereIsSpace();
  if (!failure_.ok()) return failure_;
  const std::string& bytes = batch.Data();
  if (!tail_->HasRoomFor(bytes)) {
    if (rocksdb::Status status = CheckSpace(bytes.size()); !status.ok()) return status;
    if (is_tail_relied_on_) return WriteThrough(batch);
    if (rocksdb::Status status = WriteOut(); !status.ok()) return status;
    if (!tail_->HasRoomFor(bytes)) return WriteLarge(batch);
  }
  tail_->Add(LastSequence() + 1, bytes);
  return WriteBehindTail(batch);
}

rocksdb::Status Log::WriteSynced(rocksdb::WriteBatch& batch) {
  const std::unique_lock<std::mutex> lock = Locked(writing_);
  if (is_full_) ResumeWhereThereIsSpace();
  if (!failure_.ok()) return failure_;
  const std::string& bytes = batch.Data();
  if (is_synced_ && tail_->HasRoomFor(bytes)) {
    if (!tail_->AddSynced(LastSequence() + 1, bytes)) {
      return NoRefusal(WriteThrough(batch));
    }
    is_tail_relied_on_ = true;
    rocksdb::Status status = WriteBehindTail(batch);
    if (status.ok()) high_water_.Note(LastSequence());
    return status;
  }
  if (rocksdb::Status status = CheckSpace(bytes.size()); !status.ok()) return status;
  return WriteThrough(batch);
}

rocksdb::Status Log::Sync() {
  uint64_t written = 0;
  {
    const std::unique_lock<std::mutex> lock = Locked(writing_);
    if (!failure_.ok()) return failure_;
    if (is_synced_) {
      rocksdb::WriteBatch nothing;
      if (!tail_->Sync()) return NoRefusal(WriteThrough(nothing));
      is_tail_relied_on_ = true;
      high_water_.Note(LastSequence());
      return {};
    }
    if (const rocksdb::Status status = WriteOut(); !status.ok()) return NoRefusal(status);
    written = LastSequence();
  }
  const rocksdb::Status status = db_.SyncWAL();
  if (status.ok()) high_water_.Note(written);
  return NoRefusal(status);
}

// What the tail has already.
rocksdb::Status Log::WriteBehindTail(rocksdb::WriteBatch& batch) {
  rocksdb::Status status = Judged(db_.Write(rocksdb::WriteOptions(), &batch));
  if (status.ok()) return status;
  tail_->TakeBack();
  return tail_->Sync() ? status : NoRefusal(status);
}

// That no tail has room for.
rocksdb::Status Log::WriteLarge(rocksdb::WriteBatch& batch) {
  const rocksdb::Status status = Judged(db_.Write(rocksdb::WriteOptions(), &batch));
  return status.ok() ? NoRefusal(WriteOut()) : status;
}

// Into the log and to the disk, with all that is in the tail.
rocksdb::Status Log::WriteThrough(rocksdb::WriteBatch& batch) {
  rocksdb::Status status = Judged(db_.Write(Synced(), &batch));
  if (status.ok()) {
    tail_->Clear();
    is_synced_ = true;
    is_tail_relied_on_ = false;
    high_water_.Note(LastSequence());
  }
  return status;
}

// Into the log, not to the disk.
rocksdb::Status Log::WriteOut() {
  rocksdb::Status status = Judged(db_.FlushWAL(/*sync=*/false));
  if (status.ok()) {
    tail_->Clear();
    is_synced_ = false;
  }
  return status;
}

// Of a call that writes to the log. Where that failed, the batch may be there, and another one would get its
// sequence numbers.
rocksdb::Status Log::Judged(const rocksdb::Status& status) {
  if (status.ok()) return status;
  if (status.IsNoSpace() && !IsOfLog(status)) {
    is_full_ = true;
    return status;
  }
  failure_ = NoRefusal(status);
  return failure_;
}

// RocksDB itself would go on with tables that have more than the log.
void Log::ResumeWhereThereIsSpace() {
  if (!is_full_ || !CheckSpace(kFreeBytesMin).ok()) return;
  if (!Judged(db_.FlushWAL(/*sync=*/true)).ok()) return;
  if (db_.Resume().ok()) is_full_ = false;
}

rocksdb::Status Log::CheckSpace(size_t batch_bytes) const {
  const std::optional<uint64_t> free = FreeBytesAt(directory_);
  if (!free || *free >= kFreeBytesMin + batch_bytes) return {};
  return rocksdb::Status::NoSpace("the disk has less than 1 MB left for the log");
}

}  // namespace dossier
