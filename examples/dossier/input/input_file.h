// A file that is read from its start to its end, decompressed where it is gzip.
#ifndef DOSSIER_INPUT_INPUT_FILE_H_
#define DOSSIER_INPUT_INPUT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"

struct gzFile_s;

namespace dossier::program {

// Not thread-safe.
class InputFile {
 public:
  // "-" is the standard input. Errors: kNotFound, kUnavailable, with the path and the reason.
  static absl::StatusOr<std::unique_ptr<InputFile>> Open(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Up to `buffer.size()` bytes; none at the end. Errors: kDataLoss (gzip that is damaged or cut off),
  // kUnavailable.
  absl::StatusOr<size_t> Read(std::span<char> buffer);

  // Bytes of the file as it lies on disk: those read so far, and all where that is known.
  uint64_t bytes_read() const;
  std::optional<uint64_t> bytes() const { return bytes_; }

 private:
  InputFile(gzFile_s* file, std::string path, std::optional<uint64_t> bytes)
      : file_(file), path_(std::move(path)), bytes_(bytes) {}

  gzFile_s* file_;
  std::string path_;
  std::optional<uint64_t> bytes_;
};

}  // namespace dossier::program

#endif  // DOSSIER_INPUT_INPUT_FILE_H_
