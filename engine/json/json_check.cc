#include "json/json_check.h"

#include <simdjson.h>

#include "base/digits.h"
#include "dossier/limits.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;

// A large text must not keep its memory for as long as the thread lives.
constexpr size_t kParserBytesMax = 1u << 20;

JsonVerdict Check(ondemand::value value, int depth);

JsonVerdict CheckArray(ondemand::array array, int depth) {
  for (auto result : array) {
    ondemand::value element;
    if (std::move(result).get(element)) return JsonVerdict::kNotJson;
    if (const JsonVerdict verdict = Check(element, depth); verdict != JsonVerdict::kJson) {
      return verdict;
    }
  }
  return JsonVerdict::kJson;
}

JsonVerdict CheckObject(ondemand::object object, int depth) {
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field) || field.unescaped_key().error()) return JsonVerdict::kNotJson;
    if (const JsonVerdict verdict = Check(field.value(), depth); verdict != JsonVerdict::kJson) {
      return verdict;
    }
  }
  return JsonVerdict::kJson;
}

bool IsScalar(ondemand::value value, ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::string:
      return value.get_string().error() == simdjson::SUCCESS;
    case ondemand::json_type::boolean:
      return value.get_bool().error() == simdjson::SUCCESS;
    case ondemand::json_type::null: {
      bool is_null = false;
      return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
    }
    default:
      return IsJsonNumber(TrimmedToken(value.raw_json_token()));
  }
}

JsonVerdict Check(ondemand::value value, int depth) {
  ondemand::json_type type;
  if (value.type().get(type)) return JsonVerdict::kNotJson;
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (depth == kJsonDepthMax) return JsonVerdict::kTooDeep;
    return value.get_array().get(array) ? JsonVerdict::kNotJson : CheckArray(array, depth + 1);
  }
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (depth == kJsonDepthMax) return JsonVerdict::kTooDeep;
    return value.get_object().get(object) ? JsonVerdict::kNotJson : CheckObject(object, depth + 1);
  }
  return IsScalar(value, type) ? JsonVerdict::kJson : JsonVerdict::kNotJson;
}

}  // namespace

std::string_view TrimmedToken(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

bool IsJsonNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t whole = DigitCount(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const size_t fraction = DigitCount(text.substr(1));
    if (fraction == 0) return false;
    text.remove_prefix(1 + fraction);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && DigitCount(text) == text.size();
  }
  return text.empty();
}

JsonVerdict CheckJson(std::string_view text) {
  thread_local ondemand::parser parser;
  if (parser.capacity() > kParserBytesMax) parser = ondemand::parser();
  std::string padded;
  const size_t size = Bracket(text, padded);
  ondemand::document document;
  ondemand::array values;
  if (parser.iterate(padded.data(), size, padded.size()).get(document) ||
      document.get_array().get(values)) {
    return JsonVerdict::kNotJson;
  }
  size_t count = 0;
  for (auto result : values) {
    ondemand::value value;
    if (std::move(result).get(value) || ++count > 1) return JsonVerdict::kNotJson;
    if (const JsonVerdict verdict = Check(value, 0); verdict != JsonVerdict::kJson) return verdict;
  }
  const bool is_whole = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return count == 1 && is_whole ? JsonVerdict::kJson : JsonVerdict::kNotJson;
}

size_t Bracket(std::string_view text, std::string& padded) {
  padded.assign("[");
  padded += text;
  padded += ']';
  const size_t size = padded.size();
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  return size;
}

}  // namespace dossier
