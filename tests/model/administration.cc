// The calls on entity types, clients and access schemas.
#include <algorithm>
#include <array>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/model.h"
#include "model/value.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;
using Change = std::function<void(Json&)>;

std::string TypeText(const std::string& name, const std::vector<Attribute>& attributes) {
  Json type{Kind::kObject, "", {}, {}};
  type.members.push_back({"attr_defs", Definitions(attributes)});
  type.members.push_back({"name", Text(name)});
  return ToText(type);
}

// Does something to each object that the attributes below `names` are members of.
void InEach(Json& value, const std::vector<std::string>& names, size_t at, const Change& change) {
  if (value.kind == Kind::kArray) {
    for (Json& element : value.items) InEach(element, names, at, change);
  } else if (at + 1 == names.size()) {
    change(value);
  } else {
    InEach(*Member(value, names[at]), names, at + 1, change);
  }
}

void InAll(EntityType& type, const std::vector<std::string>& names, const Change& change) {
  for (auto& [id, record] : type.records) InEach(record.value, names, 0, change);
}

void ClaimAll(EntityType& type) {
  type.claims.clear();
  for (const auto& [id, record] : type.records) type.Claim(record);
}

// The attributes beside which the one of the path stands.
std::vector<Attribute>& SiblingsOf(EntityType& type, const std::vector<std::string>& names) {
  std::vector<Attribute>* level = &type.attributes;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    const auto named = std::find_if(level->begin(), level->end(),
                                    [&](const Attribute& each) { return each.name == names[i]; });
    level = &named->children;
  }
  return *level;
}

// The attribute of the path, which is there and not reserved; else the outcome says so.
Attribute* Changed(EntityType& type, const std::string& path, const char* argument,
                   Outcome& outcome) {
  const std::vector<std::string> names = NamesIn(path);
  if (names.empty() || path.find('#') != std::string::npos) outcome.Fail(200, argument);
  if (!outcome.ok()) return nullptr;
  const Place place = Find(type.attributes, names);
  if (IsReserved(names.back(), names.size() == 1)) outcome.Fail(234, place.path);
  if (place.attribute == nullptr) outcome.Fail(223, place.path);
  return outcome.ok() ? const_cast<Attribute*>(place.attribute) : nullptr;
}

bool IsScalarOf(const Attribute& attribute, std::string_view constraint) {
  if (attribute.type == "json") return constraint == "required";
  return constraint == "unique" || constraint == "locally-unique" || constraint == "required" ||
         attribute.type == "string";
}

}  // namespace

void Model::CreateType(Call& call) {
  const Operation& operation = call.operation;
  if (types_.count(operation.type) != 0) return call.outcome.Fail(232, operation.type);
  const std::optional<Json> attr_defs = scenarios::ParseJson(operation.value);
  if (!attr_defs.has_value()) return call.outcome.Fail(200, "attr_defs");
  EntityType type;
  type.attributes = ReadDefinitions(*attr_defs, "attr_defs", call.outcome);
  if (!call.outcome.ok()) return;
  call.outcome.answer = TypeText(operation.type, type.attributes);
  types_[operation.type] = std::move(type);
}

void Model::DeleteType(Call& call) {
  if (!call.operation.flag) types_.erase(call.operation.type);
}

void Model::ReadType(Call& call) {
  call.outcome.answer = TypeText(call.operation.type, call.type->attributes);
}

void Model::AddAttribute(Call& call) {
  const std::optional<Json> attr_def = scenarios::ParseJson(call.operation.value);
  if (!attr_def.has_value()) return call.outcome.Fail(200, "attr_def");
  Json attr_defs = EmptyArray();
  attr_defs.items.push_back(*attr_def);
  const std::vector<Attribute> added = ReadDefinitions(attr_defs, "attr_def", call.outcome);
  const Attribute& attribute = added.front();
  if (Named(call.type->attributes, attribute.name) != nullptr) {
    call.outcome.Fail(233, "/" + attribute.name);
  }
  if (!call.outcome.ok()) return;
  call.type->attributes.push_back(attribute);
  for (auto& [id, record] : call.type->records) {
    record.value.members.push_back({attribute.name, Unset(attribute)});
  }
  ReadType(call);
}

void Model::RemoveAttribute(Call& call) {
  EntityType& type = *call.type;
  const std::vector<std::string> names = NamesIn(call.operation.path);
  if (Changed(type, call.operation.path, "attribute_name", call.outcome) == nullptr) return;
  std::vector<Attribute>& siblings = SiblingsOf(type, names);
  InAll(type, names, [&](Json& object) {
    std::erase_if(object.members, [&](const auto& each) { return each.name == names.back(); });
  });
  std::erase_if(siblings, [&](const Attribute& each) { return each.name == names.back(); });
  for (auto& [key, reach] : type.access_schemas) reach.Remove("/" + absl::StrJoin(names, "/"));
  ClaimAll(type);
  ReadType(call);
}

void Model::RenameAttribute(Call& call) {
  EntityType& type = *call.type;
  const std::vector<std::string> names = NamesIn(call.operation.path);
  const std::string& target = call.operation.value;
  Attribute* const attribute = Changed(type, call.operation.path, "source_name", call.outcome);
  if (attribute == nullptr) return;
  std::vector<std::string> renamed = names;
  renamed.back() = target;
  const std::string path = "/" + absl::StrJoin(renamed, "/");
  if (IsReserved(target, names.size() == 1)) return call.outcome.Fail(234, path);
  if (Named(SiblingsOf(type, names), target) != nullptr) return call.outcome.Fail(233, path);
  InAll(type, names, [&](Json& object) {
    for (auto& member : object.members) {
      if (member.name == names.back()) member.name = target;
    }
  });
  attribute->name = target;
  for (auto& [key, reach] : type.access_schemas) {
    reach.Rename("/" + absl::StrJoin(names, "/"), path);
  }
  ClaimAll(type);
  ReadType(call);
}

