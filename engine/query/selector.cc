#include "query/selector.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "json/change.h"
#include "json/json_value.h"

namespace dossier {
namespace {

// What a key is resolved by.
struct Terms {
  const EntityType& type;
  const HashKey& hash_key;
  int64_t now;
  const AttributeSet* readable;
};

absl::StatusOr<Selector> ByUuid(std::string_view text, const EntityType& type,
                                std::string_view argument) {
  const std::optional<Uuid> uuid = Uuid::Parse(text);
  if (!uuid) return errors::InvalidArgument(argument, "invalid uuid");
  Selector selector;
  selector.look_up = UuidKey(type.id(), uuid->view());
  return selector;
}

// `id` and `uuid` count as unique attributes of every type.
absl::StatusOr<Selector> ByReserved(const Attribute& attribute, std::string_view json,
                                    const EntityType& type) {
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue value, JsonValue::Parse(json, "key_value"));
  if (attribute.number == kUuidNumber && value.string() != nullptr) {
    return ByUuid(*value.string(), type, "key_value");
  }
  if (attribute.number == kIdNumber && value.integer() != nullptr && *value.integer() > 0) {
    Selector selector;
    selector.id = static_cast<EntityId>(*value.integer());
    return selector;
  }
  return errors::InvalidArgument("key_value", "it does not fit key_attribute");
}

// The record, or the element of `plural`, that has `json` as its value of a unique attribute.
absl::StatusOr<Selector> ByValue(const Attribute& attribute, std::string_view json,
                                 const Terms& terms) {
  if (!attribute.unique) {
    return errors::InvalidArgument("key_attribute",
                                   absl::StrCat(PathOf(attribute), " is not unique"));
  }
  DOSSIER_ASSIGN_OR_RETURN(const std::string object,
                           ScalarObject(attribute, json, "key_value", terms.now));
  const ObjectView view(object.data());
  if (view.count() == 0)
    return errors::InvalidArgument("key_value", "null is no value of anything");
  Selector selector;
  selector.claim = ClaimOn(terms.type, attribute, view[0], terms.hash_key);
  selector.look_up = selector.claim->key;
  return selector;
}

absl::StatusOr<Selector> ByAttribute(const EntityKey::ByAttribute& key, const Terms& terms) {
  DOSSIER_ASSIGN_OR_RETURN(const Path path, Path::ParseSchemaPath(key.path, terms.type.root(),
                                                                  "key_attribute", terms.readable));
  if (path.is_root()) return errors::InvalidArgument("key_attribute", "it names no attribute");
  const Attribute& attribute = *path.back().attribute;
  if (attribute.number == kIdNumber || attribute.number == kUuidNumber) {
    return ByReserved(attribute, key.value, terms.type);
  }
  return ByValue(attribute, key.value, terms);
}

bool IsBelow(const Path& path, const Path& plural) {
  return path.size() > plural.size() &&
         path[plural.size() - 1].attribute == plural.back().attribute;
}

// An attribute below the plural: "name" begins at an element, "/friends/name" at the record; each is
// taken for the other where it names nothing below the plural as it stands.
absl::StatusOr<Path> ParseBelow(std::string_view text, const Path& plural, const Terms& terms) {
  const auto parse = [&](std::string_view path) {
    return Path::ParseSchemaPath(path, terms.type.root(), "key_attribute", terms.readable);
  };
  absl::StatusOr<Path> from_record = parse(text);
  absl::StatusOr<Path> from_element = parse(PathBelow(PathOf(*plural.back().attribute), text));
  const bool fits_record = from_record.ok() && IsBelow(*from_record, plural);
  const bool fits_element = from_element.ok() && IsBelow(*from_element, plural);
  const bool is_full = text.starts_with('/');
  if (fits_record && (is_full || !fits_element)) return from_record;
  if (fits_element) return from_element;
  if (is_full && !from_record.ok()) return from_record;
  if (!is_full && !from_element.ok()) return from_element;
  return errors::InvalidArgument("key_attribute", "it names nothing below entity_path");
}

absl::StatusOr<Selector> OfElement(const EntityKey& key, const Path& plural, const Terms& terms) {
  if (const auto* id = std::get_if<uint64_t>(&key.value())) {
    Selector selector;
    selector.id = *id;
    return selector;
  }
  if (std::holds_alternative<std::string>(key.value())) {
    return errors::InvalidArgument("uuid", "an element has no uuid");
  }
  const auto& by_attribute = std::get<EntityKey::ByAttribute>(key.value());
  if (by_attribute.path == "id" || by_attribute.path == "/id") {
    return ByReserved(*ReservedAttributeNamed("id"), by_attribute.value, terms.type);
  }
  DOSSIER_ASSIGN_OR_RETURN(const Path path, ParseBelow(by_attribute.path, plural, terms));
  return ByValue(*path.back().attribute, by_attribute.value, terms);
}

// Goes down one state of a record, to the element that a selector means.
class Locator {
 public:
  Locator(const Selector& selector, const EntityType& type, const HashKey& hash_key,
          const Chunks& chunks, Path path)
      : selector_(selector),
        type_(type),
        hash_key_(hash_key),
        chunks_(chunks),
        path_(std::move(path)) {
    const Attribute* end =
        selector.claim ? selector.claim->attribute : selector.plural->back().attribute;
    for (; end != nullptr; end = end->parent) route_.push_back(end);
    std::reverse(route_.begin(), route_.end());
  }

