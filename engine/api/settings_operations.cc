// The operations on the settings of clients.
// Source: the reference of the settings calls, and the programs that make them.
#include "api/answers.h"
#include "api/operations.h"
#include "base/errors.h"
#include "base/status.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

using Answer = absl::StatusOr<std::string>;

JsonValue ToJson(const auto& items) {
  JsonValue::Object object;
  for (const auto& [key, value] : items) object.emplace_back(key, value);
  return object;
}

// Null where there is no such key.
JsonValue ValueOf(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? JsonValue() : JsonValue(found->second);
}

Answer Result(const JsonValue& result) { return OkAnswer().Add("result", result.ToText()).Take(); }

// {"key":"value"}: values are strings.
absl::StatusOr<Settings> ParseItems(const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, arguments.Text("items"));
  DOSSIER_ASSIGN_OR_RETURN(const JsonValue json, JsonValue::Parse(text, "items"));
  if (json.object() == nullptr) return errors::InvalidArgument("items", "it must be an object");
  Settings items;
  for (const auto& [key, value] : *json.object()) {
    if (value.string() == nullptr) {
      return errors::InvalidArgument("items", "each value must be a string");
    }
    items.emplace(key, *value.string());
  }
  return items;
}

absl::StatusOr<Settings> Read(Session& session, const Arguments& arguments, SettingsScope scope) {
  return session.ReadSettings(scope, arguments.TextOr("for_client_id"));
}

template <SettingsScope kScope>
Answer SettingsGet(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view key, arguments.Text("key"));
  DOSSIER_ASSIGN_OR_RETURN(const Settings settings, Read(session, arguments, kScope));
  return Result(ValueOf(settings, std::string(key)));
}

Answer SettingsGetMulti(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, arguments.Text("keys"));
  DOSSIER_ASSIGN_OR_RETURN(const std::vector<std::string> keys, ParseStrings(text, "keys"));
  DOSSIER_ASSIGN_OR_RETURN(const Settings settings, Read(session, arguments, SettingsScope::kBoth));
  std::map<std::string, JsonValue> found;
  for (const std::string& key : keys) found.emplace(key, ValueOf(settings, key));
  return Result(ToJson(found));
}

// Of all clients that have some.
Answer SettingsGetAll(Session& session, const Arguments&) {
  DOSSIER_ASSIGN_OR_RETURN(const AllSettings all, session.ReadAllSettings());
  JsonValue::Object of_clients;
  for (const auto& [client_id, settings] : all.of_clients) {
    of_clients.emplace_back(client_id, ToJson(settings));
  }
  return OkAnswer()
      .Add("client_settings", JsonValue(std::move(of_clients)).ToText())
      .Add("default_settings", ToJson(all.defaults).ToText())
      .Take();
}

template <SettingsScope kScope>
Answer SettingsItems(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Settings settings, Read(session, arguments, kScope));
  return Result(ToJson(settings));
}

template <SettingsScope kScope>
Answer SettingsKeys(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Settings settings, Read(session, arguments, kScope));
  JsonValue::Array keys;
  for (const auto& [key, value] : settings) keys.emplace_back(key);
  return Result(std::move(keys));
}

using WereThere = absl::StatusOr<std::map<std::string, bool>>;

template <SettingsScope kScope>
WereThere SetItems(Session& session, const Arguments& arguments, const Settings& items,
                   std::string_view argument) {
  if constexpr (kScope == SettingsScope::kDefault) {
    return session.SetDefaultSettings(items, argument);
  } else {
    return session.SetSettings(items, arguments.TextOr("for_client_id"), argument);
  }
}

template <SettingsScope kScope>
Answer SettingsSet(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view key, arguments.Text("key"));
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view value, arguments.Text("value"));
  if (key.empty()) return errors::InvalidArgument("key", "it is empty");
  const Settings items = {{std::string(key), std::string(value)}};
  DOSSIER_ASSIGN_OR_RETURN(const auto were_there,
                           SetItems<kScope>(session, arguments, items, "value"));
  return Result(were_there.begin()->second);
}

template <SettingsScope kScope>
Answer SettingsSetMulti(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const Settings items, ParseItems(arguments));
  DOSSIER_ASSIGN_OR_RETURN(const auto were_there,
                           SetItems<kScope>(session, arguments, items, "items"));
  return Result(ToJson(were_there));
}

Answer SettingsDelete(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view key, arguments.Text("key"));
  DOSSIER_ASSIGN_OR_RETURN(const bool was_there,
                           session.DeleteSetting(key, arguments.TextOr("for_client_id")));
  return Result(was_there);
}

Answer SettingsDeleteDefault(Session& session, const Arguments& arguments) {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view key, arguments.Text("key"));
  DOSSIER_ASSIGN_OR_RETURN(const bool was_there, session.DeleteDefaultSetting(key));
  return Result(was_there);
}

constexpr NamedOperation kOperations[] = {
    {"/settings/client_items", SettingsItems<SettingsScope::kClient>},
    {"/settings/client_keys", SettingsKeys<SettingsScope::kClient>},
    {"/settings/default_items", SettingsItems<SettingsScope::kDefault>},
    {"/settings/default_keys", SettingsKeys<SettingsScope::kDefault>},
    {"/settings/delete", SettingsDelete},
    {"/settings/delete_default", SettingsDeleteDefault},
    {"/settings/get", SettingsGet<SettingsScope::kBoth>},
    {"/settings/get_all", SettingsGetAll},
    {"/settings/get_default", SettingsGet<SettingsScope::kDefault>},
    {"/settings/get_multi", SettingsGetMulti},
    {"/settings/items", SettingsItems<SettingsScope::kBoth>},
    {"/settings/keys", SettingsKeys<SettingsScope::kBoth>},
    {"/settings/set", SettingsSet<SettingsScope::kClient>},
    {"/settings/set_default", SettingsSet<SettingsScope::kDefault>},
    {"/settings/set_default_multi", SettingsSetMulti<SettingsScope::kDefault>},
    {"/settings/set_multi", SettingsSetMulti<SettingsScope::kClient>},
};

}  // namespace

std::span<const NamedOperation> SettingsOperations() { return kOperations; }

}  // namespace dossier::api
