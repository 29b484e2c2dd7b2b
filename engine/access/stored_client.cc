#include "access/stored_client.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"

namespace dossier {
namespace {

JsonValue::Array Texts(const std::vector<std::string>& texts) {
  return JsonValue::Array(texts.begin(), texts.end());
}

const std::string* Text(const JsonValue& stored, std::string_view member) {
  const JsonValue* value = stored.Find(member);
  return value == nullptr ? nullptr : value->string();
}

std::optional<std::vector<std::string>> TextsOf(const JsonValue& stored, std::string_view member) {
  const JsonValue* value = stored.Find(member);
  if (value == nullptr || value->array() == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const JsonValue& item : *value->array()) {
    if (item.string() == nullptr) return std::nullopt;
    texts.push_back(*item.string());
  }
  return texts;
}

// Reads one stored client. What is not as it should be is kDataLoss.
class Reader {
 public:
  Reader(std::string_view client_id, const Sealer& sealer)
      : damaged_(errors::DataLoss(absl::StrCat("the client ", ToAbsl(client_id), " is damaged"))),
        client_id_(client_id),
        sealer_(sealer) {}

  absl::StatusOr<StoredClient> Read(std::string_view bytes) {
    const absl::StatusOr<JsonValue> json = JsonValue::Parse(bytes, "stored");
    if (!json.ok()) return damaged_;
    const std::string* description = Text(*json, "description");
    std::optional<std::vector<std::string>> features = TextsOf(*json, "features");
    std::optional<std::vector<std::string>> whitelist = TextsOf(*json, "whitelist");
    if (description == nullptr || !features || !whitelist) return damaged_;
    StoredClient stored{.client = {std::string(client_id_), "", *description, *std::move(features),
                                   *std::move(whitelist)}};
    DOSSIER_ASSIGN_OR_RETURN(stored.client.client_secret, SecretOf(*json));
    if (const JsonValue* old_secret = json->Find("old_secret")) {
      DOSSIER_ASSIGN_OR_RETURN(stored.old_secret, OldSecretOf(*old_secret));
    }
    if (const JsonValue* settings = json->Find("settings")) {
      std::optional<Settings> parsed = SettingsOf(*settings);
      if (!parsed) return damaged_;
      stored.settings = *std::move(parsed);
    }
    stored.is_to_seal = is_to_seal_;
    return stored;
  }

 private:
  absl::StatusOr<std::string> SecretOf(const JsonValue& json) {
    const JsonValue* secret = json.Find("client_secret");
    if (secret == nullptr) return damaged_;
    if (const std::string* text = secret->string()) {
      is_to_seal_ |= sealer_.has_key();
      return *text;
    }
    const std::string* sealed = Text(*secret, "sealed");
    if (sealed == nullptr) return damaged_;
    absl::StatusOr<Sealer::Unsealed> unsealed = sealer_.Unseal(*sealed, client_id_);
    if (absl::IsDataLoss(unsealed.status())) return damaged_;
    if (!unsealed.ok()) return unsealed.status();
    is_to_seal_ |= unsealed->is_by_former;
    return std::move(unsealed->text);
  }

  absl::StatusOr<OldSecret> OldSecretOf(const JsonValue& json) {
    const JsonValue* until = json.Find("valid_until");
    if (until == nullptr || until->integer() == nullptr) return damaged_;
    DOSSIER_ASSIGN_OR_RETURN(std::string text, SecretOf(json));
    return OldSecret{std::move(text), *until->integer()};
  }

  const absl::Status damaged_;
  const std::string_view client_id_;
  const Sealer& sealer_;
  bool is_to_seal_ = false;
};

absl::StatusOr<JsonValue> Stored(const std::string& secret, std::string_view client_id,
                                 const Sealer& sealer) {
  if (!sealer.has_key()) return JsonValue(secret);
  DOSSIER_ASSIGN_OR_RETURN(std::string sealed, sealer.Seal(secret, client_id));
  return JsonValue(JsonValue::Object{{"sealed", std::move(sealed)}});
}

}  // namespace

absl::StatusOr<std::string> ToStored(const StoredClient& stored, const Sealer& sealer) {
  const Client& client = stored.client;
  DOSSIER_ASSIGN_OR_RETURN(JsonValue secret,
                           Stored(client.client_secret, client.client_id, sealer));
  JsonValue::Object json{{"client_secret", std::move(secret)},
                         {"description", client.description},
                         {"features", Texts(client.features)},
                         {"whitelist", Texts(client.whitelist)}};
  if (stored.old_secret) {
    DOSSIER_ASSIGN_OR_RETURN(JsonValue old,
                             Stored(stored.old_secret->text, client.client_id, sealer));
    json.emplace_back("old_secret",
                      JsonValue::Object{{"client_secret", std::move(old)},
                                        {"valid_until", stored.old_secret->valid_until}});
  }
  if (!stored.settings.empty()) json.emplace_back("settings", ToJson(stored.settings));
  return JsonValue(std::move(json)).ToText();
}

absl::StatusOr<StoredClient> FromStored(std::string_view client_id, std::string_view bytes,
                                        const Sealer& sealer) {
  return Reader(client_id, sealer).Read(bytes);
}

JsonValue ToJson(const Settings& settings) {
  JsonValue::Object object;
  for (const auto& [key, value] : settings) object.emplace_back(key, value);
  return object;
}

std::optional<Settings> SettingsOf(const JsonValue& json) {
  if (json.object() == nullptr) return std::nullopt;
  Settings settings;
  for (const auto& [key, value] : *json.object()) {
    if (value.string() == nullptr) return std::nullopt;
    settings.emplace(key, *value.string());
  }
  return settings;
}

}  // namespace dossier
