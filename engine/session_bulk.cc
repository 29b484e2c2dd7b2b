// The calls on many records at once, each spelled out as its steps.
#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/bulk_calls.h"
#include "dossier/limits.h"
#include "filter/filter.h"
#include "filter/filter_match.h"
#include "json/json_items.h"
#include "parts.h"
#include "query/planner.h"
#include "query/search.h"
#include "record/attribute_set.h"
#include "record_call.h"

namespace dossier {
namespace {

// Records of one batch: enough to share what a commit costs, few enough to hold nobody up.
constexpr size_t kRecordsAtOnce = 64;

using CreatedList = std::vector<absl::StatusOr<Created>>;

struct CreateTogether {
  EngineParts& parts;
  Access access;
  ManyTerms terms;
  std::span<const std::string_view> items;

  // In one batch, by one version of the type.
  absl::StatusOr<CreatedList> With(const EntityType& type) const {
    DOSSIER_ASSIGN_OR_RETURN(const auto records,
                             parts.mutations->CreateMany(type,
                                                         {.mode = Mode::kCreate,
                                                          .argument = "all_attributes",
                                                          .writable = access.writable.get()},
                                                         items, terms));
    CreatedList created;
    for (const absl::StatusOr<NewRecord>& record : records) {
      if (record.ok()) {
        created.push_back(Created{.id = record->id, .uuid = ToText(record->uuid)});
      } else {
        created.push_back(WithoutHolder(access.readable.get(), record.status()));
      }
    }
    return created;
  }
};

// Adds to `count` the records that were deleted.
absl::Status DeleteMatching(EngineParts& parts, const EntityType& type, const Filter& filter,
                            uint64_t& count) {
  Deadline never(parts.monotonic_clock, absl::InfiniteDuration());
  std::vector<EntityId> ids;
  {
    const Snapshot now(*parts.store);
    const Searched searched{*parts.store, parts.records, now, type, never};
    const PageTerms all{.counts_all = true};
    absl::StatusOr<SearchPlan> plan = parts.registry->IsCurrent(type)
                                          ? PlanSearch(searched, filter, all, parts.hash_key)
                                          : PlanScan(searched, filter, all.sort);
    DOSSIER_RETURN_IF_ERROR(plan.status());
    DOSSIER_ASSIGN_OR_RETURN(ids, FindIds(searched, *plan));
  }
  const auto matches = [&](const RecordView& record) {
    const Chunks chunks(*parts.store, type.id(), record.id(), type.root());
    return Matches(filter, record, record.has_large() ? &chunks : nullptr, never);
  };
  for (const EntityId id : ids) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_deleted,
                             parts.mutations->DeleteIf(type, id, matches, Durability::kBuffered));
    count += is_deleted ? 1 : 0;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CreatedList> BulkCalls::BulkCreate(std::string_view type_name,
                                                  std::string_view all_attributes,
                                                  const BulkCreateOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kWriteEntity));
  DOSSIER_RETURN_IF_ERROR(parts_->registry->Find(type_name).status());
  DOSSIER_ASSIGN_OR_RETURN(const auto all, JsonItems(all_attributes, "all_attributes"));
  if (all.size() > kBulkRecordsMax) {
    return errors::InvalidArgument("all_attributes", "it has more than 10,000 records");
  }
  Deadline deadline(parts_->monotonic_clock, absl::InfiniteDuration());
  if (options.timeout) {
    DOSSIER_ASSIGN_OR_RETURN(deadline, DeadlineOf(*parts_, *options.timeout));
  }
  const auto now = [&]() -> absl::StatusOr<int64_t> {
    if (deadline.HasPassedByNow()) return errors::Timeout();
    return parts_->clock.NowMicros();
  };
  const size_t step = options.all_or_nothing ? kBulkRecordsMax : kRecordsAtOnce;
  CreatedList created;
  while (created.size() < all.size()) {
    const auto rest = std::span(all).subspan(created.size());
    const auto items = rest.first(std::min(step, rest.size()));
    auto together = WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
      const auto is_current = [&] { return parts_->registry->IsCurrent(type); };
      const ManyTerms terms{options.durability.value_or(parts_->durability), options.all_or_nothing,
                            now, is_current};
      return CreateTogether{*parts_, AccessTo(type), terms, items}.With(type);
    });
    if (!together.ok() && created.empty()) return together.status();
    // What was made is told, also where the rest cannot be.
    if (!together.ok()) together = CreatedList(rest.size(), together.status());
    std::move(together->begin(), together->end(), std::back_inserter(created));
  }
  return created;
}

// Each record is deleted for itself, if the filter still holds for it.
absl::StatusOr<uint64_t> BulkCalls::BulkDelete(std::string_view type_name, std::string_view filter,
                                               bool pretend) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kWriteEntity));
  uint64_t count = 0;
  const absl::Status status =
      WithType(*parts_, type_name, [&](const dossier::EntityType& type) -> absl::Status {
        const Access access = AccessTo(type);
        DOSSIER_RETURN_IF_ERROR(CheckWhole(access.writable.get(), type.root()));
        DOSSIER_ASSIGN_OR_RETURN(const Filter parsed,
                                 ParseFilter(filter, type.root(), parts_->clock.NowMicros(),
                                             access.readable.get(), "filter"));
        if (pretend) return absl::OkStatus();
        return DeleteMatching(*parts_, type, parsed, count);
      });
  // Those before the one that could not be deleted are gone.
  if (count > 0 && parts_->durability == Durability::kSynced) {
    DOSSIER_RETURN_IF_ERROR(parts_->store->Sync());
  }
  DOSSIER_RETURN_IF_ERROR(status);
  return count;
}

absl::Status BulkCalls::Purge(std::string_view type_name, bool pretend) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kWriteEntity));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  DOSSIER_RETURN_IF_ERROR(CheckWhole(AccessTo(*type).writable.get(), type->root()));
  if (pretend) return absl::OkStatus();
  return parts_->evolution->Purge(*type, *parts_->grants, parts_->durability);
}

absl::StatusOr<std::vector<absl::StatusOr<ImportedRow>>> BulkCalls::Import(
    std::string_view type_name, std::span<const std::string_view> rows,
    const ImportOptions& options) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
    // What is there already tells what the records say, and a refusal who holds a value.
    const Access access = AccessTo(*type);
    if (access.writable != nullptr || access.readable != nullptr) {
      return errors::ClientPermissionError();
    }
  }
  ImportOptions with_durability = options;
  with_durability.durability = options.durability.value_or(parts_->durability);
  return parts_->imports->Import(type_name, rows, with_durability);
}

absl::StatusOr<uint64_t> BulkCalls::ImportedRows(std::string_view type_name,
                                                 std::string_view name) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  return parts_->imports->RowsDone(type->id(), name);
}

absl::Status BulkCalls::ForgetImport(std::string_view type_name, std::string_view name) {
  DOSSIER_RETURN_IF_ERROR(Authorize(Operation::kAdminEntityType));
  DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, parts_->registry->Find(type_name));
  return parts_->imports->Forget(type->id(), name);
}

}  // namespace dossier
