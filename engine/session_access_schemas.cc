// The calls on access schemas, each spelled out as its steps, and what they come to for a caller.
#include "access/access_schemas.h"
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"

namespace dossier {

Access BulkCalls::AccessTo(const dossier::EntityType& type) const {
  return caller_.client_id
             ? parts_->access_schemas->Of(*caller_.client_id, caller_.has_token(), type)
             : Access();
}

absl::StatusOr<std::string> TypeCalls::SetAccessSchema(std::string_view type_name,
                                                       std::string_view client_id,
                                                       std::string_view access_type,
                                                       const std::vector<std::string>& attributes) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  DOSSIER_ASSIGN_OR_RETURN(const AccessKind kind, ParseAccessKind(access_type));
  DOSSIER_RETURN_IF_ERROR(parts_->access_schemas->Set(client_id, kind, *type, attributes));
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSetPtr set,
                           parts_->access_schemas->Reach(client_id, kind, *type));
  return type->SchemaJson(/*remove_reserved=*/false, set.get());
}

absl::StatusOr<std::string> TypeCalls::AccessSchema(std::string_view type_name,
                                                    std::string_view client_id,
                                                    std::string_view access_type) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kReadEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  DOSSIER_ASSIGN_OR_RETURN(const AccessKind kind, ParseAccessKind(access_type));
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSetPtr set,
                           parts_->access_schemas->Reach(client_id, kind, *type));
  return type->SchemaJson(/*remove_reserved=*/false, set.get());
}

absl::Status TypeCalls::DeleteAccessSchema(std::string_view type_name, std::string_view client_id,
                                           std::string_view access_type) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  DOSSIER_ASSIGN_OR_RETURN(const AccessKind kind, ParseAccessKind(access_type));
  return parts_->access_schemas->Delete(client_id, kind, *type);
}

}  // namespace dossier
