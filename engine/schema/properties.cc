#include "schema/properties.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "record/path.h"

namespace dossier {
namespace {

absl::Status RefuseProperty(std::string_view reason) {
  return errors::InvalidArgument("property", reason);
}

// Null where the member is missing or null.
const JsonValue* Given(const JsonValue& object, std::string_view member) {
  const JsonValue* value = object.Find(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

absl::StatusOr<bool> TakeIsRule(const JsonValue& property) {
  const JsonValue* type = Given(property, "type");
  if (type == nullptr) type = Given(property, "property");
  if (type != nullptr && type->string() != nullptr) {
    if (*type->string() == "rule") return true;
    if (*type->string() == "unique") return false;
  }
  return RefuseProperty("its type must be rule or unique");
}

absl::StatusOr<std::vector<std::string>> TakePaths(const JsonValue& property) {
  std::vector<std::string> paths;
  const JsonValue* attributes = Given(property, "attributes");
  if (attributes == nullptr || attributes->array() == nullptr) {
    return RefuseProperty("attributes must be an array of paths");
  }
  for (const JsonValue& path : *attributes->array()) {
    if (path.string() == nullptr) return RefuseProperty("attributes must be an array of paths");
    paths.push_back(*path.string());
  }
  return paths;
}

absl::StatusOr<const Attribute*> FindNamed(std::string_view path, const Shape& root,
                                           std::string_view argument) {
  DOSSIER_ASSIGN_OR_RETURN(const Path parsed, Path::ParseSchemaPath(path, root, argument));
  if (parsed.is_root()) return errors::InvalidArgument(argument, "a path names no attribute");
  const Attribute* attribute = parsed.back().attribute;
  if (IsReserved(*attribute)) return errors::ReservedAttribute(PathOf(*attribute));
  return attribute;
}

// The plural whose elements have the attribute; null: the record has it.
const Attribute* InnermostPlural(const Attribute& attribute) {
  const Attribute* plural = attribute.parent;
  while (plural != nullptr && plural->kind != Kind::kPlural) plural = plural->parent;
  return plural;
}

absl::Status CheckUnique(const std::vector<const Attribute*>& attributes,
                         std::string_view argument) {
  if (attributes.size() < 2) {
    return errors::InvalidArgument(argument, "a unique property has two attributes or more");
  }
  for (const Attribute* attribute : attributes) {
    if (!attribute->is_comparable()) {
      return errors::InvalidArgument(argument,
                                     absl::StrCat(PathOf(*attribute), " cannot be unique"));
    }
    if (InnermostPlural(*attribute) != InnermostPlural(*attributes.front())) {
      return errors::InvalidArgument(
          argument,
          "the attributes of a unique property must be those of the record or of one plural");
    }
  }
  return absl::OkStatus();
}

std::vector<AttributeNumber> NumbersOf(const std::vector<const Attribute*>& attributes) {
  std::vector<AttributeNumber> numbers;
  for (const Attribute* attribute : attributes) numbers.push_back(attribute->number);
  return numbers;
}

bool IsNumber(const JsonValue* value) {
  return value != nullptr && value->integer() != nullptr && *value->integer() >= kFirstFreeNumber &&
         *value->integer() <= std::numeric_limits<AttributeNumber>::max();
}

// False where they are not those of attributes.
bool LoadNumbers(const JsonValue* stored, const Shape& root, std::vector<AttributeNumber>& out) {
  if (stored == nullptr || stored->array() == nullptr || stored->array()->empty()) return false;
  for (const JsonValue& number : *stored->array()) {
    if (!IsNumber(&number)) return false;
    const auto known = static_cast<AttributeNumber>(*number.integer());
    const bool is_again = std::find(out.begin(), out.end(), known) != out.end();
    if (is_again || FindNumber(root, known) == nullptr) return false;
    out.push_back(known);
  }
  return true;
}

}  // namespace

absl::StatusOr<PropertyRequest> ParsePropertyRequest(std::string_view property) {
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue json, JsonValue::Parse(property, "property"));
  if (json.object() == nullptr) return RefuseProperty("it must be an object");
  PropertyRequest request{.attributes_argument = "property", .definition_argument = "property"};
  DOSSIER_ASSIGN_OR_RETURN(request.is_rule, TakeIsRule(json));
  DOSSIER_ASSIGN_OR_RETURN(request.attributes, TakePaths(json));
  if (const JsonValue* description = Given(json, "description"); description != nullptr) {
    if (description->string() == nullptr) return RefuseProperty("description must be a string");
    request.description = *description->string();
  }
  if (const JsonValue* definition = Given(json, "definition"); definition != nullptr) {
    request.definition = *definition;
  }
  return request;
}

absl::StatusOr<Property> DeclareProperty(const PropertyRequest& request, const Shape& root) {
  Property property{.uuid = Uuid::Random(), .description = request.description};
  if (request.attributes.empty()) {
    return errors::InvalidArgument(request.attributes_argument, "there must be an attribute");
  }
  std::vector<const Attribute*> attributes;
  for (const std::string& path : request.attributes) {
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindNamed(path, root, request.attributes_argument));
    if (std::find(attributes.begin(), attributes.end(), attribute) != attributes.end()) {
      return errors::InvalidArgument(request.attributes_argument, "an attribute is named twice");
    }
    attributes.push_back(attribute);
  }
  property.attributes = NumbersOf(attributes);
  if (!request.is_rule) {
    if (!request.definition.is_null()) {
      return errors::InvalidArgument(request.definition_argument,
                                     "a unique property has no definition");
    }
    DOSSIER_RETURN_IF_ERROR(CheckUnique(attributes, request.attributes_argument));
    return property;
  }
  DOSSIER_ASSIGN_OR_RETURN(property.rule,
                           ParseRule(request.definition, request.definition_argument));
  property.definition = request.definition;
  for (const Attribute* attribute : attributes) {
    DOSSIER_RETURN_IF_ERROR(CheckRuleFits(*property.rule, *attribute, request.definition_argument));
  }
  return property;
}

JsonValue AnswerOf(const Property& property, const std::vector<std::string>& paths,
                   bool with_type) {
  JsonValue::Object answer{{"attributes", JsonValue::Array(paths.begin(), paths.end())}};
  if (property.is_rule()) answer.emplace_back("definition", property.definition);
  if (property.description) answer.emplace_back("description", *property.description);
  if (with_type)
    answer.emplace_back("property", std::string(property.is_rule() ? "rule" : "unique"));
  answer.emplace_back("uuid", ToText(property.uuid));
  return answer;
}

std::vector<std::string> PathsOf(const Property& property, const Shape& root) {
  std::vector<std::string> paths;
  for (const AttributeNumber number : property.attributes) {
    paths.push_back(PathOf(*FindNumber(root, number)));
  }
  return paths;
}

JsonValue StoredForm(const Property& property) {
  JsonValue::Array numbers;
  for (const AttributeNumber number : property.attributes) numbers.push_back(int64_t{number});
  JsonValue::Object stored{{"uuid", ToText(property.uuid)}, {"numbers", std::move(numbers)}};
  if (property.description) stored.emplace_back("description", *property.description);
  if (property.is_rule()) {
    stored.emplace_back("definition", property.definition);
  } else {
    stored.emplace_back("number", int64_t{property.number});
  }
  return stored;
}

std::optional<Property> LoadProperty(const JsonValue& stored, const Shape& root) {
  const JsonValue* uuid = stored.Find("uuid");
  const JsonValue* description = stored.Find("description");
  const JsonValue* definition = stored.Find("definition");
  const JsonValue* number = stored.Find("number");
  if (uuid == nullptr || uuid->string() == nullptr || !Uuid::Parse(*uuid->string()) ||
      (description != nullptr && description->string() == nullptr) ||
      (definition == nullptr) == (number == nullptr)) {
    return std::nullopt;
  }
  Property property{.uuid = *Uuid::Parse(*uuid->string())};
  if (description != nullptr) property.description = *description->string();
  if (!LoadNumbers(stored.Find("numbers"), root, property.attributes)) return std::nullopt;
  if (definition == nullptr) {
    if (!IsNumber(number)) return std::nullopt;
    property.number = static_cast<AttributeNumber>(*number->integer());
    std::vector<const Attribute*> attributes;
    for (const AttributeNumber of : property.attributes) {
      attributes.push_back(FindNumber(root, of));
    }
    if (!CheckUnique(attributes, "stored").ok()) return std::nullopt;
    return property;
  }
  absl::StatusOr<Rule> rule = ParseRule(*definition, "stored");
  if (!rule.ok()) return std::nullopt;
  for (const AttributeNumber of : property.attributes) {
    if (!CheckRuleFits(*rule, *FindNumber(root, of), "stored").ok()) return std::nullopt;
  }
  property.rule = *std::move(rule);
  property.definition = *definition;
  return property;
}

std::vector<Property> Remaining(std::vector<Property> properties, const Shape& root) {
  std::erase_if(properties, [&](Property& property) {
    const size_t removed = std::erase_if(property.attributes, [&](AttributeNumber number) {
      return FindNumber(root, number) == nullptr;
    });
    return property.attributes.empty() || (removed > 0 && !property.is_rule());
  });
  return properties;
}

Shape::RulesByNumber RulesOf(const std::vector<Property>& properties, const Shape& root) {
  absl::flat_hash_map<AttributeNumber, std::vector<Rule>> rules;
  for (const Property& property : properties) {
    if (!property.is_rule()) continue;
    for (const AttributeNumber number : property.attributes) {
      rules[number].push_back(*property.rule);
    }
  }
  Shape::RulesByNumber compiled;
  for (auto& [number, of_one] : rules) {
    compiled[number] = ValueRulesOf(*FindNumber(root, number), std::move(of_one));
  }
  return compiled;
}

}  // namespace dossier
