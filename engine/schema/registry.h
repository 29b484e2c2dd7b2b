// The entity types of a store.
#ifndef DOSSIER_SCHEMA_REGISTRY_H_
#define DOSSIER_SCHEMA_REGISTRY_H_

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "schema/entity_type.h"
#include "storage/store.h"

namespace dossier {

// Thread-safe. The store must outlive it.
class Registry {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<Registry>> Open(Store& store);

  // The current version of the type. Errors: 222.
  absl::StatusOr<EntityTypePtr> Find(std::string_view name) const;

  // By name.
  std::vector<std::string> Names() const;

  // Declares and stores a type. Errors: those of EntityType::Declare, 232.
  absl::StatusOr<EntityTypePtr> Create(std::string_view name, std::string_view attr_defs);

 private:
  explicit Registry(Store& store) : store_(store) {}

  absl::Status LoadAll();
  absl::StatusOr<TypeId> NextId() const;

  Store& store_;
  std::mutex changing_;              // held over a whole change
  mutable std::shared_mutex mutex_;  // of types_
  absl::flat_hash_map<std::string, EntityTypePtr> types_;
};

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_REGISTRY_H_
