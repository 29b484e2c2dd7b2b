// The calls that look for records by what they hold.
#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "dossier/session.h"
#include "filter/filter.h"
#include "json/json_value.h"
#include "parts.h"
#include "query/planner.h"
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

// A search in one state of the store, by the version of the type that was the current one then.
struct SearchCall {
  EngineParts& parts;
  const Searched searched;
  const AttributeSet* readable;  // what the caller may know of

  absl::StatusOr<Filter> Parse(std::string_view filter) const {
    return ParseFilter(filter, searched.type.root(), parts.clock.NowMicros(), readable, "filter");
  }
  // `only` is left to be set.
  absl::StatusOr<PageTerms> TermsOf(const FindOptions& options) const {
    PageTerms terms{.skip_count = static_cast<uint64_t>(options.first_result),
                    .count_max = static_cast<uint64_t>(options.max_results),
                    .counts_all = options.show_total_count,
                    .only = readable};
    DOSSIER_ASSIGN_OR_RETURN(terms.sort,
                             ParseSortOn(options.sort_on, searched.type.root(), readable));
    return terms;
  }
  absl::StatusOr<SearchPlan> Plan(Filter filter, const PageTerms& terms) const {
    return PlanSearch(searched, std::move(filter), terms, parts.hash_key);
  }
};

struct Request {
  EngineParts& parts;
  std::string_view type_name;
  Deadline& deadline;
};

// What `call` answers about the state that the store has now. However long it takes, neither a writer
// nor a change of the type waits for it.
template <typename AccessTo, typename Call>
auto InSnapshot(const Request& request, AccessTo access_to, Call call)
    -> decltype(call(std::declval<const SearchCall&>())) {
  const auto& [parts, type_name, deadline] = request;
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts.registry->FindForSnapshot(type_name));
    const Snapshot now(*parts.store);
    const Access access = access_to(*type);
    // Then all that this state has was written by this version of the type or those before it, and
    // the access is not that to a type which has been forgotten.
    if (!parts.registry->IsCurrent(*type)) continue;
    return call(SearchCall{
        parts, {*parts.store, parts.records, now, *type, deadline}, access.readable.get()});
  }
}

absl::StatusOr<FoundRecords> FindIn(const SearchCall& search, const FindOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, search.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(PageTerms terms, search.TermsOf(options));
  DOSSIER_ASSIGN_OR_RETURN(
      const AttributeSet projection,
      ParseProjection(options.attributes, search.searched.type.root(), search.readable));
  if (!options.attributes.empty()) terms.only = &projection;
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), terms));
  DOSSIER_ASSIGN_OR_RETURN(Page page, FindRecords(search.searched, plan, terms));
  FoundRecords found{.records = std::move(page.json), .count = page.count};
  if (terms.counts_all) found.total_count = page.total_count;
  return found;
}

absl::StatusOr<uint64_t> CountIn(const SearchCall& search, const CountOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, search.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan,
                           search.Plan(std::move(filter), PageTerms{.counts_all = true}));
  return CountRecords(search.searched, plan);
}

std::string_view NameOf(Route::Kind kind) {
  constexpr std::string_view kNames[] = {"scan", "index", "unique"};
  return kNames[static_cast<size_t>(kind)];
}

absl::StatusOr<std::string> ExplainIn(const SearchCall& search, const FindOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, search.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(const PageTerms terms, search.TermsOf(options));
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), terms));
  DOSSIER_ASSIGN_OR_RETURN(const Page page, FindRecords(search.searched, plan, terms));
  const uint64_t key_count = plan.route.key_count + plan.candidates->key_count();
  JsonValue::Object answer{{"access", std::string(NameOf(plan.route.kind))}};
  if (!plan.route.indexes.empty()) {
    answer.emplace_back("attribute_names",
                        JsonValue::Array(plan.route.indexes.begin(), plan.route.indexes.end()));
  }
  if (!plan.route.condition.empty()) answer.emplace_back("condition", plan.route.condition);
  answer.emplace_back("is_in_order", plan.is_sorted);
  answer.emplace_back("keys_read", static_cast<int64_t>(key_count));
  answer.emplace_back("result_count", static_cast<int64_t>(page.count));
  return JsonValue(std::move(answer)).ToText();
}

absl::Status CheckOptions(const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(CheckRange("max_results", options.max_results, kFindResultsMax));
  return CheckRange("first_result", options.first_result, INT64_MAX);
}

absl::Status ExportFrom(const SearchCall& search, const ExportOptions& options,
                        RecordVisitor visit) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, search.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(
      const AttributeSet projection,
      ParseProjection(options.attributes, search.searched.type.root(), search.readable));
  const PageTerms all{.counts_all = true};
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), all));
  return VisitRecords(search.searched, plan,
                      options.attributes.empty() ? search.readable : &projection, visit);
}

}  // namespace

absl::StatusOr<FoundRecords> Session::Find(std::string_view type_name, const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  DOSSIER_RETURN_IF_ERROR(CheckOptions(options));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return InSnapshot(
      {*parts_, type_name, deadline},
      [this](const dossier::EntityType& type) { return AccessTo(type); },
      [&](const SearchCall& search) { return FindIn(search, options); });
}

absl::StatusOr<uint64_t> Session::Count(std::string_view type_name, const CountOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kCountEntities));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return InSnapshot(
      {*parts_, type_name, deadline},
      [this](const dossier::EntityType& type) { return AccessTo(type); },
      [&](const SearchCall& search) { return CountIn(search, options); });
}

absl::StatusOr<std::string> Session::Explain(std::string_view type_name,
                                             const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  DOSSIER_RETURN_IF_ERROR(CheckOptions(options));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return InSnapshot(
      {*parts_, type_name, deadline},
      [this](const dossier::EntityType& type) { return AccessTo(type); },
      [&](const SearchCall& search) { return ExplainIn(search, options); });
}

absl::Status Session::Export(std::string_view type_name, const ExportOptions& options,
                             RecordVisitor visit) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  Deadline never(parts_->monotonic_clock, absl::InfiniteDuration());
  return InSnapshot(
      {*parts_, type_name, never},
      [this](const dossier::EntityType& type) { return AccessTo(type); },
      [&](const SearchCall& search) { return ExportFrom(search, options, visit); });
}

}  // namespace dossier
