// The calls on records.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/model.h"
#include "model/value.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

bool IsUuid(const std::string& text) {
  return text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

// The elements of the plural at `names`, each with its value path.
void ElementsAt(const Json& object, const std::vector<std::string>& names, size_t at,
                const std::string& path,
                std::vector<std::pair<std::string, const Json*>>& elements) {
  const Json& value = *object.Find(names[at]);
  const std::string below = absl::StrCat(path, "/", names[at]);
  if (value.kind == Kind::kObject) return ElementsAt(value, names, at + 1, below, elements);
  for (const Json& element : value.items) {
    const std::string own = absl::StrCat(below, "#", IdOf(element));
    if (at + 1 == names.size()) {
      elements.push_back({own, &element});
    } else {
      ElementsAt(element, names, at + 1, own, elements);
    }
  }
}

// A value that is looked for, which may be one that could not be written now.
Kept KeepSought(Attribute attribute, const Json& given) {
  attribute.constraints.clear();
  attribute.length.reset();
  return Keep(attribute, given);
}

std::vector<std::string> WholePaths(const std::vector<std::string>& paths) {
  std::vector<std::string> whole;
  for (const std::string& path : paths) whole.push_back("/" + absl::StrJoin(NamesIn(path), "/"));
  return whole;
}

}  // namespace

uint64_t Model::Meant(const Operation& operation) const {
  Outcome outcome;
  Chosen chosen;
  const auto type = types_.find(operation.type);
  if (type == types_.end()) return 0;
  const Call call{operation, chosen, outcome, const_cast<EntityType*>(&type->second)};
  const Aim aim = Find(call, outcome);
  return aim.record == nullptr ? 0 : aim.record->id;
}

Model::Aim Model::Find(const Call& call, Outcome& outcome) const {
  const Key& key = call.operation.key;
  auto& records = call.type->records;
  Aim aim;
  aim.path = call.operation.path;
  if (!key.plural.empty()) {
    FindElement(call, aim, outcome);
  } else if (key.by == Key::By::kAttribute) {
    aim.record = FindByAttribute(call, outcome);
  } else if (key.by == Key::By::kUuid) {
    if (!IsUuid(key.value)) outcome.Fail(200, "uuid");
    for (auto& [id, record] : records) {
      if (record.uuid == key.value) aim.record = &record;
    }
  } else {
    uint64_t id = 0;
    const bool is_id = absl::SimpleAtoi(key.value, &id);
    const auto found = records.find(id);
    if (is_id && found != records.end()) aim.record = &found->second;
  }
  return aim;
}

Record* Model::FindByAttribute(const Call& call, Outcome& outcome) const {
  const Key& key = call.operation.key;
  std::vector<std::string> names = NamesIn(key.path);
  if (!key.plural.empty()) {
    const std::vector<std::string> plural = NamesIn(key.plural);
    names.insert(names.begin(), plural.begin(), plural.end());
  }
  const Place place = model::Find(call.type->attributes, names, call.readable);
  if (place.attribute == nullptr) {
    outcome.Fail(223, place.path);
    return nullptr;
  }
  if (!place.attribute->Has("unique")) {
    outcome.Fail(200, "key_attribute");
    return nullptr;
  }
  std::optional<Json> given = scenarios::ParseJson(key.value);
  if (!given.has_value() && place.attribute->type == "string") given = Text(key.value);
  if (!given.has_value() || IsNull(*given)) {
    outcome.Fail(200, "key_value");
    return nullptr;
  }
  const Kept kept = KeepSought(*place.attribute, *given);
  if (kept.code != 0) {
    outcome.Fail(kept.code, place.path);
    return nullptr;
  }
  const auto found = call.type->claims.find(
      absl::StrCat("anywhere ", place.path, " ", Equal(*place.attribute, kept.value)));
  return found == call.type->claims.end() ? nullptr : &call.type->records.at(found->second);
}

