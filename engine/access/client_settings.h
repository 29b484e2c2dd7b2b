// The settings that clients of the API keep in a store: each client's, and those of the store.
#ifndef DOSSIER_ACCESS_CLIENT_SETTINGS_H_
#define DOSSIER_ACCESS_CLIENT_SETTINGS_H_

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "access/clients.h"
#include "dossier/client.h"
#include "storage/store.h"

namespace dossier {

// A client's settings are stored with it and go with it; those of the store are an entry of their own.
// Reads do not ask who reads. Thread-safe; what it is made of must outlive it.
class ClientSettings {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<ClientSettings>> Open(Store& store, Clients& clients);

  // Errors: 200 on for_client_id.
  absl::StatusOr<Settings> Read(SettingsScope scope, std::string_view client_id) const;
  AllSettings ReadAll() const;

  // Whether each key was there before.
  using WereThere = std::map<std::string, bool>;

  // Errors: 402, 403, 200 on for_client_id or `argument`.
  absl::StatusOr<WereThere> Set(const Caller& caller, std::string_view client_id,
                                const Settings& items, std::string_view argument);
  absl::StatusOr<WereThere> SetDefault(const Caller& caller, const Settings& items,
                                       std::string_view argument);
  // Whether it was there. Errors: 402, 403, 200 on for_client_id.
  absl::StatusOr<bool> Delete(const Caller& caller, std::string_view client_id,
                              const std::string& key);
  absl::StatusOr<bool> DeleteDefault(const Caller& caller, const std::string& key);

 private:
  ClientSettings(Store& store, Clients& clients) : store_(store), clients_(clients) {}

  absl::Status Load();
  Settings Defaults() const;
  absl::Status SaveDefaults(Settings settings);

  Store& store_;
  Clients& clients_;
  std::mutex changing_;              // held over a whole change of the defaults
  mutable std::shared_mutex mutex_;  // of defaults_
  Settings defaults_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_CLIENT_SETTINGS_H_
