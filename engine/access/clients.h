// The clients of a store.
#ifndef DOSSIER_ACCESS_CLIENTS_H_
#define DOSSIER_ACCESS_CLIENTS_H_

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "access/features.h"
#include "dossier/client.h"
#include "storage/store.h"

namespace dossier {

// Thread-safe. The store must outlive it.
class Clients {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<Clients>> Open(Store& store);

  // Errors: 402, for an id that is not there as for a wrong secret.
  absl::Status Authenticate(std::string_view client_id, std::string_view client_secret) const;

  // Errors: 402 where the client is gone, 403 where it lacks what `operation` needs.
  absl::Status Authorize(std::string_view client_id, Operation operation) const;

  // By client id; those that have all of `with`.
  std::vector<Client> List(FeatureSet with) const;

  // A new client with an id and a secret of its own. Errors: 200 on features.
  absl::StatusOr<Client> Add(std::string_view description,
                             const std::vector<std::string>& features);
  // A client as given; nothing changes where its id exists. Errors: 200 on features.
  absl::Status AddAsGiven(const Client& client);

  // Overwrites the features of a client. `caller` may not take owner from itself.
  // Errors: 200 on features or for_client_id.
  absl::Status SetFeatures(std::string_view client_id, const std::vector<std::string>& features,
                           std::string_view caller);

 private:
  struct Entry {
    Client client;
    FeatureSet features;
  };

  explicit Clients(Store& store) : store_(store) {}

  absl::Status LoadAll();
  absl::Status Save(Client client, FeatureSet features);

  Store& store_;
  std::mutex changing_;              // held over a whole change
  mutable std::shared_mutex mutex_;  // of entries_
  absl::btree_map<std::string, Entry> entries_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_CLIENTS_H_
