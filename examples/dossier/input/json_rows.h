// Records from lines of JSON.
#ifndef DOSSIER_INPUT_JSON_ROWS_H_
#define DOSSIER_INPUT_JSON_ROWS_H_

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "input/input_file.h"
#include "input/rows.h"

namespace dossier::program {

// Shape: a line is one of
//   {"email":..}                                   a record, as `export` writes it
//   {"result_count":..,"results":[..],"stat":"ok"} a page of entity.find, of which each result is one
//   {"failure":{..},"row":{..}}                    what an import refused, in its file of failures;
//                                                  row is a string where it was no JSON
// or blank. A page has `results` and one of the other two names, a failure these two names and no other:
// else they are attributes of a record. Whatever else a line holds is handed on as a record, to be
// refused.
class JsonRows : public RowSource {
 public:
  // Borrows `file`.
  explicit JsonRows(InputFile& file);
  ~JsonRows() override;

  absl::StatusOr<bool> Next(Row& row) override;

 private:
  struct Parser;

  // The next line, without its end; false at the end of the file.
  absl::StatusOr<bool> NextLine(std::string& line);
  // Whether the line is not a record itself: then those that it holds are in `pending_`.
  bool Unwrap(std::string& line);

  InputFile& file_;
  std::unique_ptr<Parser> parser_;
  std::string buffer_;
  size_t at_ = 0;  // where the next line begins in buffer_
  bool is_over_ = false;
  uint64_t line_ = 0;  // of the last one
  std::deque<std::string> pending_;
};

}  // namespace dossier::program

#endif  // DOSSIER_INPUT_JSON_ROWS_H_
