#include "api/credentials.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "api/arguments.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier::api {
namespace {

absl::StatusOr<Credentials> FromHeader(std::string_view header) {
  const size_t blank = std::min(header.find(' '), header.size());
  if (!absl::EqualsIgnoreCase(ToAbsl(header.substr(0, blank)), "basic")) {
    return errors::InvalidAuthMethod("the authentication scheme is not known");
  }
  std::string pair;
  const absl::string_view encoded = absl::StripAsciiWhitespace(ToAbsl(header.substr(blank)));
  const size_t colon = absl::Base64Unescape(encoded, &pair) ? pair.find(':') : std::string::npos;
  if (colon == std::string::npos) return errors::InvalidClientCredentials();
  return Credentials{pair.substr(0, colon), pair.substr(colon + 1)};
}

}  // namespace

absl::StatusOr<Credentials> CredentialsOf(const Request& request) {
  if (!request.authorization.empty()) return FromHeader(request.authorization);
  const Arguments arguments(request.parameters);
  const std::string* client_id = arguments.Find("client_id");
  const std::string* client_secret = arguments.Find("client_secret");
  if (client_id == nullptr && client_secret == nullptr) {
    return errors::InvalidAuthMethod(
        "no authentication provided, for example client_id and client_secret");
  }
  if (client_id == nullptr) return errors::MissingArgument("client_id");
  if (client_secret == nullptr) return errors::MissingArgument("client_secret");
  return Credentials{*client_id, *client_secret};
}

}  // namespace dossier::api
