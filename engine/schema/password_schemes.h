// The schemes of passwords: the names that attribute types and stored hashes have, and what each of
// them stands for. `access/passwords.h` makes and checks hashes by this table.
#ifndef DOSSIER_SCHEMA_PASSWORD_SCHEMES_H_
#define DOSSIER_SCHEMA_PASSWORD_SCHEMES_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace dossier {

enum class PasswordMethod : uint8_t {
  kCrypt,     // crypt(3); the value holds the salt
  kDigest,    // one digest of the text and perhaps a salt, in hexadecimal
  kPhpass,    // a digest many times over, in phpass's text; the value holds the salt
  kBase64,    // the text itself in base64: no hash
  kKeptOnly,  // its form is not published: kept as given, neither made nor checked
};

// Where the salt stands when it and the text are digested.
enum class SaltSide : uint8_t { kNone, kLeft, kRight };

struct PasswordScheme {
  std::string_view name;
  PasswordMethod method;
  std::string_view prefix = {};  // how a value begins: of kCrypt and kPhpass
  std::string_view digest = {};  // MD5, SHA1, ..: of kDigest and kPhpass
  SaltSide salt = SaltSide::kNone;
};

// The scheme of that name; null where it is not known. "password" is bcrypt.
const PasswordScheme* FindPasswordScheme(std::string_view type);

std::span<const PasswordScheme> PasswordSchemes();

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_PASSWORD_SCHEMES_H_
