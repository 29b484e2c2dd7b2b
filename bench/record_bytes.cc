#include "record_bytes.h"

#include <cstring>

#include "base/hash.h"
#include "dossier/engine.h"
#include "json/change.h"
#include "values/constraints.h"
#include "workload.h"

namespace dossier::bench {

EntityType ProfileType() {
  absl::StatusOr<EntityType> type = EntityType::Declare(TypeId{1}, "user", kAttrDefs);
  if (!type.ok()) Fail("declaring the type", std::string(type.status().message()));
  return *std::move(type);
}

std::string MakeRecord(const EntityType& type, std::string_view profile, EntityId id) {
  constexpr int64_t kNow = 1'700'000'000'000'000;
  const Change change{
      .mode = Mode::kCreate, .value = profile, .argument = "attributes", .now = kNow};
  RecordHeader header{.type = type.id(), .type_version = type.version(), .id = id};
  header.created = header.last_updated = kNow + static_cast<int64_t>(id);
  const Hash128 uuid =
      KeyedHash({reinterpret_cast<const char*>(&id), sizeof id}, HashKey{});  // looks random
  std::memcpy(header.uuid.bytes.data(), uuid.data(), uuid.size());
  EntityId next = id;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return ++next; };
  const absl::StatusOr<SharedBytes> bytes =
      ChangedRecord(nullptr, type.root(), change, header, {CheckText, new_id});
  if (!bytes.ok()) Fail("making a record", std::string(bytes.status().message()));
  return std::string(**bytes);
}

}  // namespace dossier::bench
