#include "access/clients.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "access/grants.h"
#include "access/secrets.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;

// Stored clients are JSON, and ids and features are named in answers, which are too.
absl::Status CheckTexts(const Client& client) {
  for (const auto& [name, text] : {std::pair{"client_id", &client.client_id},
                                   {"client_secret", &client.client_secret},
                                   {"description", &client.description}}) {
    if (!IsUtf8(*text)) return errors::InvalidArgument(name, "it is not UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Clients>> Clients::Open(Store& store, const Clock& clock,
                                                       FeatureReading reading,
                                                       const SecretsKeys& secrets_keys) {
  std::unique_ptr<Clients> clients(new Clients(store, clock, reading, secrets_keys));
  DOSSIER_RETURN_IF_ERROR(clients->LoadAll());
  return clients;
}

absl::Status Clients::LoadAll() {
  DOSSIER_ASSIGN_OR_RETURN(const auto stored, store_.MetaEntries(MetaTag::kClient));
  Batch sealed(store_);
  bool is_to_seal = false;
  for (const auto& [client_id, bytes] : stored) {
    DOSSIER_ASSIGN_OR_RETURN(StoredClient client, FromStored(client_id, bytes, sealer_));
    if (client.is_to_seal) {
      DOSSIER_RETURN_IF_ERROR(Put(client, sealed));
      is_to_seal = true;
    }
    absl::StatusOr<Entry> entry = EntryOf(std::move(client));
    if (!entry.ok()) {
      return errors::DataLoss(absl::StrCat("the client ", client_id, " is damaged"));
    }
    entries_[client_id] = *std::move(entry);
  }
  return is_to_seal ? store_.CommitAside(sealed) : absl::OkStatus();
}

absl::StatusOr<Clients::Entry> Clients::EntryOf(StoredClient stored) {
  DOSSIER_RETURN_IF_ERROR(CheckTexts(stored.client));
  Entry entry;
  DOSSIER_ASSIGN_OR_RETURN(entry.features, ParseFeatures(stored.client.features));
  DOSSIER_ASSIGN_OR_RETURN(entry.allowed, AllowList::Parse(stored.client.whitelist));
  entry.stored = std::make_shared<const StoredClient>(std::move(stored));
  return entry;
}

bool Clients::IsValidNow(const OldSecret& secret) const {
  return clock_.NowMicros() < secret.valid_until;
}

absl::Status Clients::Authenticate(std::string_view client_id, std::string_view client_secret,
                                   std::string_view address) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(ToAbsl(client_id));
  const bool is_known = found != entries_.end();
  // Comparisons take place either way, so that time does not tell which ids exist.
  static const StoredClient* const kNobody = new StoredClient();
  const StoredClient& stored = is_known ? *found->second.stored : *kNobody;
  const bool has_old = stored.old_secret && IsValidNow(*stored.old_secret);
  const bool is_newest = SecretsEqual(client_secret, stored.client.client_secret);
  const bool is_old = SecretsEqual(client_secret, has_old ? stored.old_secret->text : "");
  if (!is_known || !(is_newest || (has_old && is_old))) return errors::InvalidClientCredentials();
  return found->second.allowed.Allows(address) ? absl::OkStatus() : errors::ClientAddressError();
}

std::vector<std::string> Clients::ValidSecrets(std::string_view client_id) const {
  const std::shared_ptr<const StoredClient> stored = Find(client_id);
  if (stored == nullptr) return {};
  std::vector<std::string> secrets = {stored->client.client_secret};
  if (stored->old_secret && IsValidNow(*stored->old_secret)) {
    secrets.push_back(stored->old_secret->text);
  }
  return secrets;
}

absl::StatusOr<FeatureSet> Clients::Authorize(const Caller& caller, Operation operation) const {
  if (!caller.client_id) return FeatureSet{0};
  if (caller.has_token()) {
    DOSSIER_RETURN_IF_ERROR(CheckToken(caller));
    return errors::NotWithAToken();
  }
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(*caller.client_id);
  if (found == entries_.end()) return errors::InvalidClientCredentials();
  const Entry& entry = found->second;
  if (!entry.allowed.Allows(caller.address)) return errors::ClientAddressError();
  if (!MayDo(entry.features, operation, reading_)) return errors::ClientPermissionError();
  return entry.features;
}

// Source: the allow list of a client binds every call on records.
absl::Status Clients::CheckToken(const Caller& caller) const {
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = entries_.find(*caller.client_id);
    if (found == entries_.end()) return errors::NoAccessGrant();
    if (!found->second.allowed.Allows(caller.address)) return errors::ClientAddressError();
  }
  return CheckGrant(*caller.grant, clock_.NowMicros());
}

std::shared_ptr<const StoredClient> Clients::Find(std::string_view client_id) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(ToAbsl(client_id));
  return found == entries_.end() ? nullptr : found->second.stored;
}

std::optional<FeatureSet> Clients::FeaturesOf(std::string_view client_id) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(ToAbsl(client_id));
  if (found == entries_.end()) return std::nullopt;
  return found->second.features;
}

