// What a write does to the bytes of a record: one function for create, update, replace and the
// deletion of an element, because they differ only in what they make of what the value does not say.
//
// | the value has               | create        | update                      | replace            |
// |-----------------------------|---------------|-----------------------------|--------------------|
// | no such attribute           | null          | kept                        | null               |
// | null                        | null          | null                        | null               |
// | a scalar                    | set           | set                         | set                |
// | an object                   | as given      | merged, by these rules      | as given           |
// | no such plural              | empty         | kept                        | empty              |
// | null for a plural           | empty         | empty                       | empty              |
// | an array                    | new elements  | new elements behind the old | new elements only  |
// | an element with an id of it | refused (320) | merged into that element    | the id is ignored  |
// | an element with another id  | refused (320) | refused (310)               | the id is ignored  |
// | json                        | as given      | as given, never merged      | as given           |
// | id, uuid, lastUpdated       | refused (1)   | equal, else 234             | equal, else 234    |
// | created                     | taken         | equal, else 234             | equal, else 234    |
// | a path to an element        |               | merged, its id stays        | as given, id stays |
// | a path to a plural, nothing |               | refused (2)                 | emptied            |
//
// An import is a create whose value may have what the engine gives else: id, uuid, created and
// lastUpdated of the record, and the ids of elements. An id must be larger than that of what it is in
// and no larger than kImportedIdMax (340).
//
// Null for an object is null for all its leaves, and its plurals empty. (1) 320 for the id, 234 for
// the others. (2) An empty value is no JSON (200), the empty string no array (341).
//
// What the caller may not write (Change::writable) stays as it was, wherever the table says null or
// empty, and is refused (223) as an attribute that does not exist where the value or the path names it.
// A plural of which some is not to be written keeps its elements: it is appended to, and its elements
// are merged into or rewritten one by one; what would take them away is refused (223).
//
// The first mistake in the order of the text is reported; JSON that does not parse comes before all.
// Source: the pages of entity.update and entity.replace, and the settled points of the specification.
#ifndef DOSSIER_JSON_CHANGE_H_
#define DOSSIER_JSON_CHANGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/shared_bytes.h"
#include "json/plain_passwords.h"
#include "record/path.h"
#include "record/view.h"
#include "record/writer.h"

namespace dossier {

enum class Mode : uint8_t { kCreate, kUpdate, kReplace, kImport };

// What the value of an import said of what the engine gives else.
struct GivenIds {
  bool id = false;  // of the record, as those that follow
  bool uuid = false;
  bool created = false;
  bool last_updated = false;
  std::vector<EntityId> all = {};  // of the record and its elements, in the order of the text
  EntityId max = 0;
};

// One change, as a caller asked for it.
struct Change {
  Mode mode = Mode::kUpdate;
  Path path = {};
  // JSON; nothing: the element that the path ends in is deleted.
  std::optional<std::string_view> value = std::nullopt;
  // The request parameter that carried the value; errors name it.
  std::string_view argument = "value";
  // Microseconds: what "now" in a date refers to.
  int64_t now = 0;
  // lastUpdated stays where it is.
  bool keeps_last_updated = false;
  // What the caller may write; null: all. With a set, a create may not set its `created` (234).
  const AttributeSet* writable = nullptr;
  // Of an import: is told what was given.
  GivenIds* given = nullptr;
};

// What the type asks of a text with a format or a length: OK, or the error to report.
using TextCheck = absl::Status (*)(const Attribute& attribute, std::string_view text);

// Draws the id of a new element: each call a larger one.
using NewId = absl::FunctionRef<absl::StatusOr<EntityId>()>;

// Of a change that goes on past its mistakes, to see what the values before them do: what is a
// mistake, and every scalar of the text that does not count, is as if null were given.
struct Leniency {
  size_t scalars_max = SIZE_MAX;  // how many scalars may count, from the beginning of the text
  size_t scalars = 0;             // how many did
  bool is_over = false;           // a mistake was met: no scalar behind it counts

  bool Counts() {
    is_over |= scalars == scalars_max;
    if (!is_over) ++scalars;
    return !is_over;
  }
};

// What a change asks of the rooms above.
struct ChangeHooks {
  TextCheck check;
  NewId new_id;
  // Where it lacks hashes after the walk, and where it is null, the record's bytes hold passwords
  // that match nothing.
  PlainPasswords* passwords = nullptr;
  Leniency* leniency = nullptr;  // null: the first mistake ends the change
  // Gets the delta (record/delta.h) from the old state to the new one, where that is worth it: then
  // the new state counts one more. Null: the new state is to be stored whole.
  std::string* delta = nullptr;
};

// The bytes of the record after `change`. `header` is what the new record's header shall say; a
// create may set its `created` from the value. `old` is null for a create.
// Errors: 200, 223, 234, 310, 320, 340 to 342, 360, 362, 363.
absl::StatusOr<SharedBytes> ChangedRecord(const RecordView* old, const Shape& shape,
                                          const Change& change, RecordHeader header,
                                          const ChangeHooks& hooks);

// The value of `attribute` (a scalar) that `json` stands for, alone in an object that is empty for
// null: how a selector's value is compared with stored ones. Text that is no JSON is taken as a
// string where the attribute is one. Errors: 200 on `argument`, 340 to 342.
absl::StatusOr<std::string> ScalarObject(const Attribute& attribute, std::string_view json,
                                         std::string_view argument, int64_t now);

}  // namespace dossier

#endif  // DOSSIER_JSON_CHANGE_H_
