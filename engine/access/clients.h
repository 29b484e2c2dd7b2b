// The clients of a store.
#ifndef DOSSIER_ACCESS_CLIENTS_H_
#define DOSSIER_ACCESS_CLIENTS_H_

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "access/addresses.h"
#include "access/features.h"
#include "access/sealing.h"
#include "access/stored_client.h"
#include "base/clock.h"
#include "storage/store.h"

namespace dossier {

// Thread-safe; all of them are in memory. The store and the clock must outlive it.
//
// Changes are made one after the other, and each asks anew whether its caller may: of two owners
// that delete each other one comes first, and the other is no client any more.
class Clients {
 public:
  // With a current key secrets are sealed on disk, from now on those too that were not or were with
  // the former one: all of them in one batch.
  // Errors: kDataLoss, kUnavailable; kFailedPrecondition where they are sealed with another key.
  static absl::StatusOr<std::unique_ptr<Clients>> Open(Store& store, const Clock& clock,
                                                       FeatureReading reading,
                                                       const SecretsKeys& secrets_keys);

  // Whether the secret is one of the client's and the client may call from `address` (as text, empty
  // where it is not known). Errors: 402, for an id that is not there as for a wrong secret; 403.
  absl::Status Authenticate(std::string_view client_id, std::string_view client_secret,
                            std::string_view address) const;

  // The secrets that are valid now, the newest first; none where there is no such client. For schemes
  // that prove a secret without sending it: who they let in must pass Authorize from then on.
  std::vector<std::string> ValidSecrets(std::string_view client_id) const;

  // The features of the caller; none of the host, which may do everything.
  // Errors: 402 where the client is gone, 403 where it lacks what `operation` needs or calls from an
  // address that is not its own. A caller with a token is refused, by 403 or as CheckToken does: what
  // tokens allow asks for that instead.
  absl::StatusOr<FeatureSet> Authorize(const Caller& caller, Operation operation) const;

  // Of a caller with a token: whether that still grants something, and comes from an address of its
  // client. Errors: 403; 413, also where the client is gone; 414, 417.
  absl::Status CheckToken(const Caller& caller) const;

  // Null where there is no such client.
  std::shared_ptr<const StoredClient> Find(std::string_view client_id) const;
  // Nothing where there is no such client.
  std::optional<FeatureSet> FeaturesOf(std::string_view client_id) const;
  // By client id; those that have all of `with`.
  std::vector<std::shared_ptr<const StoredClient>> List(FeatureSet with) const;

  // A new client with an id and a secret of its own. Errors: 402, 403, 200 on features or description.
  absl::StatusOr<Client> Add(const Caller& caller, std::string_view description,
                             const std::vector<std::string>& features);
  // A client as given; nothing changes where its id exists. Errors: 200 on the member at fault.
  absl::Status AddAsGiven(const Client& client);

  // What a change makes of a client.
  using Step = absl::FunctionRef<absl::Status(StoredClient& stored)>;
  // Errors: 402, 403, 200 on for_client_id where there is none, those of `step`, and 200 for what
  // `step` made of the client.
  absl::Status Change(const Caller& caller, Operation operation, std::string_view client_id,
                      Step step);

  // Changes of one thing each. Errors: as Change, and those of the public header.
  absl::Status SetFeatures(const Caller& caller, std::string_view client_id,
                           const std::vector<std::string>& names);
  absl::Status SetWhitelist(const Caller& caller, std::string_view client_id,
                            const std::vector<std::string>& blocks);
  // Returns the new secret.
  absl::StatusOr<std::string> ResetSecret(const Caller& caller, std::string_view client_id,
                                          int64_t hours_to_live);
  // `along` puts into the batch what goes with the client.
  using FillBatch = absl::FunctionRef<void(Batch& batch)>;
  absl::Status Delete(
      const Caller& caller, std::string_view client_id, FillBatch along = [](Batch&) {});

 private:
  struct Entry {
    std::shared_ptr<const StoredClient> stored;
    FeatureSet features = 0;
    AllowList allowed;
  };
  // Errors: 200 on the member at fault.
  static absl::StatusOr<Entry> EntryOf(StoredClient stored);

  Clients(Store& store, const Clock& clock, FeatureReading reading, const SecretsKeys& keys)
      : store_(store), clock_(clock), reading_(reading), sealer_(keys) {}

  absl::Status LoadAll();
  absl::Status Put(const StoredClient& stored, Batch& batch) const;
  absl::Status Save(StoredClient stored);
  bool IsValidNow(const OldSecret& secret) const;
  bool IsLastOwner(std::string_view client_id) const;

  Store& store_;
  const Clock& clock_;
  const FeatureReading reading_;
  const Sealer sealer_;
  std::mutex changing_;              // held over a whole change
  mutable std::shared_mutex mutex_;  // of entries_
  absl::btree_map<std::string, Entry> entries_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_CLIENTS_H_
