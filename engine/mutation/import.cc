#include "mutation/import.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <optional>
#include <thread>
#include <tuple>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "elements/bring_in.h"
#include "record/same_values.h"
#include "values/constraints.h"

namespace dossier {
namespace {

using Outcome = ImportedRow::Outcome;

constexpr std::string_view kArgument = "row";

// Rows of a batch: enough to share what a commit costs, few enough to keep several threads busy.
constexpr size_t kRowsAtOnce = 256;

constexpr size_t kThreadCountDefaultMax = 4;

size_t ThreadCountOf(const ImportOptions& options) {
  if (options.thread_count > 0) return options.thread_count;
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadCountDefaultMax);
}

absl::Status CheckOptions(const ImportOptions& options) {
  if (options.name.size() > kImportNameBytesMax) {
    return errors::InvalidArgument("name", "it is longer than 256 bytes");
  }
  if (options.thread_count > kImportThreadsMax) {
    return errors::InvalidArgument("thread_count", "it must be 16 at most");
  }
  return absl::OkStatus();
}

// Of a stored record, all of it.
absl::StatusOr<SharedBytes> ReadWhole(const Store& store, const EntityType& type, EntityId id) {
  const Snapshot now(store);
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           store.Get(Family::kRecords, RecordKey(type.id(), id).view(), &now));
  if (bytes == nullptr) return bytes;
  DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                           RecordView::Verify(*bytes, type.id(), id, type.root()));
  if (!record.has_large()) return bytes;
  return WholeAt(record, Path(), /*only=*/nullptr, Chunks(store, type.id(), id, type.root(), &now));
}

// Whether the stored record `id` says all that the row says.
absl::StatusOr<bool> IsEqual(const Store& store, const EntityType& type, Change change,
                             EntityId id) {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, ReadWhole(store, type, id));
  if (bytes == nullptr) return false;
  const RecordView stored = RecordView::Trusted(*bytes);
  GivenIds given;
  change.given = &given;
  EntityId next = kFirstImaginedId;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  PlainPasswords passwords;
  const ChangeHooks hooks{CheckText, new_id, &passwords, /*leniency=*/nullptr};
  RecordHeader header = HeaderOf(stored);  // what the row does not say is as it is
  header.has_large = false;
  absl::StatusOr<SharedBytes> asked = ChangedRecord(nullptr, type.root(), change, header, hooks);
  if (asked.ok() && passwords.lacks_hashes()) {
    for (size_t i = 0; i < passwords.entries().size(); ++i) {
      passwords.SetHash(i, std::string(kAnyPassword));
    }
    asked = ChangedRecord(nullptr, type.root(), change, header, hooks);
  }
  if (!asked.ok()) return false;
  const RecordHeader says = HeaderOf(RecordView::Trusted(**asked));
  return says.id == stored.id() && says.uuid.view() == std::string_view(stored.uuid(), 16) &&
         says.created == stored.created() && says.last_updated == stored.last_updated() &&
         HaveSameValues(RecordView::Trusted(**asked).root(), stored.root(), type.root());
}

// One call.
class Run {
 public:
  Run(const ImportParts& parts, std::string_view type_name, TypeId type, Imports::Rows rows,
      const ImportOptions& options)
      : parts_(parts),
        type_name_(type_name),
        type_(type),
        rows_(rows),
        options_(options),
        outcomes_(rows.size(), absl::UnknownError("")) {}

  // From the row `begin` of the call on; those before it were done.
  Imports::Outcomes From(size_t begin) {
    std::fill_n(outcomes_.begin(), begin, ImportedRow{.outcome = Outcome::kPassedOver});
    begin_ = begin;
    const size_t batch_count = (rows_.size() - begin + kRowsAtOnce - 1) / kRowsAtOnce;
    std::vector<std::thread> threads;
    const size_t thread_count = std::min(ThreadCountOf(options_), batch_count);
    for (size_t i = 1; i < thread_count; ++i) {
      threads.emplace_back([&] { TakeBatches(batch_count); });
    }
    TakeBatches(batch_count);
    for (std::thread& thread : threads) thread.join();
    return std::move(outcomes_);
  }

