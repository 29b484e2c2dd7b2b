// The operations on clients.
#include "api/operations.h"

#include "api/answers.h"
#include "base/errors.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

Answer ClientsSetFeatures(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, arguments.Text("features"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features, ParseStrings(text, "features"));
  DOSSIER_RETURN_IF_ERROR(session.SetFeatures(arguments.TextOr("for_client_id"), features));
  return OkAnswer().Take();
}

Answer ClientsAdd(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features, arguments.Names("features"));
  DOSSIER_ASSIGN_OR_RETURN(const Client client,
                           session.AddClient(arguments.TextOr("description"), features));
  return OkAnswer()
      .Add("client_id", JsonText(client.client_id))
      .Add("client_secret", JsonText(client.client_secret))
      .Add("description", JsonText(client.description))
      .Add("features", JsonTexts(client.features))
      .Add("whitelist", JsonTexts(client.whitelist))
      .Take();
}

// Source: existing clients filter by has_features or by features.
Answer ClientsList(Session& session, const Arguments& arguments) {
  const bool is_new_name = arguments.Find("has_features") != nullptr;
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features,
                           arguments.Names(is_new_name ? "has_features" : "features"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<Client> clients, session.Clients(features));
  std::string results = "[";
  for (const Client& client : clients) {
    if (results.size() > 1) results += ',';
    results += ClientJson(client);
  }
  return OkAnswer().Add("results", results + "]").Take();
}

Answer ClientsDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view client_id,
                           arguments.Text("client_id_for_deletion"));
  DOSSIER_RETURN_IF_ERROR(session.DeleteClient(client_id));
  return OkAnswer().Take();
}

Answer ClientsSetDescription(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view description, arguments.Text("description"));
  DOSSIER_RETURN_IF_ERROR(session.SetDescription(arguments.TextOr("for_client_id"), description));
  return OkAnswer().Take();
}

Answer ClientsSetWhitelist(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, arguments.Text("whitelist"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> whitelist,
                           ParseStrings(text, "whitelist"));
  DOSSIER_RETURN_IF_ERROR(session.SetWhitelist(arguments.TextOr("for_client_id"), whitelist));
  return OkAnswer().Take();
}

Answer ClientsClearWhitelist(Session& session, const Arguments& arguments) {
  DOSSIER_RETURN_IF_ERROR(session.ClearWhitelist(arguments.TextOr("for_client_id")));
  return OkAnswer().Take();
}

// Both parameters are required: nobody resets the secret that it just used by leaving one out.
Answer ClientsResetSecret(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view client_id, arguments.Text("for_client_id"));
  if (client_id.empty()) return errors::MissingArgument("for_client_id");
  DOSSIER_ASSIGN_OR_RETURN(const int64_t hours, arguments.Integer("hours_to_live"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string secret, session.ResetSecret(client_id, hours));
  return OkAnswer().Add("new_secret", JsonText(secret)).Take();
}

constexpr NamedOperation kOperations[] = {
    {"/clients/add", ClientsAdd},
    {"/clients/clear_whitelist", ClientsClearWhitelist},
    {"/clients/delete", ClientsDelete},
    {"/clients/list", ClientsList},
    {"/clients/reset_secret", ClientsResetSecret},
    {"/clients/set_description", ClientsSetDescription},
    {"/clients/set_features", ClientsSetFeatures},
    {"/clients/set_whitelist", ClientsSetWhitelist},
};

}  // namespace

std::span<const NamedOperation> ClientOperations() { return kOperations; }

}  // namespace dossier::api
