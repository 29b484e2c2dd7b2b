// The operations on access schemas.
#include "api/answers.h"
#include "api/operations.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

// Which access schema a request is about. Errors: 100.
struct Named {
  std::string_view type_name;
  std::string_view client_id;
  std::string_view access_type;

  static absl::StatusOr<Named> In(const Arguments& arguments) {
    Named named;
    DOSSIER_ASSIGN_OR_RETURN(named.type_name, arguments.Text("type_name"));
    DOSSIER_ASSIGN_OR_RETURN(named.client_id, arguments.Text("for_client_id"));
    DOSSIER_ASSIGN_OR_RETURN(named.access_type, arguments.Text("access_type"));
    return named;
  }
};

Answer SetAccessSchema(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Named named, Named::In(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view list, arguments.Text("attributes"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> attributes,
                           ParseStrings(list, "attributes"));
  DOSSIER_ASSIGN_OR_RETURN(
      const std::string schema,
      session.SetAccessSchema(named.type_name, named.client_id, named.access_type, attributes));
  constexpr std::string_view kNotice =
      "the reserved attributes id, uuid, created and lastUpdated were added";
  return OkAnswer().Add("schema", schema).Add("notice", JsonText(kNotice)).Take();
}

Answer GetAccessSchema(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Named named, Named::In(arguments));
  DOSSIER_ASSIGN_OR_RETURN(
      const std::string schema,
      session.AccessSchema(named.type_name, named.client_id, named.access_type));
  return OkAnswer().Add("schema", schema).Take();
}

Answer DeleteAccessSchema(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Named named, Named::In(arguments));
  DOSSIER_RETURN_IF_ERROR(
      session.DeleteAccessSchema(named.type_name, named.client_id, named.access_type));
  return OkAnswer().Add("result", JsonText("access schema was deleted.")).Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entityType.deleteAccessSchema", DeleteAccessSchema},
    {"/entityType.getAccessSchema", GetAccessSchema},
    {"/entityType.setAccessSchema", SetAccessSchema},
};

}  // namespace

std::span<const NamedOperation> AccessSchemaOperations() { return kOperations; }

}  // namespace dossier::api
