// The calls of a session on clients and their settings, which owners make.
#ifndef DOSSIER_CLIENT_CALLS_H_
#define DOSSIER_CLIENT_CALLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/client.h"

namespace dossier {

enum class Operation : uint8_t;
struct EngineParts;

// A part of Session, whose comment holds here. An empty `client_id` means the calling client; a host
// session has none, and must name one (100 on for_client_id). 200 on for_client_id where there is no
// such client. A change binds every call that begins after it, sessions that are open included.
class ClientCalls {
 public:
  // Adds a client with a new id and secret. Errors: 200 on features or description.
  absl::StatusOr<Client> AddClient(std::string_view description,
                                   const std::vector<std::string>& features);

  // Adds a client whose id and secret the host chooses; nothing changes where the id exists.
  // For the first owner of a new store. Only a host session may (403).
  // Errors: 100 on client_id or client_secret, 200 on features, whitelist or another member.
  absl::Status AddClient(const Client& client);

  // Those that have every one of `with_features`, by client id. Errors: 200 on has_features.
  absl::StatusOr<std::vector<Client>> Clients(const std::vector<std::string>& with_features = {});

  // Overwrites the features of a client. Errors: 200 on features (unknown name, login_client beside
  // another, or owner taken from oneself).
  absl::Status SetFeatures(std::string_view client_id, const std::vector<std::string>& features);

  // Errors: 200 on description.
  absl::Status SetDescription(std::string_view client_id, std::string_view description);

  // Overwrites the addresses that a client may call from, see Client. Errors: 200 on whitelist (no
  // CIDR block, none at all, or not that of the client which sets its own).
  absl::Status SetWhitelist(std::string_view client_id, const std::vector<std::string>& whitelist);

  // Back to everybody.
  absl::Status ClearWhitelist(std::string_view client_id);

  // Gives a client a new secret, which is returned. The one that it has goes on being valid for some
  // hours, 0 to 168; one that was still so from an earlier reset ends now: two at most are valid.
  // Errors: 200 on hours_to_live.
  absl::StatusOr<std::string> ResetSecret(std::string_view client_id, int64_t hours_to_live);

  // Deletes a client, its settings and its access schemas. Calls of its sessions that begin later
  // fail with 402.
  // Errors: 100, or 200 for an unknown one or the last owner, on client_id_for_deletion.
  absl::Status DeleteClient(std::string_view client_id);

  // The client plays no part where `scope` is kDefault.
  absl::StatusOr<Settings> ReadSettings(SettingsScope scope, std::string_view client_id = {});
  absl::StatusOr<AllSettings> ReadAllSettings();

  // Sets some keys of a client, or of the store; others stay. Returns of each whether it was there.
  // Errors: 200 on `argument` (an empty key, no UTF-8, more than kSettingsBytesMax).
  absl::StatusOr<std::map<std::string, bool>> SetSettings(const Settings& items,
                                                          std::string_view client_id = {},
                                                          std::string_view argument = "items");
  absl::StatusOr<std::map<std::string, bool>> SetDefaultSettings(
      const Settings& items, std::string_view argument = "items");

  // Whether it was there.
  absl::StatusOr<bool> DeleteSetting(std::string_view key, std::string_view client_id = {});
  absl::StatusOr<bool> DeleteDefaultSetting(std::string_view key);

 protected:
  ClientCalls(EngineParts* parts, Caller caller) : parts_(parts), caller_(std::move(caller)) {}

  // Errors: 402, 403.
  absl::Status Authorize(Operation operation) const;
  // `client_id`, or the caller's own. Errors: 100 on for_client_id.
  absl::StatusOr<std::string> Meant(std::string_view client_id) const;

  EngineParts* parts_;  // borrowed from the engine, which outlives the session
  Caller caller_;
};

}  // namespace dossier

#endif  // DOSSIER_CLIENT_CALLS_H_
