#include "mutation/binding.h"

#include <array>
#include <optional>
#include <vector>

#include "base/errors.h"
#include "base/status.h"
#include "schema/claims.h"
#include "values/constraints.h"

namespace dossier {
namespace {

// Ids read at a time: no iterator, which keeps files alive, is held for longer.
constexpr size_t kIdsAtOnce = 512;

class Binder {
 public:
  Binder(const StoredRecords& stored, const Binding& binding)
      : stored_(stored), binding_(binding), building_(*binding.building) {}

  absl::Status Run() {
    absl::Status status = TryToBind();
    if (!status.ok()) GoBack().IgnoreError();  // where it fails, opening the store goes back
    return status;
  }

 private:
  using Change = absl::FunctionRef<absl::StatusOr<EntityType>(const EntityType&, Batch&)>;

  absl::Status TryToBind() {
    DOSSIER_RETURN_IF_ERROR(Publish([&](const EntityType& current, Batch& batch) {
      type_ = current.id();
      batch.Put(Family::kMeta, Unfinished(), binding_.unfinished);
      return current.NextBuilding(binding_.building, /*is_bound=*/false);
    }));
    DOSSIER_RETURN_IF_ERROR(VisitAll());
    DOSSIER_RETURN_IF_ERROR(VisitSuspects());
    DOSSIER_RETURN_IF_ERROR(
        Publish([&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
          DOSSIER_ASSIGN_OR_RETURN(const EntityType with, binding_.with(current));
          return with.NextBuilding(binding_.building, /*is_bound=*/true);
        }));
    DOSSIER_RETURN_IF_ERROR(VisitSuspects());
    return Publish([&](const EntityType& current, Batch& batch) {
      if (binding_.rest.empty()) {
        batch.Delete(Family::kMeta, Unfinished());
      } else {
        batch.Put(Family::kMeta, Unfinished(), binding_.rest);
      }
      return current.NextBuilding(nullptr, /*is_bound=*/false);
    });
  }

  absl::Status GoBack() {
    if (type_ == TypeId{}) return absl::OkStatus();  // it never began
    const absl::Status status =
        Publish([&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
          if (current.building() != &building_) return errors::UnknownEntityType(current.name());
          DOSSIER_ASSIGN_OR_RETURN(const EntityType without, binding_.without(current));
          return without.NextBuilding(nullptr, /*is_bound=*/false);
        });
    if (!status.ok()) return status;
    return DropClaims(stored_.store, type_, binding_.number, building_.numbers());
  }

  std::string Unfinished() const {
    return AttributeKey(MetaTag::kUnfinished, type_, binding_.number);
  }

  // Returns when no call holds an older version any more.
  absl::Status Publish(Change change) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr next,
                             stored_.registry.Change(binding_.type_name, change));
    stored_.registry.AwaitOlder(*next);
    return absl::OkStatus();
  }

