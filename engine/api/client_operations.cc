// The operations on clients.
#include "api/operations.h"

#include "api/answers.h"
#include "base/status.h"
#include "record/json_value.h"

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

constexpr NamedOperation kOperations[] = {
    {"/clients/set_features", ClientsSetFeatures},
    {"/clients/add", ClientsAdd},
    {"/clients/list", ClientsList},
};

}  // namespace

std::span<const NamedOperation> ClientOperations() { return kOperations; }

}  // namespace dossier::api
