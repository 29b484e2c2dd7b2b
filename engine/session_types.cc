// The calls on entity types, each spelled out as its steps.
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"
#include "schema/evolution.h"

namespace dossier {
namespace {

// A change that reaches nothing that is stored but the type.
template <typename Next>
absl::StatusOr<std::string> ChangeType(EngineParts& parts, std::string_view name, Next next) {
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type,
                           parts.registry->Change(name, [&](const EntityType& current, Batch&) {
                             return next(current);
                           }));
  return type->SchemaJson(/*remove_reserved=*/false);
}

absl::StatusOr<std::string> SchemaOf(EngineParts& parts, std::string_view name) {
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts.registry->Find(name));
  return type->SchemaJson(/*remove_reserved=*/false);
}

}  // namespace

absl::StatusOr<std::string> TypeCalls::CreateEntityType(std::string_view name,
                                                        std::string_view attr_defs) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Create(name, attr_defs));
  return type->SchemaJson(/*remove_reserved=*/false);
}

absl::StatusOr<std::string> TypeCalls::EntityType(std::string_view name, bool remove_reserved) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target, AuthorizeOn(Operation::kReadEntityType, {name}));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(target.type_name));
  return type->SchemaJson(remove_reserved);
}

absl::StatusOr<std::vector<std::string>> TypeCalls::EntityTypeNames() {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return parts_->registry->Names();
}

absl::StatusOr<std::string> TypeCalls::AddAttribute(std::string_view type_name,
                                                    std::string_view attr_def) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return ChangeType(*parts_, type_name, [&](const dossier::EntityType& current) {
    return WithAttribute(current, attr_def);
  });
}

absl::StatusOr<std::string> TypeCalls::RenameAttribute(std::string_view type_name,
                                                       std::string_view source,
                                                       std::string_view target) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return ChangeType(*parts_, type_name, [&](const dossier::EntityType& current) {
    return WithName(current, source, target);
  });
}

absl::StatusOr<std::string> TypeCalls::SetAttributeDescription(std::string_view type_name,
                                                               std::string_view path,
                                                               std::string_view description) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return ChangeType(*parts_, type_name, [&](const dossier::EntityType& current) {
    return WithDescription(current, path, description);
  });
}

absl::StatusOr<std::string> TypeCalls::SetAttributeConstraints(std::string_view type_name,
                                                               std::string_view path,
                                                               std::string_view constraints) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_RETURN_IF_ERROR(parts_->evolution->SetConstraints(type_name, path, constraints));
  return SchemaOf(*parts_, type_name);
}

absl::StatusOr<std::string> TypeCalls::RemoveAttribute(std::string_view type_name,
                                                       std::string_view path) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_RETURN_IF_ERROR(parts_->evolution->RemoveAttribute(type_name, path));
  return SchemaOf(*parts_, type_name);
}

absl::Status TypeCalls::DeleteEntityType(std::string_view name, bool pretend) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  if (pretend) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(name));
    return CheckDeletable(*type);
  }
  DOSSIER_ASSIGN_OR_RETURN(const TypeId deleted, parts_->evolution->DeleteType(name));
  parts_->access_schemas->ForgetType(deleted);
  parts_->grants->ForgetThoseOf(deleted);
  return absl::OkStatus();
}

absl::Status TypeCalls::ReclaimSpace(const ReclaimOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return parts_->evolution->ReclaimSpace(options);
}

}  // namespace dossier
