// Which record a call means, and how it is found.
#ifndef DOSSIER_QUERY_SELECTOR_H_
#define DOSSIER_QUERY_SELECTOR_H_

#include <optional>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "dossier/entity_key.h"
#include "elements/bring_in.h"
#include "schema/claims.h"
#include "schema/entity_type.h"
#include "storage/locks.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// An EntityKey resolved against an entity type: an id, or a look-up that leads to one.
struct Selector {
  EntityId id = 0;             // where `look_up` is nothing
  std::optional<Key> look_up;  // a uuid or a claim: the record that is found must hold it
  // Of a unique attribute's value: the record that is found must hold it.
  std::optional<Claim> claim;
};

// Errors: 200 on uuid, key_attribute or key_value; 223; 340 to 342.
absl::StatusOr<Selector> ParseSelector(const EntityKey& key, const EntityType& type,
                                       const HashKey& hash_key, int64_t now);

// Whether the record holds the value that the selector asks for.
bool Holds(const RecordView& record, const Selector& selector, const EntityType& type,
           const HashKey& hash_key);

// kDataLoss: what the selector looks up leads to a record that does not hold it.
absl::Status BrokenLookUp(const Selector& selector, EntityId id);

// Finds records by selectors. Thread-safe; borrows all that it is made of.
class Selection {
 public:
  Selection(const Store& store, Records& records, LockTable& claim_locks, const HashKey& hash_key)
      : store_(store), records_(records), claim_locks_(claim_locks), hash_key_(hash_key) {}

  // Errors: 310, kDataLoss, kUnavailable.
  absl::StatusOr<EntityId> FindId(const Selector& selector) const;
  // One state of the record, which exists and holds what the selector asks for; of its large plurals
  // what WholeAt brings in. Errors: as FindId.
  absl::StatusOr<SharedBytes> Find(const Selector& selector, const EntityType& type,
                                   const Path& path, const AttributeSet* only) const;

 private:
  absl::StatusOr<SharedBytes> FindRecord(const Selector& selector, const EntityType& type) const;
  absl::StatusOr<SharedBytes> FindOnce(const Selector& selector, const EntityType& type) const;
  absl::StatusOr<SharedBytes> FindWhole(const Selector& selector, const EntityType& type,
                                        const Path& path, const AttributeSet* only) const;

  const Store& store_;
  Records& records_;
  LockTable& claim_locks_;
  const HashKey& hash_key_;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_SELECTOR_H_
