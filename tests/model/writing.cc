#include "model/writing.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "model/value.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

std::string Claim(const Attribute& attribute, const Json& value, const std::string& path,
                  Owner owner) {
  const std::string where =
      attribute.Has("unique") ? "anywhere" : absl::StrCat("in ", owner.of_plural);
  return absl::StrCat(where, " ", path, " ", Equal(attribute, value));
}

bool IsClaim(const Attribute& attribute, const Json& value) {
  return (attribute.Has("unique") || attribute.Has("locally-unique")) && !IsNull(value);
}

void CollectClaims(const std::vector<Attribute>& attributes, const Json& object,
                   const std::string& path, Owner owner, std::vector<std::string>& claims) {
  for (const Attribute& attribute : attributes) {
    const Json& value = *object.Find(attribute.name);
    const std::string below = path + "/" + attribute.name;
    if (attribute.is_object()) {
      CollectClaims(attribute.children, value, below, owner, claims);
    } else if (attribute.is_plural()) {
      for (const Json& element : value.items) {
        CollectClaims(attribute.children, element, below, {IdOf(element), owner.id}, claims);
      }
    } else if (IsClaim(attribute, value)) {
      claims.push_back(Claim(attribute, value, below, owner));
    }
  }
}

}  // namespace

std::vector<std::string> Claims(const std::vector<Attribute>& attributes, const Json& record,
                                uint64_t id) {
  std::vector<std::string> claims;
  CollectClaims(attributes, record, "", {id, 0}, claims);
  return claims;
}

uint64_t IdOf(const Json& object) {
  uint64_t id = 0;
  const Json* const member = object.Find("id");
  return member != nullptr && absl::SimpleAtoi(member->text, &id) ? id : 0;
}

Json* Member(Json& object, std::string_view name) {
  return const_cast<Json*>(object.Find(name));  // the object itself is not const
}

void Writing::Object(const std::vector<Attribute>& attributes, Json& object, const Json& given,
                     const std::string& path, Owner owner) {
  if (given.kind != Kind::kObject) return Mistake(341, path.empty() ? "/" : path);
  if (mode_ == Mode::kReplace) Clear(attributes, object, path, /*asks=*/false);
  const bool is_new = mode_ != Mode::kUpdate;
  Members(attributes, object, given, path, {owner.id, owner.of_plural, is_new});
  if (is_new) AskFor(attributes, object, path);
}

void Writing::Record(const std::vector<Attribute>& attributes, Json& record, const Json& given,
                     uint64_t id, const Json* system) {
  is_record_ = true;
  system_ = system;
  Object(attributes, record, given, "", {id, 0});
}

void Writing::Mistake(int code, const std::string& at) {
  Event event;
  event.mistake.Fail(code, at);
  events_.push_back(event);
}

void Writing::System(const std::string& name, const Json& given) {
  const std::string path = "/" + name;
  if (system_ != nullptr) {
    const Attribute& attribute = *Named(ReservedAttributes(), name);
    const bool is_time = attribute.type == "dateTime" && given.kind == Kind::kString;
    const Kept kept = is_time ? Keep(attribute, given) : Kept{0, given};
    if (kept.code != 0 || ToText(kept.value) != ToText(*system_->Find(name))) Mistake(234, path);
    return;
  }
  if (name == "id") return Mistake(320, path);
  if (name != "created" || writable_ != nullptr) return Mistake(234, path);
  Kept kept = Keep(*Named(ReservedAttributes(), name), given);
  if (kept.code != 0) return Mistake(kept.code, path);
  created_ = std::move(kept.value);
}

void Writing::At(const Attribute& attribute, Json& value, const Json& given,
                 const std::string& path, Owner owner) {
  Value(attribute, value, given, path, {owner.id, owner.of_plural, mode_ != Mode::kUpdate});
}

void Writing::Value(const Attribute& attribute, Json& value, const Json& given,
                    const std::string& path, Owner owner) {
  if (attribute.is_plural()) return Plural(attribute, value, given, path, owner);
  if (attribute.is_scalar()) return Scalar(attribute, value, given, path, owner);
  if (IsNull(given)) return Clear(attribute.children, value, path, /*asks=*/true);
  if (given.kind != Kind::kObject) return Mistake(341, path);
  if (mode_ == Mode::kReplace) Clear(attribute.children, value, path, /*asks=*/false);
  Members(attribute.children, value, given, path, owner);
  if (owner.is_new) AskFor(attribute.children, value, path);
}

