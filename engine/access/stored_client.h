// A client as the store keeps it.
#ifndef DOSSIER_ACCESS_STORED_CLIENT_H_
#define DOSSIER_ACCESS_STORED_CLIENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "access/sealing.h"
#include "dossier/client.h"
#include "json/json_value.h"

namespace dossier {

// A secret that goes on being valid for some time, beside the newest.
struct OldSecret {
  std::string text;
  int64_t valid_until = 0;  // microseconds since 1970; from then on it is not
};

struct StoredClient {
  Client client;
  std::optional<OldSecret> old_secret = std::nullopt;
  Settings settings = {};
  // A secret of it was found on disk as it is or sealed with the former key, and there is a key.
  bool is_to_seal = false;
};

// The client under its id.
// Shape: {"client_secret","description","features":[..],"whitelist":[..]}, and where there is one
// "old_secret":{"client_secret","valid_until"}, where there are some "settings":{key:value}. With a
// key each "client_secret" is {"sealed"}. Errors: kUnavailable.
absl::StatusOr<std::string> ToStored(const StoredClient& stored, const Sealer& sealer);

// Errors: kDataLoss; kFailedPrecondition for the key of a sealed secret.
absl::StatusOr<StoredClient> FromStored(std::string_view client_id, std::string_view bytes,
                                        const Sealer& sealer);

// An object of strings. Nothing where `json` is no such object.
JsonValue ToJson(const Settings& settings);
std::optional<Settings> SettingsOf(const JsonValue& json);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_STORED_CLIENT_H_
