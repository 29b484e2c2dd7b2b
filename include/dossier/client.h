// API clients: who may call, and what their features allow.
#ifndef DOSSIER_CLIENT_H_
#define DOSSIER_CLIENT_H_

#include <string>
#include <vector>

namespace dossier {

// A client of the entity API. The features are names: "owner", "access_issuer",
// "direct_read_access", "direct_access", "login_client".
// Source: clients/set_features, clients/add.
struct Client {
  std::string client_id = {};
  std::string client_secret = {};
  std::string description = {};
  std::vector<std::string> features = {};
  std::vector<std::string> whitelist = {"0.0.0.0/0"};  // CIDR blocks; not enforced in this version
};

}  // namespace dossier

#endif  // DOSSIER_CLIENT_H_
