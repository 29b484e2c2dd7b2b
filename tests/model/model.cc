#include "model/model.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

Json* FindIn(Json& object, std::string_view name) {
  for (auto& [member, value] : object.members) {
    if (member == name) return &value;
  }
  return nullptr;
}

const Json* NamedIn(const Json& definitions, std::string_view name) {
  for (const Json& definition : definitions.items) {
    if (definition.Find("name")->text == name) return &definition;
  }
  return nullptr;
}

std::string IdOf(const Json& element) { return element.Find("id")->text; }

bool ById(const Json& a, const Json& b) { return std::stoll(IdOf(a)) < std::stoll(IdOf(b)); }

Json Unset(const Json& definition) {
  const std::string type = TypeOf(definition);
  if (type == "object") return UnsetObject(ChildrenOf(definition));
  Json unset = Null();
  if (type == "plural") unset.kind = Kind::kArray;
  return unset;
}

}  // namespace

Json Null() { return Json(); }

bool IsNull(const Json& value) { return value.kind == Kind::kLiteral && value.text == "null"; }

std::string TypeOf(const Json& definition) { return definition.Find("type")->text; }

const Json& ChildrenOf(const Json& definition) { return *definition.Find("attr_defs"); }

bool TakesBareStrings(const Json& plural) {
  const Json& children = ChildrenOf(plural);
  return children.items.size() == 1 && TypeOf(children.items[0]) == "string";
}

Json UnsetObject(const Json& definitions) {
  Json object;
  object.kind = Kind::kObject;
  for (const Json& definition : definitions.items) {
    object.members.push_back({definition.Find("name")->text, Unset(definition)});
  }
  return object;
}

std::vector<Target> TargetsIn(const Json& definitions, Json& object, const std::string& prefix) {
  std::vector<Target> targets;
  const auto add = [&](std::vector<Target> more) {
    targets.insert(targets.end(), more.begin(), more.end());
  };
  for (const Json& definition : definitions.items) {
    const std::string path = absl::StrCat(prefix, "/", definition.Find("name")->text);
    Json* value = FindIn(object, definition.Find("name")->text);
    targets.push_back({path, &definition, value, nullptr});
    if (TypeOf(definition) == "object") add(TargetsIn(ChildrenOf(definition), *value, path));
    if (TypeOf(definition) != "plural") continue;
    for (Json& element : value->items) {
      const std::string element_path = absl::StrCat(path, "#", IdOf(element));
      targets.push_back({element_path, &definition, &element, value});
      add(TargetsIn(ChildrenOf(definition), element, element_path));
    }
  }
  return targets;
}

Json Model::Object(const Json& definitions, const Json& old, const Json& value, Mode mode) {
  Json after = mode == Mode::kUpdate ? old : UnsetObject(definitions);
  if (mode != Mode::kUpdate && old.Find("id") != nullptr) {
    after.members.insert(after.members.begin(), {"id", *old.Find("id")});
  }
  for (const auto& [name, given] : value.members) {
    const Json* definition = NamedIn(definitions, name);
    if (definition == nullptr) continue;  // the id that an element tells again
    *FindIn(after, name) = Attribute(*definition, *old.Find(name), given, mode);
  }
  return after;
}

Json Model::Attribute(const Json& definition, const Json& old, const Json& value, Mode mode) {
  const std::string type = TypeOf(definition);
  if (type == "plural") return Plural(definition, old, value, mode);
  if (type != "object") return value;
  return IsNull(value) ? Unset(definition) : Object(ChildrenOf(definition), old, value, mode);
}

Json Model::Plural(const Json& definition, const Json& old, const Json& value, Mode mode) {
  const Json& children = ChildrenOf(definition);
  Json after = Unset(definition);
  if (mode == Mode::kUpdate && !IsNull(value)) after = old;
  for (const Json& given : value.items) {
    const Json* id = mode == Mode::kUpdate ? given.Find("id") : nullptr;
    if (id == nullptr) {
      after.items.push_back(NewElement(children, given, mode));
      continue;
    }
    const auto element = std::find_if(after.items.begin(), after.items.end(),
                                      [&](const Json& each) { return IdOf(each) == id->text; });
    *element = Object(children, *element, given, mode);
  }
  std::sort(after.items.begin(), after.items.end(), ById);
  return after;
}

Json Model::NewElement(const Json& definitions, const Json& value, Mode mode) {
  Json element = UnsetObject(definitions);
  Json id{Kind::kNumber, absl::StrCat(NextId()), {}, {}};
  if (value.kind == Kind::kString) {
    auto& [name, text] = element.members[0];
    text = value;
  } else {
    element = Object(definitions, element, value, mode);
  }
  element.members.insert(element.members.begin(), {"id", std::move(id)});
  return element;
}

}  // namespace dossier::model
