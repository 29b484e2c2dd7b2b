// The columns of a table of records, by the attributes of an entity type.
#ifndef DOSSIER_INPUT_COLUMNS_H_
#define DOSSIER_INPUT_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier::program {

// A cell of a table; nothing where it is empty and not in quotes: a null.
using Cell = std::optional<std::string>;

// Turns the cells of a row into the JSON of a record, in the dialect of the hosted product's data
// loader: the header has dotted names ("primaryAddress.city"), plurals and objects are JSON,
// passwords are the JSON of a hash or a plain text, all else is text.
class Columns {
 public:
  // `schema` is what Session::EntityType returns. Errors: kInvalidArgument for a name that is no
  // attribute, lies in a plural or comes twice, also as a part of another.
  static absl::StatusOr<Columns> Make(std::span<const Cell> header, std::string_view schema);

  // Errors: kInvalidArgument for a cell that has to be JSON and is not or is no UTF-8, and for cells
  // that have no column; names the column.
  absl::StatusOr<std::string> Json(std::span<const Cell> cells) const;

 private:
  enum class Form { kText, kJson, kPassword, kNumber };
  struct Node {
    std::string name = {};  // of the attribute
    std::string path = {};  // of the column, as its header has it
    Form form = Form::kText;
    std::optional<size_t> column = std::nullopt;  // where it has no children
    std::vector<Node> children = {};
  };
  struct Reader;

  // Whether anything was written.
  static absl::StatusOr<bool> Append(const Node& node, std::span<const Cell> cells,
                                     std::string& json);
  static absl::Status AppendCell(const Node& node, const std::string& cell, std::string& json);

  size_t count_ = 0;
  Node root_;
};

}  // namespace dossier::program

#endif  // DOSSIER_INPUT_COLUMNS_H_
