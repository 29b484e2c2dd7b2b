// The operations on entity types.
#include "api/operations.h"

#include "api/answers.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

Answer EntityTypeRead(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const bool remove_reserved, arguments.Flag("remove_reserved"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema,
                           session.EntityType(type_name, remove_reserved));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeCreate(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view attr_defs, arguments.Text("attr_defs"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema,
                           session.CreateEntityType(type_name, attr_defs));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeList(Session& session, const Arguments&) {
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> names, session.EntityTypeNames());
  return OkAnswer().Add("results", JsonTexts(names)).Take();
}

// The definition has two spellings: attr_def on the pages, attr_defs in what some of them show.
Answer EntityTypeAddAttribute(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  const bool is_plain = arguments.Find("attr_def") != nullptr;
  const bool has_other = !is_plain && arguments.Find("attr_defs") != nullptr;
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view attr_def,
                           arguments.Text(has_other ? "attr_defs" : "attr_def"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema, session.AddAttribute(type_name, attr_def));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeRemoveAttribute(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema, session.RemoveAttribute(type_name, path));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeRenameAttribute(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view source, arguments.Text("source_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view target, arguments.Text("target_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema,
                           session.RenameAttribute(type_name, source, target));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeSetConstraints(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view constraints, arguments.Text("constraints"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema,
                           session.SetAttributeConstraints(type_name, path, constraints));
  return OkAnswer().Add("schema", schema).Take();
}

Answer EntityTypeSetDescription(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view description, arguments.Text("description"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string schema,
                           session.SetAttributeDescription(type_name, path, description));
  return OkAnswer().Add("schema", schema).Take();
}

// Without `commit` it is a rehearsal. Source: clients-on-the-wire.md 8.
Answer EntityTypeDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const bool commit, arguments.Flag("commit"));
  DOSSIER_ASSIGN_OR_RETURN(const bool pretend, arguments.Flag("pretend"));
  DOSSIER_RETURN_IF_ERROR(session.DeleteEntityType(type_name, pretend || !commit));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entityType", EntityTypeRead},
    {"/entityType.addAttribute", EntityTypeAddAttribute},
    {"/entityType.create", EntityTypeCreate},
    {"/entityType.delete", EntityTypeDelete},
    {"/entityType.list", EntityTypeList},
    {"/entityType.removeAttribute", EntityTypeRemoveAttribute},
    {"/entityType.renameAttribute", EntityTypeRenameAttribute},
    {"/entityType.setAttributeConstraints", EntityTypeSetConstraints},
    {"/entityType.setAttributeDescription", EntityTypeSetDescription},
};

}  // namespace

std::span<const NamedOperation> TypeOperations() { return kOperations; }

}  // namespace dossier::api
