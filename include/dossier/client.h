// API clients: who may call, what their features allow, and the settings that are kept for them.
#ifndef DOSSIER_CLIENT_H_
#define DOSSIER_CLIENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dossier {

// A client of the entity API. The features are names: "owner", "access_issuer",
// "direct_read_access", "direct_access", "login_client" (which stands alone), "metadata".
// Source: clients/set_features, clients/add.
struct Client {
  std::string client_id = {};
  std::string client_secret = {};  // the newest; the one before may be valid for some hours more
  std::string description = {};
  std::vector<std::string> features = {};
  // CIDR blocks of the addresses that the client may call from, IPv4 or IPv6; an address alone is a
  // block of one. "0.0.0.0/0" is everybody, over IPv6 and from an unknown address too.
  std::vector<std::string> whitelist = {"0.0.0.0/0"};
};

// The published tables of features and calls differ in what an owner may do with records.
// Source: section 5 of the entity API's reference; the README has both.
enum class FeatureReading : uint8_t {
  // The pages of the single calls: an owner may do everything.
  kPages,
  // The overview of all calls: an owner administers, and needs direct_access or direct_read_access
  // beside it to reach records; a login_client may not call entity.deleteAccess.
  kOverview,
};

struct Grant;

// Who makes the calls of a session.
struct Caller {
  std::optional<std::string> client_id =
      std::nullopt;          // nothing: the host, which may do everything
  std::string address = {};  // of the client, as text; empty: unknown
  // What the client's token lets its bearer do; null: the client came by its secret.
  std::shared_ptr<const Grant> grant = nullptr;

  bool has_token() const { return grant != nullptr; }
};

// Values by key, which clients of the API keep in a store for themselves. UTF-8; no empty key.
using Settings = std::map<std::string, std::string>;

// Whose settings: those of a client, those of the store, or both, where the client's come first.
enum class SettingsScope : uint8_t { kBoth, kClient, kDefault };

struct AllSettings {
  std::map<std::string, Settings> of_clients = {};  // by client id; of those that have some
  Settings defaults = {};
};

}  // namespace dossier

#endif  // DOSSIER_CLIENT_H_
