#include "access/access_schemas.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "json/json_value.h"
#include "record/path.h"

namespace dossier {
namespace {

using Numbers = std::vector<AttributeNumber>;

constexpr std::array<std::pair<std::string_view, AccessKind>, 4> kNames = {{
    {"read", AccessKind::kRead},
    {"write", AccessKind::kWrite},
    {"read_with_token", AccessKind::kReadWithToken},
    {"write_with_token", AccessKind::kWriteWithToken},
}};

bool IsRead(AccessKind kind) {
  return kind == AccessKind::kRead || kind == AccessKind::kReadWithToken;
}

// Shape: a JSON array of numbers, rising.
std::string Stored(const Numbers& granted) {
  JsonValue::Array numbers;
  for (const AttributeNumber number : granted) numbers.emplace_back(int64_t{number});
  return JsonValue(std::move(numbers)).ToText();
}

// Nothing where they are damaged.
std::optional<Numbers> Load(std::string_view stored) {
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(stored, "stored");
  if (!json.ok() || json->array() == nullptr) return std::nullopt;
  Numbers granted;
  for (const JsonValue& each : *json->array()) {
    const int64_t* number = each.integer();
    const int64_t least = granted.empty() ? kFirstFreeNumber : granted.back() + 1;
    if (number == nullptr || *number < least ||
        *number > std::numeric_limits<AttributeNumber>::max()) {
      return std::nullopt;
    }
    granted.push_back(static_cast<AttributeNumber>(*number));
  }
  return granted;
}

absl::StatusOr<Numbers> NumbersOf(const std::vector<std::string>& paths, const Shape& root) {
  Numbers granted;
  for (const std::string& text : paths) {
    DOSSIER_ASSIGN_OR_RETURN(const Path path, Path::ParseSchemaPath(text, root, "attributes"));
    if (path.is_root()) return errors::InvalidArgument("attributes", "it names no attribute");
    const Attribute& attribute = *path.back().attribute;
    if (!IsReserved(attribute)) granted.push_back(attribute.number);
  }
  std::sort(granted.begin(), granted.end());
  granted.erase(std::unique(granted.begin(), granted.end()), granted.end());
  return granted;
}

void AddGranted(const Numbers& granted, const Shape& shape, AttributeSet& set) {
  for (const Attribute& attribute : shape) {
    if (std::binary_search(granted.begin(), granted.end(), attribute.number)) {
      set.Add(attribute);
    } else if (attribute.is_container()) {
      AddGranted(granted, *attribute.children, set);
    }
  }
}

}  // namespace

absl::StatusOr<AccessKind> ParseAccessKind(std::string_view name) {
  for (const auto& [known, kind] : kNames) {
    if (known == name) return kind;
  }
  return errors::InvalidArgument("access_type",
                                 "it must be read, write, read_with_token or write_with_token");
}

absl::StatusOr<std::unique_ptr<AccessSchemas>> AccessSchemas::Open(Store& store,
                                                                   const Clients& clients) {
  std::unique_ptr<AccessSchemas> schemas(new AccessSchemas(store, clients));
  DOSSIER_RETURN_IF_ERROR(schemas->LoadAll());
  return schemas;
}

absl::Status AccessSchemas::LoadAll() {
  DOSSIER_ASSIGN_OR_RETURN(const auto entries, store_.MetaEntries(MetaTag::kAccessSchema));
  for (const auto& [key, stored] : entries) {
    constexpr size_t kClientAt = sizeof(TypeId) + sizeof(AccessKind);
    if (key.size() <= kClientAt) return errors::DataLoss("the key of an access schema is damaged");
    const std::string client_id = key.substr(kClientAt);
    const auto kind = static_cast<uint8_t>(key[sizeof(TypeId)]);
    const bool is_kind = kind >= 1 && kind <= kNames.size();
    std::optional<Numbers> granted = Load(stored);
    if (!is_kind || !granted) {
      return errors::DataLoss(absl::StrCat("an access schema of ", client_id, " is damaged"));
    }
    schemas_[client_id].push_back(
        {TypeId{LoadBig<uint16_t>(key.data())}, AccessKind{kind}, *std::move(granted)});
  }
  has_any_ = !schemas_.empty();
  return absl::OkStatus();
}

absl::Status AccessSchemas::CheckClient(std::string_view client_id) const {
  if (clients_.FeaturesOf(client_id)) return absl::OkStatus();
  return errors::InvalidArgument("for_client_id", "for_client_id is not a valid id");
}

bool AccessSchemas::IsLoginClient(std::string_view client_id) const {
  return clients_.FeaturesOf(client_id).value_or(0) & kLoginClient;
}

const AccessSchemas::Schema* AccessSchemas::SchemaOf(std::string_view client_id, AccessKind kind,
                                                     TypeId type) const {
  const auto found = schemas_.find(ToAbsl(client_id));
  if (found == schemas_.end()) return nullptr;
  for (const Schema& schema : found->second) {
    if (schema.kind == kind && schema.type == type) return &schema;
  }
  return nullptr;
}

// Null where the client has no such schema.
AttributeSetPtr AccessSchemas::SetOf(std::string_view client_id, AccessKind kind,
                                     const EntityType& type) const {
  Numbers granted;
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const Schema* schema = SchemaOf(client_id, kind, type.id());
    if (schema == nullptr) return nullptr;
    if (schema->resolved != nullptr && schema->resolved->version == type.version()) {
      return AttributeSetPtr(schema->resolved, &schema->resolved->set);
    }
    granted = schema->granted;
  }
  const auto resolved = std::make_shared<Resolved>(Resolved{type.version(), AttributeSet()});
  if (IsRead(kind)) resolved->set.AddReserved();
  AddGranted(granted, type.root(), resolved->set);
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  const Schema* schema = SchemaOf(client_id, kind, type.id());
  const bool is_newest =
      schema != nullptr && schema->granted == granted &&
      (schema->resolved == nullptr || schema->resolved->version < type.version());
  if (is_newest) schema->resolved = resolved;
  return AttributeSetPtr(resolved, &resolved->set);
}