 private:
  // Some rows on their way.
  struct Group {
    size_t begin;
    size_t end;
    EntityTypePtr type = nullptr;  // what the plans are made with
    std::vector<GivenIds> given = {};
    std::vector<Change> changes = {};
    std::vector<absl::StatusOr<Plan>> plans = {};
  };

  void TakeBatches(size_t batch_count) {
    for (size_t number = next_batch_++; number < batch_count; number = next_batch_++) {
      const size_t begin = begin_ + number * kRowsAtOnce;
      Group batch{begin, std::min(begin + kRowsAtOnce, rows_.size())};
      absl::Status status = PlanAll(batch);
      {
        std::unique_lock<std::mutex> lock(mutex_);
        turned_.wait(lock, [&] { return turn_ == number; });
        if (failure_.ok()) failure_ = status.ok() ? CommitAll(batch) : status;
        status = failure_;
        ++turn_;
        turned_.notify_all();
      }
      Tell(batch, status);
    }
  }

  absl::Status PlanAll(Group& batch) {
    DOSSIER_ASSIGN_OR_RETURN(batch.type, parts_.registry.Find(type_name_));
    // One of the same name, declared since the import began, is another one.
    if (batch.type->id() != type_) return errors::UnknownEntityType(type_name_);
    batch.given.assign(batch.end - batch.begin, {});
    batch.changes.clear();
    batch.plans.clear();
    for (size_t i = batch.begin; i < batch.end; ++i) {
      GivenIds& given = batch.given[i - batch.begin];
      Change& change = batch.changes.emplace_back();
      change.mode = Mode::kImport;
      change.value = rows_[i];
      change.argument = kArgument;
      change.now = parts_.clock.NowMicros();
      change.given = &given;
      batch.plans.push_back(PlanRow(*batch.type, change));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Plan> PlanRow(const EntityType& type, const Change& change) {
    const auto new_id = [&]() -> absl::StatusOr<EntityId> {
      DOSSIER_RETURN_IF_ERROR(parts_.ids.Keep(change.given->max));
      return parts_.ids.Next();
    };
    absl::StatusOr<Plan> plan = parts_.mutations.PlanImport(type, change, new_id);
    if (!plan.ok() || !change.given->max) return plan;
    if (change.given->id) DOSSIER_RETURN_IF_ERROR(parts_.ids.Keep(plan->id));
    DOSSIER_RETURN_IF_ERROR(parts_.ids.Keep(change.given->max));
    return plan;
  }

  // With the turn. Where a later version of the type is met everything is done again with that, and
  // where another import took an id that was drawn, with another one.
  absl::Status CommitAll(Group& batch) {
    for (;;) {
      const auto is_current = [&] { return parts_.registry.IsCurrent(*batch.type); };
      absl::Status status = parts_.mutations.CommitMany(
          *batch.type, batch.plans,
          {.durability = Durability::kBuffered, .is_current = is_current, .also = [&](Batch& also) {
             Remember(batch, also);
           }});
      const bool is_stale = absl::IsDataLoss(status) && !is_current();
      if (!is_stale && !absl::IsAborted(status)) return status;
      DOSSIER_RETURN_IF_ERROR(PlanAll(batch));
    }
  }

  // What is known before the batch is committed, and must not be lost once it is.
  void Remember(const Group& batch, Batch& also) {
    for (size_t i = batch.begin; i < batch.end; ++i) {
      const absl::StatusOr<Plan>& plan = batch.plans[i - batch.begin];
      if (plan.ok()) continue;
      outcomes_[i] = Refused(*batch.type, batch.changes[i - batch.begin], plan.status());
      if (!outcomes_[i].ok() && options_.refused) options_.refused(i, outcomes_[i].status());
    }
    if (options_.name.empty()) return;
    also.Put(Family::kMeta, ImportKey(batch.type->id(), options_.name),
             Key().Add(uint64_t{options_.first_row + batch.end}).view());
  }

  // What became of the rows of a batch that was committed, or not.
  void Tell(const Group& batch, const absl::Status& status) {
    for (size_t i = batch.begin; i < batch.end; ++i) {
      if (!status.ok()) {
        outcomes_[i] = status;
        continue;
      }
      const absl::StatusOr<Plan>& plan = batch.plans[i - batch.begin];
      if (!plan.ok()) continue;
      outcomes_[i] = ImportedRow{Outcome::kImported, plan->id};
    }
  }

  absl::StatusOr<ImportedRow> Refused(const EntityType& type, const Change& change,
                                      const absl::Status& status) const {
    const std::optional<ErrorDetail> detail = DetailOf(status);
    const bool is_name =
        detail && (detail->attribute_name == "/id" || detail->attribute_name == "/uuid");
    if (!is_name || !absl::IsAlreadyExists(status)) return status;
    DOSSIER_ASSIGN_OR_RETURN(const bool is_equal,
                             IsEqual(parts_.store, type, change, detail->holder_id));
    if (!is_equal) return status;
    return ImportedRow{Outcome::kAlreadyThere, detail->holder_id};
  }

  const ImportParts& parts_;
  const std::string_view type_name_;
  const TypeId type_;
  const Imports::Rows rows_;
  const ImportOptions& options_;
  size_t begin_ = 0;
  Imports::Outcomes outcomes_;
  std::atomic<size_t> next_batch_ = 0;
  std::mutex mutex_;  // of what follows
  std::condition_variable turned_;
  size_t turn_ = 0;       // the batch that may commit
  absl::Status failure_;  // of the machine, which ends the import
};

}  // namespace

// That an import is the only one of its name, for as long as it lives.
class Imports::Naming {
 public:
  Naming(Imports& imports, TypeId type, const std::string& name) : imports_(imports) {
    const std::lock_guard<std::mutex> lock(imports_.mutex_);
    std::tie(entry_, is_first_) = imports_.under_way_.emplace(type, name);
  }
  ~Naming() {
    const std::lock_guard<std::mutex> lock(imports_.mutex_);
    if (is_first_) imports_.under_way_.erase(entry_);
  }
  Naming(const Naming&) = delete;
  Naming& operator=(const Naming&) = delete;

