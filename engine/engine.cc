#include "dossier/engine.h"

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <string>

#include "access/signature.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "parts.h"
#include "query/verification.h"

namespace dossier {
namespace {

// The store's own key of its claims, made when the store is.
absl::StatusOr<HashKey> OpenHashKey(Store& store) {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                           store.Get(Family::kMeta, MetaKey(MetaTag::kHashKey)));
  HashKey key;
  if (stored != nullptr) {
    if (stored->size() != key.size()) return errors::DataLoss("the key of the claims is damaged");
    std::copy(stored->begin(), stored->end(), key.begin());
    return key;
  }
  // It is the first entry of a store: where there is another, this one was lost, and no claim would
  // be found under a new key.
  for (const MetaTag tag :
       {MetaTag::kNextId, MetaTag::kEntityType, MetaTag::kClient, MetaTag::kDefaultSettings}) {
    DOSSIER_ASSIGN_OR_RETURN(const auto entries, store.MetaEntries(tag));
    if (!entries.empty()) return errors::DataLoss("the key of the claims is missing");
  }
  key = RandomHashKey();
  Batch batch(store);
  batch.Put(Family::kMeta, MetaKey(MetaTag::kHashKey),
            std::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
  DOSSIER_RETURN_IF_ERROR(store.Commit(batch, Durability::kSynced));
  return key;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(const EngineOptions& options) {
  if (options.bcrypt_cost < kBcryptCostMin || options.bcrypt_cost > kBcryptCostMax) {
    return errors::InvalidArgument("bcrypt_cost", "it must be 4 to 16");
  }
  if (!options.secrets_key.empty() && options.secrets_key.size() < kSecretsKeyBytesMin) {
    return errors::InvalidArgument("secrets_key", "it must have 16 bytes or more");
  }
  if (options.secrets_key.empty() && !options.former_secrets_key.empty()) {
    return errors::InvalidArgument("former_secrets_key",
                                   "there must be a secrets_key in its place");
  }
  DOSSIER_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Store::Open(options));
  auto parts = std::make_unique<EngineParts>(options, std::move(store));
  EngineParts& p = *parts;
  DOSSIER_ASSIGN_OR_RETURN(p.hash_key, OpenHashKey(*p.store));
  DOSSIER_ASSIGN_OR_RETURN(p.ids, IdBlocks::Open(*p.store));
  DOSSIER_ASSIGN_OR_RETURN(p.registry, Registry::Open(*p.store));
  DOSSIER_ASSIGN_OR_RETURN(p.clients,
                           Clients::Open(*p.store, p.clock, options.feature_reading,
                                         {options.secrets_key, options.former_secrets_key}));
  DOSSIER_ASSIGN_OR_RETURN(p.access_schemas, AccessSchemas::Open(*p.store, *p.clients));
  DOSSIER_ASSIGN_OR_RETURN(p.settings, ClientSettings::Open(*p.store, *p.clients));
  DOSSIER_ASSIGN_OR_RETURN(p.grants, Grants::Open(*p.store, *p.registry));
  p.selection =
      std::make_unique<Selection>(*p.store, p.records, p.hints, p.claim_locks, p.hash_key);
  const LargeBounds bounds = LargeBounds::Of(options.large_plural_bytes);
  p.mutations = std::make_unique<Mutations>(*p.store, p.records, *p.ids, *p.selection, *p.grants,
                                            p.record_locks, p.claim_locks, p.hash_key, bounds,
                                            [cost = options.bcrypt_cost](auto type, auto text) {
                                              return HashPassword(type, text, cost);
                                            });
  const StoredRecords stored{*p.store,       p.records,     *p.ids,     *p.registry,
                             p.record_locks, p.claim_locks, p.hash_key, bounds};
  p.evolution = std::make_unique<Evolution>(stored);
  p.imports =
      std::make_unique<Imports>(ImportParts{*p.store, *p.registry, *p.ids, *p.mutations, p.clock});
  DOSSIER_RETURN_IF_ERROR(p.evolution->Recover());
  p.index_builder = std::make_unique<IndexBuilder>(stored);
  p.index_builder->Start();
  return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

Engine::Engine(std::unique_ptr<EngineParts> parts) : parts_(std::move(parts)) {}
Engine::~Engine() = default;

Session Engine::HostSession() { return Session(parts_.get(), Caller{}); }

absl::StatusOr<Session> Engine::ClientSession(std::string_view client_id,
                                              std::string_view client_secret,
                                              std::string_view address) {
  DOSSIER_RETURN_IF_ERROR(parts_->clients->Authenticate(client_id, client_secret, address));
  return Session(parts_.get(),
                 Caller{.client_id = std::string(client_id), .address = std::string(address)});
}

absl::StatusOr<Session> Engine::SignedSession(const SignedRequest& request,
                                              std::string_view address) {
  EngineParts& p = *parts_;
  DOSSIER_RETURN_IF_ERROR(CheckSignature(request, p.clients->ValidSecrets(request.client_id),
                                         absl::FromUnixMicros(p.clock.NowMicros()),
                                         p.signature_skew));
  return Session(
      &p, Caller{.client_id = std::string(request.client_id), .address = std::string(address)});
}

absl::StatusOr<Session> Engine::TokenSession(std::string_view token, std::string_view address) {
  EngineParts& p = *parts_;
  DOSSIER_ASSIGN_OR_RETURN(std::shared_ptr<const Grant> grant,
                           p.grants->Find(token, p.clock.NowMicros()));
  Caller caller{.client_id = grant->client_id, .address = std::string(address), .grant = grant};
  DOSSIER_RETURN_IF_ERROR(p.clients->CheckToken(caller));
  return Session(&p, std::move(caller));
}

absl::Status Engine::Health() const {
  DOSSIER_RETURN_IF_ERROR(parts_->store->Get(Family::kMeta, MetaKey(MetaTag::kHashKey)).status());
  return parts_->store->LastCommit();
}

absl::StatusOr<Verification> Engine::Verify(const VerifyOptions& options) const {
  return VerifyStore(*parts_->store, *parts_->registry, parts_->hash_key, options);
}

absl::Status Engine::Checkpoint(const std::string& directory) {
  return parts_->store->Checkpoint(directory);
}

absl::Status Engine::Compact(const std::stop_token& stop) {
  std::atomic<bool> is_stopped = false;
  const std::stop_callback on_stop(stop, [&] { is_stopped = true; });
  return parts_->store->CompactAll(is_stopped);
}

std::vector<Statistic> Engine::Statistics() const {
  std::vector<Statistic> statistics = parts_->store->Statistics();
  const Records::Size cached = parts_->records.CachedSize();
  statistics.push_back({.name = "record_cache_bytes",
                        .meaning = "whole records kept in memory",
                        .value = cached.bytes});
  statistics.push_back({.name = "record_cache_records",
                        .meaning = "records kept in memory",
                        .value = cached.record_count});
  return statistics;
}

}  // namespace dossier
