#include "model/path.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"

namespace dossier::model {
namespace {

struct Step {
  std::string name;
  std::optional<std::string> id;
};

std::vector<Step> StepsOf(std::string_view path) {
  std::vector<Step> steps;
  for (const std::string& text : NamesIn(path)) {
    const size_t hash = text.find('#');
    if (hash == std::string::npos) {
      steps.push_back({text, std::nullopt});
    } else {
      steps.push_back({text.substr(0, hash), text.substr(hash + 1)});
    }
  }
  return steps;
}

}  // namespace

Place CheckPath(const std::vector<Attribute>& attributes, std::string_view path, const Reach* reach,
                Outcome& outcome) {
  Place place;
  const std::vector<Attribute>* level = &attributes;
  bool is_at_plural = false;  // and not at an element of it
  for (const Step& step : StepsOf(path)) {
    if (is_at_plural) outcome.Fail(200, "attribute_name");
    const Attribute* const reserved =
        place.path.empty() ? Named(ReservedAttributes(), step.name) : nullptr;
    place.path += "/" + step.name;
    place.attribute = reserved != nullptr ? reserved
                      : level == nullptr  ? nullptr
                                          : Named(*level, step.name);
    if (place.attribute == nullptr || (reserved == nullptr && !Touches(reach, place.path))) {
      outcome.Fail(223, place.path);
    }
    if (!outcome.ok()) return place;
    level = place.attribute->is_scalar() ? nullptr : &place.attribute->children;
    is_at_plural = place.attribute->is_plural() && !step.id.has_value();
    uint64_t id = 0;
    if (step.id.has_value() &&
        (!place.attribute->is_plural() || !absl::SimpleAtoi(*step.id, &id))) {
      outcome.Fail(200, "attribute_name");
      return place;
    }
    place.is_in_plural = step.id.has_value();
  }
  return place;
}

Led Follow(const std::vector<Attribute>& attributes, Json& object, uint64_t id,
           std::string_view path) {
  Led led;
  led.value = &object;
  led.owner = {id, 0};
  const std::vector<Attribute>* level = &attributes;
  for (const Step& step : StepsOf(path)) {
    led.attribute = Named(*level, step.name);
    if (led.path.empty() && led.attribute == nullptr) {
      led.attribute = Named(ReservedAttributes(), step.name);
      led.is_reserved = true;
    }
    led.path += "/" + step.name;
    led.value = Member(*led.value, step.name);
    led.elements = nullptr;
    level = &led.attribute->children;
    if (!step.id.has_value()) continue;
    led.elements = std::exchange(led.value, nullptr);
    for (Json& element : led.elements->items) {
      if (element.Find("id")->text == *step.id) led.value = &element;
    }
    if (led.value == nullptr) {
      led.error.Fail(310);
      return led;
    }
    led.owner = {IdOf(*led.value), led.owner.id};
  }
  return led;
}

Json ShownValue(const Attribute& attribute, const Json& value, const Reach* asked_for,
                const Reach* readable, const std::string& path) {
  if (attribute.is_scalar()) return value;
  if (attribute.is_object()) return Shown(attribute.children, value, asked_for, readable, path);
  Json elements = EmptyArray();
  for (const Json& element : value.items) {
    Json shown = Shown(attribute.children, element, asked_for, readable, path);
    shown.members.insert(shown.members.begin(), element.members.front());
    elements.items.push_back(std::move(shown));
  }
  return elements;
}

Json Shown(const std::vector<Attribute>& attributes, const Json& object, const Reach* asked_for,
           const Reach* readable, const std::string& path) {
  Json shown{Json::Kind::kObject, "", {}, {}};
  for (const Attribute& attribute : attributes) {
    const std::string below = path + "/" + attribute.name;
    if (!Touches(asked_for, below) || !Touches(readable, below)) continue;
    shown.members.push_back({attribute.name, ShownValue(attribute, *object.Find(attribute.name),
                                                        asked_for, readable, below)});
  }
  return shown;
}

}  // namespace dossier::model