  // Whether what is meant is below `object`, to which `depth` steps have led; `owner` is the
  // innermost element around it or the record.
  absl::StatusOr<bool> Descend(const ObjectView& object, EntityId owner, size_t depth) {
    const Attribute& attribute = *route_[depth];
    const ValueView value = object.Find(attribute.number);
    if (value.at == nullptr) return false;
    if (attribute.kind == Kind::kObject) return Descend(value.object(), owner, depth + 1);
    if (attribute.kind != Kind::kPlural) {
      return ClaimOn(type_, attribute, value, hash_key_).key == selector_.claim->key;
    }
    if (value.tag != format::Tag::kLarge) return Elements(value.plural(), depth);
    const PluralName plural{owner, attribute.number};
    if (IsEnd(depth)) {
      DOSSIER_ASSIGN_OR_RETURN(const std::optional<Chunk> chunk,
                               chunks_.Holding(plural, selector_.id));
      return chunk ? Elements(chunk->elements(), depth) : false;
    }
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<Chunk> all, chunks_.All(plural));
    for (const Chunk& chunk : all) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_here, Elements(chunk.elements(), depth));
      if (is_here) return true;
    }
    return false;
  }

  Path Take() { return std::move(path_); }

 private:
  // Whether the step leads to the element itself, by its id.
  bool IsEnd(size_t depth) const { return !selector_.claim && depth + 1 == route_.size(); }

  absl::StatusOr<bool> Elements(const PluralView& plural, size_t depth) {
    if (IsEnd(depth)) {
      path_.SetElement(depth, selector_.id);
      return plural.Find(selector_.id) != plural.count();
    }
    for (size_t i = 0; i < plural.count(); ++i) {
      // The value may be deeper than the element that is meant.
      if (depth < selector_.plural->size()) path_.SetElement(depth, plural.id(i));
      DOSSIER_ASSIGN_OR_RETURN(const bool is_here,
                               Descend(plural.element(i), plural.id(i), depth + 1));
      if (is_here) return true;
    }
    return false;
  }

  const Selector& selector_;
  const EntityType& type_;
  const HashKey& hash_key_;
  const Chunks& chunks_;
  Path path_;
  absl::InlinedVector<const Attribute*, 4> route_;  // from the root to the plural or to the value
};

}  // namespace

absl::StatusOr<Selector> ParseSelector(const EntityKey& key, const EntityType& type,
                                       const HashKey& hash_key, int64_t now,
                                       const AttributeSet* readable) {
  const Terms terms{type, hash_key, now, readable};
  if (key.plural_path()) {
    DOSSIER_ASSIGN_OR_RETURN(Path plural, Path::ParseSchemaPath(*key.plural_path(), type.root(),
                                                                "entity_path", readable));
    if (plural.is_root() || plural.back().attribute->kind != Kind::kPlural) {
      return errors::InvalidArgument("entity_path", "it names no plural");
    }
    DOSSIER_ASSIGN_OR_RETURN(Selector selector, OfElement(key, plural, terms));
    selector.plural = std::move(plural);
    return selector;
  }
  if (const auto* id = std::get_if<uint64_t>(&key.value())) {
    Selector selector;
    selector.id = *id;
    return selector;
  }
  if (const auto* uuid = std::get_if<std::string>(&key.value())) return ByUuid(*uuid, type, "uuid");
  return ByAttribute(std::get<EntityKey::ByAttribute>(key.value()), terms);
}

absl::StatusOr<Path> ParsePath(std::string_view text, const Selector& selector,
                               const EntityType& type, const AttributeSet* allowed) {
  if (!selector.plural) return Path::Parse(text, type.root(), "attribute_name", allowed);
  Path to_element = *selector.plural;
  for (size_t i = 0; i < to_element.size(); ++i) {
    constexpr EntityId kAny = 1;
    if (to_element[i].attribute->kind == Kind::kPlural) to_element.SetElement(i, kAny);
  }
  return Path::Parse(PathBelow(ToText(to_element), text), type.root(), "attribute_name", allowed);
}

absl::StatusOr<std::optional<Path>> Located(Path path, const RecordView& record,
                                            const Selector& selector, const EntityType& type,
                                            const HashKey& hash_key, const Chunks& chunks) {
  if (!selector.plural) return std::optional<Path>(std::move(path));
  Locator locator(selector, type, hash_key, chunks, std::move(path));
  DOSSIER_ASSIGN_OR_RETURN(const bool is_here, locator.Descend(record.root(), record.id(), 0));
  if (!is_here) return std::optional<Path>();
  return std::optional<Path>(locator.Take());
}

bool Holds(const RecordView& record, const Selector& selector, const EntityType& type,
           const HashKey& hash_key) {
  if (selector.claim) return Holds(record, *selector.claim, type, hash_key);
  return !selector.look_up ||
         UuidKey(type.id(), {record.uuid(), sizeof(Uuid)}) == *selector.look_up;
}

absl::Status BrokenLookUp(const Selector& selector, EntityId id) {
  const std::string what =
      selector.claim ? absl::StrCat("a claim on ", PathOf(*selector.claim->attribute)) : "a uuid";
  return errors::DataLoss(
      absl::StrCat(what, " names record ", id, ", which does not hold the value"));
}

}  // namespace dossier
