#include "access/client_settings.h"

#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "json/json_value.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

absl::Status CheckItem(const std::string& key, const std::string& value,
                       std::string_view argument) {
  if (key.empty()) return errors::InvalidArgument(argument, "a key is empty");
  if (!IsUtf8(key)) return errors::InvalidArgument(argument, "a key is not UTF-8");
  if (!IsUtf8(value)) return errors::InvalidArgument(argument, "a value is not UTF-8");
  return absl::OkStatus();
}

size_t BytesOf(const Settings& settings) {
  size_t bytes = 0;
  for (const auto& [key, value] : settings) bytes += key.size() + value.size();
  return bytes;
}

absl::StatusOr<ClientSettings::WereThere> SetIn(Settings& settings, const Settings& items,
                                                std::string_view argument) {
  ClientSettings::WereThere were_there;
  for (const auto& [key, value] : items) {
    DOSSIER_RETURN_IF_ERROR(CheckItem(key, value, argument));
    were_there[key] = !settings.insert_or_assign(key, value).second;
  }
  if (BytesOf(settings) > kSettingsBytesMax) {
    return errors::InvalidArgument(argument, "all settings together would have more than 1 MB");
  }
  return were_there;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ClientSettings>> ClientSettings::Open(Store& store,
                                                                     Clients& clients) {
  std::unique_ptr<ClientSettings> settings(new ClientSettings(store, clients));
  DOSSIER_RETURN_IF_ERROR(settings->Load());
  return settings;
}

absl::Status ClientSettings::Load() {
  DOSSIER_ASSIGN_OR_RETURN(
      const SharedBytes stored,
      store_.Get(Family::kMeta, MetaKey(MetaTag::kDefaultSettings), /*at=*/nullptr));
  if (stored == nullptr) return absl::OkStatus();
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(*stored, "stored");
  std::optional<Settings> settings = json.ok() ? SettingsOf(*json) : std::nullopt;
  if (!settings) return errors::DataLoss("the default settings are damaged");
  defaults_ = *std::move(settings);
  return absl::OkStatus();
}

Settings ClientSettings::Defaults() const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  return defaults_;
}

absl::StatusOr<Settings> ClientSettings::Read(SettingsScope scope,
                                              std::string_view client_id) const {
  if (scope == SettingsScope::kDefault) return Defaults();
  const std::shared_ptr<const StoredClient> client = clients_.Find(client_id);
  if (client == nullptr) return errors::UnknownClient();
  Settings settings = client->settings;
  if (scope == SettingsScope::kBoth) settings.merge(Defaults());  // what is there stays
  return settings;
}

AllSettings ClientSettings::ReadAll() const {
  AllSettings all{.defaults = Defaults()};
  for (const std::shared_ptr<const StoredClient>& client : clients_.List(/*with=*/0)) {
    if (client->settings.empty()) continue;
    all.of_clients.emplace(client->client.client_id, client->settings);
  }
  return all;
}

absl::StatusOr<ClientSettings::WereThere> ClientSettings::Set(const Caller& caller,
                                                              std::string_view client_id,
                                                              const Settings& items,
                                                              std::string_view argument) {
  WereThere were_there;
  DOSSIER_RETURN_IF_ERROR(clients_.Change(
      caller, Operation::kAdminSettings, client_id, [&](StoredClient& stored) -> absl::Status {
        DOSSIER_ASSIGN_OR_RETURN(were_there, SetIn(stored.settings, items, argument));
        return absl::OkStatus();
      }));
  return were_there;
}

absl::StatusOr<ClientSettings::WereThere> ClientSettings::SetDefault(const Caller& caller,
                                                                     const Settings& items,
                                                                     std::string_view argument) {
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(clients_.Authorize(caller, Operation::kAdminSettings).status());
  Settings next = Defaults();
  DOSSIER_ASSIGN_OR_RETURN(WereThere were_there, SetIn(next, items, argument));
  DOSSIER_RETURN_IF_ERROR(SaveDefaults(std::move(next)));
  return were_there;
}

absl::StatusOr<bool> ClientSettings::Delete(const Caller& caller, std::string_view client_id,
                                            const std::string& key) {
  bool was_there = false;
  DOSSIER_RETURN_IF_ERROR(
      clients_.Change(caller, Operation::kAdminSettings, client_id, [&](StoredClient& stored) {
        was_there = stored.settings.erase(key) > 0;
        return absl::OkStatus();
      }));
  return was_there;
}

absl::StatusOr<bool> ClientSettings::DeleteDefault(const Caller& caller, const std::string& key) {
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(clients_.Authorize(caller, Operation::kAdminSettings).status());
  Settings next = Defaults();
  if (next.erase(key) == 0) return false;
  DOSSIER_RETURN_IF_ERROR(SaveDefaults(std::move(next)));
  return true;
}

absl::Status ClientSettings::SaveDefaults(Settings settings) {
  Batch batch(store_);
  batch.Put(Family::kMeta, MetaKey(MetaTag::kDefaultSettings), ToJson(settings).ToText());
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  defaults_ = std::move(settings);
  return absl::OkStatus();
}

}  // namespace dossier
