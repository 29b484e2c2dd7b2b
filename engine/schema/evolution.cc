#include "schema/evolution.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "record/path.h"
#include "schema/attr_defs.h"

namespace dossier {
namespace {

// What becomes of a definition; nothing: it goes.
using Edit = absl::FunctionRef<std::optional<JsonValue>(const JsonValue::Object& definition)>;

JsonValue::Object WithMember(JsonValue::Object object, std::string_view name, JsonValue value) {
  for (auto& [member, old] : object) {
    if (member != name) continue;
    old = std::move(value);
    return object;
  }
  object.emplace_back(name, std::move(value));
  return object;
}

// The definitions with `edit` done to that of the number, on whichever level it is.
JsonValue::Array Edited(const JsonValue::Array& definitions, AttributeNumber number, Edit edit) {
  JsonValue::Array edited;
  for (const JsonValue& definition : definitions) {
    const JsonValue* children = definition.Find("attr_defs");
    if (*definition.Find("number")->integer() == number) {
      if (std::optional<JsonValue> changed = edit(*definition.object())) {
        edited.push_back(*std::move(changed));
      }
    } else if (children != nullptr) {
      edited.push_back(
          WithMember(*definition.object(), "attr_defs", Edited(*children->array(), number, edit)));
    } else {
      edited.push_back(definition);
    }
  }
  return edited;
}

JsonValue::Array Definitions(const EntityType& type) {
  return *AttrDefsOf(type.root(), /*with_numbers=*/true).array();
}

absl::StatusOr<EntityType> NextEdited(const EntityType& type, const Attribute& attribute,
                                      std::string_view argument, Edit edit) {
  return type.Next(Edited(Definitions(type), attribute.number, edit), type.next_number(), argument);
}

absl::StatusOr<EntityType> NextWith(const EntityType& type, const Attribute& attribute,
                                    std::string_view member, const JsonValue& value,
                                    std::string_view argument) {
  return NextEdited(type, attribute, argument, [&](const JsonValue::Object& definition) {
    return WithMember(definition, member, value);
  });
}

absl::Status CheckPropertyCount(const EntityType& type, std::string_view argument) {
  if (type.properties().size() < kPropertyCountMax) return absl::OkStatus();
  return errors::InvalidArgument(argument, "the entity type has all the rules it can");
}

// The names of a path, without the empty ones.
std::vector<std::string_view> Names(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const size_t end = std::min(path.find_first_of("/."), path.size());
    if (end > 0) names.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return names;
}

// The name that `target` gives to the attribute at `source`.
absl::StatusOr<std::string_view> NewName(std::string_view source, std::string_view target) {
  const std::vector<std::string_view> from = Names(source);
  const std::vector<std::string_view> to = Names(target);
  const bool is_path = target.starts_with('/') || to.size() > 1;
  if (to.empty() || !IsAttributeName(to.back())) {
    return errors::InvalidArgument("target_name", "a name has letters, digits, '_' and '-'");
  }
  if (is_path &&
      (to.size() != from.size() || !std::equal(to.begin(), to.end() - 1, from.begin()))) {
    return errors::InvalidArgument("target_name", "an attribute stays where it is in the type");
  }
  return to.back();
}

}  // namespace

absl::StatusOr<const Attribute*> FindChangeable(const EntityType& type, std::string_view path,
                                                std::string_view argument) {
  const std::vector<std::string_view> names = Names(path);
  const absl::StatusOr<Path> found = Path::ParseSchemaPath(path, type.root(), argument);
  if (!found.ok()) {
    // The ids of elements are no attributes of the tree.
    const bool is_unknown = DetailOf(found.status())->code == 223;
    if (!is_unknown || !IsReservedName(names.back(), names.size() == 1)) return found.status();
    return errors::ReservedAttribute(DetailOf(found.status())->attribute_name);
  }
  if (found->is_root()) return errors::InvalidArgument(argument, "it names no attribute");
  const Attribute* attribute = found->back().attribute;
  if (IsReserved(*attribute)) return errors::ReservedAttribute(PathOf(*attribute));
  return attribute;
}

std::string ConstraintsText(const Attribute& attribute) {
  return JsonValue(JsonValue::Array(attribute.constraints.begin(), attribute.constraints.end()))
      .ToText();
}

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
  JsonValue::Array all = Definitions(type);
  all.push_back(AttrDefsOf(added, /*with_numbers=*/true).array()->front());
  return type.Next(all, numbering.next, "attr_def");
}