std::vector<std::shared_ptr<const StoredClient>> Clients::List(FeatureSet with) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  std::vector<std::shared_ptr<const StoredClient>> clients;
  for (const auto& [client_id, entry] : entries_) {
    if ((entry.features & with) == with) clients.push_back(entry.stored);
  }
  return clients;
}

absl::StatusOr<Client> Clients::Add(const Caller& caller, std::string_view description,
                                    const std::vector<std::string>& features) {
  StoredClient stored;
  Client& client = stored.client;
  DOSSIER_ASSIGN_OR_RETURN(client.client_id, RandomToken());
  DOSSIER_ASSIGN_OR_RETURN(client.client_secret, RandomToken());
  client.description = std::string(description);
  client.features = features;
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(Authorize(caller, Operation::kAdminClients).status());
  DOSSIER_RETURN_IF_ERROR(Save(stored));
  return client;
}

absl::Status Clients::AddAsGiven(const Client& client) {
  const std::lock_guard<std::mutex> change(changing_);
  return Find(client.client_id) == nullptr ? Save({.client = client}) : absl::OkStatus();
}

absl::Status Clients::Change(const Caller& caller, Operation operation, std::string_view client_id,
                             Step step) {
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(Authorize(caller, operation).status());
  const std::shared_ptr<const StoredClient> current = Find(client_id);
  if (current == nullptr) return errors::UnknownClient();
  StoredClient next = *current;
  DOSSIER_RETURN_IF_ERROR(step(next));
  return Save(std::move(next));
}

absl::Status Clients::SetFeatures(const Caller& caller, std::string_view client_id,
                                  const std::vector<std::string>& names) {
  return Change(caller, Operation::kAdminClients, client_id, [&](StoredClient& stored) {
    DOSSIER_ASSIGN_OR_RETURN(const FeatureSet features, ParseFeatures(names));
    if (caller.client_id == client_id && !(features & kOwner)) {
      return errors::InvalidArgument("features", "an owner cannot take owner from itself");
    }
    stored.client.features = names;
    return absl::OkStatus();
  });
}

absl::Status Clients::SetWhitelist(const Caller& caller, std::string_view client_id,
                                   const std::vector<std::string>& blocks) {
  return Change(caller, Operation::kAdminClients, client_id, [&](StoredClient& stored) {
    DOSSIER_ASSIGN_OR_RETURN(const AllowList allowed, AllowList::Parse(blocks));
    if (caller.client_id == client_id && !allowed.Allows(caller.address)) {
      return errors::InvalidArgument("whitelist", "it lacks the address that this call comes from");
    }
    stored.client.whitelist = blocks;
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> Clients::ResetSecret(const Caller& caller, std::string_view client_id,
                                                 int64_t hours_to_live) {
  DOSSIER_ASSIGN_OR_RETURN(std::string secret, RandomToken());
  const auto reset = [&](StoredClient& stored) {
    if (hours_to_live < 0 || hours_to_live > kSecretHoursMax) {
      return errors::InvalidArgument("hours_to_live", "it must be 0 to 168");
    }
    stored.old_secret.reset();
    std::swap(stored.client.client_secret, secret);
    if (hours_to_live > 0) {
      stored.old_secret = {std::move(secret), clock_.NowMicros() + hours_to_live * kMicrosPerHour};
    }
    secret = stored.client.client_secret;
    return absl::OkStatus();
  };
  DOSSIER_RETURN_IF_ERROR(Change(caller, Operation::kAdminClients, client_id, reset));
  return secret;
}

absl::Status Clients::Delete(const Caller& caller, std::string_view client_id, FillBatch along) {
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(Authorize(caller, Operation::kAdminClients).status());
  if (Find(client_id) == nullptr) {
    return errors::InvalidArgument("client_id_for_deletion", "there is no such client");
  }
  if (IsLastOwner(client_id)) {
    return errors::InvalidArgument("client_id_for_deletion", "the last owner cannot be deleted");
  }
  Batch batch(store_);
  batch.Delete(Family::kMeta, MetaKey(MetaTag::kClient, client_id));
  along(batch);
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  entries_.erase(entries_.find(ToAbsl(client_id)));
  return absl::OkStatus();
}

bool Clients::IsLastOwner(std::string_view client_id) const {
  const std::vector<std::shared_ptr<const StoredClient>> owners = List(kOwner);
  return owners.size() == 1 && owners[0]->client.client_id == client_id;
}

absl::Status Clients::Put(const StoredClient& stored, Batch& batch) const {
  DOSSIER_ASSIGN_OR_RETURN(const std::string bytes, ToStored(stored, sealer_));
  batch.Put(Family::kMeta, MetaKey(MetaTag::kClient, stored.client.client_id), bytes);
  return absl::OkStatus();
}

absl::Status Clients::Save(StoredClient stored) {
  DOSSIER_ASSIGN_OR_RETURN(Entry entry, EntryOf(std::move(stored)));
  const std::string& client_id = entry.stored->client.client_id;
  Batch batch(store_);
  DOSSIER_RETURN_IF_ERROR(Put(*entry.stored, batch));
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  entries_[client_id] = std::move(entry);
  return absl::OkStatus();
}

}  // namespace dossier
