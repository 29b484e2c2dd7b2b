#include "schema/evolution.h"

#include <utility>

#include "base/errors.h"
#include "base/status.h"
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

}  // namespace dossier
