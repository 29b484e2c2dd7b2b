#include "input/columns.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace dossier::program {
namespace {

using nlohmann::json;

absl::Status WrongColumn(std::string_view path, std::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("column '", std::string(path), "': ", std::string(reason)));
}

// The definition of that name; null where there is none.
const json* Find(const json& attr_defs, std::string_view name) {
  for (const json& definition : attr_defs) {
    if (definition.value("name", "") == name) return &definition;
  }
  return nullptr;
}

// As in JSON's grammar, so that it can stand there as it is.
bool IsNumber(const std::string& text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return parsed.is_number() && text.find_first_of(" \t\r\n") == std::string::npos;
}

// In quotes; false where it is no UTF-8.
bool AppendText(const std::string& text, std::string& out) {
  try {
    out += json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

}  // namespace

// Builds the tree of columns.
struct Columns::Reader {
  const json& schema;

  static Form FormOf(std::string_view type) {
    if (type == "plural" || type == "object" || type == "json") return Form::kJson;
    if (type.starts_with("password")) return Form::kPassword;
    const bool is_number = type == "integer" || type == "decimal" || type == "id";
    return is_number ? Form::kNumber : Form::kText;
  }

  absl::Status Add(const std::string& path, size_t column, Node& root) const {
    Node* node = &root;
    const json* attr_defs = &schema.at("attr_defs");
    const std::vector<std::string> names = absl::StrSplit(path, '.');
    for (size_t i = 0; i < names.size(); ++i) {
      const json* definition = attr_defs == nullptr ? nullptr : Find(*attr_defs, names[i]);
      if (definition == nullptr) return WrongColumn(path, "no such attribute");
      const auto child = std::find_if(node->children.begin(), node->children.end(),
                                      [&](const Node& other) { return other.name == names[i]; });
      const bool is_new = child == node->children.end();
      const bool is_last = i + 1 == names.size();
      if (!is_new && (is_last || child->column)) return WrongColumn(path, "it is there twice");
      const std::string type = definition->value("type", "");
      if (is_last) {
        node->children.push_back(
            {.name = names[i], .path = path, .form = FormOf(type), .column = column});
        return absl::OkStatus();
      }
      if (type != "object") return WrongColumn(path, absl::StrCat(names[i], " is no object"));
      node = is_new ? &node->children.emplace_back(Node{.name = names[i]}) : &*child;
      attr_defs = &definition->at("attr_defs");
    }
    return WrongColumn(path, "it has no name");
  }
};

absl::StatusOr<Columns> Columns::Make(std::span<const Cell> header, std::string_view schema) {
  const json parsed = json::parse(schema);
  const Reader reader{parsed};
  Columns columns;
  columns.count_ = header.size();
  for (size_t i = 0; i < header.size(); ++i) {
    const absl::Status added = reader.Add(header[i].value_or(""), i, columns.root_);
    if (!added.ok()) return added;
  }
  return columns;
}

absl::StatusOr<std::string> Columns::Json(std::span<const Cell> cells) const {
  if (cells.size() > count_) {
    return absl::InvalidArgumentError(
        absl::StrCat("the row has ", cells.size(), " cells, the header ", count_));
  }
  std::string text;
  const absl::StatusOr<bool> appended = Append(root_, cells, text);
  if (!appended.ok()) return appended.status();
  return *appended ? text : "{}";
}

absl::StatusOr<bool> Columns::Append(const Node& node, std::span<const Cell> cells,
                                     std::string& json) {
  if (node.column) {
    if (*node.column >= cells.size() || !cells[*node.column]) return false;
    const absl::Status status = AppendCell(node, *cells[*node.column], json);
    if (!status.ok()) return status;
    return true;
  }
  const size_t before = json.size();
  for (const Node& child : node.children) {
    const size_t start = json.size();
    json += start == before ? "{" : ",";
    AppendText(child.name, json);
    json += ':';
    const absl::StatusOr<bool> appended = Append(child, cells, json);
    if (!appended.ok()) return appended.status();
    if (!*appended) json.resize(start);
  }
  if (json.size() == before) return false;
  json += '}';
  return true;
}

absl::Status Columns::AppendCell(const Node& node, const std::string& cell, std::string& json) {
  const bool is_hash = node.form == Form::kPassword && cell.starts_with('{');
  if (node.form == Form::kJson || is_hash) {
    if (!nlohmann::json::accept(cell)) return WrongColumn(node.path, "it wants JSON");
    // A row is a line. Between values a line's end is as any blank, and in them it stands escaped.
    std::transform(cell.begin(), cell.end(), std::back_inserter(json),
                   [](char c) { return c == '\n' || c == '\r' ? ' ' : c; });
  } else if (node.form == Form::kNumber && IsNumber(cell)) {
    json += cell;
  } else if (!AppendText(cell, json)) {
    return WrongColumn(node.path, "it is no UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace dossier::program
