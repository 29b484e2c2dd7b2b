// The members of objects and plurals, from JSON into the writer. Part of ChangedRecord, which walks
// the path and then leaves the value to this.
#ifndef DOSSIER_JSON_MEMBERS_H_
#define DOSSIER_JSON_MEMBERS_H_

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "json/change.h"
#include "json/scalar_in.h"

namespace dossier {

// What a name that is no attribute may mean depends on whose member it is.
enum class Level : uint8_t { kRoot, kObject, kNewElement, kElement };

// An object under change.
struct Place {
  Level level;
  bool is_new;      // what the value does not say is unset, not kept
  bool is_old;      // it, or what it is part of, was there before the change
  EntityId id = 0;  // of the element, where it has one already
};

// Copies the values of `old` but those whose position in `shape` is left out. Values of attributes
// that the type no longer has stay behind.
template <typename LeftOut>
void CopyOthers(const Shape& shape, const ObjectView& old, LeftOut left_out, Writer& writer) {
  size_t position = 0;
  for (size_t i = 0; i < old.count(); ++i) {
    const ValueView value = old[i];
    while (position < shape.size() && shape[position].number < value.number) ++position;
    if (position == shape.size()) return;
    if (shape[position].number == value.number && !left_out(position)) writer.AddCopy(value);
  }
}

// What a value says of a child of an object under change; kIgnored: what it says does not count.
enum : uint8_t { kNot, kIgnored, kNull, kSet };

// Whether null is no value of the attribute by its constraints; of an object, by those below it.
bool IsRequired(const Attribute& attribute);
// 362, at the first attribute that is missing with it.
absl::Status MissingRequired(const Attribute& attribute);

// Borrows all that it is made of, for one change.
class MemberWriter {
 public:
  // What the value says of each child of the objects under change, outermost first.
  using Given = std::vector<uint8_t>;

  MemberWriter(const Change& change, const RecordView* old, RecordHeader& header,
               const ChangeHooks& hooks, Writer& writer, Given& given)
      : change_(change),
        old_(old),
        header_(header),
        hooks_(hooks),
        writer_(writer),
        given_(given),
        rules_{change.argument, change.now, hooks.check, hooks.passwords} {}

  // The members of the record, of an object or of an element, from a value that must be an object.
  // `old`: what it was before the change, whatever of it stays.
  absl::Status Object(simdjson::ondemand::value value, const Shape& shape, const ObjectView& old,
                      const Place& place);

  // One attribute's value, null included.
  absl::Status Member(const Attribute& attribute, simdjson::ondemand::value value,
                      const ValueView& old, const Place& place);

  // Ends what was begun at `mark` as the value of `attribute`; without content it is no value.
  void EndObject(const Attribute& attribute, Writer::Mark mark);
  void EndPlural(const Attribute& attribute, Writer::Mark mark);

  absl::Status Malformed() const;

 private:
  using Value = simdjson::ondemand::value;
  using Type = simdjson::ondemand::json_type;
  using Merged = absl::InlinedVector<bool, 64>;  // which of a plural's old elements were given

  absl::Status Members(simdjson::ondemand::object json, const Shape& shape, const ObjectView& old,
                       const Place& place);
  absl::Status GivenMembers(simdjson::ondemand::object json, const Shape& shape,
                            const ObjectView& old, const Place& place);
  absl::Status GivenMember(const Attribute& attribute, Value value, uint8_t& given,
                           const ObjectView& old, const Place& place);
  absl::Status GivenTwice(std::string_view path) const;
  // Adds the scalar that `add` adds; a lenient change takes back one that does not count.
  template <typename Add>
  absl::Status Scalar(Add add);
  // OK where the change is lenient.
  absl::Status Forgiven(absl::Status mistake) const {
    if (mistake.ok() || hooks_.leniency == nullptr) return mistake;
    hooks_.leniency->is_over = true;
    return absl::OkStatus();
  }
  // Of an object or a plural: whether the caller may write some of what is below it, not all.
  bool IsPartlyForbidden(const Attribute& attribute) const {
    return change_.writable != nullptr && attribute.is_container() &&
           change_.writable->FirstOutside(*attribute.children) != nullptr;
  }
  absl::Status CheckRequired(const Shape& shape, size_t base) const;
  absl::Status NotGiven(const Shape& shape, const ObjectView& old, const Place& place);
  absl::Status KeepForbidden(const Shape& shape, const ObjectView& old);
  absl::Status Null(const Attribute& attribute, const ValueView& old, const Place& place);
  absl::StatusOr<bool> FillIn(const Attribute& attribute, const ValueView& old, bool is_old);
  absl::StatusOr<bool> FillInObject(const Attribute& attribute, const ObjectView& old, bool is_old);
  absl::Status TakeNull(Value value, bool& is_null) const;
  absl::Status GivenValue(const Attribute& attribute, Value value, const ValueView& old,
                          const Place& place);

  // What of `old` may matter to the object that comes to its place.
  ObjectView Known(const ObjectView& old, const Shape& shape) const {
    const bool matters =
        change_.mode == Mode::kUpdate || change_.writable != nullptr || !shape.ruled().empty();
    return matters ? old : ObjectView();
  }
  // What a value leaves standing of `old`.
  ObjectView Kept(const ObjectView& old) const {
    return change_.mode == Mode::kUpdate ? old : ObjectView();
  }

  absl::Status Plural(const Attribute& attribute, Value value, const PluralView& old);
  absl::Status Element(const Attribute& plural, Value value, const PluralView& old, Merged& merged);
  absl::Status TakeElementId(const Attribute& plural, simdjson::ondemand::object& object,
                             EntityId& id) const;
  absl::Status LookForId(simdjson::ondemand::object& object, const Attribute* plural,
                         std::optional<int64_t>& id) const;
  absl::StatusOr<EntityId> ImportedId(simdjson::ondemand::object& object, const Attribute* plural);
  absl::Status MergedElement(const Attribute& plural, simdjson::ondemand::object object,
                             const PluralView& old, EntityId id, Merged& merged);
  absl::Status BareElement(const Attribute& plural, Value value);

  absl::Status UnlistedMember(std::string_view key, Value value, const Shape& shape,
                              const Place& place, uint8_t& reserved_given);
  absl::Status RootMember(std::string_view key, Value value, const std::string& path);
  absl::Status ImportedMember(std::string_view key, Value value, const std::string& path);

  const Change& change_;
  const RecordView* old_;
  RecordHeader& header_;
  const ChangeHooks& hooks_;
  Writer& writer_;
  Given& given_;
  ScalarRules rules_;
  EntityId owner_ = 0;  // of an import: the id of the innermost element around, or of the record
};

template <typename Add>
absl::Status MemberWriter::Scalar(Add add) {
  if (hooks_.leniency == nullptr) return add();
  const Writer::End end = writer_.end();
  const absl::Status status = add();
  if (!status.ok() || !hooks_.leniency->Counts()) writer_.CutTo(end);
  return Forgiven(status);
}

}  // namespace dossier

#endif  // DOSSIER_JSON_MEMBERS_H_
