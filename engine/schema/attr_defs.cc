#include "schema/attr_defs.h"

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "record/path.h"
#include "schema/password_schemes.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

class Parser {
 public:
  Parser(std::string_view argument, Numbering& numbering)
      : argument_(argument), numbering_(numbering) {}

  // `path` leads to the object or plural that has the children; empty at the root.
  absl::StatusOr<Shape> Children(const JsonValue& definitions, const std::string& path, int depth,
                                 bool in_plural) {
    const JsonValue::Array* array = definitions.array();
    if (array == nullptr) return Refuse(path, "attr_defs must be an array");
    if (!array->empty() && depth > kAttributeDepthMax) {
      return Refuse(path, "attributes are nested more than five levels deep");
    }
    Shape shape;
    absl::flat_hash_set<std::string> names;
    for (const JsonValue& definition : *array) {
      DOSSIER_ASSIGN_OR_RETURN(Attribute attribute, One(definition, path, depth, in_plural));
      const std::string* name = definition.Find("name")->string();
      if (!names.insert(*name).second) {
        return errors::AttributeExists(PathBelow(path, *name));
      }
      if (shape.size() > 0 && attribute.number <= shape[shape.size() - 1].number) {
        return Refuse(path, "the numbers do not rise");
      }
      shape.Add(std::move(attribute));
    }
    return shape;
  }

 private:
  absl::Status Refuse(std::string_view path, std::string_view reason) const {
    if (path.empty()) return errors::InvalidArgument(argument_, reason);
    return errors::InvalidArgument(argument_, absl::StrCat(ToAbsl(path), ": ", ToAbsl(reason)));
  }

  absl::StatusOr<Attribute> One(const JsonValue& definition, const std::string& parent, int depth,
                                bool in_plural) {
    if (definition.object() == nullptr) return Refuse(parent, "a definition must be an object");
    const JsonValue* name = definition.Find("name");
    if (name == nullptr || name->string() == nullptr || !IsAttributeName(*name->string())) {
      return Refuse(parent, "a definition needs a name of letters, digits, '_' and '-'");
    }
    Attribute attribute;
    attribute.name = *name->string();
    const std::string path = PathBelow(parent, attribute.name);
    if (IsReservedName(attribute.name, parent.empty())) return errors::ReservedAttribute(path);
    DOSSIER_RETURN_IF_ERROR(TakeKind(definition, path, attribute));
    DOSSIER_RETURN_IF_ERROR(TakeNumber(definition, path, attribute));
    DOSSIER_RETURN_IF_ERROR(TakeTextMembers(definition, path, attribute));
    DOSSIER_RETURN_IF_ERROR(TakeConstraints(definition, path, in_plural, attribute));
    if (const Building* building = numbering_.building; building != nullptr) {
      attribute.is_building = !attribute.unique && building->Has(attribute.number, false);
      attribute.is_building_local =
          !attribute.locally_unique && building->Has(attribute.number, /*is_local=*/true);
    }
    if (!attribute.is_container()) return attribute;
    const JsonValue* children = definition.Find("attr_defs");
    if (children == nullptr) return Refuse(path, "objects and plurals need attr_defs");
    DOSSIER_ASSIGN_OR_RETURN(Shape shape, Children(*children, path, depth + 1,
                                                   in_plural || attribute.kind == Kind::kPlural));
    attribute.children = std::make_unique<Shape>(std::move(shape));
    return attribute;
  }

  absl::Status TakeKind(const JsonValue& definition, const std::string& path,
                        Attribute& attribute) const {
    const JsonValue* type = definition.Find("type");
    const std::optional<Kind> kind =
        type == nullptr || type->string() == nullptr ? std::nullopt : KindNamed(*type->string());
    if (kind) attribute.kind = *kind;
    const PasswordScheme* scheme = type == nullptr || type->string() == nullptr
                                       ? nullptr
                                       : FindPasswordScheme(*type->string());
    if (!kind && scheme == nullptr) return Refuse(path, "the type is not known");
    if (scheme == nullptr) return absl::OkStatus();
    attribute.kind = Kind::kPassword;
    attribute.password_type = *type->string();
    attribute.hashes_text = scheme->method != PasswordMethod::kKeptOnly;
    return absl::OkStatus();
  }

  absl::Status TakeNumber(const JsonValue& definition, const std::string& path,
                          Attribute& attribute) {
    if (!numbering_.is_stored) {
      if (numbering_.next > kAttributeCountMax)
        return Refuse(path, "the type has too many attributes");
      attribute.number = numbering_.next++;
      return absl::OkStatus();
    }
    const JsonValue* number = definition.Find("number");
    if (number == nullptr || number->integer() == nullptr ||
        *number->integer() < kFirstFreeNumber ||
        *number->integer() > std::numeric_limits<AttributeNumber>::max()) {
      return Refuse(path, "the number is missing");
    }
    attribute.number = static_cast<AttributeNumber>(*number->integer());
    if (attribute.number >= numbering_.next || !numbers_.insert(attribute.number).second) {
      return Refuse(path, "the number is another's");
    }
    return absl::OkStatus();
  }

