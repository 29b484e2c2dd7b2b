// Signatures of requests, made as a client makes them.
#ifndef DOSSIER_TESTS_SUPPORT_SIGNING_H_
#define DOSSIER_TESTS_SUPPORT_SIGNING_H_

#include <string>
#include <string_view>

namespace dossier::testing {

// base64(HMAC-SHA1(secret, text))
std::string Signature(std::string_view secret, std::string_view text);

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_SIGNING_H_
