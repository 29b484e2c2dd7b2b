// Which record a call means, or which element.
#ifndef DOSSIER_QUERY_SELECTOR_H_
#define DOSSIER_QUERY_SELECTOR_H_

#include <optional>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "dossier/entity_key.h"
#include "elements/chunks.h"
#include "record/path.h"
#include "schema/claims.h"
#include "schema/entity_type.h"
#include "storage/keyspace.h"

namespace dossier {

// An EntityKey resolved against an entity type: an id, or a look-up that leads to one.
struct Selector {
  // Where `look_up` is nothing; of an element where `plural` is there.
  EntityId id = 0;
  std::optional<Key> look_up;  // a uuid or a claim: the record that is found must hold it
  // Of a unique attribute's value: the record that is found must hold it.
  std::optional<Claim> claim;
  // A schema path to a plural: an element of it is meant, the one with the id, or the one in which
  // the claim's value is. Nothing: a record is meant.
  std::optional<Path> plural;
};

// An attribute that is not in `readable` is as one that does not exist: by its value nobody is found.
// Errors: 200 on uuid, key_attribute, key_value or entity_path; 223; 340 to 342.
absl::StatusOr<Selector> ParseSelector(const EntityKey& key, const EntityType& type,
                                       const HashKey& hash_key, int64_t now,
                                       const AttributeSet* readable = nullptr);

// The value path that `text` is: from the record or, where an element is meant, from that element.
// The elements on the way to it have ids that mean nothing yet: Located puts the right ones in.
// `allowed` as for Path::Parse. Errors: those of Path::Parse on attribute_name.
absl::StatusOr<Path> ParsePath(std::string_view text, const Selector& selector,
                               const EntityType& type, const AttributeSet* allowed = nullptr);

// `path`, which ParsePath made, to the element that is meant; nothing where the record has none.
// Where a record is meant it is `path` as it is. `chunks` are those of the same state of the record.
// Errors: those of Chunks.
absl::StatusOr<std::optional<Path>> Located(Path path, const RecordView& record,
                                            const Selector& selector, const EntityType& type,
                                            const HashKey& hash_key, const Chunks& chunks);

// Whether the record holds the value that the selector of a record asks for; of one with a large
// plural that may hold it out of sight, that it may.
bool Holds(const RecordView& record, const Selector& selector, const EntityType& type,
           const HashKey& hash_key);

// kDataLoss: what the selector looks up leads to a record that does not hold it.
absl::Status BrokenLookUp(const Selector& selector, EntityId id);

}  // namespace dossier

#endif  // DOSSIER_QUERY_SELECTOR_H_
