// Records on their way in.
#ifndef DOSSIER_INPUT_ROWS_H_
#define DOSSIER_INPUT_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dossier::program {

// One record, as a file has it.
struct Row {
  uint64_t line = 0;  // of the file, from 1, where it begins
  // A JSON object of attributes; what the line holds where `status` says that it is none.
  std::string json = {};
  absl::Status status = absl::OkStatus();
};

// The rows of one file, in its order. Takes memory for one line (of a page: one page) at a time. Not
// thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // False at the end. Errors, after which there is no more: those of InputFile; kInvalidArgument where
  // the file is not of its kind.
  virtual absl::StatusOr<bool> Next(Row& row) = 0;
};

}  // namespace dossier::program

#endif  // DOSSIER_INPUT_ROWS_H_