  absl::Status TakeTextMembers(const JsonValue& definition, const std::string& path,
                               Attribute& attribute) const {
    if (const JsonValue* text = Given(definition, "description"); text != nullptr) {
      if (text->string() == nullptr) return Refuse(path, "description must be a string");
      attribute.description = *text->string();
    }
    DOSSIER_RETURN_IF_ERROR(TakeNames(definition, "features", path, attribute.features));
    if (attribute.kind != Kind::kString) return absl::OkStatus();
    if (const JsonValue* length = Given(definition, "length"); length != nullptr) {
      if (length->integer() == nullptr || *length->integer() < 1 ||
          *length->integer() > static_cast<int64_t>(kJsonBytesMax)) {
        return Refuse(path, "length must be a number of characters above 0");
      }
      attribute.length_max = static_cast<uint32_t>(*length->integer());
    }
    if (const JsonValue* flag = Given(definition, "case-sensitive"); flag != nullptr) {
      if (flag->boolean() == nullptr) return Refuse(path, "case-sensitive must be true or false");
      attribute.case_sensitive = *flag->boolean();
    }
    return absl::OkStatus();
  }

  absl::Status TakeConstraints(const JsonValue& definition, const std::string& path, bool in_plural,
                               Attribute& attribute) const {
    DOSSIER_RETURN_IF_ERROR(TakeNames(definition, "constraints", path, attribute.constraints));
    if (attribute.is_container() && !attribute.constraints.empty()) {
      return Refuse(path, "objects and plurals take no constraint");
    }
    for (const std::string& name : attribute.constraints) {
      const std::optional<TextFormat> format = TextFormatNamed(name);
      if (format && attribute.kind != Kind::kString) {
        return Refuse(path, absl::StrCat("the constraint ", name, " is for strings"));
      }
      if (format) {
        attribute.text_formats = static_cast<uint8_t>(attribute.text_formats | *format);
      } else if (name == "required") {
        attribute.required = true;
      } else if (name == "unique" && attribute.is_comparable()) {
        attribute.unique = true;
      } else if (name == "locally-unique" && in_plural && attribute.is_comparable()) {
        attribute.locally_unique = true;
      } else if (name == "unique" || name == "locally-unique") {
        return Refuse(path, absl::StrCat("it cannot be ", name));
      } else {
        return Refuse(path, absl::StrCat(name, " is not a valid constraint name"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status TakeNames(const JsonValue& definition, std::string_view member,
                         const std::string& path, std::vector<std::string>& names) const {
    const JsonValue* list = Given(definition, member);
    if (list == nullptr) return absl::OkStatus();
    const std::string reason = absl::StrCat(ToAbsl(member), " must be an array of strings");
    if (list->array() == nullptr) return Refuse(path, reason);
    for (const JsonValue& name : *list->array()) {
      if (name.string() == nullptr) return Refuse(path, reason);
      names.push_back(*name.string());
    }
    return absl::OkStatus();
  }

  // Null where the member is missing or null.
  static const JsonValue* Given(const JsonValue& definition, std::string_view member) {
    const JsonValue* value = definition.Find(member);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  std::string_view argument_;
  Numbering& numbering_;
  absl::flat_hash_set<AttributeNumber> numbers_;  // of a stored type, as far as it is read
};

JsonValue::Array Texts(const std::vector<std::string>& texts) {
  return JsonValue::Array(texts.begin(), texts.end());
}

JsonValue AttrDefOf(const Attribute& attribute, bool with_numbers, const AttributeSet* only) {
  JsonValue::Object definition;
  const auto add = [&](const char* name, JsonValue value) {
    definition.emplace_back(name, std::move(value));
  };
  add("name", attribute.name);
  add("type", attribute.kind == Kind::kPassword ? attribute.password_type
                                                : std::string(NameOf(attribute.kind)));
  if (with_numbers) add("number", int64_t{attribute.number});
  if (attribute.kind == Kind::kString) {
    add("length", attribute.length_max ? JsonValue(int64_t{*attribute.length_max}) : JsonValue());
    add("case-sensitive", attribute.case_sensitive);
  }
  if (!attribute.description.empty()) add("description", attribute.description);
  if (!attribute.constraints.empty()) add("constraints", Texts(attribute.constraints));
  if (!attribute.features.empty()) add("features", Texts(attribute.features));
  if (attribute.is_container()) {
    add("attr_defs", AttrDefsOf(*attribute.children, with_numbers, only));
  }
  return definition;
}

JsonValue Reserved(std::string_view name, std::string_view type, std::string_view description) {
  return JsonValue::Object{{"name", std::string(name)},
                           {"type", std::string(type)},
                           {"description", std::string(description)}};
}

}  // namespace

absl::StatusOr<Shape> ParseAttrDefs(const JsonValue& definitions, std::string_view argument,
                                    Numbering& numbering) {
  DOSSIER_ASSIGN_OR_RETURN(
      Shape shape, Parser(argument, numbering).Children(definitions, "", 1, /*in_plural=*/false));
  shape.Seal(nullptr);
  return shape;
}

JsonValue AttrDefsOf(const Shape& shape, bool with_numbers, const AttributeSet* only) {
  JsonValue::Array definitions;
  for (const Attribute& attribute : shape) {
    if (Allows(only, attribute)) definitions.push_back(AttrDefOf(attribute, with_numbers, only));
  }
  return definitions;
}

bool IsAttributeName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

bool IsReservedName(std::string_view name, bool at_root) {
  return name == "id" || name == "parent_id" ||
         (at_root && ReservedAttributeNamed(name) != nullptr);
}

const JsonValue::Array& ReservedAttrDefs() {
  static const auto* const kAll = new JsonValue::Array{
      Reserved("id", "id", "simple identifier for this entity"),
      Reserved("uuid", "uuid", "globally unique identifier for this entity"),
      Reserved("created", "dateTime", "when this entity was created"),
      Reserved("lastUpdated", "dateTime", "when this entity was last updated")};
  return *kAll;
}

}  // namespace dossier
