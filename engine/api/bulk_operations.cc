// The operations on many records at once.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/operations.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

// Source: each (or true) commits each record for itself, all (or false) all of them or none; smart
// tries all and then each, which is what each comes to here.
absl::StatusOr<bool> IsAllOrNothing(const Arguments& arguments) {
  const std::string mode = arguments.TextOr("commit_each");
  if (mode.empty() || mode == "each" || mode == "smart" || mode == "true" || mode == "1") {
    return false;
  }
  if (mode == "all" || mode == "false" || mode == "0") return true;
  return errors::InvalidArgument("commit_each", "it must be each, all or smart");
}

Answer EntityBulkCreate(Session& session, const Arguments& arguments,
                        std::vector<absl::Status>& faults) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view all, arguments.Text("all_attributes"));
  BulkCreateOptions options;
  DOSSIER_ASSIGN_OR_RETURN(options.all_or_nothing, IsAllOrNothing(arguments));
  DOSSIER_ASSIGN_OR_RETURN(options.timeout, arguments.Timeout());
  DOSSIER_ASSIGN_OR_RETURN(const auto created, session.BulkCreate(type_name, all, options));
  std::string ids = "[";
  std::string uuids = "[";
  for (const absl::StatusOr<Created>& one : created) {
    const std::string error = one.ok() ? std::string() : ErrorObject(one.status());
    const bool is_fault = !one.ok() && !DetailOf(one.status());
    if (is_fault && (faults.empty() || faults.back() != one.status())) {
      faults.push_back(one.status());
    }
    const absl::string_view comma = ids.size() > 1 ? "," : "";
    absl::StrAppend(&ids, comma, one.ok() ? absl::StrCat(one->id) : error);
    absl::StrAppend(&uuids, comma, one.ok() ? JsonText(one->uuid) : error);
  }
  return OkAnswer().Add("uuid_results", uuids + "]").Add("results", ids + "]").Take();
}

// Source: without `commit` nothing is done, and that is ok: none is deleted then.
Answer EntityBulkDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view filter, arguments.Text("filter"));
  // An empty filter is as one that is absent; all records go by entity.purge alone.
  if (filter.find_first_not_of(" \t\r\n") == filter.npos) return errors::MissingArgument("filter");
  DOSSIER_ASSIGN_OR_RETURN(const bool commits, arguments.Flag("commit"));
  DOSSIER_ASSIGN_OR_RETURN(const uint64_t count,
                           session.BulkDelete(type_name, filter, /*pretend=*/!commits));
  return OkAnswer().Add("delete_count", absl::StrCat(count)).Take();
}

// Source: as above.
Answer EntityPurge(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view type_name, arguments.TypeName(session));
  DOSSIER_ASSIGN_OR_RETURN(const bool commits, arguments.Flag("commit"));
  DOSSIER_RETURN_IF_ERROR(session.Purge(type_name, /*pretend=*/!commits));
  return OkAnswer().Take();
}

constexpr NamedOperation kOperations[] = {
    {.path = "/entity.bulkCreate", .partial = EntityBulkCreate},
    {.path = "/entity.bulkDelete", .function = EntityBulkDelete},
    {.path = "/entity.purge", .function = EntityPurge},
};

}  // namespace

std::span<const NamedOperation> BulkOperations() { return kOperations; }

}  // namespace dossier::api
