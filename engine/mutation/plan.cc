#include "mutation/plan.h"

#include <algorithm>
#include <cstring>

#include "base/errors.h"
#include "base/status.h"
#include "base/time_text.h"
#include "schema/constraints.h"

namespace dossier {
namespace {

std::string TimeText(int64_t micros) {
  std::string text;
  AppendDateTime(micros, text);
  return text;
}

absl::Status CheckTime(std::string_view attribute, int64_t actual, std::optional<int64_t> wanted) {
  if (!wanted || *wanted == actual) return absl::OkStatus();
  return errors::TimestampMismatch(attribute, TimeText(actual), TimeText(*wanted));
}

Uuid UuidOf(const RecordView& record) {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), record.uuid(), uuid.bytes.size());
  return uuid;
}

absl::StatusOr<RecordHeader> HeaderAfter(const RecordView* old, const EntityType& type, int64_t now,
                                         NewId new_id) {
  RecordHeader header{.type = type.id(), .type_version = type.version()};
  if (old == nullptr) {
    DOSSIER_ASSIGN_OR_RETURN(header.id, new_id());
    header.created = header.last_updated = now;
    header.uuid = Uuid::Random();
  } else {
    header.id = old->id();
    header.created = old->created();
    header.last_updated = std::max(now, old->last_updated() + 1);
    header.uuid = UuidOf(*old);
  }
  return header;
}

}  // namespace

absl::Status CheckPreconditions(const RecordView& record, const Preconditions& preconditions) {
  DOSSIER_RETURN_IF_ERROR(CheckTime("created", record.created(), preconditions.created));
  return CheckTime("lastUpdated", record.last_updated(), preconditions.last_updated);
}

absl::StatusOr<Plan> PlanChange(const EntityType& type, const RecordView* old, const Change& change,
                                const HashKey& hash_key, NewId new_id) {
  DOSSIER_ASSIGN_OR_RETURN(const RecordHeader header, HeaderAfter(old, type, change.now, new_id));
  DOSSIER_ASSIGN_OR_RETURN(std::string bytes,
                           ChangedRecord(old, type.root(), change, header, {CheckText, new_id}));
  Plan plan{.id = header.id, .uuid = header.uuid, .is_create = old == nullptr};
  plan.record = std::make_shared<const std::string>(std::move(bytes));
  const RecordView record = RecordView::Trusted(*plan.record);
  if (type.has_locally_unique()) {
    DOSSIER_RETURN_IF_ERROR(CheckLocallyUnique(record, type.root()));
  }
  DOSSIER_ASSIGN_OR_RETURN(plan.added, ClaimsOf(record, type, hash_key, old));
  if (old == nullptr) return plan;
  DOSSIER_ASSIGN_OR_RETURN(const ClaimList before, ClaimsOf(*old, type, hash_key, &record));
  plan.dropped = Difference(before, plan.added);
  plan.added = Difference(plan.added, before);
  return plan;
}

std::vector<Claim> ClaimsGiven(const EntityType& type, const RecordView* old, const Change& change,
                               const HashKey& hash_key) {
  std::vector<Claim> claims;
  const UniqueSeen unique_seen = [&](const Attribute& attribute, const ValueView& value) {
    claims.push_back(ClaimOn(type, attribute, value, hash_key));
  };
  EntityId next = 1;  // of a record that is never stored
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  const auto header = HeaderAfter(old, type, change.now, new_id);
  ChangedRecord(old, type.root(), change, *header, {CheckText, new_id, &unique_seen}).IgnoreError();
  return claims;
}

absl::StatusOr<Plan> PlanDelete(const EntityType& type, const RecordView& old,
                                const HashKey& hash_key) {
  Plan plan{.id = old.id(), .uuid = UuidOf(old)};
  DOSSIER_ASSIGN_OR_RETURN(plan.dropped, ClaimsOf(old, type, hash_key));
  return plan;
}

}  // namespace dossier
