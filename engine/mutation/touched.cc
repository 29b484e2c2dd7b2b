#include "mutation/touched.h"

#include <cmath>
#include <optional>

#include "json/json_value.h"

namespace dossier {
namespace {

// As far as it can be the id of an element. Source: an id may be written as 12.0 too.
std::optional<EntityId> IdIn(const JsonValue& value) {
  if (value.integer() != nullptr && *value.integer() > 0) {
    return static_cast<EntityId>(*value.integer());
  }
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  const double* real = value.real();
  if (real == nullptr || *real < 1 || *real >= kExactMax || *real != std::floor(*real)) {
    return std::nullopt;
  }
  return static_cast<EntityId>(*real);
}

void Object(const JsonValue& value, const Shape& shape, EntityId owner, Wanted& wanted);

void Plural(const JsonValue& value, const Attribute& plural, EntityId owner, Wanted& wanted) {
  const PluralName name{owner, plural.number};
  wanted.AddPlural(name);
  if (value.array() == nullptr) return;
  for (const JsonValue& element : *value.array()) {
    const JsonValue* id = element.Find("id");
    const std::optional<EntityId> known = id == nullptr ? std::nullopt : IdIn(*id);
    if (!known) {
      wanted.AddLast(name);
    } else {
      wanted.AddElement(name, *known);
      Object(element, *plural.children, *known, wanted);
    }
  }
}

void Member(const JsonValue& value, const Attribute& attribute, EntityId owner, Wanted& wanted) {
  if (attribute.kind == Kind::kObject) return Object(value, *attribute.children, owner, wanted);
  if (attribute.kind == Kind::kPlural) return Plural(value, attribute, owner, wanted);
}

void Object(const JsonValue& value, const Shape& shape, EntityId owner, Wanted& wanted) {
  if (value.object() == nullptr) return;
  for (const auto& [name, member] : *value.object()) {
    const Attribute* attribute = shape.FindNamed(name);
    if (attribute != nullptr) Member(member, *attribute, owner, wanted);
  }
}

}  // namespace

Wanted TouchedBy(const Change& change, const Shape& root, EntityId record) {
  Wanted wanted = Wanted::Nothing();
  EntityId owner = record;
  for (size_t i = 0; i < change.path.size(); ++i) {
    const Step& step = change.path[i];
    if (step.element == 0) continue;
    wanted.AddElement({owner, step.attribute->number}, step.element);
    owner = step.element;
  }
  if (change.mode != Mode::kUpdate || !change.value) return wanted;
  const absl::StatusOr<JsonValue> value = JsonValue::Parse(*change.value, change.argument);
  if (!value.ok()) return Wanted::Everything();  // the change will be refused
  if (change.path.is_root()) {
    Object(*value, root, owner, wanted);
  } else if (change.path.back().element != 0) {
    Object(*value, *change.path.back().attribute->children, owner, wanted);
  } else if (!IsReserved(*change.path.back().attribute)) {
    Member(*value, *change.path.back().attribute, owner, wanted);
  }
  return wanted;
}

}  // namespace dossier
