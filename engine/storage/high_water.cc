#include "storage/high_water.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/hash.h"
#include "base/status.h"
#include "storage/directory.h"

namespace dossier {
namespace {

constexpr size_t kSlotBytes = 32;
constexpr size_t kSlotDistance = 4'096;
constexpr size_t kFileBytes = 2 * kSlotDistance;
constexpr size_t kGenerationAt = 8;
constexpr size_t kSequenceAt = 16;
constexpr size_t kOldestLogAt = 24;
constexpr std::chrono::seconds kBetweenWrites{1};

std::string PathIn(const std::string& directory) { return directory + "/MARK"; }

absl::Status Failure(std::string_view doing, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", std::string(doing), " ", path, ": ", std::strerror(errno)));
}

constexpr size_t PlaceOf(uint64_t generation) { return generation % 2 * kSlotDistance; }

std::string Slot(uint64_t generation, const HighWater::Mark& mark) {
  std::string slot(kSlotBytes, '\0');
  StoreLittle(slot.data() + kGenerationAt, generation);
  StoreLittle(slot.data() + kSequenceAt, mark.sequence);
  StoreLittle(slot.data() + kOldestLogAt, mark.oldest_log);
  StoreLittle(slot.data(), Checksum(std::string_view(slot).substr(sizeof(uint32_t))));
  return slot;
}

// 0 where the slot is damaged or was never written.
uint64_t GenerationOf(std::string_view slot) {
  if (LoadLittle<uint32_t>(slot.data()) != Checksum(slot.substr(sizeof(uint32_t)))) return 0;
  return LoadLittle<uint64_t>(slot.data() + kGenerationAt);
}

uint64_t OldestLogIn(const std::string& directory) {
  uint64_t oldest = 0;
  for (const LogFile& log : LogsIn(directory)) {
    if (log.bytes > 0 && (oldest == 0 || log.number < oldest)) oldest = log.number;
  }
  return oldest;
}

bool WriteAndSync(const File& file, std::string_view bytes, size_t at) {
  return ::pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
             static_cast<ssize_t>(bytes.size()) &&
         ::fdatasync(file.descriptor()) == 0;
}

}  // namespace

absl::Status HighWater::Make(const std::string& directory, uint64_t sequence) {
  const std::string path = PathIn(directory);
  const File file(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  std::string bytes(kFileBytes, '\0');
  bytes.replace(PlaceOf(1), kSlotBytes, Slot(1, {.sequence = sequence}));
  if (!file.is_open() || !WriteAndSync(file, bytes, 0) || !SyncDirectory(directory)) {
    return Failure("make", path);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<HighWater>> HighWater::Open(const std::string& directory) {
  std::unique_ptr<HighWater> opened(new HighWater(directory));
  DOSSIER_RETURN_IF_ERROR(opened->Read());
  try {
    opened->thread_ = std::thread([mark = opened.get()] { mark->WriteNoted(); });
  } catch (const std::system_error& error) {
    return absl::UnavailableError(absl::StrCat("no thread for the store: ", error.what()));
  }
  return opened;
}

HighWater::HighWater(const std::string& directory)
    : directory_(directory), path_(PathIn(directory)), file_(path_, O_RDWR) {}

HighWater::~HighWater() {
  {
    const std::lock_guard<std::mutex> lock(waking_);
    is_ending_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

absl::Status HighWater::Read() {
  if (!file_.is_open() && errno == ENOENT) {
    return absl::DataLossError(absl::StrCat("the file ", path_, " is missing"));
  }
  std::string bytes(kFileBytes, '\0');
  const ssize_t size =
      file_.is_open() ? ::pread(file_.descriptor(), bytes.data(), bytes.size(), 0) : -1;
  if (size < 0) return Failure("read", path_);
  for (const size_t at : {size_t{0}, kSlotDistance}) {
    const std::string_view slot = std::string_view(bytes).substr(at, kSlotBytes);
    if (const uint64_t generation = GenerationOf(slot); generation > generation_) {
      generation_ = generation;
      mark_ = {.sequence = LoadLittle<uint64_t>(slot.data() + kSequenceAt),
               .oldest_log = LoadLittle<uint64_t>(slot.data() + kOldestLogAt)};
    }
  }
  return generation_ > 0 ? absl::OkStatus()
                         : absl::DataLossError(absl::StrCat(path_, " is damaged"));
}

HighWater::Mark HighWater::mark() const {
  const std::lock_guard<std::mutex> lock(writing_);
  return mark_;
}

void HighWater::Note(uint64_t sequence) {
  uint64_t before = noted_;
  while (before < sequence && !noted_.compare_exchange_weak(before, sequence)) {
  }
  if (is_behind_.load() || is_behind_.exchange(true)) return;
  // With the lock: the thread that is about to wait has seen it, or is told.
  const std::lock_guard<std::mutex> lock(waking_);
  woken_.notify_one();
}

absl::Status HighWater::Write(uint64_t sequence) {
  const std::lock_guard<std::mutex> lock(writing_);
  return WriteSlot(sequence);
}

absl::Status HighWater::WriteSlot(uint64_t sequence) {
  const Mark mark = {.sequence = sequence, .oldest_log = OldestLogIn(directory_)};
  if (mark == mark_) return absl::OkStatus();
  // The disk has a log's name before the mark asks for it.
  if (mark.oldest_log != mark_.oldest_log && !SyncDirectory(directory_)) {
    return Failure("sync", directory_);
  }
  const uint64_t generation = generation_ + 1;
  // Where this fails the slot may be anything, and is written again.
  if (!WriteAndSync(file_, Slot(generation, mark), PlaceOf(generation))) {
    return Failure("write", path_);
  }
  generation_ = generation;
  mark_ = mark;
  return absl::OkStatus();
}

void HighWater::WriteNoted() {
  std::unique_lock<std::mutex> lock(waking_);
  while (!is_ending_) {
    woken_.wait(lock, [this] { return is_ending_ || is_behind_; });
    woken_.wait_for(lock, kBetweenWrites, [this] { return is_ending_; });
    if (is_ending_) return;
    is_behind_ = false;
    lock.unlock();
    {
      const std::lock_guard<std::mutex> writing(writing_);
      // Where it fails, the next one that is noted will do.
      if (noted_ > mark_.sequence) WriteSlot(noted_).IgnoreError();
    }
    lock.lock();
  }
}

}  // namespace dossier
