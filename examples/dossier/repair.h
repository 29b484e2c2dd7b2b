// A sound store made of a damaged one.
#ifndef DOSSIER_PROGRAM_REPAIR_H_
#define DOSSIER_PROGRAM_REPAIR_H_

#include <string>

#include "absl/status/statusor.h"
#include "commands.h"
#include "dossier/engine.h"

namespace dossier::program {

// Engine::Repair, and what it found and left out on the standard output. Records that can be read and
// only collide with others go to files that import takes once they are mended: `directory`, a dot, their
// type and ".left-out". Returns whether nothing was left out. Errors: those of Engine::Repair.
absl::StatusOr<bool> RepairStore(const EngineOptions& options, const std::string& directory,
                                 const Common& common);

}  // namespace dossier::program

#endif  // DOSSIER_PROGRAM_REPAIR_H_
