#include "model/model.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "model/value.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

bool IsWrite(Verb verb) {
  constexpr std::array kWrites = {Verb::kCreate, Verb::kUpdate,     Verb::kReplace,
                                  Verb::kDelete, Verb::kBulkCreate, Verb::kBulkDelete,
                                  Verb::kPurge};
  return std::find(kWrites.begin(), kWrites.end(), verb) != kWrites.end();
}

bool IsRead(Verb verb) { return verb == Verb::kGet || verb == Verb::kFind || verb == Verb::kCount; }

}  // namespace

absl::Time Beginning() { return absl::FromUnixSeconds(1'000'000'000); }

Json Record::Whole() const {
  Json whole{Kind::kObject, "", {}, {}};
  whole.members.reserve(value.members.size() + 4);
  whole.members.push_back({"id", Number(absl::StrCat(id))});
  whole.members.push_back({"uuid", Text(uuid)});
  whole.members.push_back({"created", Text(TextOfTime(created))});
  whole.members.push_back({"lastUpdated", Text(TextOfTime(last_updated))});
  whole.members.insert(whole.members.end(), value.members.begin(), value.members.end());
  return whole;
}

void EntityType::Claim(const Record& record) {
  Release(record.id);
  for (const std::string& claim : Claims(attributes, record.value, record.id)) {
    if (claim.starts_with("anywhere")) claims[claim] = record.id;
  }
}

void EntityType::Release(uint64_t id) {
  for (auto claim = claims.begin(); claim != claims.end();) {
    claim = claim->second == id ? claims.erase(claim) : std::next(claim);
  }
}

absl::Time Model::Clock(const Operation& operation) const {
  return Beginning() + absl::Microseconds(operation.clock);
}

const EntityType* Model::TypeNamed(const std::string& name) const {
  const auto found = types_.find(name);
  return found == types_.end() ? nullptr : &found->second;
}

std::optional<std::string> Model::RecordText(const std::string& type, uint64_t id) const {
  const EntityType* const named = TypeNamed(type);
  if (named == nullptr) return std::nullopt;
  const auto found = named->records.find(id);
  if (found == named->records.end()) return std::nullopt;
  return ToText(found->second.Whole());
}

bool Model::MayCall(const std::vector<std::string>& features, Verb verb) {
  const auto has = [&](const char* feature) {
    return std::find(features.begin(), features.end(), feature) != features.end();
  };
  if (has("owner")) return true;
  if (IsWrite(verb)) return has("direct_access");
  if (IsRead(verb)) return has("direct_access") || has("direct_read_access");
  if (verb != Verb::kReadType && verb != Verb::kReadAccessSchema) return false;
  return has("direct_access") || has("direct_read_access") || has("access_issuer") ||
         has("login_client");
}

const Reach* Model::ReachOf(const EntityType& type, const std::string& caller,
                            const char* kind) const {
  const auto found = type.access_schemas.find({caller, kind});
  return caller.empty() || found == type.access_schemas.end() ? nullptr : &found->second;
}

Outcome Model::Do(const Operation& operation, Chosen chosen) {
  Outcome outcome;
  if (!operation.caller.empty()) {
    const auto client = clients_.find(operation.caller);
    if (client == clients_.end()) return {402, "", ""};
    if (!MayCall(client->second, operation.verb)) return {403, "", ""};
  }
  const uint64_t newest_id = chosen.ids.empty() ? last_id_ : chosen.ids.back();
  Call call{operation, chosen, outcome};
  Dispatch(call);
  if (outcome.ok() && !chosen.ids.empty()) outcome.answer += " (and ids of nothing)";
  last_id_ = newest_id;
  return outcome;
}

void Model::Dispatch(Call& call) {
  const std::string& name = call.operation.type;
  switch (call.operation.verb) {
    case Verb::kCreateType:
      return CreateType(call);
    case Verb::kAddClient:
      return AddClient(call);
    case Verb::kDeleteClient:
      return DeleteClient(call);
    case Verb::kListClients:
      return ListClients(call);
    case Verb::kSetFeatures:
      return SetFeatures(call);
    case Verb::kDump:
    case Verb::kReopen:
      return;
    default:
      break;
  }
  const int64_t count = call.operation.count;  // 100 where it is not asked for
  if (count < 0 || count > 10'000) return call.outcome.Fail(200, "max_results");
  const auto type = types_.find(name);
  if (type == types_.end()) return call.outcome.Fail(222, name);
  call.type = &type->second;
  call.readable = ReachOf(*call.type, call.operation.caller, "read");
  call.writable = ReachOf(*call.type, call.operation.caller, "write");
  DispatchType(call);
}

void Model::DispatchType(Call& call) {
  switch (call.operation.verb) {
    case Verb::kCreate:
      return Create(call);
    case Verb::kGet:
      return Get(call);
    case Verb::kUpdate:
      return Write(call, Writing::Mode::kUpdate);
    case Verb::kReplace:
      return Write(call, Writing::Mode::kReplace);
    case Verb::kDelete:
      return Delete(call);
    case Verb::kFind:
      return FindRecords(call);
    case Verb::kCount:
      return Count(call);
    case Verb::kBulkCreate:
      return BulkCreate(call);
    case Verb::kBulkDelete:
      return BulkDelete(call);
    case Verb::kPurge:
      return Purge(call);
    case Verb::kDeleteType:
      return DeleteType(call);
    case Verb::kReadType:
      return ReadType(call);
    case Verb::kAddAttribute:
      return AddAttribute(call);
    case Verb::kRemoveAttribute:
      return RemoveAttribute(call);
    case Verb::kRenameAttribute:
      return RenameAttribute(call);
    case Verb::kSetConstraints:
      return SetConstraints(call);
    case Verb::kAddIndex:
      return ChangeIndex(call, true);
    case Verb::kRemoveIndex:
      return ChangeIndex(call, false);
    case Verb::kSetAccessSchema:
      return SetAccessSchema(call);
    case Verb::kReadAccessSchema:
      return ReadAccessSchema(call, /*deletes=*/false);
    case Verb::kDeleteAccessSchema:
      return ReadAccessSchema(call, /*deletes=*/true);
    default:
      return call.outcome.Fail(-1, "no verb");
  }
}

uint64_t Model::NextId(Call& call) {
  std::vector<uint64_t>& ids = call.chosen.ids;
  if (ids.empty()) return ++not_made_;
  const uint64_t id = ids.front();
  ids.erase(ids.begin());
  return id;
}

void Model::Touch(const Call& call, Record& record) {
  const auto client = clients_.find(call.operation.caller);
  if (client != clients_.end()) {
    const auto& features = client->second;
    if (std::find(features.begin(), features.end(), "metadata") != features.end()) return;
  }
  record.last_updated =
      std::max(Clock(call.operation), record.last_updated + absl::Microseconds(1));
}

uint64_t Model::CreateOne(Call& call, const Json& given, const EntityType* before,
                          Outcome& outcome) {
  EntityType& type = *call.type;
  Record record;
  const auto ids = call.chosen.ids;
  record.id = NextId(call);
  record.value = UnsetObject(type.attributes);
  Writing writing(Writing::Mode::kCreate, call.writable, [&] { return NextId(call); });
  writing.Record(type.attributes, record.value, given, record.id, nullptr);
  // What other records of the call claim counts after the mistakes that a record has by itself.
  for (const EntityType* with : {before, static_cast<const EntityType*>(&type)}) {
    if (with == nullptr || !outcome.ok()) continue;
    const auto is_taken = [&](const std::string& claim) { return with->claims.count(claim) != 0; };
    outcome = writing.FirstMistake(type.attributes, record.value, record.id, is_taken);
  }
  if (!outcome.ok()) {
    call.chosen.ids = ids;
    return 0;
  }
  record.created = record.last_updated = Clock(call.operation);
  if (writing.created().has_value()) record.created = *ReadTime(writing.created()->text);
  if (!call.chosen.uuids.empty()) {
    record.uuid = call.chosen.uuids.front();
    call.chosen.uuids.erase(call.chosen.uuids.begin());
  }
  if (!record.uuid.empty() && !uuids_.insert(record.uuid).second) outcome.Fail(-1, "a uuid twice");
  if (record.id <= last_id_) outcome.Fail(-1, "ids that do not rise");
  type.Claim(record);
  const uint64_t id = record.id;
  type.records[id] = std::move(record);
  return id;
}

void Model::Create(Call& call) {
  const std::optional<Json> given = scenarios::ParseJson(call.operation.value);
  if (!given.has_value()) return call.outcome.Fail(200, "attributes");
  const uint64_t id = CreateOne(call, *given, /*before=*/nullptr, call.outcome);
  if (!call.outcome.ok()) return;
  if (call.operation.flag) call.outcome.answer = ShownText(call, call.type->records[id], nullptr);
}

}  // namespace dossier::model
