#include "access/stored_client.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
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

std::optional<OldSecret> OldSecretOf(const JsonValue& json) {
  const std::string* text = Text(json, "client_secret");
  const JsonValue* until = json.Find("valid_until");
  if (text == nullptr || until == nullptr || until->integer() == nullptr) return std::nullopt;
  return OldSecret{*text, *until->integer()};
}

std::optional<StoredClient> Parse(std::string_view client_id, std::string_view bytes) {
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(bytes, "stored");
  if (!json.ok()) return std::nullopt;
  const std::string* secret = Text(*json, "client_secret");
  const std::string* description = Text(*json, "description");
  std::optional<std::vector<std::string>> features = TextsOf(*json, "features");
  std::optional<std::vector<std::string>> whitelist = TextsOf(*json, "whitelist");
  if (secret == nullptr || description == nullptr || !features || !whitelist) return std::nullopt;
  StoredClient stored{.client = {std::string(client_id), *secret, *description,
                                 *std::move(features), *std::move(whitelist)}};
  if (const JsonValue* old_secret = json->Find("old_secret")) {
    stored.old_secret = OldSecretOf(*old_secret);
    if (!stored.old_secret) return std::nullopt;
  }
  if (const JsonValue* settings = json->Find("settings")) {
    std::optional<Settings> parsed = SettingsOf(*settings);
    if (!parsed) return std::nullopt;
    stored.settings = *std::move(parsed);
  }
  return stored;
}

}  // namespace

std::string ToStored(const StoredClient& stored) {
  const Client& client = stored.client;
  JsonValue::Object json{{"client_secret", client.client_secret},
                         {"description", client.description},
                         {"features", Texts(client.features)},
                         {"whitelist", Texts(client.whitelist)}};
  if (stored.old_secret) {
    json.emplace_back("old_secret",
                      JsonValue::Object{{"client_secret", stored.old_secret->text},
                                        {"valid_until", stored.old_secret->valid_until}});
  }
  if (!stored.settings.empty()) json.emplace_back("settings", ToJson(stored.settings));
  return JsonValue(std::move(json)).ToText();
}

absl::StatusOr<StoredClient> FromStored(std::string_view client_id, std::string_view bytes) {
  std::optional<StoredClient> stored = Parse(client_id, bytes);
  if (!stored) {
    return errors::DataLoss(absl::StrCat("the client ", ToAbsl(client_id), " is damaged"));
  }
  return *std::move(stored);
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
