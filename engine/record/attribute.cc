#include "record/attribute.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "base/text.h"

namespace dossier {
namespace {

// In the order of Kind.
constexpr std::array<std::string_view, 11> kKindNames = {
    "string",    "integer", "decimal",  "boolean", "date",  "dateTime",
    "ipAddress", "json",    "password", "object",  "plural"};

bool ContainsRequired(const Attribute& attribute) {
  if (attribute.kind != Kind::kObject) return attribute.required;
  return !attribute.children->required().empty();
}

std::string UnsetText(const Attribute& attribute) {
  if (attribute.kind == Kind::kPlural) return attribute.json_key + "[]";
  if (attribute.kind != Kind::kObject) return attribute.json_key + "null";
  std::string text = attribute.json_key + "{";
  for (const Attribute& child : *attribute.children) {
    if (text.back() != '{') text += ',';
    text += child.json_unset;
  }
  return text + "}";
}

}  // namespace

std::string_view NameOf(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<Kind> KindNamed(std::string_view name) {
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kKindNames.begin());
}

Attribute& Shape::Add(Attribute attribute) {
  attributes_.push_back(std::move(attribute));
  return attributes_.back();
}

void Shape::Seal(const Attribute* parent) {
  parent_ = parent;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    Attribute& attribute = attributes_[i];
    attribute.parent = parent;
    attribute.contains_unique = attribute.unique || attribute.is_building;
    attribute.contains_locally_unique = attribute.locally_unique || attribute.is_building_local;
    if (attribute.children != nullptr) {
      attribute.children->Seal(&attribute);
      for (const Attribute& child : *attribute.children) {
        attribute.contains_unique |= child.contains_unique;
        attribute.contains_locally_unique |= child.contains_locally_unique;
      }
    }
    attribute.json_key.clear();
    AppendJsonText(attribute.name, attribute.json_key);
    attribute.json_key += ':';
    attribute.json_unset = UnsetText(attribute);
    unset_bytes_ += attribute.json_unset.size() + 1;
    by_name_.emplace(absl::string_view(attribute.name), static_cast<int>(i));
    if (ContainsRequired(attribute)) required_.push_back(static_cast<uint16_t>(i));
  }
}

void Shape::PutRules(const RulesByNumber& rules) {
  ruled_.clear();
  for (size_t i = 0; i < attributes_.size(); ++i) {
    Attribute& attribute = attributes_[i];
    const auto found = rules.find(attribute.number);
    attribute.rules = found == rules.end() ? nullptr : found->second;
    bool is_ruled = attribute.rules != nullptr && attribute.rules->acts_on_absent();
    if (attribute.children != nullptr) {
      attribute.children->PutRules(rules);
      is_ruled = attribute.kind == Kind::kObject && !attribute.children->ruled().empty();
    }
    if (is_ruled) ruled_.push_back(static_cast<uint16_t>(i));
  }
}

const Attribute* FindNumber(const Shape& shape, AttributeNumber number) {
  for (const Attribute& attribute : shape) {
    if (attribute.number == number) return &attribute;
    if (attribute.children == nullptr) continue;
    const Attribute* below = FindNumber(*attribute.children, number);
    if (below != nullptr) return below;
  }
  return nullptr;
}

std::string PathOf(const Attribute& attribute) { return PathOf(attribute.parent, attribute.name); }

std::string PathOf(const Attribute* parent, std::string_view child) {
  return PathBelow(parent == nullptr ? "" : PathOf(*parent), child);
}

std::string PathBelow(std::string_view path, std::string_view child) {
  return absl::StrCat(ToAbsl(path), "/", ToAbsl(child));
}

std::string WithElement(std::string_view path, const absl::AlphaNum& element) {
  return absl::StrCat(ToAbsl(path), "#", element);
}

}  // namespace dossier
