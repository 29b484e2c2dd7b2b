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

// With the property that is asked for, which comes last. Errors: 200 on the arguments of the request,
// 223, 234.
absl::StatusOr<EntityType> WithProperty(const EntityType& type, const PropertyRequest& request);

// Without the property of that uuid. Errors: 200 on uuid where there is none, or where a rule is
// wanted and it is none.
absl::StatusOr<EntityType> WithoutProperty(const EntityType& type, const Uuid& uuid,
                                           bool rules_only);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_EVOLUTION_H_
