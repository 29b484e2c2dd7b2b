#include "access/grants.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "json/json_value.h"

namespace dossier {
namespace {

// How long the grant of an expired token is kept, in microseconds, so that its bearer is told 414 and
// gets a new one: who comes later is told 413.
constexpr int64_t kKeptExpired = int64_t{24} * 3600 * 1'000'000;

// Grants that one call forgets at most, for having expired.
constexpr size_t kForgottenAtOnce = 64;

std::string KeyOf(const Grant& grant) {
  return GrantKey(grant.record.type, grant.record.id, {grant.digest.data(), grant.digest.size()});
}

// Shape: {"client_id","expires"}, in microseconds; the rest is the key.
std::string Stored(const Grant& grant) {
  return JsonValue(JsonValue::Object{{"client_id", grant.client_id}, {"expires", grant.expires}})
      .ToText();
}

void AddDeletions(const std::vector<std::shared_ptr<Grant>>& grants, Batch& batch) {
  for (const auto& grant : grants) batch.Delete(Family::kMeta, KeyOf(*grant));
}

absl::StatusOr<std::shared_ptr<Grant>> Load(std::string_view key, std::string_view stored) {
  const absl::Status damaged = errors::DataLoss("the grant of a token is damaged");
  auto grant = std::make_shared<Grant>();
  if (key.size() != kGrantKeySize) return damaged;
  grant->record = {TypeId{LoadBig<uint16_t>(key.data())},
                   LoadBig<EntityId>(key.data() + sizeof(TypeId))};
  grant->key = EntityKey::Id(grant->record.id);
  std::copy_n(key.data() + sizeof(TypeId) + sizeof(EntityId), grant->digest.size(),
              grant->digest.begin());
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(stored, "stored");
  if (!json.ok() || json->object() == nullptr) return damaged;
  const JsonValue* client_id = json->Find("client_id");
  const JsonValue* expires = json->Find("expires");
  if (client_id == nullptr || client_id->string() == nullptr || expires == nullptr ||
      expires->integer() == nullptr || *expires->integer() < 0) {
    return damaged;
  }
  grant->client_id = *client_id->string();
  grant->expires = *expires->integer();
  return grant;
}

}  // namespace

absl::Status CheckGrant(const Grant& grant, int64_t now) {
  if (grant.is_over) return errors::NoAccessGrant();
  if (now < grant.expires) return absl::OkStatus();
  return grant.is_of_record() ? errors::AccessTokenExpired() : errors::CreationTokenExpired();
}

absl::StatusOr<std::unique_ptr<Grants>> Grants::Open(Store& store, const Registry& registry) {
  std::unique_ptr<Grants> grants(new Grants(store));
  DOSSIER_RETURN_IF_ERROR(grants->LoadAll(registry));
  return grants;
}

absl::Status Grants::LoadAll(const Registry& registry) {
  DOSSIER_ASSIGN_OR_RETURN(const auto stored, store_.MetaEntries(MetaTag::kGrant));
  std::optional<TypeId> type;  // of those before, for they stand by type
  std::optional<std::string> type_name;
  for (const auto& [key, bytes] : stored) {
    DOSSIER_ASSIGN_OR_RETURN(const std::shared_ptr<Grant> grant, Load(key, bytes));
    if (type != grant->record.type) {
      type = grant->record.type;
      type_name = registry.NameOf(*type);
    }
    if (!type_name) continue;  // a version that knows no grants deleted the type
    grant->type_name = *type_name;
    Keep(grant);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Grants::Issue(const Terms& terms, int64_t now, Durability durability) {
  DOSSIER_ASSIGN_OR_RETURN(std::string token, RandomToken());
  const auto grant = std::make_shared<Grant>();
  grant->client_id = std::string(terms.client_id);
  grant->type_name = std::string(terms.type_name);
  grant->record = terms.record;
  grant->expires = terms.expires;
  grant->digest = DigestOf(token);
  grant->key = EntityKey::Id(terms.record.id);
  const List outlived = Outlived(terms.record, now);
  Batch batch(store_);
  batch.Put(Family::kMeta, KeyOf(*grant), Stored(*grant));
  AddDeletions(outlived, batch);
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, durability));
  Forget(outlived);
  Keep(grant);
  return token;
}

absl::StatusOr<std::shared_ptr<const Grant>> Grants::Find(std::string_view token,
                                                          int64_t now) const {
  const TokenDigest digest = DigestOf(token);
  std::shared_ptr<const Grant> grant;
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = by_digest_.find(digest);
    if (found == by_digest_.end()) return errors::NoAccessGrant();
    grant = found->second;
  }
  DOSSIER_RETURN_IF_ERROR(CheckGrant(*grant, now));
  return grant;
}

