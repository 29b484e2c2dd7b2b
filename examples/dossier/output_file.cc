#include "output_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dossier::program {
namespace {

constexpr unsigned kBufferBytes = 256u << 10;
// Of one gzwrite, which counts in int.
constexpr size_t kPieceBytesMax = 1u << 30;

}  // namespace

absl::Status OutputFile::Failed(int error) const {
  return absl::UnavailableError(absl::StrCat("cannot write ", path_, ": ", std::strerror(error)));
}

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Open(const std::string& path) {
  const int fd = path == "-" ? dup(STDOUT_FILENO)
                             : open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  }
  // 1: the fastest; T: as it is, without a header.
  gzFile_s* const file = gzdopen(dup(fd), absl::EndsWith(path, ".gz") ? "wb1" : "wbT");
  if (file == nullptr) {
    close(fd);
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": no memory"));
  }
  gzbuffer(file, kBufferBytes);
  return std::unique_ptr<OutputFile>(new OutputFile(file, fd, path));
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) gzclose_w(file_);
  close(fd_);
}

absl::Status OutputFile::Write(std::string_view text) {
  while (!text.empty()) {
    const auto size = static_cast<unsigned>(std::min(text.size(), kPieceBytesMax));
    if (gzwrite(file_, text.data(), size) <= 0) return Failed(errno);
    text.remove_prefix(size);
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Close() {
  gzFile_s* const file = std::exchange(file_, nullptr);
  if (gzclose_w(file) != Z_OK) return Failed(errno);
  // Pipes and terminals have nothing to sync.
  if (fsync(fd_) != 0 && errno != EINVAL && errno != EROFS) return Failed(errno);
  return absl::OkStatus();
}

}  // namespace dossier::program
