// The changes of indexes: what the type says of them, and their rows when they go.
#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "mutation/evolution.h"
#include "mutation/index_building.h"
#include "schema/evolution.h"

namespace dossier {
namespace {

absl::Status Refuse(std::string_view reason) {
  return errors::InvalidArgument("attribute_name", reason);
}

absl::StatusOr<EntityType> WithIndex(const EntityType& type, const Attribute& attribute) {
  if (!attribute.is_comparable()) {
    return Refuse("objects, plurals, json and passwords have no order to keep");
  }
  if (FindIndex(type.indexes(), attribute.number) != nullptr) {
    return Refuse("the attribute has an index already");
  }
  if (type.indexes().size() >= kIndexCountMax) {
    return Refuse("the entity type has all the indexes it can");
  }
  IndexList indexes = type.indexes();
  const auto behind = std::find_if(indexes.begin(), indexes.end(), [&](const Index& index) {
    return index.number > attribute.number;
  });
  indexes.insert(behind, {.number = attribute.number, .since = type.version() + 1});
  return type.NextIndexes(indexes);
}

absl::StatusOr<EntityType> WithoutIndex(const EntityType& type, const Attribute& attribute) {
  IndexList indexes = type.indexes();
  const size_t removed =
      std::erase_if(indexes, [&](const Index& index) { return index.number == attribute.number; });
  if (removed == 0) return Refuse("the attribute has no index");
  return type.NextIndexes(indexes);
}

}  // namespace

absl::Status Evolution::AddIndex(std::string_view type_name, std::string_view path) {
  const std::lock_guard<std::mutex> binding(binding_);
  {
    // A removal may have failed before the end.
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, stored_.registry.Find(type_name));
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindChangeable(*type, path, "attribute_name"));
    const std::string left = AttributeKey(MetaTag::kIndexBuilding, type->id(), attribute->number);
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes entry, stored_.store.Get(Family::kMeta, left));
    if (entry != nullptr && FindIndex(type->indexes(), attribute->number) == nullptr) {
      stored_.registry.AwaitOlder(*type);
      DOSSIER_RETURN_IF_ERROR(DropIndexRows(stored_.store, type->id(), attribute->number));
    }
  }
  const auto change = [&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindChangeable(current, path, "attribute_name"));
    return WithIndex(current, *attribute);
  };
  return stored_.registry.Change(type_name, change).status();
}

absl::Status Evolution::RemoveIndex(std::string_view type_name, std::string_view path) {
  const std::lock_guard<std::mutex> binding(binding_);
  TypeId type{};
  AttributeNumber number = 0;
  const auto change = [&](const EntityType& current, Batch& batch) -> absl::StatusOr<EntityType> {
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindChangeable(current, path, "attribute_name"));
    type = current.id();
    number = attribute->number;
    batch.Put(Family::kMeta, AttributeKey(MetaTag::kIndexBuilding, type, number), /*value=*/"");
    batch.Put(Family::kMeta, AttributeKey(MetaTag::kDue, type, number), IdValue(kNoRecord).view());
    return WithoutIndex(current, *attribute);
  };
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr next, stored_.registry.Change(type_name, change));
    stored_.registry.AwaitOlder(*next);
  }
  absl::Status status = DropIndexRows(stored_.store, type, number);
  NoteDue();
  return status;
}

absl::Status Evolution::RecoverIndexes() {
  DOSSIER_ASSIGN_OR_RETURN(const auto entries, stored_.store.MetaEntries(MetaTag::kIndexBuilding));
  for (const auto& entry : entries) {
    const std::optional<OfAttribute> of = ParseAttributeKey(entry.first);
    if (!of) return errors::DataLoss("the key of an index that is built is damaged");
    // Of a type that is gone too: libraries before this one could write an entry behind its deletion.
    if (const std::optional<std::string> name = stored_.registry.NameOf(of->type)) {
      DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, stored_.registry.Find(*name));
      if (FindIndex(type->indexes(), of->number) != nullptr) continue;
    }
    DOSSIER_RETURN_IF_ERROR(DropIndexRows(stored_.store, of->type, of->number));
  }
  return absl::OkStatus();
}

}  // namespace dossier
