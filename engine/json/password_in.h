// A password of JSON: a plain text, to be hashed, or an object that is a hash already.
#ifndef DOSSIER_JSON_PASSWORD_IN_H_
#define DOSSIER_JSON_PASSWORD_IN_H_

#include <simdjson.h>

#include "json/scalar_in.h"

namespace dossier {

// Adds `value` (not null) as the value of `attribute`, a password. A plain text goes through
// `rules.passwords`. An object is kept as it is given, without its null members:
// Shape: {"type":"password..","value":text,"salt":text} in any order, `salt` and other members
// (scalars) optional.
// Errors: 200 (malformed JSON, too many plain texts), 340, 341.
absl::Status AddPassword(const Attribute& attribute, simdjson::ondemand::value value,
                         const ScalarRules& rules, Writer& writer);

}  // namespace dossier

#endif  // DOSSIER_JSON_PASSWORD_IN_H_
