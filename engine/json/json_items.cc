#include "json/json_items.h"

#include <simdjson.h>

#include <optional>
#include <string>

#include "base/errors.h"
#include "dossier/limits.h"
#include "json/json_check.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;

// The value's text, where the parser read it, and blanks behind it; nothing where it is no JSON.
std::optional<std::string_view> RawText(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type)) return std::nullopt;
  simdjson::simdjson_result<std::string_view> raw = value.raw_json_token();
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (value.get_object().get(object)) return std::nullopt;
    raw = object.raw_json();
  } else if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array)) return std::nullopt;
    raw = array.raw_json();
  }
  return raw.error() ? std::nullopt : std::optional(raw.value_unsafe());
}

}  // namespace

absl::StatusOr<std::vector<std::string_view>> JsonItems(std::string_view array,
                                                        std::string_view argument) {
  if (array.size() > kJsonBytesMax) {
    return errors::InvalidArgument(argument, "it has more than 5 MB");
  }
  if (CheckJson(array) == JsonVerdict::kNotJson) return errors::MalformedJson(argument);
  ondemand::parser parser;
  std::string padded(array);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  ondemand::document document;
  ondemand::json_type type;
  ondemand::array values;
  if (parser.iterate(padded.data(), array.size(), padded.size()).get(document) ||
      document.type().get(type)) {
    return errors::MalformedJson(argument);
  }
  if (type != ondemand::json_type::array || document.get_array().get(values)) {
    return errors::InvalidArgument(argument, "it must be an array of objects");
  }
  std::vector<std::string_view> items;
  for (auto result : values) {
    ondemand::value value;
    if (std::move(result).get(value)) return errors::MalformedJson(argument);
    const std::optional<std::string_view> raw = RawText(value);
    if (!raw) return errors::MalformedJson(argument);
    const auto begin = static_cast<size_t>(raw->data() - padded.data());
    items.push_back(array.substr(begin, TrimmedToken(*raw).size()));
  }
  return items;
}

}  // namespace dossier
