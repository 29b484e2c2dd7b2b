// The operations on tokens.
#include <charconv>

#include "api/answers.h"
#include "api/operations.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

// Source: an hour where nothing else is asked for. `lifetime` is a parameter of the other calls that
// issue codes and tokens; access/getAccessToken, whose pages do not have it, takes it too.
absl::StatusOr<absl::Duration> Lifetime(const Arguments& arguments) {
  const std::string text = arguments.TextOr("lifetime");
  if (text.empty()) return AccessOptions().lifetime;
  uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) {
    return errors::InvalidArgument("lifetime", "it must be a number of seconds");
  }
  return absl::Seconds(seconds);
}

// The sources do not settle what preconditions mean here: what they mean in every other call.
absl::StatusOr<AccessOptions> OptionsOf(const Session& session, const Arguments& arguments) {
  AccessOptions options;
  options.client_id = arguments.TextOr("for_client_id");
  DOSSIER_ASSIGN_OR_RETURN(options.created, arguments.Time("created", session));
  DOSSIER_ASSIGN_OR_RETURN(options.last_updated, arguments.Time("lastUpdated", session));
  return options;
}

Answer GetAccessToken(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key());
  DOSSIER_ASSIGN_OR_RETURN(AccessOptions options, OptionsOf(session, arguments));
  DOSSIER_ASSIGN_OR_RETURN(options.lifetime, Lifetime(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const std::string token,
                           session.IssueAccessToken(type_name, key, options));
  return OkAnswer().Add("accessToken", JsonText(token)).Take();
}

Answer GetCreationToken(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(AccessOptions options, OptionsOf(session, arguments));
  DOSSIER_ASSIGN_OR_RETURN(options.lifetime, Lifetime(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const std::string token, session.IssueCreationToken(type_name, options));
  return OkAnswer().Add("creation_token", JsonText(token)).Take();
}

// Without for_client_id, which the sources do not name, the tokens of all clients end.
Answer DeleteAccess(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key());
  DOSSIER_ASSIGN_OR_RETURN(const AccessOptions options, OptionsOf(session, arguments));
  DOSSIER_RETURN_IF_ERROR(session.DeleteAccess(type_name, key, options));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {"/access/getAccessToken", GetAccessToken},
    {"/access/getCreationToken", GetCreationToken},
    {"/entity.deleteAccess", DeleteAccess},
};

}  // namespace

std::span<const NamedOperation> AccessOperations() { return kOperations; }

}  // namespace dossier::api
