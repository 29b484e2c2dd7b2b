// A new store made of what can be read of a damaged one: Engine::Repair says what it keeps.
#ifndef DOSSIER_MUTATION_REPAIR_H_
#define DOSSIER_MUTATION_REPAIR_H_

#include "absl/status/status.h"
#include "dossier/repair.h"
#include "storage/salvage.h"
#include "storage/store.h"

namespace dossier {

// Fills `mended`, which is new, and all of `repaired` but `after`. Nobody else has either store.
// Errors: those of `options.left_out` and of Store::Commit; kUnavailable.
absl::Status RepairInto(Store& mended, const Salvage& damaged, const RepairOptions& options,
                        Repaired& repaired);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_REPAIR_H_
