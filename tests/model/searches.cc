// The calls on the records for which a filter holds.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/filter.h"
#include "model/model.h"
#include "model/value.h"

namespace dossier::model {
namespace {

std::vector<Attribute> AllAttributes(const EntityType& type) {
  std::vector<Attribute> all = ReservedAttributes();
  all.insert(all.end(), type.attributes.begin(), type.attributes.end());
  return all;
}

struct SortKey {
  const Attribute* attribute = nullptr;
  std::vector<std::string> names = {};
  bool is_descending = false;
};

// Nulls are after everything else.
int OrderBy(const SortKey& key, const Json& a, const Json& b) {
  const Json* left = &a;
  const Json* right = &b;
  for (const std::string& name : key.names) {
    left = left->Find(name);
    right = right->Find(name);
  }
  int order = static_cast<int>(IsNull(*left)) - static_cast<int>(IsNull(*right));
  if (!IsNull(*left) && !IsNull(*right)) order = Order(key.attribute->type, *left, *right);
  return key.is_descending ? -order : order;
}

std::vector<SortKey> ReadSortKeys(const std::vector<std::string>& sort_on,
                                  const std::vector<Attribute>& attributes, const Reach* readable,
                                  Outcome& outcome) {
  std::vector<SortKey> keys;
  for (const std::string& text : sort_on) {
    const bool is_descending = text.starts_with("-");
    SortKey key{nullptr, NamesIn(is_descending ? text.substr(1) : text), is_descending};
    const Place place = Find(attributes, key.names, readable);
    key.attribute = place.attribute;
    if (key.attribute == nullptr || place.is_in_plural || !key.attribute->is_scalar() ||
        key.attribute->type == "json") {
      outcome.Fail(200, "sort_on");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

struct Match {
  const Record* record;
  Json whole;
};

// By rising id.
std::vector<Match> Matches(const EntityType& type, const std::string& filter,
                           const std::vector<Attribute>& attributes, const Reach* readable,
                           Outcome& outcome) {
  std::vector<Match> matches;
  if (type.records.empty()) {  // mistakes are seen without records too
    Record nobody;
    nobody.value = UnsetObject(type.attributes);
    Holds(filter, attributes, nobody.Whole(), readable, outcome);
  }
  for (const auto& [id, record] : type.records) {
    Json whole = record.Whole();
    if (Holds(filter, attributes, whole, readable, outcome) && outcome.ok()) {
      matches.push_back({&record, std::move(whole)});
    }
  }
  return matches;
}

}  // namespace

void Model::FindRecords(Call& call) {
  const Operation& operation = call.operation;
  const std::vector<Attribute> attributes = AllAttributes(*call.type);
  std::vector<Match> matches =
      Matches(*call.type, operation.value, attributes, call.readable, call.outcome);
  const std::vector<SortKey> keys =
      ReadSortKeys(operation.sort_on, attributes, call.readable, call.outcome);
  std::vector<std::string> asked_for;
  for (const std::string& path : operation.names) {
    const Place place = model::Find(attributes, NamesIn(path), call.readable);
    if (place.attribute == nullptr) call.outcome.Fail(223, place.path);
    asked_for.push_back(place.path);
  }
  if (!call.outcome.ok()) return;
  std::stable_sort(matches.begin(), matches.end(), [&](const Match& a, const Match& b) {
    for (const SortKey& key : keys) {
      const int order = OrderBy(key, a.whole, b.whole);
      if (order != 0) return order < 0;
    }
    return false;
  });
  const Reach reach(asked_for);
  std::vector<std::string> shown;
  for (int64_t i = operation.first; i < static_cast<int64_t>(matches.size()); ++i) {
    if (static_cast<int64_t>(shown.size()) == operation.count) break;
    shown.push_back(ShownText(call, *matches[static_cast<size_t>(i)].record,
                              asked_for.empty() ? nullptr : &reach));
  }
  call.outcome.answer = absl::StrCat(shown.size(), " of ", operation.flag ? matches.size() : 0,
                                     " [", absl::StrJoin(shown, ","), "]");
}

void Model::Count(Call& call) {
  const std::vector<Match> matches = Matches(
      *call.type, call.operation.value, AllAttributes(*call.type), call.readable, call.outcome);
  if (call.outcome.ok()) call.outcome.answer = absl::StrCat(matches.size());
}

void Model::BulkDelete(Call& call) {
  EntityType& type = *call.type;
  MustReachAll(call);
  const std::vector<Match> matches =
      Matches(type, call.operation.value, AllAttributes(type), call.readable, call.outcome);
  if (!call.outcome.ok()) return;
  call.outcome.answer = absl::StrCat(call.operation.flag ? 0 : matches.size());
  if (call.operation.flag) return;
  for (const Match& match : matches) {
    const uint64_t id = match.record->id;
    type.Release(id);
    type.records.erase(id);
  }
}

void Model::Purge(Call& call) {
  MustReachAll(call);
  if (!call.outcome.ok() || call.operation.flag) return;
  call.type->records.clear();
  call.type->claims.clear();
}

void Model::MustReachAll(Call& call) const {
  for (const Attribute& attribute : call.type->attributes) {
    const std::string other = FirstOutOfReach(call.writable, attribute, "/" + attribute.name);
    if (!other.empty()) call.outcome.Fail(223, other);
  }
}

}  // namespace dossier::model
