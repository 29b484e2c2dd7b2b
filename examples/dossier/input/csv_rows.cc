#include "input/csv_rows.h"

#include <csv.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dossier::program {
namespace {

constexpr size_t kReadBytes = 256u << 10;
// Of one row: the engine takes no larger record.
constexpr uint64_t kRowBytesMax = 64u << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

int IsNoSpace(unsigned char) { return 0; }  // blanks around a cell belong to it

}  // namespace

// libcsv, which calls back, as something that can be asked for the next row.
struct CsvRows::Parser {
  Parser() {
    csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL);
    csv_set_space_func(&csv, IsNoSpace);
  }
  ~Parser() { csv_free(&csv); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  static void OnCell(void* text, size_t size, void* self_pointer) {
    auto& self = *static_cast<Parser*>(self_pointer);
    Cell cell;
    if (text != nullptr) cell.emplace(static_cast<const char*>(text), size);
    if (cell) self.lines_in_row += std::count(cell->begin(), cell->end(), '\n');
    self.cells.push_back(std::move(cell));
  }

  // `end` is the character that ended the row, -1 for the end of the file.
  static void OnRow(int end, void* self_pointer) {
    auto& self = *static_cast<Parser*>(self_pointer);
    if (!self.cells.empty()) {
      self.rows.push_back({self.line, std::exchange(self.cells, {})});
      self.line += static_cast<uint64_t>(std::exchange(self.lines_in_row, 0));
    }
    if (end == '\n') ++self.line;
  }

  csv_parser csv;
  std::vector<Cell> cells;  // of the row at hand
  std::ptrdiff_t lines_in_row = 0;
  uint64_t line = 1;
  std::deque<Table> rows;
  bool is_first_read = true;
  bool is_over = false;
};

CsvRows::CsvRows(InputFile& file) : file_(file), parser_(std::make_unique<Parser>()) {}

CsvRows::~CsvRows() = default;

absl::StatusOr<std::unique_ptr<CsvRows>> CsvRows::Open(InputFile& file, std::string_view schema) {
  std::unique_ptr<CsvRows> rows(new CsvRows(file));
  Table header;
  const absl::StatusOr<bool> has_header = rows->NextCells(header);
  if (!has_header.ok()) return has_header.status();
  if (!*has_header) return absl::InvalidArgumentError("the table has no header");
  absl::StatusOr<Columns> columns = Columns::Make(header.cells, schema);
  if (!columns.ok()) return columns.status();
  rows->columns_ = *std::move(columns);
  return rows;
}

absl::StatusOr<bool> CsvRows::Next(Row& row) {
  Table table;
  const absl::StatusOr<bool> has_row = NextCells(table);
  if (!has_row.ok() || !*has_row) return has_row;
  row.line = table.line;
  absl::StatusOr<std::string> json = columns_->Json(table.cells);
  row.status = json.status();
  row.json = std::move(json).value_or("");
  return true;
}

absl::StatusOr<bool> CsvRows::NextCells(Table& table) {
  Parser& parser = *parser_;
  std::string buffer(kReadBytes, '\0');
  uint64_t bytes = 0;  // without a whole row in them
  while (parser.rows.empty() && !parser.is_over) {
    const absl::StatusOr<size_t> count = file_.Read(buffer);
    if (!count.ok()) return count.status();
    std::string_view text(buffer.data(), *count);
    if (parser.is_first_read && text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    parser.is_first_read = false;
    parser.is_over = *count == 0;
    const bool is_read = parser.is_over
                             ? csv_fini(&parser.csv, Parser::OnCell, Parser::OnRow, &parser) == 0
                             : csv_parse(&parser.csv, text.data(), text.size(), Parser::OnCell,
                                         Parser::OnRow, &parser) == text.size();
    bytes += text.size();
    if (!is_read || bytes > kRowBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the row at line ", parser.line,
          " is no CSV: ", is_read ? "it has no end" : csv_strerror(csv_error(&parser.csv))));
    }
  }
  if (parser.rows.empty()) return false;
  table = std::move(parser.rows.front());
  parser.rows.pop_front();
  return true;
}

}  // namespace dossier::program
