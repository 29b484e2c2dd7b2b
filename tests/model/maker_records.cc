// Calls on one record: which one, where in it, and what is written there.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "model/maker.h"

namespace dossier::model {

std::vector<Maker::Spot> Maker::SpotsIn(const std::vector<Attribute>& attributes,
                                        const Json& object, const std::string& path) const {
  std::vector<Spot> spots;
  const auto add = [&](std::vector<Spot> more) {
    spots.insert(spots.end(), more.begin(), more.end());
  };
  for (const Attribute& attribute : attributes) {
    const Json& value = *object.Find(attribute.name);
    const std::string below = path + "/" + attribute.name;
    spots.push_back({below, &attribute, &value, false});
    if (attribute.is_object()) add(SpotsIn(attribute.children, value, below));
    if (!attribute.is_plural()) continue;
    for (const Json& element : value.items) {
      const std::string own = absl::StrCat(below, "#", names().NameOf(IdOf(element)));
      spots.push_back({own, &attribute, &element, true});
      add(SpotsIn(attribute.children, element, own));
    }
  }
  return spots;
}

std::string Maker::RecordValue(const Json* old, MadeUp::Mode mode) {
  std::string value = made_up_.Object(type_->attributes, old, mode, names());
  if (made_up_.Percent(3)) {
    static const auto* const kSystem = new std::vector<std::string>{R"("id":1)",
                                                                    R"("uuid":"x")",
                                                                    R"("created":"2001-02-03")",
                                                                    R"("lastUpdated":"2001-02-03")",
                                                                    R"("created":"never")",
                                                                    R"("created":7)"};
    value.insert(1, made_up_.OneOf(*kSystem) + (value == "{}" ? "" : ","));
  }
  if (made_up_.Percent(1)) value.pop_back();
  if (made_up_.Percent(1)) value = "[" + value + "]";
  return value;
}

void Maker::FillRecord(Operation& operation) {
  operation.flag = made_up_.Percent(50);
  const auto& records = type_->records;
  if (records.empty() && operation.verb != Verb::kCreate && made_up_.Percent(80)) {
    operation.verb = Verb::kCreate;
  }
  if (operation.verb == Verb::kCreate) {
    if (records.size() < kRecords || made_up_.Percent(20)) {
      operation.value = RecordValue(nullptr, MadeUp::Mode::kCreate);
      return;
    }
    operation.verb = Verb::kDelete;
  }
  const bool is_gone = records.empty() || made_up_.Percent(3);
  if (is_gone) {
    operation.key.value =
        made_up_.Percent(50) ? "999999999" : absl::StrCat("$", made_up_.Below(count_), ".0");
    if (operation.verb != Verb::kGet) operation.value = "{}";
    return;
  }
  auto chosen = records.begin();
  std::advance(chosen, made_up_.Below(records.size()));
  const Record& record = chosen->second;
  ChooseKey(operation, record);
  if (made_up_.Percent(8))
    operation.created = made_up_.Percent(60) ? Expected::kStored : Expected::kOther;
  if (made_up_.Percent(15))
    operation.last_updated = made_up_.Percent(60) ? Expected::kStored : Expected::kOther;

  const auto mode =
      operation.verb == Verb::kReplace ? MadeUp::Mode::kReplace : MadeUp::Mode::kUpdate;
  const std::vector<Spot> spots = SpotsIn(type_->attributes, record.value, "");
  if (operation.verb == Verb::kGet) {
    if (made_up_.Percent(30)) {
      for (size_t count = 1 + made_up_.Below(3); count > 0; --count) {
        operation.names.push_back(made_up_.Percent(20) ? "uuid" : made_up_.Path(type_->attributes));
      }
    } else if (made_up_.Percent(60) && !spots.empty()) {
      operation.path = made_up_.OneOf(spots).path;
    }
  } else if (operation.verb == Verb::kDelete) {
    std::vector<Spot> elements;
    for (const Spot& spot : spots) {
      if (spot.is_element || made_up_.Percent(2)) elements.push_back(spot);
    }
    if (!elements.empty() && (made_up_.Percent(80) || records.size() < kRecords / 2)) {
      operation.path = made_up_.OneOf(elements).path;
    }
  } else if (spots.empty() || made_up_.Percent(45)) {
    operation.value = RecordValue(&record.value, mode);
  } else {
    const Spot& spot = made_up_.OneOf(spots);
    operation.path = spot.path;
    operation.value = spot.is_element
                          ? made_up_.Object(spot.attribute->children, spot.value, mode, names())
                          : made_up_.Value(*spot.attribute, spot.value, mode, names());
    if (made_up_.Percent(1)) operation.value = made_up_.Percent(50) ? "" : "\"\"";
  }
  if (!operation.key.plural.empty()) {
    const Attribute& plural = *Find(type_->attributes, NamesIn(operation.key.plural)).attribute;
    operation.path = "";
    operation.names.clear();
    operation.value = made_up_.Object(plural.children, nullptr, MadeUp::Mode::kCreate, names());
  }
  if (!operation.path.empty() && made_up_.Percent(7)) SpoilPath(operation);
}

void Maker::SpoilPath(Operation& operation) {
  static const auto* const kTails =
      new std::vector<std::string>{"/nobody", "#999999999", "#x", "/id", "/a"};
  const size_t hash = operation.path.rfind('#');
  if (hash != std::string::npos && made_up_.Percent(40)) {
    operation.path = operation.path.substr(0, hash) + "#999999999";
  } else if (made_up_.Percent(20)) {
    operation.path = made_up_.Percent(50) ? "/uuid" : "/created";
  } else {
    operation.path += made_up_.OneOf(*kTails);
  }
}

void Maker::ChooseKey(Operation& operation, const Record& record) {
  Key& key = operation.key;
  key.value = names().NameOf(record.id);
  if (made_up_.Percent(10)) {
    key.by = Key::By::kUuid;
    key.value += "u";
    if (made_up_.Percent(10)) key.value = "no-uuid";
    if (made_up_.Percent(10)) key.value = "00000000-0000-4000-8000-000000000000";
  } else if (made_up_.Percent(15)) {
    ChooseUniqueKey(key);
  } else if (made_up_.Percent(6)) {
    ChooseElementKey(key);
  }
}

void Maker::ChooseUniqueKey(Key& key) {
  // Most of the time of an attribute that is unique.
  std::string path;
  Place place;
  const bool may_be_another = made_up_.Percent(8);
  for (int i = 0; i < 8 && (place.attribute == nullptr || !place.attribute->Has("unique")); ++i) {
    path = made_up_.Path(type_->attributes);
    place = Find(type_->attributes, NamesIn(path));
    if (may_be_another) break;
  }
  const bool is_unique = place.attribute != nullptr && place.attribute->Has("unique");
  if (!is_unique && !may_be_another) return;
  const bool is_scalar = place.attribute != nullptr && place.attribute->is_scalar();
  key.by = Key::By::kAttribute;
  key.path = path;
  key.value = is_scalar ? made_up_.Scalar(place.attribute->type) : "1";
  if (made_up_.Percent(4)) key.value = made_up_.Percent(50) ? "null" : "bare";
}

void Maker::ChooseElementKey(Key& key) {
  for (const auto& [id, record] : type_->records) {
    for (const Spot& spot : SpotsIn(type_->attributes, record.value, "")) {
      if (!spot.is_element || !made_up_.Percent(30)) continue;
      std::string plural;
      bool is_id = false;
      for (const char c : spot.path) {
        is_id = c == '#' || (is_id && c != '/');
        if (!is_id) plural += c;
      }
      key.plural = plural;
      key.value = names().NameOf(IdOf(*spot.value));
      for (const Attribute& child : spot.attribute->children) {
        if (!child.Has("unique") || !made_up_.Percent(50)) continue;
        key.by = Key::By::kAttribute;
        key.path = child.name;
        key.value = made_up_.Scalar(child.type);
        break;
      }
      return;
    }
  }
}

}  // namespace dossier::model
