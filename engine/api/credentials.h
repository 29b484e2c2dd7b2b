// Who sends a request.
#ifndef DOSSIER_API_CREDENTIALS_H_
#define DOSSIER_API_CREDENTIALS_H_

#include "absl/status/statusor.h"
#include "dossier/api.h"

namespace dossier::api {

// A session of the sender: by a token, in the header `Authorization: OAuth` or the parameter
// access_token (of entity.create also creation_token), whatever else comes with it; else by the
// header with the scheme Basic or Signature; else by the parameters client_id and client_secret.
// Errors: 100; 205 for no credentials or another scheme; 402, also for credentials that do not
// decode; 413, 414, 417. Source: section 7 of the entity API's reference; some existing clients send
// a token and client credentials together, and the token rules.
absl::StatusOr<Session> SessionOf(Engine& engine, const Request& request);

}  // namespace dossier::api

#endif  // DOSSIER_API_CREDENTIALS_H_
