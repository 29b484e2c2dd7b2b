// The calls on records, each spelled out as its steps.
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/engine.h"
#include "json/json_out.h"
#include "parts.h"
#include "password_question.h"
#include "record/attribute_set.h"
#include "record_call.h"

namespace dossier {
namespace {

// What every call on records is made with: one version of the type, and what the caller may do there.
struct Call {
  EngineParts& parts;
  const EntityType& type;
  Access access;

  const AttributeSet* readable() const { return access.readable.get(); }
  const AttributeSet* writable() const { return access.writable.get(); }
};

// What is in `only` of the record, or of what stands at `path`; 310 where an element of the path is
// gone.
absl::StatusOr<std::string> JsonAt(const RecordView& record, const EntityType& type,
                                   const Path& path, const AttributeSet* only) {
  std::string json;
  if (path.is_root()) {
    AppendRecordJson(record, type.root(), only, json);
  } else if (!AppendValueJson(record, path, only, json)) {
    return errors::ElementNotFound(ToText(path));
  }
  return json;
}

// What a write answers with include_record; null where the caller may not read what it wrote.
absl::StatusOr<std::string> JsonAfter(const Call& call, const Changed& changed) {
  const Path& path = changed.path;
  if (!path.is_root() && !Allows(call.readable(), *path.back().attribute)) return "null";
  return JsonAt(RecordView::Trusted(*changed.record), call.type, path, call.readable());
}

absl::StatusOr<Created> CreateRecord(const Call& call, std::string_view attributes,
                                     const CreateOptions& options) {
  const auto& [parts, type, access] = call;
  const Change change{.mode = Mode::kCreate,
                      .value = attributes,
                      .argument = "attributes",
                      .now = parts.clock.NowMicros(),
                      .writable = call.writable()};
  const Terms terms{options.durability.value_or(parts.durability), options.include_record,
                    call.readable()};
  const absl::StatusOr<SharedBytes> bytes = parts.mutations->Create(type, change, terms);
  if (!bytes.ok()) return WithoutHolder(call.readable(), bytes.status());
  const RecordView record = RecordView::Trusted(**bytes);
  Created created;
  created.id = record.id();
  AppendUuid(record.uuid(), created.uuid);
  if (options.include_record) {
    AppendRecordJson(record, type.root(), call.readable(), created.record);
  }
  return created;
}

// How long a read may take.
enum class Haste { kNone, kAtOnce };

// Empty, which no JSON is, where it would take longer than it may.
absl::StatusOr<std::string> ReadRecord(const Call& call, const EntityKey& key,
                                       const GetOptions& options, Haste haste) {
  const auto& [parts, type, access] = call;
  DOSSIER_ASSIGN_OR_RETURN(
      const Selector selector,
      ParseSelector(key, type, parts.hash_key, parts.clock.NowMicros(), call.readable()));
  DOSSIER_ASSIGN_OR_RETURN(const Path path,
                           ParsePath(options.path, selector, type, call.readable()));
  if (selector.plural && options.password_attribute) {
    return errors::InvalidArgument("password_attribute", "it is not known for elements");
  }
  if (selector.plural && !options.attributes.empty()) {
    return errors::InvalidArgument("attributes", "it is not known for elements");
  }
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSet projection,
                           ParseProjection(options.attributes, type.root(), call.readable()));
  DOSSIER_ASSIGN_OR_RETURN(const auto password,
                           ParsePasswordQuestion(options, type.root(), call.readable()));
  if (haste == Haste::kAtOnce && password) return std::string();
  const bool is_projection = path.is_root() && !options.attributes.empty();
  const AttributeSet* only = is_projection ? &projection : call.readable();
  // A password in an element, which may have left the record, is one more place to look at: all of
  // the record is then read at once, so that password and answer are of one state.
  const bool is_all = password && password->is_in_element();
  std::optional<Found> found;
  if (haste == Haste::kAtOnce) {
    DOSSIER_ASSIGN_OR_RETURN(found, parts.selection->FindAtOnce(selector, type, path));
    if (!found) return std::string();
  } else {
    DOSSIER_ASSIGN_OR_RETURN(found, parts.selection->Find(selector, type, is_all ? Path() : path,
                                                          is_all ? nullptr : only));
    if (is_all) found->path = path;
  }
  const RecordView record = RecordView::Trusted(*found->record);
  DOSSIER_RETURN_IF_ERROR(CheckPreconditions(record, PreconditionsOf(options)));
  if (password) DOSSIER_RETURN_IF_ERROR(CheckPasswordOf(record, *password));
  return JsonAt(record, type, found->path, only);
}

absl::StatusOr<std::string> WriteValue(const Call& call, const EntityKey& key, Change change,
                                       const WriteOptions& options) {
  const auto& [parts, type, access] = call;
  change.argument = options.value_name;
  change.now = parts.clock.NowMicros();
  change.writable = call.writable();
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector,
                           ParseSelector(key, type, parts.hash_key, change.now, call.readable()));
  DOSSIER_ASSIGN_OR_RETURN(change.path, ParsePath(options.path, selector, type, call.writable()));
  const Terms terms{options.durability.value_or(parts.durability), options.include_record,
                    call.readable()};
  const absl::StatusOr<Changed> changed =
      parts.mutations->Update(type, selector, PreconditionsOf(options), std::move(change), terms);
  if (!changed.ok()) return WithoutHolder(call.readable(), changed.status());
  return options.include_record ? JsonAfter(call, *changed) : std::string();
}

