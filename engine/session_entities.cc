// The calls on records, each spelled out as its steps.
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/engine.h"
#include "parts.h"
#include "password_question.h"
#include "record/json_out.h"
#include "record_call.h"

namespace dossier {
namespace {

// The record, or what stands at `path`; 310 where an element of the path is gone.
absl::StatusOr<std::string> JsonAt(const RecordView& record, const EntityType& type,
                                   const Path& path) {
  std::string json;
  if (path.is_root()) {
    AppendRecordJson(record, type.root(), /*only=*/nullptr, json);
  } else if (!AppendValueJson(record, path, /*only=*/nullptr, json)) {
    return errors::ElementNotFound(ToText(path));
  }
  return json;
}

absl::StatusOr<AttributeSet> ParseProjection(const std::vector<std::string>& attributes,
                                             const Shape& root) {
  AttributeSet set;
  for (const std::string& attribute : attributes) {
    DOSSIER_ASSIGN_OR_RETURN(const Path path, Path::ParseSchemaPath(attribute, root, "attributes"));
    if (path.is_root()) return errors::InvalidArgument("attributes", "it names no attribute");
    set.Add(*path.back().attribute);
  }
  return set;
}

absl::StatusOr<Created> CreateRecord(EngineParts& parts, const EntityType& type,
                                     std::string_view attributes, const CreateOptions& options) {
  const Change change{.mode = Mode::kCreate,
                      .value = attributes,
                      .argument = "attributes",
                      .now = parts.clock.NowMicros()};
  const Terms terms{options.durability.value_or(parts.durability), options.include_record};
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, parts.mutations->Create(type, change, terms));
  const RecordView record = RecordView::Trusted(*bytes);
  Created created;
  created.id = record.id();
  AppendUuid(record.uuid(), created.uuid);
  if (options.include_record) AppendRecordJson(record, type.root(), nullptr, created.record);
  return created;
}

absl::StatusOr<std::string> ReadRecord(EngineParts& parts, const EntityType& type,
                                       const EntityKey& key, const GetOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector,
                           ParseSelector(key, type, parts.hash_key, parts.clock.NowMicros()));
  DOSSIER_ASSIGN_OR_RETURN(const Path path, ParsePath(options.path, selector, type));
  if (selector.plural && options.password_attribute) {
    return errors::InvalidArgument("password_attribute", "it is not known for elements");
  }
  if (selector.plural && !options.attributes.empty()) {
    return errors::InvalidArgument("attributes", "it is not known for elements");
  }
  DOSSIER_ASSIGN_OR_RETURN(const AttributeSet only,
                           ParseProjection(options.attributes, type.root()));
  DOSSIER_ASSIGN_OR_RETURN(const auto password,
                           ParsePasswordQuestion(options, type.root(), /*readable=*/nullptr));
  const bool is_projection = path.is_root() && !options.attributes.empty();
  // A password in an element, which may have left the record, is one more place to look at: all of
  // the record is then read at once, so that password and answer are of one state.
  const bool is_all = password && password->is_in_element();
  DOSSIER_ASSIGN_OR_RETURN(Found found,
                           parts.selection->Find(selector, type, is_all ? Path() : path,
                                                 is_projection && !is_all ? &only : nullptr));
  if (is_all) found.path = path;
  const RecordView record = RecordView::Trusted(*found.record);
  DOSSIER_RETURN_IF_ERROR(CheckPreconditions(record, PreconditionsOf(options)));
  if (password) DOSSIER_RETURN_IF_ERROR(CheckPasswordOf(record, *password));
  if (!is_projection) return JsonAt(record, type, found.path);
  std::string json;
  AppendRecordJson(record, type.root(), &only, json);
  return json;
}

