// The rows that an import refused, in a file that can be imported once they are mended.
#ifndef DOSSIER_FAILURES_H_
#define DOSSIER_FAILURES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "input/rows.h"

namespace dossier::program {

// Shape: a line is {"failure":{"line":..,"number":..,"code":..,"error":..,"attribute":..,"holder_id":..,
// "reason":..},"row":..}: `number` counts the rows of the input from 0, members that do not apply are
// left out, `row` is the record, a string where it was no JSON. Not thread-safe.
class Failures {
 public:
  // Goes on with the file that is there, whose first `kept_below` rows have been dealt with: failures
  // of later ones are taken out. 0: begins anew. The file is made with its first failure. "-": the
  // standard error.
  static absl::StatusOr<std::unique_ptr<Failures>> Open(const std::string& path,
                                                        uint64_t kept_below);
  ~Failures();
  Failures(const Failures&) = delete;
  Failures& operator=(const Failures&) = delete;

  // Written before it returns.
  absl::Status Add(const Row& row, uint64_t number, const absl::Status& reason);
  uint64_t count() const { return count_; }  // those kept included
  const std::string& path() const { return path_; }

 private:
  explicit Failures(std::string path) : path_(std::move(path)) {}
  absl::Status KeepBelow(uint64_t number);
  absl::Status Write(const std::string& line);
  absl::Status Failed() const;  // by errno

  std::string path_;
  int fd_ = -1;
  uint64_t count_ = 0;
};

}  // namespace dossier::program

#endif  // DOSSIER_FAILURES_H_
