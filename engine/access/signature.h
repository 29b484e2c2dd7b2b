// Requests that are signed with a client's secret.
#ifndef DOSSIER_ACCESS_SIGNATURE_H_
#define DOSSIER_ACCESS_SIGNATURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dossier/signed_request.h"

namespace dossier {

// Whether one of `secrets`, those of the client that the request names, signed it, and its date is
// within `skew` of `now`. Takes as long for a client without secrets: one that does not exist.
// Errors: 402.
absl::Status CheckSignature(const SignedRequest& request, const std::vector<std::string>& secrets,
                            absl::Time now, absl::Duration skew);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_SIGNATURE_H_
