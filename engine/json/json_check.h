// Whether a text is JSON.
#ifndef DOSSIER_JSON_JSON_CHECK_H_
#define DOSSIER_JSON_JSON_CHECK_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace dossier {

// Whether `text` is a number by JSON's grammar. simdjson would tell, but only by making a double of
// it: it refuses 1e400, and a decimal has digits that no double holds.
bool IsJsonNumber(std::string_view text);

// A token of simdjson's without the blanks that it keeps behind it.
std::string_view TrimmedToken(std::string_view token);

// Whether `text` is one JSON value and nothing else, of at most kJsonDepthMax levels.
enum class JsonVerdict { kJson, kNotJson, kTooDeep };
JsonVerdict CheckJson(std::string_view text);

// Makes `padded` the text between brackets, so that simdjson reads a scalar like any other value,
// with simdjson's padding behind it. Returns how many of the bytes are JSON.
size_t Bracket(std::string_view text, std::string& padded);

}  // namespace dossier

#endif  // DOSSIER_JSON_JSON_CHECK_H_
