#include "mutation/evolution.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/errors.h"
#include "base/status.h"
#include "mutation/reclaim.h"
#include "schema/evolution.h"

namespace dossier {
namespace {

// As WithConstraints; the next version as it is where the attribute was removed meanwhile.
absl::StatusOr<EntityType> WithConstraintsOf(const EntityType& type, AttributeNumber number,
                                             std::string_view constraints) {
  const Attribute* attribute = FindNumber(type.root(), number);
  if (attribute == nullptr) return type.NextBuilding(nullptr, /*is_bound=*/false);
  return WithConstraints(type, *attribute, constraints);
}

// The numbers of the claims of an attribute and of all below it.
void AddClaimNumbers(const Attribute& attribute, std::vector<AttributeNumber>& numbers) {
  if (!attribute.contains_unique && !attribute.contains_locally_unique) return;
  if (!attribute.is_container()) return numbers.push_back(attribute.number);
  for (const Attribute& child : *attribute.children) AddClaimNumbers(child, numbers);
}

// Of the claims that `a` has those that `b`, the same attribute with other constraints, has not.
ClaimNumbers ClaimNumbersBeyond(const Attribute& a, const Attribute& b) {
  ClaimNumbers beyond;
  if (a.unique && !b.unique) beyond.unique.push_back(a.number);
  if (a.locally_unique && !b.locally_unique) beyond.local.push_back(a.number);
  return beyond;
}

// The numbers of the unique properties that `a` has and `b` has not.
void AddUniqueBeyond(const EntityType& a, const EntityType& b,
                     std::vector<AttributeNumber>& numbers) {
  for (const Property& property : a.properties()) {
    const bool is_left =
        std::any_of(b.properties().begin(), b.properties().end(),
                    [&](const Property& left) { return left.uuid == property.uuid; });
    if (!property.is_rule() && !is_left) numbers.push_back(property.number);
  }
}

// The numbers of the indexes that `a` has and `b` has not.
void AddIndexesBeyond(const EntityType& a, const EntityType& b,
                      std::vector<AttributeNumber>& numbers) {
  for (const Index& index : a.indexes()) {
    if (FindIndex(b.indexes(), index.number) == nullptr) numbers.push_back(index.number);
  }
}

void PutDue(Batch& batch, TypeId type, AttributeNumber number, EntityId from) {
  batch.Put(Family::kMeta, AttributeKey(MetaTag::kDue, type, number), IdValue(from).view());
}

// Of all records of a type, and of what imports remember of it.
void AddDeletionOfRecords(Batch& batch, TypeId type) {
  for (const auto& [family, range] : RangesOfRecords(type)) batch.DeleteRange(family, range);
  batch.DeleteRange(Family::kMeta, WithPrefix(ImportKey(type, "")));
  PutDue(batch, type, kAllRecords, kNoRecord);
}

}  // namespace

absl::Status CheckDeletable(const EntityType& type) {
  if (type.properties().empty()) return absl::OkStatus();
  return errors::InvalidArgument("type_name", "its rules and properties must be removed first");
}

absl::Status Evolution::Recover() {
  DOSSIER_ASSIGN_OR_RETURN(const auto entries, stored_.store.MetaEntries(MetaTag::kUnfinished));
  for (const auto& entry : entries) {
    const std::optional<OfAttribute> parsed = ParseAttributeKey(entry.first);
    if (!parsed) return errors::DataLoss("the key of an interrupted change is damaged");
    const OfAttribute of = *parsed;
    const std::string& constraints = entry.second;
    const std::optional<std::string> name = stored_.registry.NameOf(of.type);
    if (!name) return errors::DataLoss("a change of an entity type that is not there is left");
    const auto restore = [&](const EntityType& current,
                             Batch& batch) -> absl::StatusOr<EntityType> {
      if (constraints == kUniqueProperty) {
        AddDropClaims(batch, of.type, of.number, {.unique = {of.number}});
        return WithoutUnique(current, of.number);
      }
      absl::StatusOr<EntityType> next = WithConstraintsOf(current, of.number, constraints);
      if (!next.ok()) return errors::DataLoss("what is left of a change of constraints is damaged");
      const Attribute* attribute = FindNumber(next->root(), of.number);
      ClaimNumbers left;
      if (attribute == nullptr || !attribute->unique) left.unique.push_back(of.number);
      if (attribute == nullptr || !attribute->locally_unique) left.local.push_back(of.number);
      AddDropClaims(batch, of.type, of.number, left);
      return next;
    };
    DOSSIER_RETURN_IF_ERROR(stored_.registry.Change(*name, restore).status());
  }
  return RecoverIndexes();
}

absl::Status Evolution::SetConstraints(std::string_view type_name, std::string_view path,
                                       std::string_view constraints) {
  const std::lock_guard<std::mutex> binding(binding_);
  AttributeNumber number = 0;
  ClaimNumbers fresh;
  ClaimNumbers gone;
  const auto judge = [&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* before,
                             FindChangeable(current, path, "attribute_name"));
    number = before->number;
    DOSSIER_ASSIGN_OR_RETURN(EntityType next, WithConstraints(current, *before, constraints));
    const Attribute& after = *FindNumber(next.root(), number);
    fresh = ClaimNumbersBeyond(after, *before);
    gone = ClaimNumbersBeyond(*before, after);
    // Only what binds later writes alone is changed here.
    if (!fresh.empty() || !gone.empty()) return absl::CancelledError();
    return next;
  };
  absl::Status status = stored_.registry.Change(type_name, judge).status();
  if (fresh.empty() && gone.empty()) return status;
  if (!fresh.empty()) {
    // What goes stays until what comes is sure to.
    std::string all(constraints);
    if (!gone.unique.empty()) all.insert(all.rfind(']'), R"(,"unique")");
    if (!gone.local.empty()) all.insert(all.rfind(']'), R"(,"locally-unique")");
    const std::string_view rest = gone.empty() ? std::string_view() : constraints;
    DOSSIER_RETURN_IF_ERROR(BindUnique(type_name, number, all, rest));
  }
  if (gone.empty()) return absl::OkStatus();
  return TakeUniqueAway(type_name, {number, std::string(constraints), gone});
}

