// Records from a table of comma-separated values.
#ifndef DOSSIER_INPUT_CSV_ROWS_H_
#define DOSSIER_INPUT_CSV_ROWS_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "input/columns.h"
#include "input/input_file.h"
#include "input/rows.h"

namespace dossier::program {

// Shape: RFC 4180 in UTF-8, with or without a byte order mark; the first row is the header that
// Columns reads. Cells may have line feeds in quotes. An empty cell is null, one of two quotes the
// empty string.
class CsvRows : public RowSource {
 public:
  // Reads the header. Borrows `file`. Errors: those of Columns::Make and of Next.
  static absl::StatusOr<std::unique_ptr<CsvRows>> Open(InputFile& file, std::string_view schema);
  ~CsvRows() override;

  absl::StatusOr<bool> Next(Row& row) override;

 private:
  struct Parser;
  struct Table {
    uint64_t line;  // where it begins
    std::vector<Cell> cells;
  };

  explicit CsvRows(InputFile& file);
  // The next row of the table; false at the end.
  absl::StatusOr<bool> NextCells(Table& table);

  InputFile& file_;
  std::unique_ptr<Parser> parser_;
  std::optional<Columns> columns_;
};

}  // namespace dossier::program

#endif  // DOSSIER_INPUT_CSV_ROWS_H_
