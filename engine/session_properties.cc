// The calls on the properties of entity types, each spelled out as its steps.
#include "base/errors.h"
#include "base/status.h"
#include "dossier/session.h"
#include "parts.h"
#include "schema/properties.h"

namespace dossier {
namespace {

// The type that has a property of that uuid. Errors: 200 on uuid.
absl::StatusOr<std::string> OwnerOf(const Uuid& uuid, const Registry& registry) {
  for (const std::string& name : registry.Names()) {
    const absl::StatusOr<EntityTypePtr> type = registry.Find(name);
    if (!type.ok()) continue;  // it was deleted in the meantime
    for (const Property& property : (*type)->properties()) {
      if (property.uuid == uuid) return name;
    }
  }
  return errors::InvalidArgument("uuid", "no rule has this uuid");
}

}  // namespace

absl::StatusOr<std::string> TypeCalls::AddRule(std::string_view type_name,
                                               const std::vector<std::string>& attributes,
                                               std::string_view definition,
                                               std::optional<std::string> description) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  PropertyRequest request{.attributes = attributes, .description = std::move(description)};
  DOSSIER_ASSIGN_OR_RETURN(request.definition, JsonValue::Parse(definition, "definition"));
  DOSSIER_ASSIGN_OR_RETURN(const Property added,
                           parts_->evolution->AddProperty(type_name, request));
  return AnswerOf(added, attributes, /*with_type=*/false).ToText();
}

absl::StatusOr<std::string> TypeCalls::Rules(std::string_view type_name) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  JsonValue::Array answers;
  for (const Property& property : type->properties()) {
    if (!property.is_rule()) continue;
    answers.push_back(AnswerOf(property, PathsOf(property, type->root()), /*with_type=*/false));
  }
  return JsonValue(std::move(answers)).ToText();
}

absl::Status TypeCalls::RemoveRule(std::string_view type_name, std::string_view uuid) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return RemoveOne(type_name, uuid, /*rules_only=*/true);
}

absl::StatusOr<std::string> TypeCalls::AddProperty(std::string_view type_name,
                                                   std::string_view property) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const PropertyRequest request, ParsePropertyRequest(property));
  DOSSIER_ASSIGN_OR_RETURN(const Property added,
                           parts_->evolution->AddProperty(type_name, request));
  return AnswerOf(added, request.attributes, /*with_type=*/true).ToText();
}

absl::StatusOr<std::string> TypeCalls::Properties(std::string_view type_name) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  JsonValue::Array answers;
  for (const Property& property : type->properties()) {
    answers.push_back(AnswerOf(property, PathsOf(property, type->root()), /*with_type=*/true));
  }
  return JsonValue(std::move(answers)).ToText();
}

absl::Status TypeCalls::RemoveProperty(std::string_view type_name, std::string_view uuid) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  return RemoveOne(type_name, uuid, /*rules_only=*/false);
}

absl::Status TypeCalls::RemoveOne(std::string_view type_name, std::string_view uuid,
                                  bool rules_only) {
  const std::optional<Uuid> parsed = Uuid::Parse(uuid);
  if (!parsed) return errors::InvalidArgument("uuid", "invalid uuid");
  std::string name(type_name);
  if (name.empty()) {
    DOSSIER_ASSIGN_OR_RETURN(name, OwnerOf(*parsed, *parts_->registry));
  }
  return parts_->evolution->RemoveProperty(name, *parsed, rules_only);
}

}  // namespace dossier
