// The calls on clients and settings, each spelled out as its steps, and what every call asks of its
// caller.
#include "base/errors.h"
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"

namespace dossier {

absl::Time Session::Now() const { return absl::FromUnixMicros(parts_->clock.NowMicros()); }

absl::Status ClientCalls::Authorize(Operation operation) const {
  return parts_->clients->Authorize(caller_, operation).status();
}

absl::StatusOr<std::string> ClientCalls::Meant(std::string_view client_id) const {
  if (!client_id.empty()) return std::string(client_id);
  if (caller_.client_id) return *caller_.client_id;
  return errors::MissingArgument("for_client_id");
}

absl::StatusOr<Client> ClientCalls::AddClient(std::string_view description,
                                              const std::vector<std::string>& features) {
  return parts_->clients->Add(caller_, description, features);
}

absl::Status ClientCalls::AddClient(const Client& client) {
  if (caller_.client_id) return errors::ClientPermissionError();
  if (client.client_id.empty() || client.client_secret.empty()) {
    return errors::MissingArgument(client.client_id.empty() ? "client_id" : "client_secret");
  }
  return parts_->clients->AddAsGiven(client);
}

absl::StatusOr<std::vector<Client>> ClientCalls::Clients(
    const std::vector<std::string>& with_features) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminClients));
  DOSSIER_ASSIGN_OR_RETURN(const FeatureSet with, FeaturesNamed(with_features, "has_features"));
  std::vector<Client> clients;
  for (const auto& stored : parts_->clients->List(with)) clients.push_back(stored->client);
  return clients;
}

absl::Status ClientCalls::SetFeatures(std::string_view client_id,
                                      const std::vector<std::string>& features) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->clients->SetFeatures(caller_, meant, features);
}

absl::Status ClientCalls::SetDescription(std::string_view client_id, std::string_view description) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->clients->Change(caller_, Operation::kAdminClients, meant,
                                 [&](StoredClient& stored) {
                                   stored.client.description = std::string(description);
                                   return absl::OkStatus();
                                 });
}

absl::Status ClientCalls::SetWhitelist(std::string_view client_id,
                                       const std::vector<std::string>& whitelist) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->clients->SetWhitelist(caller_, meant, whitelist);
}

absl::Status ClientCalls::ClearWhitelist(std::string_view client_id) {
  return SetWhitelist(client_id, Client().whitelist);
}

absl::StatusOr<std::string> ClientCalls::ResetSecret(std::string_view client_id,
                                                     int64_t hours_to_live) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->clients->ResetSecret(caller_, meant, hours_to_live);
}

absl::Status ClientCalls::DeleteClient(std::string_view client_id) {
  if (client_id.empty()) return errors::MissingArgument("client_id_for_deletion");
  return parts_->access_schemas->DeleteClient(client_id, [&](Clients::FillBatch along) {
    return parts_->clients->Delete(caller_, client_id, along);
  });
}

absl::StatusOr<Settings> ClientCalls::ReadSettings(SettingsScope scope,
                                                   std::string_view client_id) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminSettings));
  if (scope == SettingsScope::kDefault) return parts_->settings->Read(scope, {});
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->settings->Read(scope, meant);
}

absl::StatusOr<AllSettings> ClientCalls::ReadAllSettings() {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminSettings));
  return parts_->settings->ReadAll();
}

absl::StatusOr<std::map<std::string, bool>> ClientCalls::SetSettings(const Settings& items,
                                                                     std::string_view client_id,
                                                                     std::string_view argument) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->settings->Set(caller_, meant, items, argument);
}

absl::StatusOr<std::map<std::string, bool>> ClientCalls::SetDefaultSettings(
    const Settings& items, std::string_view argument) {
  return parts_->settings->SetDefault(caller_, items, argument);
}

absl::StatusOr<bool> ClientCalls::DeleteSetting(std::string_view key, std::string_view client_id) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string meant, Meant(client_id));
  return parts_->settings->Delete(caller_, meant, std::string(key));
}

absl::StatusOr<bool> ClientCalls::DeleteDefaultSetting(std::string_view key) {
  return parts_->settings->DeleteDefault(caller_, std::string(key));
}

}  // namespace dossier