// Whoever deletes a record or an element must be allowed to write all that goes with it.
absl::Status DeleteAt(const Call& call, const EntityKey& key, bool keeps_last_updated,
                      const WriteOptions& options) {
  const auto& [parts, type, access] = call;
  const int64_t now = parts.clock.NowMicros();
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector,
                           ParseSelector(key, type, parts.hash_key, now, call.readable()));
  Change removal{.mode = Mode::kUpdate,
                 .now = now,
                 .keeps_last_updated = keeps_last_updated,
                 .writable = call.writable()};
  DOSSIER_ASSIGN_OR_RETURN(removal.path, ParsePath(options.path, selector, type, call.writable()));
  const Preconditions preconditions = PreconditionsOf(options);
  const Terms terms{options.durability.value_or(parts.durability)};
  if (removal.path.is_root()) {
    DOSSIER_RETURN_IF_ERROR(CheckWhole(call.writable(), type.root()));
    return parts.mutations->Delete(type, selector, preconditions, terms);
  }
  const auto [attribute, element] = removal.path.back();
  if (element == 0) {
    return errors::InvalidArgument("attribute_name", "only an element of a plural can be deleted");
  }
  DOSSIER_RETURN_IF_ERROR(CheckWhole(call.writable(), *attribute->children));
  return parts.mutations->Update(type, selector, preconditions, std::move(removal), terms).status();
}

absl::Status AdoptAt(const Call& call, const EntityKey& key, std::string_view text) {
  const auto& [parts, type, access] = call;
  DOSSIER_ASSIGN_OR_RETURN(
      const Selector selector,
      ParseSelector(key, type, parts.hash_key, parts.clock.NowMicros(), call.readable()));
  DOSSIER_ASSIGN_OR_RETURN(Path path, ParsePath(text, selector, type, call.writable()));
  if (path.is_root() || path.back().attribute->kind != Kind::kPlural || path.back().element != 0) {
    return errors::InvalidArgument("attribute_name", "only a plural can adopt an element");
  }
  DOSSIER_ASSIGN_OR_RETURN(
      const Found found, parts.selection->Find(selector, type, std::move(path), /*only=*/nullptr));
  DOSSIER_RETURN_IF_ERROR(
      JsonAt(RecordView::Trusted(*found.record), type, found.path, /*only=*/nullptr).status());
  return errors::InvalidArgument("child_id", "it is no orphan: elements go with their parents");
}

}  // namespace

absl::StatusOr<Created> Session::Create(std::string_view type_name, std::string_view attributes,
                                        const CreateOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(type_name, AuthorizeCreate(type_name));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return CreateRecord({*parts_, type, AccessTo(type)}, attributes, options);
  });
}

absl::StatusOr<std::string> Session::Get(std::string_view type_name, const EntityKey& key,
                                         const GetOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kReadEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return ReadRecord({*parts_, type, AccessTo(type)}, *target.key, options, Haste::kNone);
  });
}

absl::StatusOr<std::optional<std::string>> Session::GetAtOnce(std::string_view type_name,
                                                              const EntityKey& key,
                                                              const GetOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kReadEntity, {type_name, &key}));
  DOSSIER_ASSIGN_OR_RETURN(
      std::string json, WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
        return ReadRecord({*parts_, type, AccessTo(type)}, *target.key, options, Haste::kAtOnce);
      }));
  if (json.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(json));
}

absl::StatusOr<std::string> Session::Update(std::string_view type_name, const EntityKey& key,
                                            std::string_view value, const WriteOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return WriteValue(
        {*parts_, type, AccessTo(type)}, *target.key,
        {.mode = Mode::kUpdate, .value = value, .keeps_last_updated = target.keeps_last_updated},
        options);
  });
}

absl::StatusOr<std::string> Session::Replace(std::string_view type_name, const EntityKey& key,
                                             std::string_view value, const WriteOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return WriteValue(
        {*parts_, type, AccessTo(type)}, *target.key,
        {.mode = Mode::kReplace, .value = value, .keeps_last_updated = target.keeps_last_updated},
        options);
  });
}

absl::Status Session::Delete(std::string_view type_name, const EntityKey& key,
                             const WriteOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return DeleteAt({*parts_, type, AccessTo(type)}, *target.key, target.keeps_last_updated,
                    options);
  });
}

absl::Status Session::Adopt(std::string_view type_name, const EntityKey& key, std::string_view path,
                            uint64_t) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return AdoptAt({*parts_, type, AccessTo(type)}, *target.key, path);
  });
}

}  // namespace dossier
