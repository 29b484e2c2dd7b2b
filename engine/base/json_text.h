// Text as a JSON string.
#ifndef DOSSIER_BASE_JSON_TEXT_H_
#define DOSSIER_BASE_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace dossier {

// Whether a JSON string holds `text` as it is, without an escape.
bool IsPlain(std::string_view text);

// Appends `text` (valid UTF-8) in quotes, with the escapes that JSON asks for and no other.
void AppendJsonText(std::string_view text, std::string& out);

}  // namespace dossier

#endif  // DOSSIER_BASE_JSON_TEXT_H_