absl::StatusOr<std::string> WriteValue(EngineParts& parts, const EntityType& type,
                                       const EntityKey& key, Change change,
                                       const WriteOptions& options) {
  change.argument = options.value_name;
  change.now = parts.clock.NowMicros();
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector,
                           ParseSelector(key, type, parts.hash_key, change.now));
  DOSSIER_ASSIGN_OR_RETURN(change.path, ParsePath(options.path, selector, type));
  const Terms terms{options.durability.value_or(parts.durability), options.include_record};
  DOSSIER_ASSIGN_OR_RETURN(
      const Changed changed,
      parts.mutations->Update(type, selector, PreconditionsOf(options), std::move(change), terms));
  if (!options.include_record) return std::string();
  return JsonAt(RecordView::Trusted(*changed.record), type, changed.path);
}

absl::Status DeleteAt(EngineParts& parts, const EntityType& type, const EntityKey& key,
                      bool keeps_last_updated, const WriteOptions& options) {
  const int64_t now = parts.clock.NowMicros();
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector, ParseSelector(key, type, parts.hash_key, now));
  Change removal{.mode = Mode::kUpdate, .now = now, .keeps_last_updated = keeps_last_updated};
  DOSSIER_ASSIGN_OR_RETURN(removal.path, ParsePath(options.path, selector, type));
  const Preconditions preconditions = PreconditionsOf(options);
  const Terms terms{options.durability.value_or(parts.durability)};
  if (removal.path.is_root()) {
    return parts.mutations->Delete(type, selector, preconditions, terms);
  }
  if (removal.path.back().element == 0) {
    return errors::InvalidArgument("attribute_name", "only an element of a plural can be deleted");
  }
  return parts.mutations->Update(type, selector, preconditions, std::move(removal), terms).status();
}

absl::Status AdoptAt(EngineParts& parts, const EntityType& type, const EntityKey& key,
                     std::string_view text) {
  DOSSIER_ASSIGN_OR_RETURN(const Selector selector,
                           ParseSelector(key, type, parts.hash_key, parts.clock.NowMicros()));
  DOSSIER_ASSIGN_OR_RETURN(Path path, ParsePath(text, selector, type));
  if (path.is_root() || path.back().attribute->kind != Kind::kPlural || path.back().element != 0) {
    return errors::InvalidArgument("attribute_name", "only a plural can adopt an element");
  }
  DOSSIER_ASSIGN_OR_RETURN(
      const Found found, parts.selection->Find(selector, type, std::move(path), /*only=*/nullptr));
  DOSSIER_RETURN_IF_ERROR(JsonAt(RecordView::Trusted(*found.record), type, found.path).status());
  return errors::InvalidArgument("child_id", "it is no orphan: elements go with their parents");
}

}  // namespace

absl::StatusOr<Created> Session::Create(std::string_view type_name, std::string_view attributes,
                                        const CreateOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(type_name, AuthorizeCreate(type_name));
  return WithType(*parts_, type_name, [&](const dossier::EntityType& type) {
    return CreateRecord(*parts_, type, attributes, options);
  });
}

absl::StatusOr<std::string> Session::Get(std::string_view type_name, const EntityKey& key,
                                         const GetOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kReadEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return ReadRecord(*parts_, type, *target.key, options);
  });
}

absl::StatusOr<std::string> Session::Update(std::string_view type_name, const EntityKey& key,
                                            std::string_view value, const WriteOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return WriteValue(
        *parts_, type, *target.key,
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
        *parts_, type, *target.key,
        {.mode = Mode::kReplace, .value = value, .keeps_last_updated = target.keeps_last_updated},
        options);
  });
}

absl::Status Session::Delete(std::string_view type_name, const EntityKey& key,
                             const WriteOptions& options) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return DeleteAt(*parts_, type, *target.key, target.keeps_last_updated, options);
  });
}

absl::Status Session::Adopt(std::string_view type_name, const EntityKey& key, std::string_view path,
                            uint64_t) {
  DOSSIER_ASSIGN_OR_RETURN(const Target target,
                           AuthorizeOn(Operation::kWriteEntity, {type_name, &key}));
  return WithType(*parts_, target.type_name, [&](const dossier::EntityType& type) {
    return AdoptAt(*parts_, type, *target.key, path);
  });
}

}  // namespace dossier