absl::Status Grants::EndThoseOf(const RecordName& record, std::string_view client_id) {
  List ending = Of(record);
  std::erase_if(ending, [&](const auto& grant) {
    return !client_id.empty() && grant->client_id != client_id;
  });
  if (ending.empty()) return absl::OkStatus();
  Batch batch(store_);
  AddDeletions(ending, batch);
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, Durability::kSynced));
  Forget(ending);
  return absl::OkStatus();
}

Grants::Ending::Ending(Grants& grants, const RecordName& record, Batch& batch)
    : grants_(grants), ending_(grants.Of(record)) {
  AddDeletions(ending_, batch);
}

Grants::Ending::Ending(Grants& grants, TypeId type, Batch& batch)
    : grants_(grants), ending_(grants.OfAll(type)) {
  std::erase_if(ending_, [](const auto& grant) { return !grant->is_of_record(); });
  batch.DeleteRange(Family::kMeta, GrantsOfRecords(type));
}

void Grants::Ending::AfterCommit() {
  if (!ending_.empty()) grants_.Forget(ending_);
}

void Grants::ForgetThoseOf(TypeId type) { Forget(OfAll(type)); }

Grants::List Grants::OfAll(TypeId type) const {
  List all;
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  for (const auto& [digest, grant] : by_digest_) {
    if (grant->record.type == type) all.push_back(grant);
  }
  return all;
}

Grants::List Grants::Of(const RecordName& record) const {
  if (count_ == 0) return {};
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = by_record_.find(record);
  return found == by_record_.end() ? List() : found->second;
}

Grants::List Grants::Outlived(const RecordName& record, int64_t now) const {
  List outlived;
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  for (const auto& [expires, digest] : by_expiry_) {
    if (now - expires < kKeptExpired || outlived.size() == kForgottenAtOnce) break;
    outlived.push_back(by_digest_.at(digest));
  }
  const auto found = by_record_.find(record);
  if (found != by_record_.end() && found->second.size() >= kTokensPerRecordMax) {
    outlived.push_back(
        *std::min_element(found->second.begin(), found->second.end(),
                          [](const auto& a, const auto& b) { return a->expires < b->expires; }));
  }
  return outlived;
}

void Grants::Keep(const std::shared_ptr<Grant>& grant) {
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  by_digest_[grant->digest] = grant;
  by_expiry_.emplace(grant->expires, grant->digest);
  if (grant->is_of_record()) by_record_[grant->record].push_back(grant);
  count_ = by_digest_.size();
}

void Grants::Forget(const List& grants) {
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  for (const auto& grant : grants) {
    grant->is_over = true;
    if (by_digest_.erase(grant->digest) == 0) continue;  // another call was faster
    by_expiry_.erase({grant->expires, grant->digest});
    const auto found = by_record_.find(grant->record);
    if (found == by_record_.end()) continue;
    std::erase(found->second, grant);
    if (found->second.empty()) by_record_.erase(found);
  }
  count_ = by_digest_.size();
}

}  // namespace dossier
