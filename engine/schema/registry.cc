#include "schema/registry.h"

#include <algorithm>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"

namespace dossier {

absl::StatusOr<std::unique_ptr<Registry>> Registry::Open(Store& store) {
  std::unique_ptr<Registry> registry(new Registry(store));
  DOSSIER_RETURN_IF_ERROR(registry->LoadAll());
  return registry;
}

absl::Status Registry::LoadAll() {
  DOSSIER_ASSIGN_OR_RETURN(const auto entries, store_.MetaEntries(MetaTag::kEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const TypeId next, NextId());
  for (const auto& [key, stored] : entries) {
    if (key.size() != sizeof(TypeId)) return errors::DataLoss("an entity type's key is damaged");
    const TypeId id{LoadBig<uint16_t>(key.data())};
    if (id >= next) return errors::DataLoss("the counter of entity types is damaged");
    DOSSIER_ASSIGN_OR_RETURN(EntityType type, EntityType::Load(id, stored));
    const std::string name = type.name();
    const auto loaded = std::make_shared<const EntityType>(std::move(type));
    if (!types_.emplace(name, loaded).second) {
      return errors::DataLoss("two entity types have one name");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<EntityTypePtr> Registry::Find(std::string_view name) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = types_.find(ToAbsl(name));
  if (found == types_.end()) return errors::UnknownEntityType(name);
  return found->second;
}

std::vector<std::string> Registry::Names() const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, type] : types_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<TypeId> Registry::NextId() const {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                           store_.Get(Family::kMeta, MetaKey(MetaTag::kNextTypeId)));
  if (stored == nullptr) return TypeId{1};
  const uint16_t next = stored->size() == sizeof(TypeId) ? LoadBig<uint16_t>(stored->data()) : 0;
  if (next == 0) return errors::DataLoss("the counter of entity types is damaged");
  return TypeId{next};
}

absl::StatusOr<EntityTypePtr> Registry::Create(std::string_view name, std::string_view attr_defs) {
  const std::lock_guard<std::mutex> change(changing_);
  if (Find(name).ok()) return errors::EntityTypeExists(name);
  DOSSIER_ASSIGN_OR_RETURN(const TypeId id, NextId());
  const auto number = static_cast<uint16_t>(id);
  if (number >= kEntityTypeCountMax) {
    return errors::InvalidArgument("type_name", "the store has had all the entity types it can");
  }
  DOSSIER_ASSIGN_OR_RETURN(EntityType declared, EntityType::Declare(id, name, attr_defs));
  Batch batch(store_);
  batch.Put(Family::kMeta, EntityTypeKey(id), declared.Stored());
  batch.Put(Family::kMeta, MetaKey(MetaTag::kNextTypeId),
            Key().Add(static_cast<uint16_t>(number + 1)).view());
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, Durability::kSynced));
  auto type = std::make_shared<const EntityType>(std::move(declared));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  types_[type->name()] = type;
  return EntityTypePtr(type);
}

}  // namespace dossier