void Model::FindElement(const Call& call, Aim& aim, Outcome& outcome) const {
  const Key& key = call.operation.key;
  const std::vector<std::string> names = NamesIn(key.plural);
  const Place plural = model::Find(call.type->attributes, names, call.readable);
  if (plural.attribute == nullptr) return outcome.Fail(223, plural.path);
  const bool is_read = call.operation.verb == Verb::kGet;
  const Place written =
      model::Find(call.type->attributes, names, is_read ? nullptr : call.writable);
  if (written.attribute == nullptr) outcome.Fail(223, written.path);
  if (!plural.attribute->is_plural()) return outcome.Fail(200, "entity_path");
  Record* const by_attribute =
      key.by == Key::By::kAttribute ? FindByAttribute(call, outcome) : nullptr;
  for (auto& [id, record] : call.type->records) {
    if (key.by == Key::By::kAttribute && &record != by_attribute) continue;
    std::vector<std::pair<std::string, const Json*>> elements;
    ElementsAt(record.value, names, 0, "", elements);
    for (const auto& [path, element] : elements) {
      if (key.by == Key::By::kAttribute) {
        const Attribute& child = *plural.attribute->Child(NamesIn(key.path).back());
        const Json& value = *element->Find(child.name);
        const Json given = scenarios::ParseJson(key.value).value_or(Text(key.value));
        if (IsNull(value) || Equal(child, value) != Equal(child, KeepSought(child, given).value))
          continue;
      } else if (absl::StrCat(IdOf(*element)) != key.value) {
        continue;
      }
      aim.record = &record;
      aim.path = absl::StrCat(path, "/", call.operation.path);
      return;
    }
  }
}

bool Model::IsThere(Call& call, const Aim& aim) const {
  if (aim.record == nullptr) call.outcome.Fail(310);
  if (call.operation.created == Expected::kOther) call.outcome.Fail(330, "/created");
  if (call.operation.last_updated == Expected::kOther) call.outcome.Fail(330, "/lastUpdated");
  return call.outcome.ok();
}

std::string Model::ShownText(const Call& call, const Record& record, const Reach* asked_for) const {
  const Json whole = record.Whole();
  Json shown = Shown(ReservedAttributes(), whole, asked_for, nullptr);
  Json own = Shown(call.type->attributes, whole, asked_for, call.readable);
  shown.members.insert(shown.members.end(), own.members.begin(), own.members.end());
  return ToText(shown);
}

void Model::Get(Call& call) {
  const Aim aim = Find(call, call.outcome);
  CheckPath(call.type->attributes, aim.path, call.readable, call.outcome);
  const std::vector<std::string> asked_for = WholePaths(call.operation.names);
  for (const std::string& path : asked_for) {
    const std::vector<std::string> names = NamesIn(path);
    if (names.size() == 1 && Named(ReservedAttributes(), names[0]) != nullptr) continue;
    const Place place = model::Find(call.type->attributes, names, call.readable);
    if (place.attribute == nullptr) call.outcome.Fail(223, place.path);
  }
  if (!IsThere(call, aim)) return;
  if (!asked_for.empty()) {
    const Reach reach(asked_for);
    call.outcome.answer = ShownText(call, *aim.record, &reach);
  } else {
    Show(call, *aim.record, aim.path);
  }
}

void Model::Show(Call& call, const Record& record, const std::string& path) {
  Json whole = record.Whole();
  CheckPath(call.type->attributes, path, call.readable, call.outcome);
  if (!call.outcome.ok()) return;
  const Led led = Follow(call.type->attributes, whole, record.id, path);
  if (!led.error.ok()) {
    call.outcome = led.error;
  } else if (led.attribute == nullptr) {
    call.outcome.answer = ShownText(call, record, nullptr);
  } else if (led.elements != nullptr) {
    Json shown = Shown(led.attribute->children, *led.value, nullptr, call.readable, led.path);
    shown.members.insert(shown.members.begin(), led.value->members.front());
    call.outcome.answer = ToText(shown);
  } else {
    call.outcome.answer =
        ToText(ShownValue(*led.attribute, *led.value, nullptr, call.readable, led.path));
  }
}