absl::StatusOr<EntityType> WithoutAttribute(const EntityType& type, const Attribute& attribute) {
  return NextEdited(type, attribute, "attribute_name",
                    [](const JsonValue::Object&) { return std::nullopt; });
}

absl::StatusOr<EntityType> WithName(const EntityType& type, std::string_view source,
                                    std::string_view target) {
  DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute, FindChangeable(type, source, "source_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view name, NewName(source, target));
  const Attribute* parent = attribute->parent;
  const std::string path = PathOf(parent, name);
  if (IsReservedName(name, parent == nullptr)) return errors::ReservedAttribute(path);
  const Shape& siblings = parent == nullptr ? type.root() : *parent->children;
  if (siblings.FindNamed(name) != nullptr) return errors::AttributeExists(path);
  return NextWith(type, *attribute, "name", std::string(name), "target_name");
}

absl::StatusOr<EntityType> WithDescription(const EntityType& type, std::string_view path,
                                           std::string_view description) {
  DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                           FindChangeable(type, path, "attribute_name"));
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue text, JsonValue::Parse(description, "description"));
  if (text.string() == nullptr && !text.is_null()) {
    return errors::InvalidArgument("description", "it must be a JSON string");
  }
  return NextWith(type, *attribute, "description", text, "description");
}

absl::StatusOr<EntityType> WithConstraints(const EntityType& type, const Attribute& attribute,
                                           std::string_view constraints) {
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue names, JsonValue::Parse(constraints, "constraints"));
  if (names.array() == nullptr) {
    return errors::InvalidArgument("constraints", "it must be a JSON array of names");
  }
  if (attribute.is_container()) {
    return errors::InvalidArgument("constraints", "objects and plurals take no constraint");
  }
  return NextWith(type, attribute, "constraints", names, "constraints");
}

absl::StatusOr<EntityType> WithProperty(const EntityType& type, const PropertyRequest& request) {
  DOSSIER_RETURN_IF_ERROR(CheckPropertyCount(type, request.attributes_argument));
  DOSSIER_ASSIGN_OR_RETURN(Property property, DeclareProperty(request, type.root()));
  AttributeNumber next_number = type.next_number();
  if (!property.is_rule()) {
    if (next_number > kAttributeCountMax) {
      return errors::InvalidArgument(request.attributes_argument,
                                     "the entity type has had too many attributes");
    }
    property.number = next_number++;
  }
  std::vector<Property> properties = type.properties();
  properties.push_back(std::move(property));
  return type.Next(std::move(properties), next_number);
}

absl::StatusOr<EntityType> WithDeclared(const EntityType& type, const Property& property,
                                        const PropertyRequest& request) {
  DOSSIER_RETURN_IF_ERROR(CheckPropertyCount(type, request.attributes_argument));
  for (size_t i = 0; i < property.attributes.size(); ++i) {
    if (FindNumber(type.root(), property.attributes[i]) != nullptr) continue;
    return errors::UnknownAttribute(request.attributes[i]);  // removed meanwhile
  }
  std::vector<Property> properties = type.properties();
  properties.push_back(property);
  return type.Next(std::move(properties), type.next_number());
}

EntityType WithoutUnique(const EntityType& type, AttributeNumber number) {
  std::vector<Property> properties = type.properties();
  std::erase_if(properties, [&](const Property& property) {
    return !property.is_rule() && property.number == number;
  });
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
