// Whether an answer is the one that a scenario expects.
//
// An expectation is JSON in which these strings stand for what changes from run to run:
//   "<uuid>"        36 characters, 8-4-4-4-12 hexadecimal digits
//   "<time>"        2013-08-23 12:38:33.475581 +0000; no fraction where it is zero
//   "<request_id>"  16 characters, lower-case letters and digits
//   "<id>"          a positive integer
//   "<text>"        a string that is not empty
//   "<any>"         anything
//   "<id:name>"     as "<id>", and captured as $name (so with every kind)
//   "$name"         what was captured as $name; other texts with a $ stand for themselves
// The member "..." in an object allows members that the expectation does not name. Apart from
// that, members must be the same set in any order, items of arrays the same in order, numbers the
// same text.
// "! 361 unique_violation attribute_name=/email" is an error with this code and name and these
// members, a description and perhaps other members; "! 200|342" allows one of several codes.
#ifndef DOSSIER_TESTS_SCENARIOS_EXPECTATION_H_
#define DOSSIER_TESTS_SCENARIOS_EXPECTATION_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "json_value.h"

namespace dossier::scenarios {

using Captures = std::map<std::string, JsonValue, std::less<>>;

// What makes `answer` differ from `expectation`, first difference only; empty where nothing does.
// Captures what the expectation names.
std::string Difference(std::string_view expectation, const JsonValue& answer, Captures& captures);

// The expectation that `answer` meets, as close to `old_expectation` as can be: placeholders that
// still hold stay, times, uuids and request ids are masked.
std::string Rewritten(std::string_view old_expectation, const JsonValue& answer,
                      const Captures& captures);

// `text` with every $name replaced by what was captured, objects and arrays as JSON; nothing where a
// name was not captured.
std::optional<std::string> WithCaptures(std::string_view text, const Captures& captures);

}  // namespace dossier::scenarios

#endif  // DOSSIER_TESTS_SCENARIOS_EXPECTATION_H_
