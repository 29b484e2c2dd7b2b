#include "api/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/errors.h"
#include "base/status.h"
#include "base/time_text.h"
#include "json/json_value.h"

namespace dossier::api {
namespace {

template <typename T>
absl::StatusOr<T> ParseNumber(std::string_view text, std::string_view argument,
                              std::string_view expected) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return errors::InvalidArgument(argument, expected);
  }
  return number;
}

}  // namespace

const std::string* Arguments::Find(std::string_view name) const {
  const auto found = std::find_if(parameters_.rbegin(), parameters_.rend(),
                                  [&](const auto& parameter) { return parameter.first == name; });
  return found == parameters_.rend() ? nullptr : &found->second;
}

size_t Arguments::Count(std::string_view name) const {
  return static_cast<size_t>(
      std::count_if(parameters_.begin(), parameters_.end(),
                    [&](const auto& parameter) { return parameter.first == name; }));
}

std::string Arguments::TextOr(std::string_view name) const {
  const std::string* text = Find(name);
  return text == nullptr ? std::string() : *text;
}

absl::StatusOr<std::string_view> Arguments::Text(std::string_view name) const {
  const std::string* text = Find(name);
  if (text == nullptr) return errors::MissingArgument(name);
  return std::string_view(*text);
}

absl::StatusOr<bool> Arguments::Flag(std::string_view name) const {
  const std::string text = TextOr(name);
  if (text == "true" || text == "1") return true;
  if (text.empty() || text == "false" || text == "0") return false;
  return errors::InvalidArgument(name, "it must be true or false");
}

// Source: section 1 of the entity API's reference: the default behaves like 10.
absl::StatusOr<absl::Duration> Arguments::Timeout() const {
  constexpr absl::Duration kDefault = absl::Seconds(10);
  if (Find("timeout") == nullptr) return kDefault;
  DOSSIER_ASSIGN_OR_RETURN(const int64_t seconds, Integer("timeout"));
  return absl::Seconds(seconds);
}

absl::StatusOr<std::optional<absl::Time>> Arguments::Time(std::string_view name,
                                                          const Session& session) const {
  const std::string* text = Find(name);
  if (text == nullptr) return std::optional<absl::Time>();
  const std::optional<int64_t> micros = ParseDateTime(*text, absl::ToUnixMicros(session.Now()));
  if (!micros) return errors::InvalidDateTimeArgument(name);
  return std::optional<absl::Time>(absl::FromUnixMicros(*micros));
}

absl::StatusOr<std::vector<std::string>> Arguments::Names(std::string_view name) const {
  const std::string text = TextOr(name);
  if (text.empty()) return std::vector<std::string>();
  return ParseStrings(text, name);
}

absl::StatusOr<int64_t> Arguments::Integer(std::string_view name) const {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, Text(name));
  return ParseNumber<int64_t>(text, name, "it must be a whole number");
}

absl::StatusOr<uint64_t> Arguments::Id(std::string_view name) const {
  DOSSIER_ASSIGN_OR_RETURN(const std::string_view text, Text(name));
  return ParseNumber<uint64_t>(text, name, "an id is a whole number of 64 bits");
}

absl::StatusOr<std::string_view> Arguments::TypeName(const Session& session) const {
  const std::string* name = Find("type_name");
  if (name == nullptr && session.has_token()) return std::string_view();
  return Text("type_name");
}

absl::StatusOr<EntityKey> Arguments::Key(const Session& session) const {
  if (!session.has_token()) return Key();
  const std::string* plural = Find("entity_path");
  const EntityKey any = EntityKey::Id(0);
  return plural == nullptr ? any : any.InPlural(*plural);
}

absl::StatusOr<EntityKey> Arguments::Key() const {
  DOSSIER_ASSIGN_OR_RETURN(EntityKey key, KeyInType());
  const std::string* plural = Find("entity_path");
  if (plural == nullptr) return key;
  if (Count("entity_path") > 1) return errors::DuplicateArgument("entity_path", "entity_path");
  return key.InPlural(*plural);
}

// Source: section 1.1 of the entity API's reference; a repeated selector is a duplicate too.
absl::StatusOr<EntityKey> Arguments::KeyInType() const {
  std::string_view given;
  for (const std::string_view name : {"id", "uuid", "key_attribute"}) {
    const size_t count = Count(name);
    if (count == 0) continue;
    if (count > 1) return errors::DuplicateArgument(name, name);
    if (!given.empty()) return errors::DuplicateArgument(given, name);
    given = name;
  }
  if (given == "id") {
    DOSSIER_ASSIGN_OR_RETURN(const uint64_t id, Id("id"));
    return EntityKey::Id(id);
  }
  if (given == "uuid") return EntityKey::Uuid(*Find("uuid"));
  if (given == "key_attribute") {
    if (Count("key_value") > 1) return errors::DuplicateArgument("key_value", "key_value");
    DOSSIER_ASSIGN_OR_RETURN(const std::string_view value, Text("key_value"));
    return EntityKey::Attribute(*Find("key_attribute"), value);
  }
  if (Find("key_value") != nullptr) return errors::MissingArgument("key_attribute");
  return errors::MissingArgument("uuid");
}

absl::StatusOr<Arguments::Value> Arguments::ValueOrAttributes() const {
  const std::string* value = Find("value");
  const std::string* attributes = Find("attributes");
  if (value != nullptr && attributes != nullptr) {
    return errors::DuplicateArgument("value", "attributes");
  }
  if (value != nullptr) return Value{"value", *value};
  if (attributes != nullptr) return Value{"attributes", *attributes};
  return errors::MissingArgument("value");
}

}  // namespace dossier::api
