// JSON as a tree, for what is not a record: attribute definitions, lists of names, settings.
#ifndef DOSSIER_JSON_JSON_VALUE_H_
#define DOSSIER_JSON_JSON_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

// A JSON value. Copies; thread-compatible.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<std::pair<std::string, JsonValue>>;  // in the order of the text
  using Variant = std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object>;

  JsonValue() = default;
  template <typename T, typename = std::enable_if_t<std::is_convertible_v<T, Variant>>>
  // NOLINTNEXTLINE(google-explicit-constructor): a value is made of its content
  JsonValue(T value) : value_(std::move(value)) {}

  // Errors: 200 on `argument` for text that is not one JSON value, that nests deeper than
  // kJsonDepthMax or that has a member twice.
  static absl::StatusOr<JsonValue> Parse(std::string_view text, std::string_view argument);

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  // Null where the value is of another type.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const int64_t* integer() const { return std::get_if<int64_t>(&value_); }
  const double* real() const { return std::get_if<double>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  // The member of an object; null where there is none.
  const JsonValue* Find(std::string_view name) const;

  void AppendTo(std::string& out) const;
  std::string ToText() const;

 private:
  Variant value_ = nullptr;
};

// A JSON array of strings as a list. Errors: 200 on `argument`.
absl::StatusOr<std::vector<std::string>> ParseStrings(std::string_view text,
                                                      std::string_view argument);

}  // namespace dossier

#endif  // DOSSIER_JSON_JSON_VALUE_H_