absl::Status Evolution::BindUnique(std::string_view type_name, AttributeNumber number,
                                   const std::string& constraints, std::string_view rest) {
  std::string path;
  std::string before;
  std::shared_ptr<Building> building;
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr current, stored_.registry.Find(type_name));
    const Attribute* old = FindNumber(current->root(), number);
    if (old == nullptr) return errors::UnknownAttribute("");
    path = PathOf(*old);
    before = ConstraintsText(*old);
    DOSSIER_ASSIGN_OR_RETURN(EntityType target, WithConstraints(*current, *old, constraints));
    const Attribute& next = *FindNumber(target.root(), number);
    ClaimNumbers claims = ClaimNumbersBeyond(next, *old);
    const bool is_distinct = !claims.local.empty();
    building = std::make_shared<Building>(
        std::move(claims),
        is_distinct ? std::make_shared<const EntityType>(std::move(target)) : nullptr);
  }
  const auto with = [&](const EntityType& current) -> absl::StatusOr<EntityType> {
    const Attribute* attribute = FindNumber(current.root(), number);
    if (attribute == nullptr) return errors::UnknownAttribute(path);  // removed meanwhile
    return WithConstraints(current, *attribute, constraints);
  };
  const auto without = [&](const EntityType& current) {
    return WithConstraintsOf(current, number, before);
  };
  absl::Status status =
      Bind(stored_, {type_name, std::move(building), number, before, path, with, without, rest});
  if (!status.ok()) NoteDue();
  return status;
}

