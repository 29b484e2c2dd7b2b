#include "schema/password_schemes.h"

#include <algorithm>
#include <iterator>

namespace dossier {
namespace {

using enum PasswordMethod;

// Source: section 3.1 of the entity API's reference, and the two generations of the hosted product's
// list of hashes that it can take over.
constexpr PasswordScheme kSchemes[] = {
    {"password", kCrypt, "$2a$"},
    {"password-bcrypt", kCrypt, "$2a$"},
    {"password-crypt-sha256", kCrypt, "$5$"},
    {"password-crypt-sha512", kCrypt, "$6$"},
    {"password-crypt-md5", kCrypt, "$1$"},
    {"password-crypt-des", kCrypt, ""},
    {"password-md5", kDigest, "", "MD5"},
    {"password-sha", kDigest, "", "SHA1"},
    {"password-sha-256", kDigest, "", "SHA256"},
    {"password-sha-512", kDigest, "", "SHA512"},
    // A published sample is MD5 of the text and the salt as it stands, in hexadecimal.
    {"password-md5-salted-right-base64", kDigest, "", "MD5", SaltSide::kRight},
    {"password-md5-salted-left-base64", kDigest, "", "MD5", SaltSide::kLeft},
    {"password-phpass-55", kPhpass, "$P$", "MD5"},
    {"password-phpass-sha512-truncated-55", kPhpass, "$S$", "SHA512"},
    {"password-base64", kBase64},
    {"password-pbkdf2-sha1", kKeptOnly},
    {"password-pbkdf2-sha256", kKeptOnly},
    {"password-pbkdf2-sha512", kKeptOnly},
    {"password-netforum", kKeptOnly},
};

}  // namespace

const PasswordScheme* FindPasswordScheme(std::string_view type) {
  const auto* const found =
      std::find_if(std::begin(kSchemes), std::end(kSchemes),
                   [&](const PasswordScheme& scheme) { return scheme.name == type; });
  return found == std::end(kSchemes) ? nullptr : found;
}

std::span<const PasswordScheme> PasswordSchemes() { return kSchemes; }

}  // namespace dossier
