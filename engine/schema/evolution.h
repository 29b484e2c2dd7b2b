// The changes of an entity type, each from one version to the next: pure, for Registry::Change.
//
// What the records already stored need for it is no matter of this file: an attribute keeps its
// number for as long as it is there, and a number is never given to another.
#ifndef DOSSIER_SCHEMA_EVOLUTION_H_
#define DOSSIER_SCHEMA_EVOLUTION_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "schema/entity_type.h"

namespace dossier {

// With one more attribute at the root, from the JSON object `attr_def`. Errors: 200 on attr_def,
// 233, 234.
absl::StatusOr<EntityType> WithAttribute(const EntityType& type, std::string_view attr_def);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_EVOLUTION_H_
