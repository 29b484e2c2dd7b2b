#include "mutation/repair_definitions.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/status.h"
#include "schema/entity_type.h"
#include "storage/leaping_cursor.h"

namespace dossier {
namespace {

// The id blocks' and the registry's; nothing where it is none.
template <typename T>
std::optional<T> Number(std::string_view bytes) {
  if (bytes.size() != sizeof(T)) return std::nullopt;
  return LoadBig<T>(bytes.data());
}

class Keeper {
 public:
  Keeper(Store& mended, absl::FunctionRef<absl::Status(std::string reason)> left_out)
      : batch_(mended), left_out_(left_out) {}

  absl::StatusOr<Definitions> Keep(Store& mended, const Store& damaged) {
    DOSSIER_RETURN_IF_ERROR(Walk(damaged, &Keeper::NoteType));
    DOSSIER_RETURN_IF_ERROR(Walk(damaged, &Keeper::KeepOther));
    if (leap_count_ > 0) {
      DOSSIER_RETURN_IF_ERROR(
          left_out_("definitions of types, clients, settings or access that cannot be read"));
    }
    definitions_.hash_key = old_hash_key_.value_or(RandomHashKey());
    batch_.Put(Family::kMeta, MetaKey(MetaTag::kHashKey),
               {reinterpret_cast<const char*>(definitions_.hash_key.data()),
                definitions_.hash_key.size()});
    batch_.Put(Family::kMeta, MetaKey(MetaTag::kNextTypeId), Key().Add(next_type_).view());
    DOSSIER_RETURN_IF_ERROR(mended.Commit(batch_, Durability::kBuffered));
    return definitions_;
  }

 private:
  using Visit = absl::Status (Keeper::*)(std::string_view key, std::string_view value);

  absl::Status Walk(const Store& damaged, Visit visit) {
    LeapingCursor entries(damaged, Family::kMeta);
    while (entries.Next()) {
      if (!entries.key().empty()) {
        DOSSIER_RETURN_IF_ERROR((this->*visit)(entries.key(), entries.value()));
      }
    }
    leap_count_ = entries.leaps().size();
    return absl::OkStatus();
  }

  absl::Status NoteType(std::string_view key, std::string_view value) {
    const std::optional<uint16_t> id = Number<uint16_t>(key.substr(1));
    if (TagOf(key) != MetaTag::kEntityType) return absl::OkStatus();
    if (!id) return left_out_("the definition of an entity type, whose key is damaged");
    next_type_ = std::max(next_type_, static_cast<uint16_t>(*id + 1));
    const absl::StatusOr<EntityType> type = EntityType::Load(TypeId{*id}, value);
    if (!type.ok()) return left_out_(std::string(type.status().message()));
    if (!names_.insert(type->name()).second) {
      return left_out_(absl::StrCat("the definition of entity type number ", *id, ", ",
                                    type->name(), ": another one has its name"));
    }
    types_.insert(*id);
    batch_.Put(Family::kMeta, key, value);
    return absl::OkStatus();
  }

  absl::Status KeepOther(std::string_view key, std::string_view value) {
    switch (TagOf(key)) {
      case MetaTag::kEntityType:
        return absl::OkStatus();
      case MetaTag::kHashKey:
        if (value.size() == HashKey().size()) {
          std::copy(value.begin(), value.end(), old_hash_key_.emplace().begin());
        }
        return absl::OkStatus();
      case MetaTag::kNextId:
        definitions_.next_id =
            std::max(definitions_.next_id, Number<EntityId>(value).value_or(EntityId{1}));
        return absl::OkStatus();
      case MetaTag::kNextTypeId:
        next_type_ = std::max(next_type_, Number<uint16_t>(value).value_or(uint16_t{1}));
        return absl::OkStatus();
      case MetaTag::kIndexBuilding:
        return absl::OkStatus();  // rows are put for what is ready, and the rest is built anew
      case MetaTag::kClient:
      case MetaTag::kDefaultSettings:
        batch_.Put(Family::kMeta, key, value);
        return absl::OkStatus();
      case MetaTag::kUnfinished:
      case MetaTag::kDue:
      case MetaTag::kAccessSchema:
      case MetaTag::kGrant:
      case MetaTag::kImport: {
        const std::optional<uint16_t> type = Number<uint16_t>(key.substr(1, sizeof(TypeId)));
        if (type && types_.contains(*type)) batch_.Put(Family::kMeta, key, value);
        return absl::OkStatus();
      }
    }
    return left_out_("an entry beside the records that means nothing");
  }

  static MetaTag TagOf(std::string_view key) { return static_cast<MetaTag>(key[0]); }

  Batch batch_;
  absl::FunctionRef<absl::Status(std::string reason)> left_out_;
  std::set<std::string> names_;
  std::set<uint16_t> types_;
  uint16_t next_type_ = 1;
  std::optional<HashKey> old_hash_key_;
  Definitions definitions_;
  size_t leap_count_ = 0;
};

}  // namespace

absl::StatusOr<Definitions> KeepDefinitions(
    Store& mended, const Store& damaged,
    absl::FunctionRef<absl::Status(std::string reason)> left_out) {
  return Keeper(mended, left_out).Keep(mended, damaged);
}

}  // namespace dossier
