#include "query/selector.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "record/change.h"
#include "record/json_value.h"
#include "record/path.h"

namespace dossier {
namespace {

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

absl::StatusOr<Selector> ByAttribute(const EntityKey::ByAttribute& key, const EntityType& type,
                                     const HashKey& hash_key, int64_t now) {
  DOSSIER_ASSIGN_OR_RETURN(const Path path,
                           Path::ParseSchemaPath(key.path, type.root(), "key_attribute"));
  if (path.is_root()) return errors::InvalidArgument("key_attribute", "it names no attribute");
  const Attribute& attribute = *path.back().attribute;
  if (attribute.number == kIdNumber || attribute.number == kUuidNumber) {
    return ByReserved(attribute, key.value, type);
  }
  if (!attribute.unique) {
    return errors::InvalidArgument(
        "key_attribute",
        absl::StrCat(PathOf(path.back().attribute->parent, attribute.name), " is not unique"));
  }
  DOSSIER_ASSIGN_OR_RETURN(const std::string object,
                           ScalarObject(attribute, key.value, "key_value", now));
  const ObjectView view(object.data());
  if (view.count() == 0)
    return errors::InvalidArgument("key_value", "null is no value of anything");
  Selector selector;
  selector.claim = ClaimOn(type, attribute, view[0], hash_key);
  selector.look_up = selector.claim->key;
  return selector;
}

}  // namespace

absl::StatusOr<Selector> ParseSelector(const EntityKey& key, const EntityType& type,
                                       const HashKey& hash_key, int64_t now) {
  if (key.plural_path()) {
    return errors::InvalidArgument("entity_path", "it is not known to this version");
  }
  if (const auto* id = std::get_if<uint64_t>(&key.value())) {
    Selector selector;
    selector.id = *id;
    return selector;
  }
  if (const auto* uuid = std::get_if<std::string>(&key.value())) return ByUuid(*uuid, type, "uuid");
  return ByAttribute(std::get<EntityKey::ByAttribute>(key.value()), type, hash_key, now);
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

absl::StatusOr<EntityId> Selection::FindId(const Selector& selector) const {
  if (!selector.look_up) return selector.id;
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> id, store_.LookUp(*selector.look_up));
  if (!id) return errors::RecordNotFound();
  return *id;
}

// Null where the value has moved to another record between the look-up and the read.
absl::StatusOr<SharedBytes> Selection::FindOnce(const Selector& selector,
                                                const EntityType& type) const {
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector));
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, records_.Get({type.id(), id}, type.root()));
  if (bytes == nullptr) {
    if (selector.look_up) return bytes;
    return errors::RecordNotFound();
  }
  if (!Holds(RecordView::Trusted(*bytes), selector, type, hash_key_)) return SharedBytes();
  return bytes;
}

absl::StatusOr<SharedBytes> Selection::Find(const Selector& selector, const EntityType& type,
                                            const Path& path, const AttributeSet* only) const {
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, FindRecord(selector, type));
  if (!RecordView::Trusted(*bytes).has_large()) return bytes;
  return FindWhole(selector, type, path, only);
}

// A record and its chunks are two reads: a snapshot makes them one state.
absl::StatusOr<SharedBytes> Selection::FindWhole(const Selector& selector, const EntityType& type,
                                                 const Path& path, const AttributeSet* only) const {
  const Snapshot now(store_);
  std::optional<EntityId> id = selector.id;
  if (selector.look_up) {
    DOSSIER_ASSIGN_OR_RETURN(id, store_.LookUp(*selector.look_up, &now));
  }
  if (!id) return errors::RecordNotFound();
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           store_.Get(Family::kRecords, RecordKey(type.id(), *id).view(), &now));
  if (bytes == nullptr)
    return selector.look_up ? BrokenLookUp(selector, *id) : errors::RecordNotFound();
  DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                           RecordView::Verify(*bytes, type.id(), *id, type.root()));
  if (!Holds(record, selector, type, hash_key_)) return BrokenLookUp(selector, *id);
  return WholeAt(record, path, only, Chunks(store_, type.id(), *id, type.root(), &now));
}

absl::StatusOr<SharedBytes> Selection::FindRecord(const Selector& selector,
                                                  const EntityType& type) const {
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, FindOnce(selector, type));
  if (bytes != nullptr) return bytes;
  // Nobody moves a value whose claim is locked; a uuid never moves, it goes with its record.
  const LockTable::Guard lock = claim_locks_.Lock(std::array{*selector.look_up});
  DOSSIER_ASSIGN_OR_RETURN(bytes, FindOnce(selector, type));
  if (bytes != nullptr) return bytes;
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector));
  return BrokenLookUp(selector, id);
}

}  // namespace dossier
