// JSON as the scenarios compare it: parsed, with every number kept as the text that was written.
#ifndef DOSSIER_TESTS_SCENARIOS_JSON_VALUE_H_
#define DOSSIER_TESTS_SCENARIOS_JSON_VALUE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dossier::scenarios {

// A parsed JSON value. Copies, compares, prints.
struct JsonValue {
  enum class Kind { kLiteral, kNumber, kString, kArray, kObject };
  struct Member;

  Kind kind = Kind::kLiteral;
  std::string text = "null";  // of a literal, a number (as written) or a string (unescaped)
  std::vector<JsonValue> items;
  std::vector<Member> members;  // in the order in which they came

  const JsonValue* Find(std::string_view name) const;
};

// Not a std::pair, which needs its parts to be complete where the vector of it is declared.
struct JsonValue::Member {
  std::string name;
  JsonValue value;
};

// The value that `text` holds, blanks around it allowed; nothing where `text` is not JSON or an
// object names a member twice.
std::optional<JsonValue> ParseJson(std::string_view text);

// Compact JSON.
std::string ToText(const JsonValue& value);

// JSON on one line where it fits into `width` columns, else one member or item a line.
std::string ToIndentedText(const JsonValue& value, size_t width = 100, size_t indent = 0);

}  // namespace dossier::scenarios

#endif  // DOSSIER_TESTS_SCENARIOS_JSON_VALUE_H_
