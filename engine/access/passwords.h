// Passwords: hashed, and checked against their hashes. Both may take long by intent: call them
// without a lock. The schemes stand in schema/password_schemes.h.
#ifndef DOSSIER_ACCESS_PASSWORDS_H_
#define DOSSIER_ACCESS_PASSWORDS_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace dossier {

// The stored form of a plain text under the scheme of that name, with a salt of its own:
// {"type":..,"value":..} and perhaps a salt. `bcrypt_cost` is a power of two.
// bcrypt takes the first 72 bytes of a text and crypt-des the first 8, as they do everywhere.
// Errors: kUnavailable where the system's random generator fails or memory is short.
absl::StatusOr<std::string> HashPassword(std::string_view type, std::string_view text,
                                         int bcrypt_cost);

// HashPassword with its cost, or what stands for it in a test.
using PasswordHasher =
    std::function<absl::StatusOr<std::string>(std::string_view type, std::string_view text)>;

enum class PasswordVerdict {
  kRight,
  kWrong,
  kCannotTell,  // the scheme is not known, or the check would take beyond the bounds in limits.h
};

// Whether `text` is the password whose stored form is `stored`, in a time that tells nothing of how
// near it comes.
PasswordVerdict CheckPassword(std::string_view stored, std::string_view text);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_PASSWORDS_H_