absl::Status Evolution::TakeUniqueAway(std::string_view type_name, const Weakening& weakening) {
  const auto change = [&](const EntityType& current, Batch& batch) {
    batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, current.id(), weakening.number),
              weakening.constraints);
    return WithConstraintsOf(current, weakening.number, weakening.constraints);
  };
  TypeId type{};
  {
    DOSSIER_ASSIGN_OR_RETURN(const EntityTypePtr next, stored_.registry.Change(type_name, change));
    type = next->id();
    // A call that still knows the claims may find them wrong: it is begun again (session).
    stored_.registry.AwaitOlder(*next);
  }
  absl::Status status = DropClaims(stored_.store, type, weakening.number, weakening.claims);
  NoteDue();
  return status;
}

absl::Status Evolution::RemoveAttribute(std::string_view type_name, std::string_view path) {
  const auto change = [&](const EntityType& current, Batch& batch) -> absl::StatusOr<EntityType> {
    DOSSIER_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindChangeable(current, path, "attribute_name"));
    std::vector<AttributeNumber> claims;  // or rows
    AddClaimNumbers(*attribute, claims);
    absl::StatusOr<EntityType> next = WithoutAttribute(current, *attribute);
    if (next.ok()) AddUniqueBeyond(current, *next, claims);
    if (next.ok()) AddIndexesBeyond(current, *next, claims);
    for (const AttributeNumber number : claims) PutDue(batch, current.id(), number, kNoRecord);
    PutDue(batch, current.id(), attribute->number, /*from=*/0);
    return next;
  };
  absl::Status status = stored_.registry.Change(type_name, change).status();
  NoteDue();
  return status;
}

absl::StatusOr<TypeId> Evolution::DeleteType(std::string_view type_name) {
  TypeId deleted{};
  const auto fill = [&](const EntityType& type, Batch& batch) {
    DOSSIER_RETURN_IF_ERROR(CheckDeletable(type));
    deleted = type.id();
    const Key id = Key().Add(static_cast<uint16_t>(type.id()));
    for (const MetaTag tag : {MetaTag::kUnfinished, MetaTag::kDue, MetaTag::kIndexBuilding,
                              MetaTag::kAccessSchema, MetaTag::kGrant}) {
      batch.DeleteRange(Family::kMeta, WithPrefix(MetaKey(tag, id.view())));
    }
    AddDeletionOfRecords(batch, type.id());
    return absl::OkStatus();
  };
  const absl::Status status = stored_.registry.Remove(type_name, fill);
  NoteDue();
  DOSSIER_RETURN_IF_ERROR(status);
  return deleted;
}

// A writer has its record locked from where it reads it, or makes it, until it has committed; and who
// looks a value up again has that locked. With all of them locked nobody is between two steps.
absl::Status Evolution::Purge(const EntityType& type, Grants& grants, Durability durability) {
  Batch batch(stored_.store);
  AddDeletionOfRecords(batch, type.id());
  {
    const LockTable::Guard record_lock = stored_.record_locks.LockEverything();
    const LockTable::Guard claim_lock = stored_.claim_locks.LockEverything();
    Grants::Ending ending(grants, type.id(), batch);
    const Records::Purge purge(stored_.records, type.id());
    DOSSIER_RETURN_IF_ERROR(stored_.store.Commit(batch, Durability::kBuffered));
    ending.AfterCommit();
  }
  NoteDue();
  return durability == Durability::kSynced ? stored_.store.Sync() : absl::OkStatus();
}

absl::Status Evolution::ReclaimSpace(const ReclaimOptions& options) {
  for (;;) {
    uint64_t done = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done = due_count_;
    }
    {
      const std::lock_guard<std::mutex> reclaiming(reclaiming_);
      DOSSIER_RETURN_IF_ERROR(Reclaim(stored_, options));
    }
    if (!options.waits_for_more) return absl::OkStatus();
    std::unique_lock<std::mutex> lock(mutex_);
    due_changed_.wait(lock, options.stop, [&] { return due_count_ != done; });
    if (options.stop.stop_requested()) return absl::OkStatus();
  }
}

void Evolution::NoteDue() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++due_count_;
  due_changed_.notify_all();
}

}  // namespace dossier