void Model::Write(Call& call, Writing::Mode mode) {
  EntityType& type = *call.type;
  const Aim aim = Find(call, call.outcome);
  const Place place = CheckPath(type.attributes, aim.path, call.writable, call.outcome);
  if (!IsThere(call, aim)) return;
  Record after = *aim.record;
  const Led led = Follow(type.attributes, after.value, after.id, aim.path);
  std::optional<Json> given = scenarios::ParseJson(call.operation.value);
  const bool is_plural =
      place.attribute != nullptr && place.attribute->is_plural() && !place.is_in_plural;
  if (mode == Writing::Mode::kReplace && is_plural &&
      (call.operation.value.empty() || call.operation.value == "\"\"")) {
    given = Null();
  }
  if (!given.has_value()) return call.outcome.Fail(200, "value");
  if (!led.error.ok()) return call.outcome.Fail(led.error.code, led.error.at);
  if (led.is_reserved) return call.outcome.Fail(234, led.path);
  Writing writing(mode, call.writable, [&] { return NextId(call); });
  const Json whole = after.Whole();
  if (led.attribute == nullptr) {
    writing.Record(type.attributes, after.value, *given, after.id, &whole);
  } else if (led.elements != nullptr && given->kind != Kind::kObject) {
    writing.Mistake(341, absl::StrCat(led.path, "#", led.owner.id));
  } else if (led.elements != nullptr) {
    writing.Object(led.attribute->children, *led.value, *given, led.path, led.owner);
  } else {
    writing.At(*led.attribute, *led.value, *given, led.path, led.owner);
  }
  const auto is_taken = [&](const std::string& claim) {
    const auto found = type.claims.find(claim);
    return found != type.claims.end() && found->second != after.id;
  };
  call.outcome = writing.FirstMistake(type.attributes, after.value, after.id, is_taken);
  if (!call.outcome.ok()) return;
  *aim.record = std::move(after);
  Touch(call, *aim.record);
  type.Claim(*aim.record);
  if (!call.operation.flag) return;
  Show(call, *aim.record, aim.path);
  if (!call.outcome.ok()) call.outcome = {0, "", "null"};  // it may be written, not read
}

void Model::Delete(Call& call) {
  EntityType& type = *call.type;
  const Aim aim = Find(call, call.outcome);
  Place place = CheckPath(type.attributes, aim.path, call.writable, call.outcome);
  if (place.attribute != nullptr && !place.is_in_plural) call.outcome.Fail(200, "attribute_name");
  const std::string& plural = call.operation.key.plural;
  if (place.attribute == nullptr && plural.empty()) MustReachAll(call);
  // What may not be written is refused whether or not there is anything to lose.
  if (place.attribute == nullptr && !plural.empty()) {
    place = model::Find(type.attributes, NamesIn(plural));
  }
  if (call.outcome.ok() && place.attribute != nullptr) {
    const std::string other = FirstOutOfReach(call.writable, *place.attribute, place.path);
    if (!other.empty()) call.outcome.Fail(223, other);
  }
  if (!IsThere(call, aim)) return;
  Record& record = *aim.record;
  const Led led = Follow(type.attributes, record.value, record.id, aim.path);
  if (!led.error.ok()) return call.outcome.Fail(led.error.code, led.error.at);
  if (led.attribute == nullptr) {
    const uint64_t id = record.id;
    type.Release(id);
    type.records.erase(id);
    return;
  }
  led.elements->items.erase(led.elements->items.begin() + (led.value - led.elements->items.data()));
  Touch(call, record);
  type.Claim(record);
}

void Model::BulkCreate(Call& call) {
  const std::optional<Json> all = scenarios::ParseJson(call.operation.value);
  if (!all.has_value() || all->kind != Kind::kArray) {
    return call.outcome.Fail(200, "all_attributes");
  }
  const EntityType before = *call.type;
  std::vector<Outcome> outcomes;
  bool is_refused = false;
  for (const Json& each : all->items) {
    Outcome outcome;
    const uint64_t id = CreateOne(call, each, call.operation.flag ? &before : nullptr, outcome);
    if (outcome.ok()) outcome.answer = absl::StrCat(id);
    is_refused = is_refused || !outcome.ok();
    if (is_refused && call.operation.flag && outcome.ok()) {  // it will not be made
      call.type->Release(id);
      call.type->records.erase(id);
    }
    outcomes.push_back(std::move(outcome));
  }
  if (call.operation.flag && is_refused) {
    *call.type = before;
    const auto first = std::find_if(outcomes.begin(), outcomes.end(),
                                    [](const Outcome& each) { return !each.ok(); });
    call.outcome.answer = absl::StrCat("none for the sake of number ", first - outcomes.begin(),
                                       ": ", first->code, " ", first->at);
    return;
  }
  for (const Outcome& each : outcomes) {
    absl::StrAppend(&call.outcome.answer, each.code, " ", each.at, each.answer, "\n");
  }
}

}  // namespace dossier::model
