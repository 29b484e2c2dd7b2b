// Who sends a request.
#ifndef DOSSIER_API_CREDENTIALS_H_
#define DOSSIER_API_CREDENTIALS_H_

#include <string>

#include "absl/status/statusor.h"
#include "dossier/api.h"

namespace dossier::api {

struct Credentials {
  std::string client_id;
  std::string client_secret;
};

// From the header `Authorization: Basic`, else from the parameters client_id and client_secret.
// Errors: 205 for none or another scheme, 402 for a Basic header that does not decode.
// Source: section 7 of the entity API's reference.
absl::StatusOr<Credentials> CredentialsOf(const Request& request);

}  // namespace dossier::api

#endif  // DOSSIER_API_CREDENTIALS_H_
