// The operations that look for records by what they hold.
#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/operations.h"
#include "base/status.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

absl::StatusOr<int64_t> IntegerOr(const Arguments& arguments, std::string_view name,
                                  int64_t otherwise) {
  if (arguments.Find(name) == nullptr) return otherwise;
  return arguments.Integer(name);
}

absl::StatusOr<FindOptions> FindOptionsOf(const Arguments& arguments) {
  FindOptions options;
  options.filter = arguments.TextOr("filter");
  DOSSIER_ASSIGN_OR_RETURN(options.sort_on, arguments.Names("sort_on"));
  DOSSIER_ASSIGN_OR_RETURN(options.attributes, arguments.Names("attributes"));
  DOSSIER_ASSIGN_OR_RETURN(options.max_results,
                           IntegerOr(arguments, "max_results", options.max_results));
  DOSSIER_ASSIGN_OR_RETURN(options.first_result,
                           IntegerOr(arguments, "first_result", options.first_result));
  DOSSIER_ASSIGN_OR_RETURN(options.show_total_count, arguments.Flag("show_total_count"));
  DOSSIER_ASSIGN_OR_RETURN(options.timeout, arguments.Timeout());
  return options;
}

Answer EntityFind(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const FindOptions options, FindOptionsOf(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const FoundRecords found, session.Find(type_name, options));
  OkAnswer answer;
  answer.Add("result_count", absl::StrCat(found.count)).Add("results", found.records);
  if (found.total_count) answer.Add("total_count", absl::StrCat(*found.total_count));
  return std::move(answer).Take();
}

// Ours: the entity API has no such call.
Answer EntityExplain(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const FindOptions options, FindOptionsOf(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const std::string plan, session.Explain(type_name, options));
  return OkAnswer().Add("result", plan).Take();
}

Answer EntityCount(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  CountOptions options;
  options.filter = arguments.TextOr("filter");
  DOSSIER_ASSIGN_OR_RETURN(options.timeout, arguments.Timeout());
  DOSSIER_ASSIGN_OR_RETURN(const uint64_t count, session.Count(type_name, options));
  return OkAnswer().Add("total_count", absl::StrCat(count)).Take();
}

constexpr NamedOperation kOperations[] = {
    {"/entity.find", EntityFind},
    {"/entity.count", EntityCount},
    {"/entity.explain", EntityExplain},
};

}  // namespace

std::span<const NamedOperation> FindOperations() { return kOperations; }

}  // namespace dossier::api
