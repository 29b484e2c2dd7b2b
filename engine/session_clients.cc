// The calls on clients, each spelled out as its steps, and what every call asks of its caller.
#include "base/errors.h"
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"

namespace dossier {

absl::Time Session::Now() const { return absl::FromUnixMicros(parts_->clock.NowMicros()); }

absl::Status Session::Authorize(Operation operation) const {
  return client_id_ ? parts_->clients->Authorize(*client_id_, operation) : absl::OkStatus();
}

absl::StatusOr<Client> Session::AddClient(std::string_view description,
                                          const std::vector<std::string>& features) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminClients));
  return parts_->clients->Add(description, features);
}

absl::Status Session::AddClient(const Client& client) {
  if (client_id_) return errors::ClientPermissionError();
  if (client.client_id.empty() || client.client_secret.empty()) {
    return errors::MissingArgument(client.client_id.empty() ? "client_id" : "client_secret");
  }
  return parts_->clients->AddAsGiven(client);
}

absl::Status Session::SetFeatures(std::string_view client_id,
                                  const std::vector<std::string>& features) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminClients));
  const std::string caller = client_id_.value_or("");
  const std::string_view target = client_id.empty() ? std::string_view(caller) : client_id;
  if (target.empty()) return errors::MissingArgument("for_client_id");
  return parts_->clients->SetFeatures(target, features, caller);
}

absl::StatusOr<std::vector<Client>> Session::Clients(
    const std::vector<std::string>& with_features) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminClients));
  DOSSIER_ASSIGN_OR_RETURN(const FeatureSet with, ParseFeatures(with_features));
  return parts_->clients->List(with);
}

}  // namespace dossier
