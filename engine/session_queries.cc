// The calls that look for records by what they hold.
#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "dossier/session.h"
#include "parts.h"
#include "query/filter.h"
#include "query/search.h"
#include "query/sort.h"
#include "record/path.h"
#include "record_call.h"

namespace dossier {
namespace {

absl::Status CheckRange(std::string_view argument, int64_t value, int64_t max) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return errors::InvalidArgument(
      argument, max == INT64_MAX ? "it must be 0 or more" : "it must be 0 to 10000");
}

absl::StatusOr<FoundRecords> FindIn(EngineParts& parts, const EntityType& type,
                                    const AttributeSet* readable, const FindOptions& options,
                                    Deadline& deadline) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, ParseFilter(options.filter, type.root(),
                                                      parts.clock.NowMicros(), readable, "filter"));
  PageTerms terms{.skip_count = static_cast<uint64_t>(options.first_result),
                  .count_max = static_cast<uint64_t>(options.max_results),
                  .counts_all = options.show_total_count,
                  .only = readable};
  DOSSIER_ASSIGN_OR_RETURN(terms.sort, ParseSortOn(options.sort_on, type.root(), readable));
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSet projection,
                           ParseProjection(options.attributes, type.root(), readable));
  if (!options.attributes.empty()) terms.only = &projection;
  const Snapshot now(*parts.store);
  const Searched searched{*parts.store, now, type, deadline};
  DOSSIER_ASSIGN_OR_RETURN(
      Page page, FindRecords(searched, PlanScan(searched, std::move(filter), terms.sort), terms));
  FoundRecords found{.records = std::move(page.json), .count = page.count};
  if (terms.counts_all) found.total_count = page.total_count;
  return found;
}

absl::StatusOr<uint64_t> CountIn(EngineParts& parts, const EntityType& type,
                                 const AttributeSet* readable, const CountOptions& options,
                                 Deadline& deadline) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, ParseFilter(options.filter, type.root(),
                                                      parts.clock.NowMicros(), readable, "filter"));
  const Snapshot now(*parts.store);
  const Searched searched{*parts.store, now, type, deadline};
  return CountRecords(searched, PlanScan(searched, std::move(filter), /*sort=*/{}));
}

}  // namespace

absl::StatusOr<FoundRecords> Session::Find(std::string_view type_name, const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  DOSSIER_RETURN_IF_ERROR(CheckRange("max_results", options.max_results, kFindResultsMax));
  DOSSIER_RETURN_IF_ERROR(CheckRange("first_result", options.first_result, INT64_MAX));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return FindIn(*parts_, type, AccessTo(type).readable.get(), options, deadline);
  });
}

absl::StatusOr<uint64_t> Session::Count(std::string_view type_name, const CountOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kCountEntities));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return CountIn(*parts_, type, AccessTo(type).readable.get(), options, deadline);
  });
}

}  // namespace dossier
