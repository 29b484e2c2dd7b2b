// What a write will do, as data: decided without changing anything.
#ifndef DOSSIER_MUTATION_PLAN_H_
#define DOSSIER_MUTATION_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "elements/send_out.h"
#include "json/change.h"
#include "schema/claims.h"
#include "schema/entity_type.h"
#include "schema/index_rows.h"
#include "storage/store.h"

namespace dossier {

// What must be so of the record, in microseconds.
struct Preconditions {
  std::optional<int64_t> created;
  std::optional<int64_t> last_updated;
};

// Errors: 330; `created` is reported first.
absl::Status CheckPreconditions(const RecordView& record, const Preconditions& preconditions);

// From one state of a record to the next. Create, change and delete differ only in which of the two
// states there is.
struct Plan {
  EntityId id = 0;
  Uuid uuid = {};
  bool is_create = false;
  bool is_id_given = false;      // by an import: it may be taken
  bool lacks_hashes = false;     // of passwords: not to be committed
  bool is_uuid_given = false;    // as is_id_given
  SharedBytes record = nullptr;  // null: the record is deleted
  std::string delta = {};        // to `record` from the state before; empty: it is stored whole
  std::vector<ChunkChange> chunks = {};  // of large plurals
  ClaimList added = {};
  ClaimList dropped = {};
  IndexChange index = {};
  bool is_suspect = false;  // the record alone breaks what is being built for its type
};

// What planning takes of the engine. Large plurals are read where a change touches them: the caller
// has the record locked.
struct Planning {
  const Store& store;
  const HashKey& hash_key;
  LargeBounds bounds;
  bool wants_delta = false;  // of the change of a record
};

// The change of `old` (null: a create, whose record gets `new_id()` before its elements do).
// `change.now` is the time of the write; `lastUpdated` rises unless the change keeps it. Where
// `passwords` lacks hashes after the call, so does the plan. A plan with leniency is to be looked at,
// not to be committed.
// Errors: those of ChangedRecord, 361 within the record, those of Chunks.
absl::StatusOr<Plan> PlanChange(const EntityType& type, const RecordView* old, const Change& change,
                                const Planning& planning, NewId new_id, PlainPasswords& passwords,
                                Leniency* leniency = nullptr);

// Puts the change of the indexes into the batch of what makes it.
void AddIndexChange(Batch& batch, const IndexChange& change);

// The deletion of `old`.
absl::StatusOr<Plan> PlanDelete(const EntityType& type, const RecordView& old,
                                const Planning& planning);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_PLAN_H_
