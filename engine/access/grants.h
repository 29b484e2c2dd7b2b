// What tokens let their bearers do.
#ifndef DOSSIER_ACCESS_GRANTS_H_
#define DOSSIER_ACCESS_GRANTS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "access/secrets.h"
#include "dossier/entity_key.h"
#include "schema/registry.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// An access token reaches one record, a creation token makes records of one type. What features its
// client has plays no part. Source: section 7 of the entity API's reference; access/getCreationToken.
struct Grant {
  std::string client_id;              // whose token it is
  std::string type_name;              // of `record`
  RecordName record{};                // of a creation token the id is 0
  int64_t expires = 0;                // microseconds: from then on the token is of no use
  TokenDigest digest{};               // of the token, which is kept nowhere
  EntityKey key = EntityKey::Id(0);   // of `record`
  std::atomic<bool> is_over = false;  // deleted, or its record or type was

  bool is_of_record() const { return record.id != 0; }
};

// Errors: 413 for one that is over, 414 or 417 for one that has expired.
absl::Status CheckGrant(const Grant& grant, int64_t now);

// All grants of a store; all of them are in memory. Thread-safe. The store must outlive it.
class Grants {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<Grants>> Open(Store& store, const Registry& registry);

  // What a new token is to grant.
  struct Terms {
    std::string_view client_id;
    std::string_view type_name;
    RecordName record{};  // which is there and locked; of a creation token the id is 0
    int64_t expires = 0;
  };
  // Returns the token. Also forgets grants that expired long before `now`, and ends the first to
  // expire of a record that has kTokensPerRecordMax. Errors: those of Store::Commit.
  absl::StatusOr<std::string> Issue(const Terms& terms, int64_t now, Durability durability);

  // Errors: 413 for a token that nobody issued or whose grant is over, 414 or 417.
  absl::StatusOr<std::shared_ptr<const Grant>> Find(std::string_view token, int64_t now) const;

  // Ends those of a record, of one client or (empty) of all: they are over when it returns, and stay
  // so whatever happens. Errors: those of Store::Commit.
  absl::Status EndThoseOf(const RecordName& record, std::string_view client_id);

  // The grants of a record that is deleted, or of all records of a type, which are locked: they go in
  // the batch.
  class Ending {
   public:
    Ending(Grants& grants, const RecordName& record, Batch& batch);
    Ending(Grants& grants, TypeId type, Batch& batch);
    void AfterCommit();

   private:
    Grants& grants_;
    std::vector<std::shared_ptr<Grant>> ending_;
  };

  // Those of a type that was deleted, and its grants in the store with it.
  void ForgetThoseOf(TypeId type);

 private:
  using List = std::vector<std::shared_ptr<Grant>>;

  explicit Grants(Store& store) : store_(store) {}

  absl::Status LoadAll(const Registry& registry);
  List Of(const RecordName& record) const;
  List OfAll(TypeId type) const;
  // Those that give way to a new one of the record.
  List Outlived(const RecordName& record, int64_t now) const;
  void Keep(const std::shared_ptr<Grant>& grant);
  void Forget(const List& grants);

  Store& store_;
  std::atomic<size_t> count_ = 0;    // of by_digest_
  mutable std::shared_mutex mutex_;  // of what follows
  absl::flat_hash_map<TokenDigest, std::shared_ptr<Grant>> by_digest_;
  absl::flat_hash_map<RecordName, List> by_record_;  // without those of creation tokens
  absl::btree_set<std::pair<int64_t, TokenDigest>> by_expiry_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_GRANTS_H_