void Model::SetConstraints(Call& call) {
  EntityType& type = *call.type;
  Attribute* const attribute = Changed(type, call.operation.path, "attribute_name", call.outcome);
  if (attribute == nullptr) return;
  const std::optional<Json> given = scenarios::ParseJson(call.operation.value);
  if (!given.has_value()) return call.outcome.Fail(200, "constraints");
  const Place place = model::Find(type.attributes, NamesIn(call.operation.path));
  if (!attribute->is_scalar()) return call.outcome.Fail(200, "constraints");
  std::vector<std::string> constraints;
  for (const Json& each : given->items) {
    if (!IsScalarOf(*attribute, each.text) ||
        (each.text == "locally-unique" && !place.is_in_plural)) {
      return call.outcome.Fail(200, "constraints");
    }
    constraints.push_back(each.text);
  }
  const std::vector<std::string> before = std::exchange(attribute->constraints, constraints);
  std::set<std::string> claims;
  for (const auto& [id, record] : type.records) {
    for (const std::string& claim : Claims(type.attributes, record.value, record.id)) {
      if (!claims.insert(claim).second) call.outcome.Fail(361, place.path);
    }
  }
  if (!call.outcome.ok()) {
    attribute->constraints = before;
    return;
  }
  ClaimAll(type);
  ReadType(call);
}

void Model::ChangeIndex(Call& call, bool has_index) {
  Attribute* const attribute =
      Changed(*call.type, call.operation.path, "attribute_name", call.outcome);
  if (attribute == nullptr) return;
  if (attribute->has_index == has_index || !attribute->is_scalar() || attribute->type == "json") {
    return call.outcome.Fail(200, "attribute_name");
  }
  attribute->has_index = has_index;
}

void Model::AddClient(Call& call) { clients_.insert({call.operation.value, call.operation.names}); }

void Model::DeleteClient(Call& call) {
  const auto client = clients_.find(call.operation.value);
  const auto is_owner = [](const std::vector<std::string>& features) {
    return std::count(features.begin(), features.end(), "owner") != 0;
  };
  const auto owners = std::count_if(clients_.begin(), clients_.end(),
                                    [&](const auto& each) { return is_owner(each.second); });
  if (client == clients_.end() || (is_owner(client->second) && owners == 1)) {
    return call.outcome.Fail(200, "client_id_for_deletion");
  }
  clients_.erase(client);
  for (auto& [name, type] : types_) {
    std::erase_if(type.access_schemas,
                  [&](const auto& each) { return each.first.first == call.operation.value; });
  }
}

void Model::SetFeatures(Call& call) {
  constexpr std::array<std::string_view, 6> kFeatures = {
      "owner", "access_issuer", "direct_read_access", "direct_access", "login_client", "metadata"};
  const std::vector<std::string>& features = call.operation.names;
  const auto client = clients_.find(call.operation.value);
  if (client == clients_.end()) return call.outcome.Fail(200, "for_client_id");
  for (const std::string& each : features) {
    const bool is_known = std::find(kFeatures.begin(), kFeatures.end(), each) != kFeatures.end();
    if (!is_known || (each == "login_client" && features.size() > 1)) {
      return call.outcome.Fail(200, "features");
    }
  }
  const bool stays_owner = std::find(features.begin(), features.end(), "owner") != features.end();
  if (call.operation.caller == call.operation.value && !stays_owner) {
    return call.outcome.Fail(200, "features");
  }
  client->second = features;
}

void Model::ListClients(Call& call) {
  for (const auto& [id, features] : clients_) {
    const bool has_all = std::all_of(call.operation.names.begin(), call.operation.names.end(),
                                     [&, &has = features](const std::string& each) {
                                       return std::find(has.begin(), has.end(), each) != has.end();
                                     });
    if (has_all) {
      absl::StrAppend(&call.outcome.answer, id, ": ", absl::StrJoin(features, " "), "\n");
    }
  }
}

void Model::SetAccessSchema(Call& call) {
  const Operation& operation = call.operation;
  if (operation.path != "read" && operation.path != "write") {
    return call.outcome.Fail(200, "access_type");
  }
  std::vector<std::string> paths;
  for (const std::string& name : operation.names) {
    const Place place = model::Find(call.type->attributes, NamesIn(name));
    if (place.attribute == nullptr) return call.outcome.Fail(223, place.path);
    paths.push_back(place.path);
  }
  if (clients_.count(operation.value) == 0) return call.outcome.Fail(200, "for_client_id");
  call.type->access_schemas.insert_or_assign({operation.value, operation.path}, Reach(paths));
  ReadAccessSchema(call, /*deletes=*/false);
}

void Model::ReadAccessSchema(Call& call, bool deletes) {
  const Operation& operation = call.operation;
  if (operation.path != "read" && operation.path != "write") {
    return call.outcome.Fail(200, "access_type");
  }
  if (clients_.count(operation.value) == 0) return call.outcome.Fail(200, "for_client_id");
  const auto found = call.type->access_schemas.find({operation.value, operation.path});
  if (deletes) {
    if (found != call.type->access_schemas.end()) call.type->access_schemas.erase(found);
    return;
  }
  const auto& features = clients_[operation.value];
  const bool is_login = std::count(features.begin(), features.end(), "login_client") != 0;
  const Reach nothing({});
  const Reach* reach = found == call.type->access_schemas.end() ? nullptr : &found->second;
  if (reach == nullptr && is_login && operation.path == "write") reach = &nothing;
  call.outcome.answer = TypeText(operation.type, Reached(call.type->attributes, reach, ""));
}

}  // namespace dossier::model
