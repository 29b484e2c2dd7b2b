#include "model/maker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/value.h"

namespace dossier::model {
namespace {

struct Share {
  Verb verb;
  size_t weight;  // of a thousand or so
};

constexpr std::array kShares = {Share{Verb::kCreate, 110},
                                Share{Verb::kGet, 150},
                                Share{Verb::kUpdate, 270},
                                Share{Verb::kReplace, 110},
                                Share{Verb::kDelete, 75},
                                Share{Verb::kFind, 90},
                                Share{Verb::kCount, 30},
                                Share{Verb::kBulkCreate, 25},
                                Share{Verb::kBulkDelete, 6},
                                Share{Verb::kPurge, 3},
                                Share{Verb::kCreateType, 5},
                                Share{Verb::kDeleteType, 2},
                                Share{Verb::kReadType, 5},
                                Share{Verb::kAddAttribute, 8},
                                Share{Verb::kRemoveAttribute, 6},
                                Share{Verb::kRenameAttribute, 8},
                                Share{Verb::kSetConstraints, 18},
                                Share{Verb::kAddIndex, 12},
                                Share{Verb::kRemoveIndex, 6},
                                Share{Verb::kAddClient, 6},
                                Share{Verb::kDeleteClient, 3},
                                Share{Verb::kListClients, 4},
                                Share{Verb::kSetFeatures, 10},
                                Share{Verb::kSetAccessSchema, 10},
                                Share{Verb::kReadAccessSchema, 6},
                                Share{Verb::kDeleteAccessSchema, 6},
                                Share{Verb::kDump, 8},
                                Share{Verb::kReopen, 3}};

const std::vector<std::string>& TypeNames() {
  static const auto* const kNames = new std::vector<std::string>{"t", "u", "v"};
  return *kNames;
}

}  // namespace

Operation Maker::Next() {
  Operation operation;
  operation.number = ++count_;
  // The clock goes on, stands still or is set back.
  clock_ += made_up_.Percent(70) ? 1'000'003 : made_up_.Percent(80) ? 0 : -5'000'000;
  operation.clock = clock_;
  made_up_.set_mistakes(made_up_.Percent(22) ? 1 : made_up_.Percent(5) ? 2 : 0);
  operation.verb = ChooseVerb();
  Fill(operation);
  return operation;
}

Verb Maker::ChooseVerb() {
  const auto& types = both_.model().types();
  if (types.empty()) return Verb::kCreateType;
  if (both_.model().clients().size() < 3 && made_up_.Percent(10)) return Verb::kAddClient;
  size_t all = 0;
  for (const Share& share : kShares) all += share.weight;
  size_t at = made_up_.Below(all);
  for (const Share& share : kShares) {
    if (at < share.weight) return share.verb;
    at -= share.weight;
  }
  return Verb::kGet;
}

void Maker::Fill(Operation& operation) {
  const auto& types = both_.model().types();
  type_ = nullptr;
  if (!types.empty()) {
    auto chosen = types.begin();
    std::advance(chosen, made_up_.Below(types.size()));
    operation.type = chosen->first;
    type_ = &chosen->second;
  }
  if (!both_.model().clients().empty() && made_up_.Percent(22)) operation.caller = Client();
  switch (operation.verb) {
    case Verb::kCreate:
    case Verb::kGet:
    case Verb::kUpdate:
    case Verb::kReplace:
    case Verb::kDelete:
      FillRecord(operation);
      break;
    case Verb::kFind:
    case Verb::kCount:
    case Verb::kBulkDelete:
      FillSearch(operation);
      break;
    case Verb::kBulkCreate:
      FillBulk(operation);
      break;
    case Verb::kPurge:
      operation.flag = made_up_.Percent(50);
      break;
    case Verb::kReopen:
      operation.type = operation.caller = "";
      operation.count = static_cast<int64_t>(made_up_.Below(kConfigurationCount));
      break;
    case Verb::kDump:
      operation.type = operation.caller = "";
      break;
    case Verb::kAddClient:
    case Verb::kDeleteClient:
    case Verb::kListClients:
    case Verb::kSetFeatures:
    case Verb::kSetAccessSchema:
    case Verb::kReadAccessSchema:
    case Verb::kDeleteAccessSchema:
      FillClient(operation);
      break;
    default:
      FillType(operation);
  }
  if (made_up_.Percent(1) && operation.verb != Verb::kCreateType && !operation.type.empty()) {
    operation.type = "nobody";
  }
}

void Maker::FillType(Operation& operation) {
  operation.path = type_ == nullptr ? "" : made_up_.Path(type_->attributes);
  const Place place = type_ == nullptr ? Place{} : Find(type_->attributes, NamesIn(operation.path));
  switch (operation.verb) {
    case Verb::kCreateType:
      operation.type = made_up_.OneOf(TypeNames());
      operation.path = "";
      operation.value = made_up_.AttrDefs(0, false);
      break;
    case Verb::kAddAttribute:
      operation.path = "";
      operation.value = made_up_.AttrDef(made_up_.Percent(3) ? "id" : made_up_.Name(), 0, false);
      break;
    case Verb::kRenameAttribute:
      operation.value = made_up_.Percent(4) ? "created" : made_up_.Name();
      if (made_up_.Percent(3)) operation.path = "/uuid";
      break;
    case Verb::kSetConstraints:
      operation.value = made_up_.Constraints(
          place.attribute == nullptr ? "string" : place.attribute->type, place.is_in_plural);
      break;
    case Verb::kRemoveAttribute:
      if (made_up_.Percent(4)) operation.path = "/lastUpdated";
      break;
    case Verb::kDeleteType:
      operation.path = "";
      operation.flag = made_up_.Percent(60);
      break;
    case Verb::kReadType:
      operation.path = "";
      break;
    default:
      operation.flag = made_up_.Percent(50);
  }
}

std::string Maker::Client() {
  static const auto* const kClients = new std::vector<std::string>{"c1", "c2", "c3", "c4"};
  const auto& clients = both_.model().clients();
  if (clients.empty() || made_up_.Percent(8)) return made_up_.OneOf(*kClients);
  auto chosen = clients.begin();
  std::advance(chosen, made_up_.Below(clients.size()));
  return chosen->first;
}

std::vector<std::string> Maker::Features() {
  static const auto* const kFeatures =
      new std::vector<std::string>{"owner",         "owner",         "direct_access",
                                   "direct_access", "direct_access", "direct_read_access",
                                   "access_issuer", "metadata"};
  if (made_up_.Percent(6)) return {"login_client"};
  if (made_up_.Percent(4)) return {"login_client", "owner"};
  if (made_up_.Percent(4)) return {"ninja"};
  std::vector<std::string> features;
  for (size_t count = made_up_.Below(3); count > 0; --count) {
    const std::string& feature = made_up_.OneOf(*kFeatures);
    if (std::find(features.begin(), features.end(), feature) == features.end()) {
      features.push_back(feature);
    }
  }
  if (made_up_.Percent(80) && features.empty()) features = {"direct_access"};
  return features;
}

void Maker::FillClient(Operation& operation) {
  operation.value = Client();
  switch (operation.verb) {
    case Verb::kAddClient: {
      operation.caller = operation.type = "";
      const auto& clients = both_.model().clients();
      for (const char* id : {"c1", "c2", "c3", "c4"}) {
        if (clients.count(id) == 0) operation.value = id;
      }
      if (clients.count(operation.value) != 0) operation.verb = Verb::kSetFeatures;
      // Of features that go together: the host may not add others.
      while (operation.names.empty() || operation.names[0] == "ninja" ||
             (operation.names.size() > 1 && operation.names[0] == "login_client")) {
        operation.names = Features();
      }
      break;
    }
    case Verb::kSetFeatures:
      operation.type = "";
      operation.names = Features();
      break;
    case Verb::kListClients:
      operation.type = operation.value = "";
      if (made_up_.Percent(50)) operation.names = {"owner"};
      break;
    case Verb::kDeleteClient:
      operation.type = "";
      break;
    default:
      operation.path = made_up_.Percent(50) ? "read" : "write";
      if (made_up_.Percent(4)) operation.path = "hear";
      if (operation.verb != Verb::kSetAccessSchema || type_ == nullptr) break;
      for (const Attribute& attribute : type_->attributes) {
        if (made_up_.Percent(60)) operation.names.push_back(attribute.name);
      }
      if (made_up_.Percent(40)) operation.names.push_back(made_up_.Path(type_->attributes));
  }
}

void Maker::FillSearch(Operation& operation) {
  std::vector<uint64_t> ids;
  for (const auto& [id, record] : type_->records) ids.push_back(id);
  if (made_up_.Percent(85)) operation.value = made_up_.Filter(type_->attributes, ids, names(), 2);
  operation.flag = made_up_.Percent(50);
  if (operation.verb == Verb::kBulkDelete) {
    operation.flag = !made_up_.Percent(40) || operation.value.empty();
  }
  if (operation.verb != Verb::kFind) return;
  for (size_t count = made_up_.Below(3); count > 0; --count) {
    const std::string path =
        made_up_.Percent(15) ? "lastUpdated" : made_up_.Path(type_->attributes);
    const Place place = Find(type_->attributes, NamesIn(path));
    const bool is_sortable = place.attribute != nullptr && place.attribute->is_scalar() &&
                             !place.is_in_plural && place.attribute->type != "json";
    if (!is_sortable && !made_up_.Percent(8)) continue;
    operation.sort_on.push_back(made_up_.Percent(50) ? "-" + path : path);
  }
  if (made_up_.Percent(30)) operation.names = {made_up_.Path(type_->attributes), "id"};
  if (made_up_.Percent(30)) operation.first = static_cast<int64_t>(made_up_.Below(5));
  if (made_up_.Percent(30)) operation.count = static_cast<int64_t>(made_up_.Below(5));
  if (made_up_.Percent(2)) operation.count = made_up_.Percent(50) ? -1 : 10'001;
}

void Maker::FillBulk(Operation& operation) {
  std::vector<std::string> values;
  const size_t count = type_->records.size() < kRecords ? made_up_.Below(5) : made_up_.Below(2);
  for (size_t i = 0; i < count; ++i) {
    values.push_back(made_up_.Object(type_->attributes, nullptr, MadeUp::Mode::kCreate, names()));
  }
  operation.value = absl::StrCat("[", absl::StrJoin(values, ","), "]");
  if (made_up_.Percent(3)) operation.value = "{}";
  operation.flag = made_up_.Percent(50);
}

}  // namespace dossier::model
