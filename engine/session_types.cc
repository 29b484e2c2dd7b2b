// The calls on entity types, each spelled out as its steps.
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"
#include "schema/evolution.h"

namespace dossier {

absl::StatusOr<std::string> Session::CreateEntityType(std::string_view name,
                                                      std::string_view attr_defs) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Create(name, attr_defs));
  return type->SchemaJson(/*remove_reserved=*/false);
}

absl::StatusOr<std::string> Session::EntityType(std::string_view name, bool remove_reserved) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kReadEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(name));
  return type->SchemaJson(remove_reserved);
}

absl::StatusOr<std::vector<std::string>> Session::EntityTypeNames() {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return parts_->registry->Names();
}

absl::StatusOr<std::string> Session::AddAttribute(std::string_view type_name,
                                                  std::string_view attr_def) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(
      const EntityTypePtr type,
      parts_->registry->Change(type_name, [&](const dossier::EntityType& current, Batch&) {
        return WithAttribute(current, attr_def);
      }));
  return type->SchemaJson(/*remove_reserved=*/false);
}

}  // namespace dossier
