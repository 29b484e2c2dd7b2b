// The calls that look for records by what they hold.
#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "dossier/session.h"
#include "parts.h"
#include "query/filter.h"
#include "query/planner.h"
#include "query/search.h"
#include "query/sort.h"
#include "record/json_value.h"
#include "record/path.h"
#include "record_call.h"

namespace dossier {
namespace {

absl::Status CheckRange(std::string_view argument, int64_t value, int64_t max) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return errors::InvalidArgument(
      argument, max == INT64_MAX ? "it must be 0 or more" : "it must be 0 to 10000");
}

// What every search is made with: one version of the type, and what the caller may know of it.
struct Call {
  EngineParts& parts;
  const EntityType& type;
  const AttributeSet* readable;
  Deadline& deadline;

  absl::StatusOr<Filter> Parse(std::string_view filter) const {
    return ParseFilter(filter, type.root(), parts.clock.NowMicros(), readable, "filter");
  }
};

// `only` is left to be set.
absl::StatusOr<PageTerms> TermsOf(const Call& call, const FindOptions& options) {
  PageTerms terms{.skip_count = static_cast<uint64_t>(options.first_result),
                  .count_max = static_cast<uint64_t>(options.max_results),
                  .counts_all = options.show_total_count,
                  .only = call.readable};
  DOSSIER_ASSIGN_OR_RETURN(terms.sort,
                           ParseSortOn(options.sort_on, call.type.root(), call.readable));
  return terms;
}

// A search in the state that the store has when it is made.
class Search {
 public:
  explicit Search(const Call& call)
      : call_(call),
        now_(*call.parts.store),
        searched_{*call.parts.store, now_, call.type, call.deadline},
        // All that this state has was written by this version of the type or those before it.
        may_use_indexes_(call.parts.registry->IsCurrent(call.type)) {}

  const Searched& searched() const { return searched_; }

  absl::StatusOr<SearchPlan> Plan(Filter filter, const PageTerms& terms) const {
    return PlanSearch(searched_, std::move(filter), terms, call_.parts.hash_key, may_use_indexes_);
  }

 private:
  const Call& call_;
  const Snapshot now_;
  const Searched searched_;
  const bool may_use_indexes_;
};

absl::StatusOr<FoundRecords> FindIn(const Call& call, const FindOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, call.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(PageTerms terms, TermsOf(call, options));
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSet projection,
                           ParseProjection(options.attributes, call.type.root(), call.readable));
  if (!options.attributes.empty()) terms.only = &projection;
  const Search search(call);
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), terms));
  DOSSIER_ASSIGN_OR_RETURN(Page page, FindRecords(search.searched(), plan, terms));
  FoundRecords found{.records = std::move(page.json), .count = page.count};
  if (terms.counts_all) found.total_count = page.total_count;
  return found;
}

absl::StatusOr<uint64_t> CountIn(const Call& call, const CountOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, call.Parse(options.filter));
  const PageTerms all{.counts_all = true};
  const Search search(call);
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), all));
  return CountRecords(search.searched(), plan);
}

std::string_view NameOf(Route::Kind kind) {
  constexpr std::string_view kNames[] = {"scan", "index", "unique"};
  return kNames[static_cast<size_t>(kind)];
}

absl::StatusOr<std::string> ExplainIn(const Call& call, const FindOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, call.Parse(options.filter));
  DOSSIER_ASSIGN_OR_RETURN(const PageTerms terms, TermsOf(call, options));
  const Search search(call);
  DOSSIER_ASSIGN_OR_RETURN(SearchPlan plan, search.Plan(std::move(filter), terms));
  DOSSIER_ASSIGN_OR_RETURN(const Page page, FindRecords(search.searched(), plan, terms));
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

absl::Status ExportFrom(EngineParts& parts, const Searched& searched, const AttributeSet* readable,
                        const ExportOptions& options, RecordVisitor visit) {
  const Shape& root = searched.type.root();
  DOSSIER_ASSIGN_OR_RETURN(Filter filter, ParseFilter(options.filter, root, parts.clock.NowMicros(),
                                                      readable, "filter"));
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSet projection,
                           ParseProjection(options.attributes, root, readable));
  SearchPlan plan = PlanScan(searched, std::move(filter), /*sort=*/{});
  return VisitRecords(searched, plan, options.attributes.empty() ? readable : &projection, visit);
}

}  // namespace

absl::StatusOr<FoundRecords> Session::Find(std::string_view type_name, const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  DOSSIER_RETURN_IF_ERROR(CheckOptions(options));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return FindIn({*parts_, type, AccessTo(type).readable.get(), deadline}, options);
  });
}

absl::StatusOr<uint64_t> Session::Count(std::string_view type_name, const CountOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kCountEntities));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return CountIn({*parts_, type, AccessTo(type).readable.get(), deadline}, options);
  });
}

absl::StatusOr<std::string> Session::Explain(std::string_view type_name,
                                             const FindOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  DOSSIER_RETURN_IF_ERROR(CheckOptions(options));
  DOSSIER_ASSIGN_OR_RETURN(Deadline deadline, DeadlineOf(*parts_, options.timeout));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return ExplainIn({*parts_, type, AccessTo(type).readable.get(), deadline}, options);
  });
}

// What has been shown cannot be taken back: the version of the type must be that of the state.
absl::Status Session::Export(std::string_view type_name, const ExportOptions& options,
                             RecordVisitor visit) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kFindEntities));
  Deadline never(parts_->monotonic_clock, absl::InfiniteDuration());
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
    const Snapshot now(*parts_->store);
    if (!parts_->registry->IsCurrent(*type)) continue;
    return ExportFrom(*parts_, {*parts_->store, now, *type, never}, AccessTo(*type).readable.get(),
                      options, visit);
  }
}

}  // namespace dossier
