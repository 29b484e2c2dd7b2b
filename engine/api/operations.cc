#include "api/operations.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "base/status.h"
#include "record/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

// --- entity ------------------------------------------------------------------------------------

Answer EntityRead(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key());
  GetOptions options;
  options.path = arguments.TextOr("attribute_name");
  DOSSIER_ASSIGN_OR_RETURN(options.attributes, arguments.Names("attributes"));
  DOSSIER_ASSIGN_OR_RETURN(options.created, arguments.Time("created"));
  DOSSIER_ASSIGN_OR_RETURN(options.last_updated, arguments.Time("lastUpdated"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string result, session.Get(type_name, key, options));
  return OkAnswer().Add("result", result).Take();
}

Answer EntityCreate(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view attributes, arguments.Text("attributes"));
  CreateOptions options;
  DOSSIER_ASSIGN_OR_RETURN(options.include_record, arguments.Flag("include_record"));
  DOSSIER_ASSIGN_OR_RETURN(const Created created, session.Create(type_name, attributes, options));
  OkAnswer answer;
  answer.Add("id", absl::StrCat(created.id)).Add("uuid", JsonText(created.uuid));
  if (options.include_record) answer.Add("result", created.record);
  return std::move(answer).Take();
}

absl::StatusOr<WriteOptions> WriteOptionsOf(const Arguments& arguments) {
  WriteOptions options;
  options.path = arguments.TextOr("attribute_name");
  DOSSIER_ASSIGN_OR_RETURN(options.created, arguments.Time("created"));
  DOSSIER_ASSIGN_OR_RETURN(options.last_updated, arguments.Time("lastUpdated"));
  DOSSIER_ASSIGN_OR_RETURN(options.include_record, arguments.Flag("include_record"));
  return options;
}

using WriteFunction = absl::StatusOr<std::string> (Session::*)(std::string_view, const EntityKey&,
                                                               std::string_view,
                                                               const WriteOptions&);

template <WriteFunction kWrite>
Answer EntityWrite(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key());
  DOSSIER_ASSIGN_OR_RETURN(const Arguments::Value value, arguments.ValueOrAttributes());
  DOSSIER_ASSIGN_OR_RETURN(WriteOptions options, WriteOptionsOf(arguments));
  options.value_name = std::string(value.name);
  DOSSIER_ASSIGN_OR_RETURN(const std::string result,
                           (session.*kWrite)(type_name, key, value.text, options));
  OkAnswer answer;
  if (options.include_record) answer.Add("result", result);
  return std::move(answer).Take();
}

Answer EntityDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key());
  DOSSIER_ASSIGN_OR_RETURN(const WriteOptions options, WriteOptionsOf(arguments));
  DOSSIER_RETURN_IF_ERROR(session.Delete(type_name, key, options));
  return OkAnswer().Take();
}

// --- entityType --------------------------------------------------------------------------------

Answer EntityTypeRead(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.Text("type_name"));
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

// --- clients -----------------------------------------------------------------------------------

Answer ClientsSetFeatures(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, arguments.Text("features"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features, ParseStrings(text, "features"));
  DOSSIER_RETURN_IF_ERROR(session.SetFeatures(arguments.TextOr("for_client_id"), features));
  return OkAnswer().Take();
}

Answer ClientsAdd(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features, arguments.Names("features"));
  DOSSIER_ASSIGN_OR_RETURN(const Client client,
                           session.AddClient(arguments.TextOr("description"), features));
  return OkAnswer()
      .Add("client_id", JsonText(client.client_id))
      .Add("client_secret", JsonText(client.client_secret))
      .Add("description", JsonText(client.description))
      .Add("features", JsonTexts(client.features))
      .Add("whitelist", JsonTexts(client.whitelist))
      .Take();
}

// Source: existing clients filter by has_features or by features.
Answer ClientsList(Session& session, const Arguments& arguments) {
  const bool is_new_name = arguments.Find("has_features") != nullptr;
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> features,
                           arguments.Names(is_new_name ? "has_features" : "features"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<Client> clients, session.Clients(features));
  std::string results = "[";
  for (const Client& client : clients) {
    if (results.size() > 1) results += ',';
    results += ClientJson(client);
  }
  return OkAnswer().Add("results", results + "]").Take();
}

constexpr std::pair<std::string_view, OperationFunction> kOperations[] = {
    {"/entity", EntityRead},
    {"/entity.create", EntityCreate},
    {"/entity.update", EntityWrite<&Session::Update>},
    {"/entity.replace", EntityWrite<&Session::Replace>},
    {"/entity.delete", EntityDelete},
    {"/entityType", EntityTypeRead},
    {"/entityType.create", EntityTypeCreate},
    {"/entityType.list", EntityTypeList},
    {"/clients/set_features", ClientsSetFeatures},
    {"/clients/add", ClientsAdd},
    {"/clients/list", ClientsList},
};

}  // namespace

OperationFunction FindOperation(std::string_view wanted) {
  for (const auto& [path, function] : kOperations) {
    if (path == wanted) return function;
  }
  return nullptr;
}

}  // namespace dossier::api
