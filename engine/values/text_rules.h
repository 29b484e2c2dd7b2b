// What constraints ask of texts, and how texts compare without regard to case.
#ifndef DOSSIER_VALUES_TEXT_RULES_H_
#define DOSSIER_VALUES_TEXT_RULES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {

// The formats that a constraint can ask of a text, as bits. Stored nowhere: their names are.
// Source: section 3.3 of the entity API reference.
enum TextFormat : uint8_t {
  kAlphabetic = 1,        // A-Z a-z
  kAlphanumeric = 2,      // A-Z a-z 0-9
  kUnicodeLetters = 4,    // letters of any script
  kUnicodePrintable = 8,  // no controls, only characters known to Unicode 7.0
  kEmailAddress = 16,     // somebody@somewhere.example, internationalised too
};

// The format that a constraint's name ("unicode-printable") means; nothing for other names.
std::optional<TextFormat> TextFormatNamed(std::string_view name);

// The constraint's name of one format.
std::string_view NameOf(TextFormat format);

// Whether the text has the format. Empty text has every one but kEmailAddress; text that is not
// well-formed UTF-8 has none.
bool Matches(TextFormat format, std::string_view utf8);

// Whether the text is well-formed UTF-8, as every JSON text must be.
bool IsUtf8(std::string_view text);

// The text with U+FFFD for what is ill-formed in it.
std::string WellFormed(std::string_view text);

// Units: code points. A byte that belongs to no well-formed sequence counts as one if it is not
// a continuation byte.
size_t CodePointCount(std::string_view utf8);

// The first `count` characters, all of a shorter text.
std::string_view FirstCodePoints(std::string_view utf8, size_t count);

// The text in small letters or capitals by Unicode's full mapping, of no language in particular:
// one character may become several.
std::string ToLower(std::string_view utf8);
std::string ToUpper(std::string_view utf8);

// Appends the text with Unicode's simple case folding, one code point to one: two texts that differ
// in case only append the same bytes. Ill-formed bytes are appended as they are.
void AppendFolded(std::string_view utf8, std::string& out);

// Whether AppendFolded makes `folded` of the text. Makes nothing where the text is ASCII.
bool FoldsTo(std::string_view utf8, std::string_view folded);

}  // namespace dossier

#endif  // DOSSIER_VALUES_TEXT_RULES_H_
