#include "json/json_value.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errors.h"
#include "base/json_text.h"
#include "base/text.h"
#include "dossier/limits.h"

namespace dossier {
namespace {

namespace dom = simdjson::dom;

// Nothing where an object has a member twice.
std::optional<JsonValue> FromDom(dom::element element);

std::optional<JsonValue> FromArray(dom::array array) {
  JsonValue::Array values;
  for (const dom::element element : array) {
    std::optional<JsonValue> value = FromDom(element);
    if (!value) return std::nullopt;
    values.push_back(*std::move(value));
  }
  return values;
}

std::optional<JsonValue> FromObject(dom::object object) {
  JsonValue::Object members;
  absl::flat_hash_set<absl::string_view> names;  // a request may hold very many
  for (const dom::key_value_pair member : object) {
    if (!names.insert(ToAbsl(member.key)).second) return std::nullopt;
    std::optional<JsonValue> value = FromDom(member.value);
    if (!value) return std::nullopt;
    members.emplace_back(member.key, *std::move(value));
  }
  return members;
}

std::optional<JsonValue> FromDom(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return FromArray(element.get_array().value_unsafe());
    case dom::element_type::OBJECT:
      return FromObject(element.get_object().value_unsafe());
    case dom::element_type::INT64:
      return element.get_int64().value_unsafe();
    case dom::element_type::UINT64:
      return static_cast<double>(element.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE:
      return element.get_double().value_unsafe();
    case dom::element_type::STRING:
      return std::string(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
      return element.get_bool().value_unsafe();
    case dom::element_type::NULL_VALUE:
      return JsonValue();
  }
  return std::nullopt;
}

struct Printer {
  std::string& out;

  void operator()(std::nullptr_t) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(int64_t value) const { absl::StrAppend(&out, value); }
  void operator()(double value) const {
    char text[32];
    const char* end = std::to_chars(text, text + sizeof text, value + 0.0).ptr;  // -0 is 0
    const std::string_view number(text, static_cast<size_t>(end - text));
    out += number;
    // Digits alone would be read as an integer, of more bits than it has.
    const bool is_digits = number.find_first_of(".e") == std::string_view::npos;
    if (is_digits && std::fabs(value) >= 0x1p63) out += ".0";
  }
  void operator()(const std::string& value) const { AppendJsonText(value, out); }
  void operator()(const JsonValue::Array& values) const {
    out += '[';
    for (const JsonValue& value : values) {
      if (&value != &values.front()) out += ',';
      value.AppendTo(out);
    }
    out += ']';
  }
  void operator()(const JsonValue::Object& members) const {
    out += '{';
    for (const auto& member : members) {
      if (&member != &members.front()) out += ',';
      AppendJsonText(member.first, out);
      out += ':';
      member.second.AppendTo(out);
    }
    out += '}';
  }
};

}  // namespace

absl::StatusOr<JsonValue> JsonValue::Parse(std::string_view text, std::string_view argument) {
  if (text.size() > kJsonBytesMax) {
    return errors::InvalidArgument(argument, "it has more than 5 MB");
  }
  dom::parser parser;
  if (parser.allocate(std::max<size_t>(text.size(), 1), kJsonDepthMax) != simdjson::SUCCESS) {
    return errors::MalformedJson(argument);
  }
  dom::element root;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(text)).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    return errors::InvalidArgument(argument, "the JSON is nested too deeply");
  }
  if (error != simdjson::SUCCESS) return errors::MalformedJson(argument);
  std::optional<JsonValue> value = FromDom(root);
  if (!value) return errors::InvalidArgument(argument, "the JSON has a member twice");
  return *std::move(value);
}

const JsonValue* JsonValue::Find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [key, value] : *members) {
    if (key == name) return &value;
  }
  return nullptr;
}

void JsonValue::AppendTo(std::string& out) const { std::visit(Printer{out}, value_); }

std::string JsonValue::ToText() const {
  std::string text;
  AppendTo(text);
  return text;
}

absl::StatusOr<std::vector<std::string>> ParseStrings(std::string_view text,
                                                      std::string_view argument) {
  absl::StatusOr<JsonValue> value = JsonValue::Parse(text, argument);
  if (!value.ok()) return value.status();
  const JsonValue::Array* array = value->array();
  if (array == nullptr)
    return errors::InvalidArgument(argument, "it must be a JSON array of strings");
  std::vector<std::string> strings;
  for (const JsonValue& element : *array) {
    if (element.string() == nullptr) {
      return errors::InvalidArgument(argument, "it must be a JSON array of strings");
    }
    strings.push_back(*element.string());
  }
  return strings;
}

}  // namespace dossier