  bool is_first() const { return is_first_; }

 private:
  Imports& imports_;
  std::set<std::pair<TypeId, std::string>>::iterator entry_;
  bool is_first_ = false;
};

absl::StatusOr<Imports::Outcomes> Imports::Import(std::string_view type_name, Rows rows,
                                                  const ImportOptions& options) {
  DOSSIER_RETURN_IF_ERROR(CheckOptions(options));
  TypeId type{};
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr current, parts_.registry.Find(type_name));
    type = current->id();
  }
  std::optional<Naming> naming;
  size_t done = 0;
  if (!options.name.empty()) {
    naming.emplace(*this, type, options.name);
    if (!naming->is_first()) {
      return errors::InvalidArgument("name", "an import of that name is under way");
    }
    DOSSIER_ASSIGN_OR_RETURN(const uint64_t rows_done, RowsDone(type, options.name));
    if (options.first_row > rows_done) {
      return errors::InvalidArgument("first_row", "rows before it are not done");
    }
    done = std::min<uint64_t>(rows_done - options.first_row, rows.size());
  }
  Outcomes outcomes = Run(parts_, type_name, type, rows, options).From(done);
  if (options.durability == Durability::kSynced) {
    DOSSIER_RETURN_IF_ERROR(parts_.store.Sync());
  }
  return outcomes;
}

absl::StatusOr<uint64_t> Imports::RowsDone(TypeId type, std::string_view name) const {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                           parts_.store.Get(Family::kMeta, ImportKey(type, name)));
  if (stored == nullptr) return 0;
  if (stored->size() != sizeof(uint64_t)) {
    return errors::DataLoss("how far an import has come is damaged");
  }
  return LoadBig<uint64_t>(stored->data());
}

absl::Status Imports::Forget(TypeId type, std::string_view name) {
  Batch batch(parts_.store);
  batch.Delete(Family::kMeta, ImportKey(type, name));
  return parts_.store.CommitAside(batch);
}

}  // namespace dossier