Access AccessSchemas::Find(std::string_view client_id, bool has_token,
                           const EntityType& type) const {
  Access access;
  access.readable =
      SetOf(client_id, has_token ? AccessKind::kReadWithToken : AccessKind::kRead, type);
  access.writable =
      SetOf(client_id, has_token ? AccessKind::kWriteWithToken : AccessKind::kWrite, type);
  // With its secret a login client writes no records at all: it lacks the feature.
  if (has_token && access.writable == nullptr && IsLoginClient(client_id)) {
    access.writable = std::make_shared<AttributeSet>();
  }
  return access;
}

absl::StatusOr<AttributeSetPtr> AccessSchemas::Reach(std::string_view client_id, AccessKind kind,
                                                     const EntityType& type) const {
  DOSSIER_RETURN_IF_ERROR(CheckClient(client_id));
  AttributeSetPtr set = SetOf(client_id, kind, type);
  if (set == nullptr && !IsRead(kind) && IsLoginClient(client_id)) {
    set = std::make_shared<AttributeSet>();
  }
  return set;
}

absl::Status AccessSchemas::Set(std::string_view client_id, AccessKind kind, const EntityType& type,
                                const std::vector<std::string>& paths) {
  DOSSIER_ASSIGN_OR_RETURN(Numbers granted, NumbersOf(paths, type.root()));
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(CheckClient(client_id));
  Batch batch(store_);
  batch.Put(Family::kMeta, AccessSchemaKey(type.id(), static_cast<uint8_t>(kind), client_id),
            Stored(granted));
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  Schemas& schemas = schemas_[std::string(client_id)];
  std::erase_if(schemas, [&](const Schema& schema) {
    return schema.kind == kind && schema.type == type.id();
  });
  schemas.push_back({type.id(), kind, std::move(granted)});
  has_any_ = true;
  return absl::OkStatus();
}

// Of all clients the schemas of which `is_gone` says so.
template <typename IsGone>
void AccessSchemas::Forget(IsGone is_gone) {
  const std::lock_guard<std::shared_mutex> lock(mutex_);
  for (auto client = schemas_.begin(); client != schemas_.end();) {
    const auto at = client++;
    std::erase_if(at->second, [&](const Schema& schema) { return is_gone(at->first, schema); });
    if (at->second.empty()) schemas_.erase(at);
  }
  has_any_ = !schemas_.empty();
}

absl::Status AccessSchemas::Delete(std::string_view client_id, AccessKind kind,
                                   const EntityType& type) {
  const std::lock_guard<std::mutex> change(changing_);
  DOSSIER_RETURN_IF_ERROR(CheckClient(client_id));
  Batch batch(store_);
  batch.Delete(Family::kMeta, AccessSchemaKey(type.id(), static_cast<uint8_t>(kind), client_id));
  DOSSIER_RETURN_IF_ERROR(store_.CommitAside(batch));
  Forget([&](std::string_view client, const Schema& schema) {
    return client == client_id && schema.kind == kind && schema.type == type.id();
  });
  return absl::OkStatus();
}

absl::Status AccessSchemas::DeleteClient(
    std::string_view client_id, absl::FunctionRef<absl::Status(Clients::FillBatch fill)> remove) {
  const std::lock_guard<std::mutex> change(changing_);
  const auto fill = [&](Batch& batch) {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = schemas_.find(ToAbsl(client_id));
    if (found == schemas_.end()) return;
    for (const Schema& schema : found->second) {
      batch.Delete(Family::kMeta,
                   AccessSchemaKey(schema.type, static_cast<uint8_t>(schema.kind), client_id));
    }
  };
  DOSSIER_RETURN_IF_ERROR(remove(fill));
  Forget([&](std::string_view client, const Schema&) { return client == client_id; });
  return absl::OkStatus();
}

void AccessSchemas::ForgetType(TypeId type) {
  const std::lock_guard<std::mutex> change(changing_);
  Forget([&](std::string_view, const Schema& schema) { return schema.type == type; });
}

}  // namespace dossier
