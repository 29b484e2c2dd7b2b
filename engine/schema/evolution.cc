#include "schema/evolution.h"

#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "schema/attr_defs.h"

namespace dossier {

absl::StatusOr<EntityType> WithAttribute(const EntityType& type, std::string_view attr_def) {
  DOSSIER_ASSIGN_OR_RETURN(JsonValue definition, JsonValue::Parse(attr_def, "attr_def"));
  if (definition.object() == nullptr) {
    return errors::InvalidArgument("attr_def", "a definition must be an object");
  }
  Numbering numbering{/*is_stored=*/false, type.next_number()};
  DOSSIER_ASSIGN_OR_RETURN(const Shape added, ParseAttrDefs(JsonValue::Array{std::move(definition)},
                                                            "attr_def", numbering));
  if (type.root().FindNamed(added[0].name) != nullptr) {
    return errors::AttributeExists(PathOf(added[0]));
  }
  JsonValue::Array all = *AttrDefsOf(type.root(), /*with_numbers=*/true).array();
  all.push_back(AttrDefsOf(added, /*with_numbers=*/true).array()->front());
  return type.Next(all, numbering.next);
}

absl::StatusOr<EntityType> WithProperty(const EntityType& type, const PropertyRequest& request) {
  std::vector<Property> properties = type.properties();
  if (properties.size() >= kPropertyCountMax) {
    return errors::InvalidArgument(request.attributes_argument,
                                   "the entity type has all the rules it can");
  }
  DOSSIER_ASSIGN_OR_RETURN(Property property, DeclareProperty(request, type.root()));
  if (!property.is_rule()) {
    return errors::InvalidArgument(request.attributes_argument,
                                   "this version keeps no unique properties");
  }
  properties.push_back(std::move(property));
  return type.Next(std::move(properties), type.next_number());
}

absl::StatusOr<EntityType> WithoutProperty(const EntityType& type, const Uuid& uuid,
                                           bool rules_only) {
  std::vector<Property> properties = type.properties();
  const size_t removed = std::erase_if(properties, [&](const Property& property) {
    return property.uuid == uuid && (property.is_rule() || !rules_only);
  });
  if (removed == 0) {
    return errors::InvalidArgument(
        "uuid", rules_only ? "no rule has this uuid" : "no property has this uuid");
  }
  return type.Next(std::move(properties), type.next_number());
}

}  // namespace dossier
