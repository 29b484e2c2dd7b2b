#include "access/clients.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "access/secrets.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "record/json_value.h"
#include "schema/text_rules.h"

namespace dossier {
namespace {

JsonValue::Array Texts(const std::vector<std::string>& texts) {
  return JsonValue::Array(texts.begin(), texts.end());
}

// Shape: {"client_secret","description","features":[..],"whitelist":[..]}; the id is the key.
std::string Stored(const Client& client) {
  return JsonValue(JsonValue::Object{{"client_secret", client.client_secret},
                                     {"description", client.description},
                                     {"features", Texts(client.features)},
                                     {"whitelist", Texts(client.whitelist)}})
      .ToText();
}

const std::string* Text(const JsonValue& stored, std::string_view member) {
  const JsonValue* value = stored.Find(member);
  return value == nullptr ? nullptr : value->string();
}

absl::StatusOr<std::vector<std::string>> List(const JsonValue& stored, std::string_view member) {
  const JsonValue* value = stored.Find(member);
  return ParseStrings(value == nullptr ? "" : value->ToText(), member);
}

absl::StatusOr<Client> Load(std::string_view client_id, std::string_view stored) {
  const absl::Status damaged =
      errors::DataLoss(absl::StrCat("the client ", ToAbsl(client_id), " is damaged"));
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(stored, "stored");
  if (!json.ok()) return damaged;
  const std::string* secret = Text(*json, "client_secret");
  const std::string* description = Text(*json, "description");
  absl::StatusOr<std::vector<std::string>> features = List(*json, "features");
  absl::StatusOr<std::vector<std::string>> whitelist = List(*json, "whitelist");
  if (secret == nullptr || description == nullptr || !features.ok() || !whitelist.ok() ||
      !ParseFeatures(*features).ok()) {
    return damaged;
  }
  return Client{std::string(client_id), *secret, *description, *std::move(features),
                *std::move(whitelist)};
}

// Stored clients are JSON, and ids and features are named in answers, which are too.
absl::Status CheckTexts(const Client& client) {
  for (const auto& [name, text] : {std::pair{"client_id", &client.client_id},
                                   {"client_secret", &client.client_secret},
                                   {"description", &client.description}}) {
    if (!IsUtf8(*text)) return errors::InvalidArgument(name, "it is not UTF-8");
  }
  for (const std::string& block : client.whitelist) {
    if (!IsUtf8(block)) return errors::InvalidArgument("whitelist", "it is not UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Clients>> Clients::Open(Store& store) {
  std::unique_ptr<Clients> clients(new Clients(store));
  DOSSIER_RETURN_IF_ERROR(clients->LoadAll());
  return clients;
}

absl::Status Clients::LoadAll() {
  DOSSIER_ASSIGN_OR_RETURN(const auto stored, store_.MetaEntries(MetaTag::kClient));
  for (const auto& [client_id, bytes] : stored) {
    DOSSIER_ASSIGN_OR_RETURN(Client client, Load(client_id, bytes));
    DOSSIER_ASSIGN_OR_RETURN(const FeatureSet features, ParseFeatures(client.features));
    entries_[client_id] = {std::move(client), features};
  }
  return absl::OkStatus();
}

absl::Status Clients::Authenticate(std::string_view client_id,
                                   std::string_view client_secret) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(ToAbsl(client_id));
  const bool is_known = found != entries_.end();
  // A comparison takes place either way, so that time does not tell which ids exist.
  const bool is_equal =
      SecretsEqual(client_secret, is_known ? found->second.client.client_secret : std::string());
  return is_known && is_equal ? absl::OkStatus() : errors::InvalidClientCredentials();
}

absl::Status Clients::Authorize(std::string_view client_id, Operation operation) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto found = entries_.find(ToAbsl(client_id));
  if (found == entries_.end()) return errors::InvalidClientCredentials();
  return MayDo(found->second.features, operation) ? absl::OkStatus()
                                                  : errors::ClientPermissionError();
}

std::vector<Client> Clients::List(FeatureSet with) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  std::vector<Client> clients;
  for (const auto& [client_id, entry] : entries_) {
    if ((entry.features & with) == with) clients.push_back(entry.client);
  }
  return clients;
}

absl::StatusOr<Client> Clients::Add(std::string_view description,
                                    const std::vector<std::string>& features) {
  DOSSIER_ASSIGN_OR_RETURN(const FeatureSet set, ParseFeatures(features));
  Client client;
  DOSSIER_ASSIGN_OR_RETURN(client.client_id, RandomToken());
  DOSSIER_ASSIGN_OR_RETURN(client.client_secret, RandomToken());
  client.description = std::string(description);
  client.features = features;
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(Save(client, set));
  return client;
}

absl::Status Clients::AddAsGiven(const Client& client) {
  if (client.whitelist != Client().whitelist) {
    return errors::InvalidArgument("whitelist", "this version checks no addresses");
  }
  DOSSIER_ASSIGN_OR_RETURN(const FeatureSet features, ParseFeatures(client.features));
  const std::lock_guard<std::mutex> change(changing_);
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    if (entries_.contains(client.client_id)) return absl::OkStatus();
  }
  return Save(client, features);
}

absl::Status Clients::SetFeatures(std::string_view client_id, const std::vector<std::string>& names,
                                  std::string_view caller) {
  DOSSIER_ASSIGN_OR_RETURN(const FeatureSet features, ParseFeatures(names));
  const std::lock_guard<std::mutex> change(changing_);
  Client client;
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = entries_.find(ToAbsl(client_id));
    if (found == entries_.end()) {
      return errors::InvalidArgument("for_client_id", "for_client_id is not a valid id");
    }
    client = found->second.client;
  }
  if (client_id == caller && !(features & kOwner)) {
    return errors::InvalidArgument("features", "an owner cannot take owner from itself");
  }
  client.features = names;
  return Save(std::move(client), features);
}

absl::Status Clients::Save(Client client, FeatureSet features) {
  DOSSIER_RETURN_IF_ERROR(CheckTexts(client));
  Batch batch(store_);
  batch.Put(Family::kMeta, MetaKey(MetaTag::kClient, client.client_id), Stored(client));
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  entries_[client.client_id] = {client, features};
  return absl::OkStatus();
}

}  // namespace dossier
