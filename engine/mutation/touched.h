// Which elements of large plurals a change needs to see.
#ifndef DOSSIER_MUTATION_TOUCHED_H_
#define DOSSIER_MUTATION_TOUCHED_H_

#include "base/ids.h"
#include "elements/bring_in.h"
#include "json/change.h"
#include "record/attribute.h"

namespace dossier {

// The elements that the change's path passes through and, in an update, those whose ids its value
// gives, and the last chunk of each plural that it appends to. Whatever else a plural has, the change
// leaves as it is or takes away whole.
Wanted TouchedBy(const Change& change, const Shape& root, EntityId record);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_TOUCHED_H_
