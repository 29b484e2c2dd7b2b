#include "storage/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/file.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatFile = "FORMAT";
constexpr std::string_view kFormatPrefix = "dossier store, format ";

absl::Status SystemError(std::string_view doing, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", std::string(doing), " ", path, ": ", std::strerror(errno)));
}

bool WriteWhole(const std::string& path, std::string_view text) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  return file.is_open() &&
         ::write(file.descriptor(), text.data(), text.size()) ==
             static_cast<ssize_t>(text.size()) &&
         ::fsync(file.descriptor()) == 0;
}

std::optional<uint32_t> ParseFormat(std::string_view text) {
  if (!text.starts_with(kFormatPrefix) || !text.ends_with('\n')) return std::nullopt;
  text.remove_prefix(kFormatPrefix.size());
  text.remove_suffix(1);
  uint32_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version == 0) return std::nullopt;
  return version;
}

// The first bytes of the file; no FORMAT is longer.
absl::StatusOr<std::string> ReadFormat(const std::string& directory, const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open() && errno == ENOENT) {
    return absl::FailedPreconditionError(
        absl::StrCat(directory, " is not empty and is no store of ours: it has no file ",
                     std::string(kFormatFile)));
  }
  std::string text(64, '\0');
  const ssize_t size = file.is_open() ? ::read(file.descriptor(), text.data(), text.size()) : -1;
  if (size < 0) return SystemError("read", path);
  text.resize(static_cast<size_t>(size));
  return text;
}

absl::StatusOr<uint32_t> FormatOf(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/", std::string(kFormatFile));
  DOSSIER_ASSIGN_OR_RETURN(const std::string text, ReadFormat(directory, path));
  const std::optional<uint32_t> version = ParseFormat(text);
  if (!version) return absl::DataLossError(absl::StrCat(path, " is damaged"));
  return *version;
}

absl::StatusOr<uint32_t> CheckedFormat(const std::string& directory, uint32_t newest) {
  DOSSIER_ASSIGN_OR_RETURN(const uint32_t version, FormatOf(directory));
  if (version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store in ", directory, " has format ", version,
                     "; this library reads formats up to ", newest, ": use a newer one"));
  }
  return version;
}

// Whether a store with a good FORMAT still has to be made: RocksDB names its state in CURRENT
// before it makes the first log or table, so a creation that was interrupted has none of the three.
absl::StatusOr<bool> IsUnfinished(const std::string& directory) {
  std::error_code error;
  if (fs::exists(directory + "/CURRENT", error)) return false;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const fs::path extension = at->path().extension();
    if (extension == ".sst" || extension == ".log") {
      return absl::DataLossError(absl::StrCat("the file CURRENT is missing from ", directory));
    }
  }
  if (error) return SystemError("read", directory);
  return true;
}

// An interrupted creation leaves nothing but the unfinished file.
bool IsEmptyDirectory(const fs::path& directory, std::error_code& error) {
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename() != std::string(kFormatFile) + ".new") return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Prepared> PrepareDirectory(const std::string& directory, bool create_if_missing,
                                          uint32_t newest) {
  if (directory.empty())
    return absl::InvalidArgumentError("the directory of the store has no name");
  std::error_code error;
  const bool exists = fs::exists(directory, error);
  if (exists && !fs::is_directory(directory, error)) {
    return absl::FailedPreconditionError(absl::StrCat(directory, " is not a directory"));
  }
  const bool is_empty = !exists || IsEmptyDirectory(directory, error);
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot read ", directory, ": ", error.message()));
  Prepared prepared{.is_new = true, .format = newest};
  if (!is_empty) {
    DOSSIER_ASSIGN_OR_RETURN(prepared.format, CheckedFormat(directory, newest));
    DOSSIER_ASSIGN_OR_RETURN(prepared.is_new, IsUnfinished(directory));
  }
  if (prepared.is_new && !create_if_missing) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", directory));
  }
  if (!is_empty) return prepared;
  if (!exists) {
    const fs::path parent = fs::path(directory).parent_path();
    if (!parent.empty()) fs::create_directories(parent, error);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
      return SystemError("make", directory);
  }
  // Records are personal: nobody else on the machine may read the files below.
  if (::chmod(directory.c_str(), 0700) != 0) return SystemError("protect", directory);
  DOSSIER_RETURN_IF_ERROR(WriteFormat(directory, newest));
  return prepared;
}

absl::Status WriteFormat(const std::string& directory, uint32_t format) {
  const std::string path = absl::StrCat(directory, "/", std::string(kFormatFile));
  const std::string text = absl::StrCat(std::string(kFormatPrefix), format, "\n");
  const std::string unfinished = path + ".new";
  if (!WriteWhole(unfinished, text) || ::rename(unfinished.c_str(), path.c_str()) != 0 ||
      !SyncDirectory(directory)) {
    return SystemError("write", path);
  }
  return absl::OkStatus();
}

absl::Status RaiseFormat(const std::string& directory, uint32_t format) {
  DOSSIER_ASSIGN_OR_RETURN(const uint32_t version, FormatOf(directory));
  return version < format ? WriteFormat(directory, format) : absl::OkStatus();
}

std::vector<LogFile> LogsIn(const std::string& directory) {
  std::vector<LogFile> logs;
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(directory, error)) {
    const std::string digits = file.path().stem();
    LogFile log{.path = file.path(), .bytes = file.file_size(error)};
    const bool is_number =
        std::from_chars(digits.data(), digits.data() + digits.size(), log.number).ptr ==
        digits.data() + digits.size();
    if (!error && is_number && file.path().extension() == ".log") logs.push_back(std::move(log));
  }
  return logs;
}

void RemoveEmptyLogs(const std::string& directory, uint64_t current) {
  std::error_code error;
  for (const LogFile& log : LogsIn(directory)) {
    if (log.number < current && log.bytes == 0) fs::remove(log.path, error);
  }
}

std::string NameHolder(const std::string& directory) {
  const File file(directory + "/LOCK", O_RDWR);
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (!file.is_open() || ::fcntl(file.descriptor(), F_GETLK, &lock) != 0 ||
      lock.l_type == F_UNLCK || lock.l_pid <= 0) {
    return "another process";
  }
  std::ifstream comm(absl::StrCat("/proc/", lock.l_pid, "/comm"));
  std::string name;
  std::getline(comm, name);
  return name.empty() ? absl::StrCat("process ", lock.l_pid)
                      : absl::StrCat("process ", lock.l_pid, " (", name, ")");
}

}  // namespace dossier
