// The changes of properties: rules at once, unique ones as constraints come and go.
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "mutation/evolution.h"
#include "schema/evolution.h"

namespace dossier {
namespace {

const Property* FindProperty(const EntityType& type, const Uuid& uuid) {
  for (const Property& property : type.properties()) {
    if (property.uuid == uuid) return &property;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Property> Evolution::AddProperty(std::string_view type_name,
                                                const PropertyRequest& request) {
  std::unique_lock<std::mutex> binding(binding_, std::defer_lock);
  if (!request.is_rule) binding.lock();
  Property added;
  std::string path;
  const auto change = [&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
    absl::StatusOr<EntityType> next = WithProperty(current, request);
    if (!next.ok()) return next;
    added = next->properties().back();
    if (added.is_rule()) return next;
    path = PathsOf(added, current.root()).front();
    // The number is taken before anything has it: whatever comes of the property, no other gets it.
    return current.Next(current.properties(), next->next_number());
  };
  DOSSIER_RETURN_IF_ERROR(stored_.registry.Change(type_name, change).status());
  if (!added.is_rule()) DOSSIER_RETURN_IF_ERROR(BindProperty(type_name, added, request, path));
  return added;
}

absl::Status Evolution::BindProperty(std::string_view type_name, const Property& property,
                                     const PropertyRequest& request, const std::string& path) {
  const auto with = [&](const EntityType& current) {
    return WithDeclared(current, property, request);
  };
  const auto without = [&](const EntityType& current) -> absl::StatusOr<EntityType> {
    return WithoutUnique(current, property.number);
  };
  absl::Status status =
      Bind(stored_, {type_name, std::make_shared<Building>(property), property.number,
                     std::string(kUniqueProperty), path, with, without});
  if (!status.ok()) NoteDue();
  return status;
}

absl::Status Evolution::RemoveProperty(std::string_view type_name, const Uuid& uuid,
                                       bool rules_only) {
  std::unique_lock<std::mutex> binding(binding_, std::defer_lock);
  AttributeNumber number = 0;  // of a unique property
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, stored_.registry.Find(type_name));
    const Property* property = FindProperty(*type, uuid);
    if (property != nullptr && !rules_only) number = property->number;
  }
  if (number != 0) binding.lock();
  TypeId type{};
  const auto change = [&](const EntityType& current, Batch& batch) {
    type = current.id();
    if (number != 0) {
      batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, type, number), kUniqueProperty);
    }
    return WithoutProperty(current, uuid, rules_only);
  };
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr next, stored_.registry.Change(type_name, change));
    if (number == 0) return absl::OkStatus();
    // A call that still knows the claims may find them wrong: it is begun again (session).
    stored_.registry.AwaitOlder(*next);
  }
  absl::Status status = DropClaims(stored_.store, type, number, {.unique = {number}});
  NoteDue();
  return status;
}

}  // namespace dossier
