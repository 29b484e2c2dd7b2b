#include "input/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace dossier::program {
namespace {

constexpr unsigned kBufferBytes = 256u << 10;

absl::Status Failed(const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot read ", path, ": ", std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path) {
  const int fd = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed(path, errno);
  struct stat status {};
  if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) {
    const int error = S_ISDIR(status.st_mode) ? EISDIR : errno;
    close(fd);
    return Failed(path, error);
  }
  std::optional<uint64_t> bytes;
  if (S_ISREG(status.st_mode)) bytes = static_cast<uint64_t>(status.st_size);
  gzFile_s* const file = gzdopen(fd, "rb");  // takes what is not gzip as it is
  if (file == nullptr) {
    close(fd);
    return Failed(path, ENOMEM);
  }
  gzbuffer(file, kBufferBytes);
  return std::unique_ptr<InputFile>(new InputFile(file, path, bytes));
}

InputFile::~InputFile() { gzclose_r(file_); }

absl::StatusOr<size_t> InputFile::Read(std::span<char> buffer) {
  const int count = gzread(file_, buffer.data(), static_cast<unsigned>(buffer.size()));
  if (count > 0) return static_cast<size_t>(count);
  int error = Z_OK;
  const char* const reason = gzerror(file_, &error);
  if (error == Z_ERRNO) return Failed(path_, errno);
  if (error != Z_OK && error != Z_STREAM_END) {
    return absl::DataLossError(absl::StrCat("cannot read ", path_, ": ", reason));
  }
  return size_t{0};
}

uint64_t InputFile::bytes_read() const {
  const auto offset = gzoffset(file_);
  return offset < 0 ? 0 : static_cast<uint64_t>(offset);
}

}  // namespace dossier::program
