// Client ids, secrets and tokens: made, compared, and hashed.
#ifndef DOSSIER_ACCESS_SECRETS_H_
#define DOSSIER_ACCESS_SECRETS_H_

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace dossier {

// 32 letters and digits from the system's generator of cryptographic strength: 165 bits.
// Errors: kUnavailable, where that generator fails.
absl::StatusOr<std::string> RandomToken();

// Whether they are equal, in a time that tells nothing of where they differ.
bool SecretsEqual(std::string_view a, std::string_view b);

// SHA-256. A token is too random for anyone to find it by its digest.
using TokenDigest = std::array<char, 32>;
TokenDigest DigestOf(std::string_view token);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_SECRETS_H_
