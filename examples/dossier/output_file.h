// A file that is written from its start to its end, compressed where its name ends in ".gz".
#ifndef DOSSIER_OUTPUT_FILE_H_
#define DOSSIER_OUTPUT_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct gzFile_s;

namespace dossier::program {

// Not thread-safe. Errors of all calls: kUnavailable, with the path and the reason.
class OutputFile {
 public:
  // Made anew; what was there goes. "-" is the standard output.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Open(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  absl::Status Write(std::string_view text);
  // After the last Write; what it returns tells whether all is in the file, synced.
  absl::Status Close();

 private:
  OutputFile(gzFile_s* file, int fd, std::string path)
      : file_(file), fd_(fd), path_(std::move(path)) {}
  absl::Status Failed(int error) const;

  gzFile_s* file_;
  int fd_;  // the same file, to sync it
  std::string path_;
};

}  // namespace dossier::program

#endif  // DOSSIER_OUTPUT_FILE_H_
