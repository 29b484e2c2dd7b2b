// What the value of an import has that the engine gives else: ids, and members of the record.
#include <algorithm>

#include "base/errors.h"
#include "base/status.h"
#include "base/time_text.h"
#include "dossier/limits.h"
#include "json/members.h"

namespace dossier {

// The id that the object of the record (`plural` null) or of an element has, or a new one.
absl::StatusOr<EntityId> MemberWriter::ImportedId(simdjson::ondemand::object& object,
                                                  const Attribute* plural) {
  std::optional<int64_t> given;
  DOSSIER_RETURN_IF_ERROR(LookForId(object, plural, given));
  if (!given) return plural == nullptr && header_.id != 0 ? header_.id : hooks_.new_id();
  const auto id = static_cast<EntityId>(*given);
  if (*given <= 0 || id <= owner_ || id > kImportedIdMax) {
    return errors::InvalidDataFormat(PathOf(plural, "id"),
                                     "a number above the id of what it is in, and below 2^53");
  }
  GivenIds& ids = *change_.given;
  ids.id |= plural == nullptr;
  ids.all.push_back(id);
  ids.max = std::max(ids.max, id);
  return id;
}

// Of the members of the record; its id was taken before.
absl::Status MemberWriter::ImportedMember(std::string_view key, Value value,
                                          const std::string& path) {
  if (key == "id") return PassOver(value) ? absl::OkStatus() : Malformed();
  if (key == "parent_id") return errors::ReservedAttribute(path);
  std::string_view text;
  if (value.get_string().get(text)) return errors::InvalidJsonType(path, "a string");
  if (key == "uuid") {
    const std::optional<Uuid> uuid = Uuid::Parse(text);
    if (!uuid) return errors::InvalidDataFormat(path, "a uuid of 36 characters");
    change_.given->uuid = true;
    header_.uuid = *uuid;
    return absl::OkStatus();
  }
  const std::optional<int64_t> micros = ParseDateTime(text, change_.now);
  if (!micros) return errors::InvalidDateTime(path);
  const bool is_created = key == "created";
  (is_created ? change_.given->created : change_.given->last_updated) = true;
  (is_created ? header_.created : header_.last_updated) = *micros;
  return absl::OkStatus();
}

}  // namespace dossier