void Writing::Members(const std::vector<Attribute>& attributes, Json& object, const Json& given,
                      const std::string& path, Owner owner) {
  for (const auto& [name, member] : given.members) {
    const std::string below = path + "/" + name;
    const Attribute* const attribute = Named(attributes, name);
    if (is_record_ && path.empty() && Named(ReservedAttributes(), name) != nullptr) {
      System(name, member);
    } else if (name == "id") {
      // Of an element, which may tell its own; that of a new one plays no part.
      if (!owner.is_new && member.text != absl::StrCat(owner.id)) Mistake(234, below);
    } else if (attribute == nullptr || !Touches(writable_, below)) {
      Mistake(223, below);
    } else {
      Value(*attribute, *Member(object, name), member, below, owner);
    }
  }
}

void Writing::Scalar(const Attribute& attribute, Json& value, const Json& given,
                     const std::string& path, Owner owner) {
  value = Null();
  if (IsNull(given)) {
    if (attribute.Has("required")) Mistake(362, path);
    return;
  }
  Kept kept = Keep(attribute, given);
  if (kept.code != 0) return Mistake(kept.code, path);
  value = std::move(kept.value);
  if (IsClaim(attribute, value)) {
    events_.push_back({{}, Claim(attribute, value, path, owner), path});
  }
}

void Writing::Plural(const Attribute& plural, Json& value, const Json& given,
                     const std::string& path, Owner owner) {
  if (IsNull(given) || mode_ == Mode::kReplace) {
    const std::string other = FirstOutOfReach(writable_, plural, path);
    // Nobody takes away what is out of reach, or might be.
    if (!other.empty() && mode_ != Mode::kCreate && made_.count(owner.id) == 0) {
      return Mistake(223, other);
    }
    value.items.clear();
  }
  if (!IsNull(given) && given.kind != Kind::kArray) return Mistake(341, path);
  for (const Json& item : given.items) Element(plural, value, item, path, owner);
  std::sort(value.items.begin(), value.items.end(),
            [](const Json& a, const Json& b) { return IdOf(a) < IdOf(b); });
}

void Writing::Element(const Attribute& plural, Json& elements, const Json& given,
                      const std::string& path, Owner owner) {
  const bool is_bare = given.kind == Kind::kString && plural.TakesBareStrings();
  if (given.kind != Kind::kObject && !is_bare) return Mistake(341, path);
  if (const Json* id = given.Find("id"); id != nullptr && mode_ != Mode::kReplace) {
    if (mode_ == Mode::kCreate) return Mistake(320, path + "/id");
    for (Json& element : elements.items) {
      if (element.Find("id")->text != id->text) continue;
      return Members(plural.children, element, given, path, {IdOf(element), owner.id});
    }
    return Mistake(310, "");
  }
  const uint64_t id = next_id_();
  made_.insert(id);
  Json element = UnsetObject(plural.children);
  element.members.insert(element.members.begin(), {"id", Number(absl::StrCat(id))});
  const Owner self = {id, owner.id, /*is_new=*/true};
  if (is_bare) {
    const Attribute& child = plural.children[0];
    Scalar(child, *Member(element, child.name), given, path + "/" + child.name, self);
  } else {
    Members(plural.children, element, given, path, self);
  }
  AskFor(plural.children, element, path);
  elements.items.push_back(std::move(element));
}

void Writing::Clear(const std::vector<Attribute>& attributes, Json& object, const std::string& path,
                    bool asks) {
  for (const Attribute& attribute : attributes) {
    const std::string below = path + "/" + attribute.name;
    Json& value = *Member(object, attribute.name);
    if (attribute.is_object()) {
      Clear(attribute.children, value, below, asks);
    } else if (FirstOutOfReach(writable_, attribute, below).empty()) {
      value = Unset(attribute);
      if (asks && attribute.Has("required")) Mistake(362, below);
    }
  }
}

void Writing::AskFor(const std::vector<Attribute>& attributes, const Json& object,
                     const std::string& path) {
  for (const Attribute& attribute : attributes) {
    const std::string below = path + "/" + attribute.name;
    const Json& value = *object.Find(attribute.name);
    if (attribute.is_object()) AskFor(attribute.children, value, below);
    if (attribute.is_scalar() && attribute.Has("required") && IsNull(value)) Mistake(362, below);
  }
}

Outcome Writing::FirstMistake(const std::vector<Attribute>& attributes, const Json& record,
                              uint64_t id,
                              const std::function<bool(const std::string&)>& is_taken) const {
  // What is claimed by values that are not of this call stands in the way of those that are.
  std::map<std::string, int> kept;
  for (const std::string& claim : Claims(attributes, record, id)) ++kept[claim];
  for (const Event& event : events_) --kept[event.claim];
  for (const Event& event : events_) {
    if (!event.mistake.ok()) return event.mistake;
    if (++kept[event.claim] > 1 || (event.claim.starts_with("anywhere") && is_taken(event.claim))) {
      return {361, event.at, ""};
    }
  }
  return {};
}

}  // namespace dossier::model
