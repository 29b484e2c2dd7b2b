#include "model/subject.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dossier/errors.h"
#include "model/attribute.h"

namespace dossier::model {
namespace {

constexpr char kSecret[] = "secret";

struct Configuration {
  std::optional<size_t> record_cache_bytes;
  size_t large_plural_bytes;
  Durability durability = Durability::kBuffered;
};

constexpr std::array<Configuration, kConfigurationCount> kConfigurations = {{
    {std::nullopt, 8192},
    {0, 8192},
    {0, 1},
    {std::nullopt, 1},
    {64u << 10, 100},
    {64u << 10, 30, Durability::kSynced},
}};

// What no history makes fail.
void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::abort();
}

Outcome Answered(const absl::Status& status) {
  Outcome outcome;
  if (status.ok()) return outcome;
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return {-2, std::string(status.message()), ""};
  outcome.code = detail->code;
  if (outcome.code == 310) return outcome;  // where it says that nothing is there is its own
  for (const std::string& place :
       {detail->argument_name, detail->attribute_name, detail->type_name}) {
    if (outcome.at.empty()) outcome.at = place;
  }
  return outcome;
}

Outcome Answered(const absl::StatusOr<std::string>& answer) {
  Outcome outcome = Answered(answer.status());
  if (answer.ok()) outcome.answer = *answer;
  return outcome;
}

// A schema without the attributes that every type has.
Outcome AnsweredType(const absl::StatusOr<std::string>& answer) {
  Outcome outcome = Answered(answer);
  if (!outcome.ok()) return outcome;
  Json type = *scenarios::ParseJson(*answer);
  for (auto& [name, value] : type.members) {
    if (name == "attr_defs") {
      value.items.erase(value.items.begin(), value.items.begin() + 4);
    }
  }
  outcome.answer = ToText(type);
  return outcome;
}

EntityKey KeyOf(const Key& key) {
  uint64_t id = 0;
  EntityKey named = EntityKey::Id(absl::SimpleAtoi(key.value, &id) ? id : 0);
  if (key.by == Key::By::kUuid) named = EntityKey::Uuid(key.value);
  if (key.by == Key::By::kAttribute) named = EntityKey::Attribute(key.path, key.value);
  return key.plural.empty() ? named : named.InPlural(key.plural);
}

std::optional<absl::Time> Precondition(Expected expected, absl::Time stored) {
  if (expected == Expected::kNothing) return std::nullopt;
  return expected == Expected::kStored ? stored : stored + absl::Microseconds(1);
}

}  // namespace

void Subject::Open(size_t configuration) {
  engine_.reset();
  const Configuration& chosen = kConfigurations[configuration];
  auto engine = Engine::Open({.directory = directory_.path(),
                              .durability = chosen.durability,
                              .memory_bytes = 64u << 20,
                              .record_cache_bytes = chosen.record_cache_bytes,
                              .large_plural_bytes = chosen.large_plural_bytes,
                              .clock = [this] { return now_; },
                              .monotonic_clock = [] { return absl::ZeroDuration(); }});
  Must(engine.status());
  engine_ = *std::move(engine);
}

Outcome Subject::Do(const Operation& operation, absl::Time now, const StoredTimes& stored,
                    std::vector<NewRecord>& made) {
  now_ = now;
  if (operation.verb == Verb::kDump) return {};
  if (operation.verb == Verb::kReopen) {
    Open(static_cast<size_t>(operation.count));
    return {};
  }
  if (operation.caller.empty()) {
    Session host = engine_->HostSession();
    return DoAs(host, operation, stored, made);
  }
  absl::StatusOr<Session> session = engine_->ClientSession(operation.caller, kSecret);
  if (!session.ok()) return Answered(session.status());
  return DoAs(*session, operation, stored, made);
}

Outcome Subject::DoAs(Session& session, const Operation& operation, const StoredTimes& stored,
                      std::vector<NewRecord>& made) {
  switch (operation.verb) {
    case Verb::kCreate: {
      const auto created =
          session.Create(operation.type, operation.value, {.include_record = operation.flag});
      if (!created.ok()) return Answered(created.status());
      made.push_back({created->id, created->uuid});
      return {0, "", created->record};
    }
    case Verb::kBulkCreate:
      return BulkCreate(session, operation, made);
    case Verb::kFind: {
      const auto found = session.Find(operation.type, {.filter = operation.value,
                                                       .sort_on = operation.sort_on,
                                                       .attributes = operation.names,
                                                       .max_results = operation.count,
                                                       .first_result = operation.first,
                                                       .show_total_count = operation.flag});
      if (!found.ok()) return Answered(found.status());
      return {
          0, "",
          absl::StrCat(found->count, " of ", found->total_count.value_or(0), " ", found->records)};
    }
    case Verb::kCount: {
      const auto count = session.Count(operation.type, {.filter = operation.value});
      return count.ok() ? Outcome{0, "", absl::StrCat(*count)} : Answered(count.status());
    }
    case Verb::kBulkDelete: {
      const auto count = session.BulkDelete(operation.type, operation.value, operation.flag);
      return count.ok() ? Outcome{0, "", absl::StrCat(*count)} : Answered(count.status());
    }
    case Verb::kPurge:
      return Answered(session.Purge(operation.type, operation.flag));
    case Verb::kGet:
    case Verb::kUpdate:
    case Verb::kReplace:
    case Verb::kDelete:
      return DoOnRecord(session, operation, stored);
    default:
      return Administer(session, operation);
  }
}

