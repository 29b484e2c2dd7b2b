#include "storage/log_tail.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/hash.h"
#include "base/status.h"
#include "storage/batch_bytes.h"
#include "storage/file.h"

namespace dossier {
namespace {

constexpr size_t kSizeAt = 4;
constexpr size_t kSequenceAt = 8;
constexpr size_t kHeaderBytes = 16;
constexpr size_t kAlignment = 8;

constexpr size_t EntryBytes(size_t batch_bytes) {
  return (kHeaderBytes + batch_bytes + kAlignment - 1) / kAlignment * kAlignment;
}

uint32_t ChecksumOf(const char* entry, size_t batch_bytes) {
  return Checksum({entry + kSizeAt, kHeaderBytes - kSizeAt + batch_bytes});
}

// To where there is room for EntryBytes.
void Compose(uint64_t first_sequence, std::string_view batch, char* entry) {
  StoreLittle(entry + kSizeAt, static_cast<uint32_t>(batch.size()));
  StoreLittle(entry + kSequenceAt, first_sequence);
  std::memcpy(entry + kHeaderBytes, batch.data(), batch.size());
  StoreLittle(entry, ChecksumOf(entry, batch.size()));
}

std::string PathIn(const std::string& directory) { return directory + "/TAIL"; }

absl::Status Failure(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot keep ", path, ": ", std::strerror(errno)));
}

// Of the file's first kBytes. False: errno says why.
bool ReadWhole(const File& file, std::string& bytes) {
  bytes.resize(LogTail::kBytes);
  const ssize_t size = ::pread(file.descriptor(), bytes.data(), bytes.size(), 0);
  bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return size >= 0;
}

// Gives the file all its blocks: a page of a mapped file for which there is no room ends the process.
bool Fill(const File& file) {
  struct stat status = {};
  if (::fstat(file.descriptor(), &status) != 0) return false;
  if (static_cast<size_t>(status.st_size) == LogTail::kBytes) return true;
  std::string bytes;
  if (!ReadWhole(file, bytes)) return false;
  bytes.resize(LogTail::kBytes);
  return ::pwrite(file.descriptor(), bytes.data(), bytes.size(), 0) ==
             static_cast<ssize_t>(bytes.size()) &&
         ::ftruncate(file.descriptor(), LogTail::kBytes) == 0 && ::fsync(file.descriptor()) == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogTail>> LogTail::Open(const std::string& directory) {
  const std::string path = PathIn(directory);
  std::unique_ptr<LogTail> tail(new LogTail(path));
  if (!tail->file_.is_open() || !Fill(tail->file_) || !SyncDirectory(directory)) {
    return Failure(path);
  }
  void* const bytes = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                             tail->file_.descriptor(), 0);
  if (bytes == MAP_FAILED) return Failure(path);
  tail->bytes_ = static_cast<char*>(bytes);
  return tail;
}

LogTail::~LogTail() {
  if (bytes_ != nullptr) ::munmap(bytes_, kBytes);
}

absl::StatusOr<std::string> LogTail::ReadFile(const std::string& directory) {
  const std::string path = PathIn(directory);
  const File file(path, O_RDONLY);
  std::string bytes;
  if (!file.is_open() && errno == ENOENT) return bytes;
  if (!file.is_open() || !ReadWhole(file, bytes)) return Failure(path);
  return bytes;
}

absl::Status LogTail::Replay(std::string_view file, uint64_t last,
                             absl::FunctionRef<absl::Status(std::string_view batch)> apply) {
  for (size_t at = 0; at + kHeaderBytes + kBatchHeaderBytes <= file.size();) {
    const char* const entry = file.data() + at;
    const size_t size = LoadLittle<uint32_t>(entry + kSizeAt);
    if (size < kBatchHeaderBytes || size > file.size() - kHeaderBytes - at ||
        LoadLittle<uint32_t>(entry) != ChecksumOf(entry, size)) {
      break;
    }
    const std::string_view batch(entry + kHeaderBytes, size);
    const auto first = LoadLittle<uint64_t>(entry + kSequenceAt);
    const auto count = LoadLittle<uint32_t>(batch.data() + kBatchCountAt);
    if (first == last + 1) {
      DOSSIER_RETURN_IF_ERROR(apply(batch));
      last += count;
    } else if (first > last || first + count > last + 1) {
      break;
    }
    at += EntryBytes(size);
  }
  return absl::OkStatus();
}

bool LogTail::HasRoomFor(std::string_view batch) const {
  return batch.size() <= kBytes && EntryBytes(batch.size()) <= kBytes - end_;
}

void LogTail::Add(uint64_t first_sequence, std::string_view batch) {
  Compose(first_sequence, batch, bytes_ + end_);
  last_ = end_;
  end_ += EntryBytes(batch.size());
}

// With pwrite(): a page that was written to the disk is not writable in the mapping any more, and to make
// it so again takes longer.
bool LogTail::AddSynced(uint64_t first_sequence, std::string_view batch) {
  composed_.resize(EntryBytes(batch.size()));
  Compose(first_sequence, batch, composed_.data());
  const ssize_t written =
      ::pwrite(file_.descriptor(), composed_.data(), composed_.size(), static_cast<off_t>(end_));
  if (written != static_cast<ssize_t>(composed_.size())) has_failed_ = true;
  if (!Sync()) {
    std::memset(bytes_ + end_, 0, kHeaderBytes);
    return false;
  }
  last_ = end_;
  end_ += composed_.size();
  return true;
}

bool LogTail::Sync() {
  if (::fdatasync(file_.descriptor()) != 0) has_failed_ = true;
  return !has_failed_;
}

void LogTail::TakeBack() {
  std::memset(bytes_ + last_, 0, kHeaderBytes);
  end_ = last_;
}

void LogTail::Clear() {
  end_ = 0;
  has_failed_ = false;
}

absl::Status LogTail::Forget() {
  std::memset(bytes_, 0, kBytes);
  Clear();
  return ::msync(bytes_, kBytes, MS_SYNC) == 0 ? absl::OkStatus() : Failure("the log's tail");
}

}  // namespace dossier
