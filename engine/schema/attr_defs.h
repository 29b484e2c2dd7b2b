// Attribute definitions: the JSON that declares the attributes of an entity type.
//
// Shape: attr_defs := [ attr_def* ]
//        attr_def  := {"name":..,"type":..,"length":..,"case-sensitive":..,"description":..,
//                      "constraints":[..],"features":[..],"attr_defs":attr_defs}
// `attr_defs` belongs to objects and plurals; `length` and `case-sensitive` to strings. What is
// null or not known is passed over. The stored form has "number" too. Source: sections 3.1 to 3.5
// of the entity API's reference.
#ifndef DOSSIER_SCHEMA_ATTR_DEFS_H_
#define DOSSIER_SCHEMA_ATTR_DEFS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "json/json_value.h"
#include "record/attribute.h"
#include "record/attribute_set.h"
#include "schema/building.h"

namespace dossier {

// Where the numbers of attributes come from.
struct Numbering {
  bool is_stored;        // the definitions carry them; else they are drawn from `next`
  AttributeNumber next;  // the first that no attribute of the type has had
  const Building* building = nullptr;  // of a stored type: what is being built for it
};

// The attributes that `definitions` declare, sealed. `argument` is the request parameter they came
// in. Errors: 200 on `argument`, 233, 234.
absl::StatusOr<Shape> ParseAttrDefs(const JsonValue& definitions, std::string_view argument,
                                    Numbering& numbering);

// The definitions of `shape`, with or without the numbers; only of what is in `only`.
JsonValue AttrDefsOf(const Shape& shape, bool with_numbers, const AttributeSet* only = nullptr);

// Whether `name` is one that an attribute can have.
bool IsAttributeName(std::string_view name);
// Whether `name` is kept for the engine's own attributes. Those of plurals' elements, id and
// parent_id, are so on every level.
bool IsReservedName(std::string_view name, bool at_root);

// The definitions of the reserved attributes, which every type has first.
const JsonValue::Array& ReservedAttrDefs();

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_ATTR_DEFS_H_
