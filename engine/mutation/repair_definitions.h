// What a repaired store keeps beside its records: types, clients, settings, access.
#ifndef DOSSIER_MUTATION_REPAIR_DEFINITIONS_H_
#define DOSSIER_MUTATION_REPAIR_DEFINITIONS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "base/ids.h"
#include "storage/store.h"

namespace dossier {

struct Definitions {
  HashKey hash_key{};    // of the claims: the damaged store's, or a new one where it was lost
  EntityId next_id = 1;  // as the damaged store has it: to be stored when all records are known
};

// Copies what can be read of them and is sound; what belongs to types that are not, goes with these.
// Tells of what it leaves out. Errors: those of `left_out` and of Store::Commit.
absl::StatusOr<Definitions> KeepDefinitions(
    Store& mended, const Store& damaged,
    absl::FunctionRef<absl::Status(std::string reason)> left_out);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_REPAIR_DEFINITIONS_H_
