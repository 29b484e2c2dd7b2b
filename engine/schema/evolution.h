// The changes of an entity type, each from one version to the next: pure, for Registry::Change.
//
// What the records already stored need for it is no matter of this file: an attribute keeps its
// number for as long as it is there, and a number is never given to another.
#ifndef DOSSIER_SCHEMA_EVOLUTION_H_
#define DOSSIER_SCHEMA_EVOLUTION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "schema/entity_type.h"

namespace dossier {

// The attribute at a schema path ("/profiles/domain") that a change may touch. `argument` is the
// request parameter of the path. Errors: 200 on `argument`, 223, 234.
absl::StatusOr<const Attribute*> FindChangeable(const EntityType& type, std::string_view path,
                                                std::string_view argument);

// The constraints of an attribute as WithConstraints takes them.
std::string ConstraintsText(const Attribute& attribute);

// With one more attribute at the root, from the JSON object `attr_def`. Errors: 200 on attr_def,
// 233, 234.
absl::StatusOr<EntityType> WithAttribute(const EntityType& type, std::string_view attr_def);

// With the property that is asked for, which comes last; a unique one gets a number of the type's.
// Errors: 200 on the arguments of the request, 223, 234.
absl::StatusOr<EntityType> WithProperty(const EntityType& type, const PropertyRequest& request);

// With a property that an earlier version declared for the request, which comes last. Errors: 200 on
// the arguments of the request where there are too many, 223 where the type has lost an attribute.
absl::StatusOr<EntityType> WithDeclared(const EntityType& type, const Property& property,
                                        const PropertyRequest& request);

// Without the unique property of that number, where it has one.
EntityType WithoutUnique(const EntityType& type, AttributeNumber number);

// Without the property of that uuid. Errors: 200 on uuid where there is none, or where a rule is
// wanted and it is none.
absl::StatusOr<EntityType> WithoutProperty(const EntityType& type, const Uuid& uuid,
                                           bool rules_only);

// Without `attribute` of `type` and all that is below it.
absl::StatusOr<EntityType> WithoutAttribute(const EntityType& type, const Attribute& attribute);

// With another name for the attribute at the path `source`. `target` is a name, or a path with the
// parent of `source`. Errors: 200 on source_name or target_name, 223, 233, 234.
absl::StatusOr<EntityType> WithName(const EntityType& type, std::string_view source,
                                    std::string_view target);

// With `description`, a JSON string (null: none), for the attribute at the path. Errors: 200 on
// attribute_name or description, 223, 234.
absl::StatusOr<EntityType> WithDescription(const EntityType& type, std::string_view path,
                                           std::string_view description);

// With `constraints`, a JSON array of their names, in the place of those of `attribute`, which is
// one of `type`. Errors: 200 on constraints.
absl::StatusOr<EntityType> WithConstraints(const EntityType& type, const Attribute& attribute,
                                           std::string_view constraints);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_EVOLUTION_H_
