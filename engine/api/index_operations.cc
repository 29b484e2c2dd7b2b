// The operations on the secondary indexes of entity types. They are ours: the entity API has none.
#include <string>

#include "api/answers.h"
#include "api/operations.h"
#include "base/status.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

Answer EntityTypeAddIndex(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_RETURN_IF_ERROR(session.AddIndex(type_name, path));
  return OkAnswer().Take();
}

Answer EntityTypeIndexes(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string indexes, session.Indexes(type_name));
  return OkAnswer().Add("results", indexes).Take();
}

Answer EntityTypeRemoveIndex(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_RETURN_IF_ERROR(session.RemoveIndex(type_name, path));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entityType.addIndex", EntityTypeAddIndex},
    {"/entityType.indexes", EntityTypeIndexes},
    {"/entityType.removeIndex", EntityTypeRemoveIndex},
};

}  // namespace

std::span<const NamedOperation> IndexOperations() { return kOperations; }

}  // namespace dossier::api