Outcome Subject::DoOnRecord(Session& session, const Operation& operation,
                            const StoredTimes& stored) {
  const EntityKey key = KeyOf(operation.key);
  const auto created = Precondition(operation.created, stored.created);
  const auto last_updated = Precondition(operation.last_updated, stored.last_updated);
  if (operation.verb == Verb::kGet) {
    return Answered(session.Get(operation.type, key,
                                {.path = operation.path,
                                 .attributes = operation.names,
                                 .created = created,
                                 .last_updated = last_updated}));
  }
  const WriteOptions options = {.path = operation.path,
                                .created = created,
                                .last_updated = last_updated,
                                .include_record = operation.flag};
  if (operation.verb == Verb::kDelete) {
    return Answered(session.Delete(operation.type, key, options));
  }
  if (operation.verb == Verb::kUpdate) {
    return Answered(session.Update(operation.type, key, operation.value, options));
  }
  return Answered(session.Replace(operation.type, key, operation.value, options));
}

Outcome Subject::BulkCreate(Session& session, const Operation& operation,
                            std::vector<NewRecord>& made) {
  const auto results =
      session.BulkCreate(operation.type, operation.value, {.all_or_nothing = operation.flag});
  Outcome outcome = Answered(results.status());
  if (!outcome.ok()) return outcome;
  for (size_t i = 0; i < results->size(); ++i) {
    const auto& result = (*results)[i];
    const Outcome each = Answered(result.status());
    // Which of several mistakes is told beside the first is not laid down.
    if (operation.flag && !each.ok() && each.code != 300) {
      return {0, "",
              absl::StrCat("none for the sake of number ", i, ": ", each.code, " ", each.at)};
    }
    if (result.ok()) made.push_back({result->id, result->uuid});
    absl::StrAppend(&outcome.answer, each.code, " ", each.at,
                    result.ok() ? absl::StrCat(result->id) : "", "\n");
  }
  return outcome;
}

Outcome Subject::Administer(Session& session, const Operation& operation) {
  const std::string& type = operation.type;
  const std::string& path = operation.path;
  const std::string& value = operation.value;
  switch (operation.verb) {
    case Verb::kCreateType:
      return AnsweredType(session.CreateEntityType(type, value));
    case Verb::kDeleteType:
      return Answered(session.DeleteEntityType(type, operation.flag));
    case Verb::kReadType:
      return AnsweredType(session.EntityType(type));
    case Verb::kAddAttribute:
      return AnsweredType(session.AddAttribute(type, value));
    case Verb::kRemoveAttribute:
      return AnsweredType(session.RemoveAttribute(type, path));
    case Verb::kRenameAttribute:
      return AnsweredType(session.RenameAttribute(type, path, value));
    case Verb::kSetConstraints:
      return AnsweredType(session.SetAttributeConstraints(type, path, value));
    case Verb::kAddIndex: {
      const Outcome outcome = Answered(session.AddIndex(type, path));
      // Half of the indexes are still being built when the next call comes.
      if (outcome.ok() && operation.flag) Must(session.AwaitIndexes());
      return outcome;
    }
    case Verb::kRemoveIndex:
      return Answered(session.RemoveIndex(type, path));
    case Verb::kAddClient:
      return Answered(session.AddClient(
          Client{.client_id = value, .client_secret = kSecret, .features = operation.names}));
    case Verb::kDeleteClient:
      return Answered(session.DeleteClient(value));
    case Verb::kSetFeatures:
      return Answered(session.SetFeatures(value, operation.names));
    case Verb::kSetAccessSchema:
      return AnsweredType(session.SetAccessSchema(type, value, path, operation.names));
    case Verb::kReadAccessSchema:
      return AnsweredType(session.AccessSchema(type, value, path));
    case Verb::kDeleteAccessSchema:
      return Answered(session.DeleteAccessSchema(type, value, path));
    default: {
      const auto clients = session.Clients(operation.names);
      Outcome outcome = Answered(clients.status());
      if (!clients.ok()) return outcome;
      for (const Client& client : *clients) {
        absl::StrAppend(&outcome.answer, client.client_id, ": ",
                        absl::StrJoin(client.features, " "), "\n");
      }
      return outcome;
    }
  }
}

std::optional<std::string> Subject::RecordText(const std::string& type, uint64_t id) {
  absl::StatusOr<std::string> record = engine_->HostSession().Get(type, EntityKey::Id(id));
  return record.ok() ? std::optional<std::string>(*std::move(record)) : std::nullopt;
}

std::string Subject::RecordsText(const std::string& type) {
  std::string text;
  Must(engine_->HostSession().Export(type, {}, [&](std::string_view record) {
    text += record;
    text += "\n";
    return absl::OkStatus();
  }));
  return text;
}

std::vector<std::string> Subject::TypeNames() {
  return engine_->HostSession().EntityTypeNames().value_or(std::vector<std::string>());
}

std::string Subject::Findings() {
  const absl::StatusOr<Verification> verification = engine_->Verify();
  if (!verification.ok()) return std::string(verification.status().message());
  return absl::StrJoin(verification->findings, "\n");
}

}  // namespace dossier::model
