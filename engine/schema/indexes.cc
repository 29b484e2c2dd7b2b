#include "schema/indexes.h"

#include <algorithm>
#include <limits>

namespace dossier {
namespace {

constexpr std::string_view kBuilding = "building";
constexpr std::string_view kReady = "ready";

// Nothing where the member is missing or no number of that size above 0.
template <typename T>
std::optional<T> Number(const JsonValue& stored, std::string_view member) {
  const JsonValue* value = stored.Find(member);
  if (value == nullptr || value->integer() == nullptr) return std::nullopt;
  const int64_t number = *value->integer();
  if (number < 1 || number > int64_t{std::numeric_limits<T>::max()}) return std::nullopt;
  return static_cast<T>(number);
}

}  // namespace

bool Index::is_in_plural() const {
  return std::any_of(way.begin(), way.end(),
                     [](const Attribute* attribute) { return attribute->kind == Kind::kPlural; });
}

IndexList IndexesOfTimes(uint32_t since, bool is_ready) {
  return {{.number = kCreatedNumber, .since = since, .is_ready = is_ready},
          {.number = kLastUpdatedNumber, .since = since, .is_ready = is_ready}};
}

IndexList IndexesOf(const IndexList& indexes, const Shape& root) {
  IndexList left;
  for (Index index : indexes) {
    index.way.clear();
    if (index.number >= kFirstFreeNumber) {
      const Attribute* attribute = FindNumber(root, index.number);
      if (attribute == nullptr || !attribute->is_comparable()) continue;
      for (; attribute != nullptr; attribute = attribute->parent) index.way.push_back(attribute);
      std::reverse(index.way.begin(), index.way.end());
    }
    left.push_back(std::move(index));
  }
  return left;
}

const Index* FindIndex(const IndexList& indexes, AttributeNumber number) {
  const auto found = std::find_if(indexes.begin(), indexes.end(),
                                  [&](const Index& index) { return index.number == number; });
  return found == indexes.end() ? nullptr : &*found;
}

std::string PathOf(const Index& index) {
  if (!index.is_of_time()) return PathOf(*index.way.back());
  return index.number == kCreatedNumber ? "/created" : "/lastUpdated";
}

JsonValue StoredForm(const Index& index) {
  return JsonValue::Object{{"number", int64_t{index.number}},
                           {"since", int64_t{index.since}},
                           {"state", std::string(index.is_ready ? kReady : kBuilding)}};
}

std::optional<Index> LoadIndex(const JsonValue& stored) {
  const auto number = Number<AttributeNumber>(stored, "number");
  const auto since = Number<uint32_t>(stored, "since");
  const JsonValue* state = stored.Find("state");
  if (!number || !since || state == nullptr || state->string() == nullptr) return std::nullopt;
  const bool is_of_time = *number == kCreatedNumber || *number == kLastUpdatedNumber;
  const bool is_ready = *state->string() == kReady;
  if (*number < kFirstFreeNumber && !is_of_time) return std::nullopt;
  if (!is_ready && *state->string() != kBuilding) return std::nullopt;
  return Index{.number = *number, .since = *since, .is_ready = is_ready};
}

}  // namespace dossier