  // Notes the records that collide as suspects. Records made from now on keep their claims
  // themselves: those with ids from here on need no visit.
  absl::Status VisitAll() {
    DOSSIER_ASSIGN_OR_RETURN(const EntityId end, stored_.ids.Next());
    EntityId from = 0;
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const std::vector<EntityId> ids,
                               stored_.store.RecordIds(type_, from, kIdsAtOnce));
      for (const EntityId id : ids) {
        if (id > end) return absl::OkStatus();
        errors::StoredViolations violations;
        DOSSIER_RETURN_IF_ERROR(Visit(id, violations));
        if (violations.count > 0) building_.NoteSuspect(id);
      }
      if (ids.size() < kIdsAtOnce) return absl::OkStatus();
      from = ids.back() + 1;
    }
  }

  absl::Status VisitSuspects() {
    errors::StoredViolations violations;
    for (const EntityId id : building_.TakeSuspects()) {
      DOSSIER_RETURN_IF_ERROR(Visit(id, violations));
    }
    if (violations.count == 0) return absl::OkStatus();
    return errors::StoredUniqueViolation(binding_.path, violations);
  }

  // Puts the claims of the record that are free, and adds up those that are not.
  absl::Status Visit(EntityId id, errors::StoredViolations& violations) {
    const LockTable::Guard lock = stored_.record_locks.Lock(std::array{RecordKey(type_, id)});
    // Behind the lock: no earlier version wrote the record.
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr type, stored_.registry.Find(binding_.type_name));
    if (type->building() != &building_) return errors::UnknownEntityType(binding_.type_name);
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                             stored_.records.Peek({type_, id}, type->root()));
    if (bytes == nullptr) return absl::OkStatus();
    const RecordView record = RecordView::Trusted(*bytes);
    const auto add = [&](EntityId holder) {
      if (violations.count++ == 0) violations = {1, id, holder};
    };
    DOSSIER_ASSIGN_OR_RETURN(ClaimList claims, BuiltClaims(record, *type));
    size_t count = TakeRepeated(claims).size();
    if (count == 0) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_distinct, IsDistinct(record, *type));
      count = is_distinct ? 0 : 1;
    }
    for (; count > 0; --count) add(id);
    return Put(claims, id, add);
  }

  // Whether the plurals keep distinct what they are to, those within elements of large ones too.
  absl::StatusOr<bool> IsDistinct(const RecordView& record, const EntityType& type) const {
    const EntityType* distinct = building_.distinct();
    if (distinct == nullptr) return true;
    if (!record.has_large()) return CheckLocallyUnique(record, distinct->root()).ok();
    const Chunks chunks(stored_.store, type_, record.id(), type.root());
    DOSSIER_ASSIGN_OR_RETURN(const Whole whole, BringIn(record, Wanted::Everything(), chunks,
                                                        /*for_change=*/false));
    return CheckLocallyUnique(RecordView::Trusted(whole.record), distinct->root()).ok();
  }

  // Those of large plurals too; a claim that several values ask for stands there as often.
  absl::StatusOr<ClaimList> BuiltClaims(const RecordView& record, const EntityType& type) const {
    if (building_.numbers().empty()) return ClaimList();
    ClaimList claims = ClaimsOf(record, type, stored_.hash_key);
    if (record.has_large()) {
      const Chunks chunks(stored_.store, type_, record.id(), type.root());
      DOSSIER_ASSIGN_OR_RETURN(const std::vector<ChunkChange> all, DropAll(record, chunks));
      AddClaimsOf(all, &ChunkChange::before, type, stored_.hash_key, claims);
    }
    std::erase_if(claims, [&](const Claim& claim) { return !IsBuilt(type, claim); });
    return claims;
  }

  // Puts the claims that are free; `add` is told who holds another.
  template <typename Add>
  absl::Status Put(const ClaimList& claims, EntityId id, Add add) {
    const LockTable::Guard lock = stored_.claim_locks.Lock(claims);
    Batch batch(stored_.store);
    bool is_empty = true;
    for (const Claim& claim : claims) {
      DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder,
                               stored_.store.LookUpUnlikely(claim.key));
      if (!holder) {
        batch.Put(Family::kLookup, claim.view(), IdValue(id).view());
        is_empty = false;
      } else if (*holder != id) {
        add(*holder);
      }
    }
    // The last version is synced, and with it all that comes before it in the log.
    return is_empty ? absl::OkStatus() : stored_.store.Commit(batch, Durability::kBuffered);
  }

  const StoredRecords& stored_;
  const Binding& binding_;
  Building& building_;
  TypeId type_{};
};

}  // namespace

absl::Status SettleClaims(const Store& store, const EntityType& type, Plan& plan) {
  ClaimList added;
  for (const Claim& claim : plan.added) {
    if (IsLoose(type, claim)) {
      // The record itself, too: by an element of a large plural that the change did not see.
      DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store.LookUp(claim.key));
      plan.is_suspect |= holder.has_value();
      if (holder) continue;
    }
    added.push_back(claim);
  }
  ClaimList dropped;
  for (const Claim& claim : plan.dropped) {
    if (IsBuilt(type, claim)) {
      DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store.LookUp(claim.key));
      if (holder && *holder != plan.id) continue;
    }
    dropped.push_back(claim);
  }
  plan.added = std::move(added);
  plan.dropped = std::move(dropped);
  if (plan.is_suspect) type.building()->NoteSuspect(plan.id);
  return absl::OkStatus();
}

void AddDropClaims(Batch& batch, TypeId type, AttributeNumber number, const ClaimNumbers& numbers) {
  batch.Delete(Family::kMeta, AttributeKey(MetaTag::kUnfinished, type, number));
  const auto drop = [&](LookupTag tag, const std::vector<AttributeNumber>& dropped) {
    for (const AttributeNumber one : dropped) {
      batch.DeleteRange(Family::kLookup, ClaimsOfAttribute(tag, type, one));
      batch.Put(Family::kMeta, AttributeKey(MetaTag::kDue, type, one), IdValue(kNoRecord).view());
    }
  };
  drop(LookupTag::kClaim, numbers.unique);
  drop(LookupTag::kLocal, numbers.local);
}

absl::Status DropClaims(Store& store, TypeId type, AttributeNumber number,
                        const ClaimNumbers& numbers) {
  Batch batch(store);
  AddDropClaims(batch, type, number, numbers);
  return store.CommitAside(batch);
}

absl::Status Bind(const StoredRecords& stored, const Binding& binding) {
  return Binder(stored, binding).Run();
}

}  // namespace dossier
