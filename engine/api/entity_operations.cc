// The operations on records.
#include "api/operations.h"

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

std::optional<std::string> OptionalText(const Arguments& arguments, std::string_view name) {
  const std::string* text = arguments.Find(name);
  if (text == nullptr) return std::nullopt;
  return *text;
}

absl::StatusOr<GetOptions> GetOptionsOf(const Session& session, const Arguments& arguments) {
  GetOptions options;
  options.path = arguments.TextOr("attribute_name");
  DOSSIER_ASSIGN_OR_RETURN(options.attributes, arguments.Names("attributes"));
  DOSSIER_ASSIGN_OR_RETURN(options.created, arguments.Time("created", session));
  DOSSIER_ASSIGN_OR_RETURN(options.last_updated, arguments.Time("lastUpdated", session));
  options.password_attribute = OptionalText(arguments, "password_attribute");
  options.password_value = OptionalText(arguments, "password_value");
  return options;
}

// Session::Get or Session::GetAtOnce.
template <auto kGet>
auto Read(Session& session, const Arguments& arguments)
    -> decltype((session.*kGet)(std::string_view(), EntityKey::Id(0), GetOptions())) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key(session));
  DOSSIER_ASSIGN_OR_RETURN(const GetOptions options, GetOptionsOf(session, arguments));
  return (session.*kGet)(type_name, key, options);
}

std::string ReadAnswer(std::string_view result) { return OkAnswer().Add("result", result).Take(); }

Answer EntityRead(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string result, Read<&Session::Get>(session, arguments));
  return ReadAnswer(result);
}

Answer EntityCreate(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view attributes, arguments.Text("attributes"));
  CreateOptions options;
  DOSSIER_ASSIGN_OR_RETURN(options.include_record, arguments.Flag("include_record"));
  DOSSIER_ASSIGN_OR_RETURN(const Created created, session.Create(type_name, attributes, options));
  OkAnswer answer;
  answer.Add("id", absl::StrCat(created.id)).Add("uuid", JsonText(created.uuid));
  if (options.include_record) answer.Add("result", created.record);
  return std::move(answer).Take();
}

absl::StatusOr<WriteOptions> WriteOptionsOf(const Session& session, const Arguments& arguments) {
  WriteOptions options;
  options.path = arguments.TextOr("attribute_name");
  DOSSIER_ASSIGN_OR_RETURN(options.created, arguments.Time("created", session));
  DOSSIER_ASSIGN_OR_RETURN(options.last_updated, arguments.Time("lastUpdated", session));
  DOSSIER_ASSIGN_OR_RETURN(options.include_record, arguments.Flag("include_record"));
  return options;
}

using WriteFunction = absl::StatusOr<std::string> (Session::*)(std::string_view, const EntityKey&,
                                                               std::string_view,
                                                               const WriteOptions&);

template <WriteFunction kWrite>
Answer EntityWrite(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key(session));
  DOSSIER_ASSIGN_OR_RETURN(const Arguments::Value value, arguments.ValueOrAttributes());
  DOSSIER_ASSIGN_OR_RETURN(WriteOptions options, WriteOptionsOf(session, arguments));
  options.value_name = std::string(value.name);
  DOSSIER_ASSIGN_OR_RETURN(const std::string result,
                           (session.*kWrite)(type_name, key, value.text, options));
  OkAnswer answer;
  if (options.include_record) answer.Add("result", result);
  return std::move(answer).Take();
}

Answer EntityDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key(session));
  DOSSIER_ASSIGN_OR_RETURN(const WriteOptions options, WriteOptionsOf(session, arguments));
  DOSSIER_RETURN_IF_ERROR(session.Delete(type_name, key, options));
  return OkAnswer().Take();
}

Answer EntityAdopt(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const EntityKey key, arguments.Key(session));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view path, arguments.Text("attribute_name"));
  DOSSIER_ASSIGN_OR_RETURN(const uint64_t child_id, arguments.Id("child_id"));
  DOSSIER_RETURN_IF_ERROR(session.Adopt(type_name, key, path, child_id));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entity", EntityRead},
    {"/entity.create", EntityCreate},
    {"/entity.update", EntityWrite<&Session::Update>},
    {"/entity.replace", EntityWrite<&Session::Replace>},
    {"/entity.delete", EntityDelete},
    {"/entity.adopt", EntityAdopt},
};

}  // namespace

std::span<const NamedOperation> EntityOperations() { return kOperations; }

absl::StatusOr<std::optional<std::string>> EntityReadAtOnce(Session& session,
                                                            const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<std::string> result,
                           Read<&Session::GetAtOnce>(session, arguments));
  return result ? std::optional<std::string>(ReadAnswer(*result)) : std::nullopt;
}

}  // namespace dossier::api
