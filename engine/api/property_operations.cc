// The operations on the properties of entity types: rules and compound unique constraints.
#include <optional>
#include <string>

#include "api/answers.h"
#include "api/operations.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

Answer EntityTypeAddRule(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view list, arguments.Text("attributes"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> attributes,
                           ParseStrings(list, "attributes"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view definition, arguments.Text("definition"));
  const std::string* description = arguments.Find("description");
  DOSSIER_ASSIGN_OR_RETURN(
      const std::string rule,
      session.AddRule(type_name, attributes, definition,
                      description == nullptr ? std::nullopt : std::optional(*description)));
  return OkAnswer().Add("result", rule).Take();
}

Answer EntityTypeRules(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string rules, session.Rules(type_name));
  return OkAnswer().Add("results", rules).Take();
}

// May come with the uuid alone, which is unique among all types.
Answer EntityTypeRemoveRule(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view uuid, arguments.Text("uuid"));
  DOSSIER_RETURN_IF_ERROR(session.RemoveRule(arguments.TextOr("type_name"), uuid));
  return OkAnswer().Take();
}

Answer EntityTypeAddProperty(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view property, arguments.Text("property"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string added, session.AddProperty(type_name, property));
  return OkAnswer().Add("result", added).Take();
}

Answer EntityTypeProperties(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string properties, session.Properties(type_name));
  return OkAnswer().Add("results", properties).Take();
}

Answer EntityTypeRemoveProperty(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view uuid, arguments.Text("uuid"));
  DOSSIER_RETURN_IF_ERROR(session.RemoveProperty(arguments.TextOr("type_name"), uuid));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entityType.addProperty", EntityTypeAddProperty},
    {"/entityType.addRule", EntityTypeAddRule},
    {"/entityType.properties", EntityTypeProperties},
    {"/entityType.removeProperty", EntityTypeRemoveProperty},
    {"/entityType.removeRule", EntityTypeRemoveRule},
    {"/entityType.rules", EntityTypeRules},
};

}  // namespace

std::span<const NamedOperation> PropertyOperations() { return kOperations; }

}  // namespace dossier::api
