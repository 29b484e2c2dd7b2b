#include "schema/registry.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"

namespace dossier {

bool Retirement::IsOver() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return is_over_;
}

void Retirement::Wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  over_.wait(lock, [this] { return is_over_; });
}

void Retirement::Signal() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_over_ = true;
  over_.notify_all();
}

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
    if (Find(type.name()).ok()) return errors::DataLoss("two entity types have one name");
    Publish(std::move(type));
  }
  return absl::OkStatus();
}

absl::StatusOr<EntityTypePtr> Registry::Find(std::string_view name) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = types_.find(ToAbsl(name));
  if (found == types_.end()) return errors::UnknownEntityType(name);
  return found->second.type;
}

absl::StatusOr<EntityTypePtr> Registry::FindForSnapshot(std::string_view name) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = types_.find(ToAbsl(name));
  if (found == types_.end()) return errors::UnknownEntityType(name);
  return found->second.unawaited;
}

bool Registry::IsCurrent(const EntityType& type) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = types_.find(ToAbsl(type.name()));
  return found != types_.end() && found->second.type.get() == &type;
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
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  return Publish(std::move(declared));
}

absl::StatusOr<EntityTypePtr> Registry::Change(std::string_view name, NextVersion next) {
  const std::lock_guard<std::mutex> change(changing_);
  Batch batch(store_);
  // The current version is let go before the next is published: else it would wait for this call.
  absl::StatusOr<EntityType> changed = [&]() -> absl::StatusOr<EntityType> {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr current, Find(name));
    return next(*current, batch);
  }();
  DOSSIER_RETURN_IF_ERROR(changed.status());
  batch.Put(Family::kMeta, EntityTypeKey(changed->id()), changed->Stored());
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  return Publish(*std::move(changed));
}

absl::Status Registry::Remove(std::string_view name, FillBatch fill) {
  const std::lock_guard<std::mutex> change(changing_);
  Batch batch(store_);
  TypeId id{};
  std::string stored;
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, Find(name));
    id = type->id();
    stored = type->Stored();
    DOSSIER_RETURN_IF_ERROR(fill(*type, batch));
  }
  batch.Delete(Family::kMeta, EntityTypeKey(id));
  Unpublish(name);
  absl::Status status = store_.CommitAside(batch);
  if (!status.ok()) {
    DOSSIER_ASSIGN_OR_RETURN(EntityType type, EntityType::Load(id, stored));
    Publish(std::move(type));
  }
  return status;
}

// Returns when no call holds the type.
void Registry::Unpublish(std::string_view name) {
  Published removed;
  {
    const std::lock_guard<std::shared_mutex> lock(mutex_);
    const auto found = types_.find(ToAbsl(name));
    removed = std::move(found->second);
    types_.erase(found);
  }
  removed.type.reset();
  removed.older.push_back(removed.retirement);
  for (const auto& retirement : removed.older) retirement->Wait();
}

std::optional<std::string> Registry::NameOf(TypeId id) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  for (const auto& [name, published] : types_) {
    if (published.type->id() == id) return name;
  }
  return std::nullopt;
}

EntityTypePtr Registry::Publish(EntityType type) {
  const auto retirement = std::make_shared<Retirement>(type.version());
  auto unawaited = std::make_shared<const EntityType>(std::move(type));
  const auto retire = [retirement, kept = unawaited](const EntityType*) { retirement->Signal(); };
  const EntityTypePtr next(unawaited.get(), retire);
  // Let go behind the lock: the last to hold it destroys a tree.
  EntityTypePtr before;
  EntityTypePtr unawaited_before;
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  Published& published = types_[next->name()];
  before = std::exchange(published.type, next);
  unawaited_before = std::exchange(published.unawaited, std::move(unawaited));
  if (before != nullptr) published.older.push_back(published.retirement);
  published.retirement = retirement;
  std::erase_if(published.older, [](const auto& older) { return older->IsOver(); });
  return next;
}

void Registry::AwaitOlder(const EntityType& current) {
  std::vector<std::shared_ptr<Retirement>> older;
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = types_.find(ToAbsl(current.name()));
    if (found != types_.end()) older = found->second.older;
  }
  for (const auto& retirement : older) {
    if (retirement->version() < current.version()) retirement->Wait();
  }
}

}  // namespace dossier
