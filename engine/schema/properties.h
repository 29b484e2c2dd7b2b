// The properties of an entity type: its rules and its compound unique constraints.
//
// Shape, of a request:
//   property := {"type":"rule"|"unique", "attributes":[path,..], "definition":rule, "description":..}
// A rule holds for each of its attributes; of a unique property, which has no definition, no two
// records (or elements, where the attributes are those of a plural) may have the same values in all
// of its attributes. "property" is another name for "type", the one that answers have.
// Shape, of an answer: {"attributes":["/path",..],"definition":rule,"description":..,
//   "property":"rule"|"unique","uuid":..}, without what the property does not have; the calls that
//   know rules only leave "property" out.
// Shape, as stored: the same with "numbers":[..] in the place of "attributes", and of a unique
// property "number". Attributes are kept by number, so that another name does not lose them.
// Source: section 1.11 of the entity API's reference, and the library of the vendor behind it.
#ifndef DOSSIER_SCHEMA_PROPERTIES_H_
#define DOSSIER_SCHEMA_PROPERTIES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "json/json_value.h"
#include "record/attribute.h"
#include "values/rules.h"

namespace dossier {

// A value: copies, and may be shared between threads.
struct Property {
  Uuid uuid = {};
  std::vector<AttributeNumber> attributes = {};  // at least one, in the order of the request
  std::optional<std::string> description = std::nullopt;
  JsonValue definition = {};                // of a rule
  std::optional<Rule> rule = std::nullopt;  // what the definition means; nothing: a unique property
  AttributeNumber number = 0;               // of a unique property: its claims have it

  bool is_rule() const { return rule.has_value(); }
};

// What a request asks for. `attributes` are paths.
struct PropertyRequest {
  std::vector<std::string> attributes = {};
  std::optional<std::string> description = std::nullopt;
  JsonValue definition = {};  // null: none
  bool is_rule = true;
  // The request parameters that errors name.
  std::string_view attributes_argument = "attributes";
  std::string_view definition_argument = "definition";
};

// The request that the JSON of a `property` parameter is. Errors: 200 on property.
absl::StatusOr<PropertyRequest> ParsePropertyRequest(std::string_view property);

// A property of a new uuid for a type with these attributes; a unique one has no number yet.
// Errors: 200 on the arguments of the request, 223, 234.
absl::StatusOr<Property> DeclareProperty(const PropertyRequest& request, const Shape& root);

// As answers show it, with these for its attributes and with or without the member "property".
JsonValue AnswerOf(const Property& property, const std::vector<std::string>& paths, bool with_type);
// "/givenName", ...
std::vector<std::string> PathsOf(const Property& property, const Shape& root);

JsonValue StoredForm(const Property& property);
// Nothing where it is not the stored form of a property of these attributes.
std::optional<Property> LoadProperty(const JsonValue& stored, const Shape& root);

// Takes away the attributes that `root` lacks, and the properties that have none left. A unique
// property goes with the first of its attributes: over the others alone it would say more.
std::vector<Property> Remaining(std::vector<Property> properties, const Shape& root);

// The rules of each attribute, in the order of the properties.
Shape::RulesByNumber RulesOf(const std::vector<Property>& properties, const Shape& root);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_PROPERTIES_H_
