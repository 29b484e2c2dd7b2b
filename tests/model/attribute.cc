#include "model/attribute.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

Json True(bool is_true) { return {Kind::kLiteral, is_true ? "true" : "false", {}, {}}; }

Json Definition(const Attribute& attribute) {
  Json definition{Kind::kObject, "", {}, {}};
  auto& members = definition.members;
  members.push_back({"name", Text(attribute.name)});
  members.push_back({"type", Text(attribute.type)});
  if (attribute.type == "string") {
    members.push_back({"length", attribute.length.has_value()
                                     ? Number(absl::StrCat(*attribute.length))
                                     : Null()});
    members.push_back({"case-sensitive", True(attribute.is_case_sensitive)});
  }
  if (!attribute.constraints.empty()) {
    Json constraints = EmptyArray();
    for (const std::string& each : attribute.constraints) constraints.items.push_back(Text(each));
    members.push_back({"constraints", constraints});
  }
  if (!attribute.is_scalar()) members.push_back({"attr_defs", Definitions(attribute.children)});
  return definition;
}

Attribute ReadDefinition(const Json& json) {
  Attribute attribute;
  attribute.name = json.Find("name")->text;
  attribute.type = json.Find("type")->text;
  if (const Json* length = json.Find("length"); length != nullptr && !IsNull(*length)) {
    size_t count = 0;
    if (absl::SimpleAtoi(length->text, &count)) attribute.length = count;
  }
  if (const Json* sensitive = json.Find("case-sensitive"); sensitive != nullptr) {
    attribute.is_case_sensitive = sensitive->text == "true";
  }
  if (const Json* constraints = json.Find("constraints"); constraints != nullptr) {
    for (const Json& each : constraints->items) attribute.constraints.push_back(each.text);
  }
  return attribute;
}

}  // namespace

bool Attribute::Has(std::string_view constraint) const {
  return std::find(constraints.begin(), constraints.end(), constraint) != constraints.end();
}

bool Attribute::TakesBareStrings() const {
  return is_plural() && children.size() == 1 && children[0].type == "string";
}

const Attribute* Attribute::Child(std::string_view child_name) const {
  return Named(children, child_name);
}

bool IsReserved(std::string_view name, bool is_at_root) {
  return name == "id" || name == "parent_id" ||
         (is_at_root && Named(ReservedAttributes(), name) != nullptr);
}

const std::vector<Attribute>& ReservedAttributes() {
  static const auto* const kAttributes =
      new std::vector<Attribute>{{.name = "id", .type = "id"},
                                 {.name = "uuid", .type = "uuid"},
                                 {.name = "created", .type = "dateTime"},
                                 {.name = "lastUpdated", .type = "dateTime"}};
  return *kAttributes;
}

const Attribute* Named(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::vector<std::string> NamesIn(std::string_view path) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : path) {
    if (c != '/' && c != '.') {
      name += c;
    } else if (!name.empty()) {
      names.push_back(std::exchange(name, ""));
    }
  }
  if (!name.empty()) names.push_back(name);
  return names;
}

Json Unset(const Attribute& attribute) {
  if (attribute.is_plural()) return EmptyArray();
  return attribute.is_object() ? UnsetObject(attribute.children) : Null();
}

Json UnsetObject(const std::vector<Attribute>& attributes) {
  Json object{Kind::kObject, "", {}, {}};
  for (const Attribute& each : attributes) object.members.push_back({each.name, Unset(each)});
  return object;
}

std::vector<Attribute> ReadDefinitions(const Json& attr_defs, std::string_view argument,
                                       Outcome& outcome, const std::string& prefix,
                                       bool is_in_plural) {
  std::vector<Attribute> attributes;
  for (const Json& json : attr_defs.items) {
    Attribute attribute = ReadDefinition(json);
    const std::string path = absl::StrCat(prefix, "/", attribute.name);
    if (IsReserved(attribute.name, prefix.empty())) outcome.Fail(234, path);
    if (attribute.Has("locally-unique") && !is_in_plural) outcome.Fail(200, std::string(argument));
    if (const Json* children = json.Find("attr_defs"); children != nullptr) {
      attribute.children = ReadDefinitions(*children, argument, outcome, path,
                                           is_in_plural || attribute.is_plural());
    }
    // A definition is judged by itself before it is held against those beside it.
    if (Named(attributes, attribute.name) != nullptr) outcome.Fail(233, path);
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

Json Definitions(const std::vector<Attribute>& attributes) {
  Json definitions = EmptyArray();
  for (const Attribute& each : attributes) definitions.items.push_back(Definition(each));
  return definitions;
}

Json Text(std::string_view text) { return {Kind::kString, std::string(text), {}, {}}; }
Json Number(std::string_view digits) { return {Kind::kNumber, std::string(digits), {}, {}}; }
Json Null() { return {}; }
Json EmptyArray() { return {Kind::kArray, "", {}, {}}; }
bool IsNull(const Json& value) { return value.kind == Kind::kLiteral && value.text == "null"; }

}  // namespace dossier::model
