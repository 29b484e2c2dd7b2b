// One scalar of JSON checked against its attribute and written as the record stores it. This header
// and members.h show simdjson; only the files of this folder that walk JSON include them.
#ifndef DOSSIER_JSON_SCALAR_IN_H_
#define DOSSIER_JSON_SCALAR_IN_H_

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "json/change.h"
#include "record/attribute.h"
#include "record/writer.h"

namespace dossier {

// What every scalar of one change shares.
struct ScalarRules {
  std::string_view argument;  // the request parameter that carries the JSON
  int64_t now;                // microseconds
  TextCheck check = nullptr;  // null: values are only compared, no constraints and no rules
  PlainPasswords* passwords = nullptr;
};

// Adds `value` (not null) to the writer as the value of `attribute`, which is no container.
// Errors: 200 (malformed JSON, an address), 340 to 342, those of the text check, 360.
absl::Status AddScalar(const Attribute& attribute, simdjson::ondemand::value value,
                       const ScalarRules& rules, Writer& writer);

// The value that the attribute's rules put in the place of null; they must have one.
absl::Status AddDefault(const Attribute& attribute, const ScalarRules& rules, Writer& writer);

// A string that stands for itself, without JSON around it.
absl::Status AddString(const Attribute& attribute, std::string_view text, const ScalarRules& rules,
                       Writer& writer);

// Reads over a value, whatever it is. False where it is no JSON.
bool PassOver(simdjson::ondemand::value value);

// The integer that `value` is; nothing where it is another thing.
std::optional<int64_t> IntegerOf(simdjson::ondemand::value value);

}  // namespace dossier

#endif  // DOSSIER_JSON_SCALAR_IN_H_
