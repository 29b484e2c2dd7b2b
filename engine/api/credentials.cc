#include "api/credentials.h"

#include <algorithm>
#include <span>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "api/arguments.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier::api {
namespace {

std::string_view Stripped(std::string_view text) {
  return ToStd(absl::StripAsciiWhitespace(ToAbsl(text)));
}

// The header `Authorization`, without the blanks around its two parts.
struct Authorization {
  explicit Authorization(std::string_view header) {
    header = Stripped(header);
    scheme = header.substr(0, header.find_first_of(" \t"));
    credentials = Stripped(header.substr(scheme.size()));
  }
  bool Is(std::string_view name) const {
    return absl::EqualsIgnoreCase(ToAbsl(scheme), ToAbsl(name));
  }

  std::string_view scheme;  // empty: there is no header
  std::string_view credentials;
};

absl::StatusOr<Session> ByBasic(Engine& engine, std::string_view encoded,
                                std::string_view address) {
  std::string pair;
  const bool is_base64 = absl::Base64Unescape(ToAbsl(encoded), &pair);
  const size_t colon = is_base64 ? pair.find(':') : std::string::npos;
  if (colon == std::string::npos) return errors::InvalidClientCredentials();
  return engine.ClientSession(pair.substr(0, colon), pair.substr(colon + 1), address);
}

absl::StatusOr<Session> BySignature(Engine& engine, std::string_view credentials,
                                    const Request& request) {
  const size_t colon = credentials.rfind(':');
  if (colon == std::string_view::npos) return errors::InvalidSignature();
  const std::span<const std::pair<std::string, std::string>> parameters(request.parameters);
  return engine.SignedSession({.client_id = credentials.substr(0, colon),
                               .signature = credentials.substr(colon + 1),
                               .path = request.path,
                               .date = Stripped(request.date),
                               .parameters = parameters.subspan(
                                   std::min(request.query_parameter_count, parameters.size()))},
                              request.peer_address);
}

// Nothing where the parameters have none; an empty one is none.
std::string_view TokenOf(std::string_view path, const Arguments& arguments) {
  const std::string* token = arguments.Find("access_token");
  if (token != nullptr && !token->empty()) return *token;
  if (path == "/entity.create") token = arguments.Find("creation_token");
  return token == nullptr ? std::string_view() : *token;
}

absl::StatusOr<Session> ByParameters(Engine& engine, const Arguments& arguments,
                                     std::string_view address) {
  const std::string* client_id = arguments.Find("client_id");
  const std::string* client_secret = arguments.Find("client_secret");
  if (client_id == nullptr && client_secret == nullptr) {
    return errors::InvalidAuthMethod(
        "no authentication provided, for example client_id and client_secret");
  }
  if (client_id == nullptr) return errors::MissingArgument("client_id");
  if (client_secret == nullptr) return errors::MissingArgument("client_secret");
  return engine.ClientSession(*client_id, *client_secret, address);
}

}  // namespace

absl::StatusOr<Session> SessionOf(Engine& engine, const Request& request) {
  const Arguments arguments(request.parameters);
  const Authorization header(request.authorization);
  if (header.Is("oauth")) return engine.TokenSession(header.credentials, request.peer_address);
  const std::string_view token = TokenOf(request.path, arguments);
  if (!token.empty()) return engine.TokenSession(token, request.peer_address);
  if (header.Is("basic")) return ByBasic(engine, header.credentials, request.peer_address);
  if (header.Is("signature")) return BySignature(engine, header.credentials, request);
  if (!header.scheme.empty()) {
    return errors::InvalidAuthMethod("the authentication scheme is not known");
  }
  return ByParameters(engine, arguments, request.peer_address);
}

}  // namespace dossier::api
