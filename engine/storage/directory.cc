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

namespace dossier {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatFile = "FORMAT";
constexpr std::string_view kFormatPrefix = "dossier store, format ";

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

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

bool SyncDirectory(const std::string& directory) {
  const File file(directory, O_RDONLY | O_DIRECTORY);
  return file.is_open() && ::fsync(file.descriptor()) == 0;
}

// Under another name first, so that the file is whole whenever it is there.
absl::Status WriteFormat(const std::string& directory, uint32_t version) {
  const std::string path = absl::StrCat(directory, "/", std::string(kFormatFile));
  const std::string text = absl::StrCat(std::string(kFormatPrefix), version, "\n");
  const std::string unfinished = path + ".new";
  if (!WriteWhole(unfinished, text) || ::rename(unfinished.c_str(), path.c_str()) != 0 ||
      !SyncDirectory(directory)) {
    return SystemError("write", path);
  }
  return absl::OkStatus();
}

std::optional<uint32_t> ParseFormat(std::string_view text) {
  if (!text.starts_with(kFormatPrefix) || !text.ends_with('\n')) return std::nullopt;
  text.remove_prefix(kFormatPrefix.size());
  text.remove_suffix(1);
  uint32_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

absl::Status CheckFormat(const std::string& directory, uint32_t newest) {
  const std::string path = absl::StrCat(directory, "/", std::string(kFormatFile));
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::FailedPreconditionError(
        absl::StrCat(directory, " is not empty and is no store of ours: it has no file ",
                     std::string(kFormatFile)));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::optional<uint32_t> version = ParseFormat(text);
  if (!version) return absl::DataLossError(absl::StrCat(path, " is damaged"));
  if (*version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store in ", directory, " has format ", *version,
                     "; this library reads formats up to ", newest, ": use a newer one"));
  }
  return absl::OkStatus();
}

// An interrupted creation leaves nothing but the unfinished file.
bool IsEmptyDirectory(const fs::path& directory, std::error_code& error) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename() != std::string(kFormatFile) + ".new") return false;
  }
  return true;
}

}  // namespace

absl::Status PrepareDirectory(const std::string& directory, bool create_if_missing,
                              uint32_t newest) {
  if (directory.empty())
    return absl::InvalidArgumentError("the directory of the store has no name");
  std::error_code error;
  const bool exists = fs::exists(directory, error);
  if (exists && !fs::is_directory(directory, error)) {
    return absl::FailedPreconditionError(absl::StrCat(directory, " is not a directory"));
  }
  const bool is_new = !exists || IsEmptyDirectory(directory, error);
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot read ", directory, ": ", error.message()));
  if (!is_new) return CheckFormat(directory, newest);
  if (!create_if_missing) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", directory));
  }
  if (!exists) {
    const fs::path parent = fs::path(directory).parent_path();
    if (!parent.empty()) fs::create_directories(parent, error);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
      return SystemError("make", directory);
  }
  // Records are personal: nobody else on the machine may read the files below.
  if (::chmod(directory.c_str(), 0700) != 0) return SystemError("protect", directory);
  return WriteFormat(directory, newest);
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
