// The entity types of a store.
#ifndef DOSSIER_SCHEMA_REGISTRY_H_
#define DOSSIER_SCHEMA_REGISTRY_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "schema/entity_type.h"
#include "storage/store.h"

namespace dossier {

// Of one version of a type: when the last call that holds it has let go. Thread-safe.
class Retirement {
 public:
  explicit Retirement(uint32_t version) : version_(version) {}

  uint32_t version() const { return version_; }
  bool IsOver();
  void Wait();
  void Signal();  // by the deleter of the EntityType

 private:
  const uint32_t version_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
};

// Thread-safe. The store must outlive it.
class Registry {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<Registry>> Open(Store& store);

  // The current version of the type. Errors: 222.
  absl::StatusOr<EntityTypePtr> Find(std::string_view name) const;

  // The current version, for who sees a snapshot taken with it: nothing waits for them to let go, for
  // what is changed for good behind them they see as it was. Errors: 222.
  absl::StatusOr<EntityTypePtr> FindForSnapshot(std::string_view name) const;

  // Whether `type` is still the current version.
  bool IsCurrent(const EntityType& type) const;

  // By name.
  std::vector<std::string> Names() const;

  // Declares and stores a type. Errors: those of EntityType::Declare, 232.
  absl::StatusOr<EntityTypePtr> Create(std::string_view name, std::string_view attr_defs);

  // What a change makes of the current version: the next one (schema/evolution.h). Into the batch it
  // puts what must be stored with it.
  using NextVersion =
      absl::FunctionRef<absl::StatusOr<EntityType>(const EntityType& current, Batch& batch)>;

  // Stores the next version (synced), then publishes it. Calls that have the version before go on
  // with it; see AwaitOlder. One change at a time: `next` must not call the registry.
  // Errors: 222, those of `next` and of Store::Commit.
  absl::StatusOr<EntityTypePtr> Change(std::string_view name, NextVersion next);

  // Deletes a type. `fill` puts into the batch what goes with it, and may refuse. From then on the
  // type is not found; once no call holds any version of it, the batch is committed (synced).
  // Errors: 222, those of `fill` and of Store::Commit, after which the type is there again.
  using FillBatch = absl::FunctionRef<absl::Status(const EntityType& type, Batch& batch)>;
  absl::Status Remove(std::string_view name, FillBatch fill);

  // The name of the type with that id; nothing where it was deleted.
  std::optional<std::string> NameOf(TypeId id) const;

  // Returns when no call holds a version of the type before `current`. The caller must not hold one.
  void AwaitOlder(const EntityType& current);

 private:
  struct Published {
    EntityTypePtr type;
    EntityTypePtr unawaited;                 // the same, but its retirement knows of no holder
    std::shared_ptr<Retirement> retirement;  // of `type`
    std::vector<std::shared_ptr<Retirement>> older;  // that may still be held
  };

  explicit Registry(Store& store) : store_(store) {}

  absl::Status LoadAll();
  absl::StatusOr<TypeId> NextId() const;
  EntityTypePtr Publish(EntityType type);
  void Unpublish(std::string_view name);

  Store& store_;
  std::mutex changing_;              // held over a whole change
  mutable std::shared_mutex mutex_;  // of types_
  absl::flat_hash_map<std::string, Published> types_;
};

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_REGISTRY_H_
