#include "query/sort.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "filter/filter_match.h"
#include "filter/order.h"
#include "record/path.h"
#include "record/unverified.h"

namespace dossier {
namespace {

absl::StatusOr<SortKey> ParseSortKey(std::string_view text, const Shape& root,
                                     const AttributeSet* readable) {
  const bool is_falling = text.starts_with('-');
  if (is_falling) text.remove_prefix(1);
  std::optional<AttributePath> path = FindAttributePath(text, root, readable);
  if (!path) {
    return errors::InvalidArgument("sort_on",
                                   absl::StrCat("Unknown attribute (", ToAbsl(text), ")"));
  }
  if (IsInPlural(*path) || !path->back()->is_comparable()) {
    return errors::InvalidArgument("sort_on",
                                   absl::StrCat(ToText(*path), " has no single value to sort by"));
  }
  return SortKey{*std::move(path), is_falling};
}

bool IsById(const SortKey& key) { return key.path.back()->number == kIdNumber; }

// Null values have none of `at`; nothing where the record is damaged.
std::optional<ValueView> ValueOf(const RecordView& record, const AttributePath& path,
                                 ReservedRoom& room) {
  if (IsReserved(*path.back())) return ReservedValue(record, path.back()->number, room);
  std::optional<UnverifiedObject> object =
      UnverifiedObject::At(record.bytes().substr(format::kHeaderSize));
  std::optional<ValueView> value;
  for (const Attribute* step : path) {
    if (value) object = object->ObjectOf(*value);
    if (!object) return std::nullopt;
    value = object->Find(*step);
    if (!value) return std::nullopt;
  }
  return value;
}

}  // namespace

absl::StatusOr<SortKeys> ParseSortOn(const std::vector<std::string>& texts, const Shape& root,
                                     const AttributeSet* readable) {
  if (texts.size() > kSortKeysMax) {
    return errors::InvalidArgument("sort_on",
                                   absl::StrCat("it has more than ", kSortKeysMax, " attributes"));
  }
  SortKeys keys;
  for (const std::string& text : texts) {
    DOSSIER_ASSIGN_OR_RETURN(SortKey key, ParseSortKey(text, root, readable));
    const bool is_alike = std::any_of(keys.begin(), keys.end(), [&](const SortKey& other) {
      return IsById(other) || other.path == key.path;
    });
    if (!is_alike) keys.push_back(std::move(key));
  }
  if (keys.size() > 1 && IsById(keys.back()) && !keys.back().is_falling) keys.pop_back();
  return keys;
}

absl::Status AppendPosition(const SortKeys& keys, const RecordView& record, std::string& out) {
  for (const auto& [path, is_falling] : keys) {
    ReservedRoom room;
    const std::optional<ValueView> value = ValueOf(record, path, room);
    if (!value) return DamagedRecord(record.type(), record.id(), "its structure is broken");
    const size_t begin = out.size();
    AppendPlace(*value, out);
    for (size_t i = begin; is_falling && i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
  }
  AppendBig(out, record.id());
  return absl::OkStatus();
}

EntityId IdOfPosition(std::string_view position) {
  return LoadBig<EntityId>(position.data() + position.size() - sizeof(EntityId));
}

}  // namespace dossier
