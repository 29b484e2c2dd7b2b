#include "record/change.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/time_text.h"
#include "dossier/limits.h"
#include "record/scalar_in.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;
using format::Tag;
using ondemand::json_type;

// What a name that is no attribute may mean depends on whose member it is.
enum class Level : uint8_t { kRoot, kObject, kNewElement, kElement };

// An object under change.
struct Place {
  Level level;
  bool is_new;       // what the value does not say is unset, not kept
  EntityId id = 0;   // of the element, where it has one already
};

// What a change needs and the next one can use again.
struct Scratch {
  ondemand::parser parser;
  std::string json;            // the value between brackets, with simdjson's padding behind it
  Writer writer;
  std::vector<uint8_t> given;  // of the objects under change, outermost first: a Given a child
};

// A large value must not keep its memory for as long as the thread lives.
constexpr size_t kScratchBytesMax = 1u << 20;

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  if (scratch.json.capacity() > kScratchBytesMax ||
      scratch.writer.bytes().capacity() > kScratchBytesMax) {
    scratch = Scratch();
  }
  scratch.writer.Clear();
  scratch.given.clear();
  return scratch;
}

// What the value says of an attribute.
enum Given : uint8_t { kNot, kNull, kSet };

// Puts the text between brackets, so that a scalar is read like any other value. Returns how many of
// the buffer's bytes are JSON.
size_t Bracket(std::string_view json, std::string& padded) {
  padded.assign("[");
  padded += json;
  padded += ']';
  const size_t size = padded.size();
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  return size;
}

const Attribute& FirstRequired(const Attribute& attribute) {
  if (attribute.kind != Kind::kObject) return attribute;
  return FirstRequired((*attribute.children)[attribute.children->required().front()]);
}

bool IsRequired(const Attribute& attribute) {
  return attribute.required ||
         (attribute.kind == Kind::kObject && !attribute.children->required().empty());
}

class Changer {
 public:
  Changer(const Change& change, const RecordView* old, RecordHeader& header, const ScalarRules& rules,
          NewId new_id)
      : scratch_(ThreadScratch()), writer_(scratch_.writer), given_(scratch_.given),
        change_(change), old_(old), header_(header), rules_(rules), new_id_(new_id) {}

  // Leaves the record's bytes in the writer, the header's place empty.
  absl::Status Run(const Shape& root) {
    writer_.bytes().append(format::kHeaderSize, '\0');
    if (!change_.value) return Write(root, nullptr);
    const std::string_view json = EffectiveJson();
    const absl::Status status = WriteValue(root, json);
    // The walk stops at the first mistake; whether the rest of the text is JSON comes before it.
    if (!status.ok() && !IsJson(json)) return Malformed();
    return status;
  }

  std::string& bytes() { return writer_.bytes(); }

 private:
  absl::Status Malformed() const { return errors::MalformedJson(change_.argument); }

  // Source: the page of entity.replace empties a plural by an empty value.
  std::string_view EffectiveJson() const {
    const bool is_empty = *change_.value == "" || *change_.value == "\"\"";
    const bool empties = is_empty && change_.mode == Mode::kReplace && !change_.path.is_root() &&
                         change_.path.back().attribute->kind == Kind::kPlural &&
                         change_.path.back().element == 0;
    return empties ? "null" : *change_.value;
  }

  bool IsJson(std::string_view json) {
    const size_t size = Bracket(json, scratch_.json);
    return CheckJson({scratch_.json.data() + 1, size - 2}) == WellFormed::kYes;
  }

  absl::Status WriteValue(const Shape& root, std::string_view json) {
    const size_t size = Bracket(json, scratch_.json);
    ondemand::document document;
    ondemand::array values;
    if (scratch_.parser.iterate(scratch_.json.data(), size, scratch_.json.size()).get(document) ||
        document.get_array().get(values)) {
      return Malformed();
    }
    size_t count = 0;
    for (auto result : values) {
      ondemand::value value;
      if (std::move(result).get(value) || ++count > 1) return Malformed();
      DOSSIER_RETURN_IF_ERROR(Write(root, &value));
    }
    const bool is_whole = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    return count == 1 && is_whole ? absl::OkStatus() : Malformed();
  }

  absl::Status Write(const Shape& root, ondemand::value* value) {
    const ObjectView old = old_ == nullptr ? ObjectView() : old_->root();
    const Writer::Mark mark = writer_.BeginObject();
    if (change_.path.is_root()) {
      DOSSIER_RETURN_IF_ERROR(
          Element(*value, "", root, Kept(old), {Level::kRoot, change_.mode != Mode::kUpdate}));
    } else {
      DOSSIER_RETURN_IF_ERROR(Descend(root, old, 0, value));
    }
    writer_.EndObject(mark);
    return absl::OkStatus();
  }

  // What a value leaves standing.
  ObjectView Kept(const ObjectView& old) const {
    return change_.mode == Mode::kUpdate ? old : ObjectView();
  }

  // --- Along the path: everything but the step stays -------------------------------------------

  absl::Status Descend(const Shape& shape, const ObjectView& old, size_t depth,
                       ondemand::value* value) {
    const Step& step = change_.path[depth];
    const Attribute& attribute = *step.attribute;
    if (IsReserved(attribute)) return errors::ReservedAttribute(PathOf(attribute));
    CopyOthers(shape, old, [&](size_t position) { return &shape[position] == &attribute; });
    const ValueView old_value = old.Find(attribute.number);
    const bool is_last = depth + 1 == change_.path.size();
    if (step.element != 0) return DescendToElement(step, old_value.plural(), depth, value);
    if (is_last) return Member(attribute, *value, old_value, change_.mode != Mode::kUpdate);
    const Writer::Mark mark = writer_.BeginObject();
    DOSSIER_RETURN_IF_ERROR(Descend(*attribute.children, old_value.object(), depth + 1, value));
    EndNestedObject(attribute, mark);
    return absl::OkStatus();
  }

  absl::Status DescendToElement(const Step& step, const PluralView& old, size_t depth,
                                ondemand::value* value) {
    const size_t position = old.Find(step.element);
    if (position == old.count()) return errors::ElementNotFound(ToText(change_.path));
    const Shape& shape = *step.attribute->children;
    const Writer::Mark plural = writer_.BeginPlural();
    for (size_t i = 0; i < old.count(); ++i) {
      if (i != position) {
        writer_.AddElementCopy(old.id(i), old.element(i));
        continue;
      }
      const bool is_last = depth + 1 == change_.path.size();
      if (is_last && value == nullptr) continue;  // deleted
      const Writer::Mark mark = writer_.BeginObject();
      if (is_last) {
        const Place place{Level::kElement, change_.mode != Mode::kUpdate, step.element};
        DOSSIER_RETURN_IF_ERROR(
            Element(*value, ToText(change_.path), shape, Kept(old.element(i)), place));
      } else {
        DOSSIER_RETURN_IF_ERROR(Descend(shape, old.element(i), depth + 1, value));
      }
      writer_.EndObject(mark);
      writer_.AddElement(step.element, mark.begin);
    }
    EndNestedPlural(*step.attribute, plural);
    return absl::OkStatus();
  }

  // --- Objects ---------------------------------------------------------------------------------

  // The members of the record or of an element, from a value that must be an object.
  absl::Status Element(ondemand::value value, std::string_view path, const Shape& shape,
                       const ObjectView& old, const Place& place) {
    json_type type;
    if (value.type().get(type)) return Malformed();
    if (type != json_type::object) {
      if (path.empty()) return errors::InvalidJsonType("/", "an object");
      return errors::InvalidJsonType(path, "an object");
    }
    ondemand::object object;
    if (value.get_object().get(object)) return Malformed();
    return Members(object, shape, old, place);
  }

  // The members that `json` gives, then those of `old` that it does not name.
  absl::Status Members(ondemand::object json, const Shape& shape, const ObjectView& old,
                       const Place& place) {
    const size_t base = given_.size();
    given_.resize(base + shape.size(), kNot);
    DOSSIER_RETURN_IF_ERROR(GivenMembers(json, shape, old, place));
    CopyOthers(shape, old, [&](size_t position) { return given_[base + position] != kNot; });
    if (place.is_new) DOSSIER_RETURN_IF_ERROR(CheckRequired(shape, base));
    given_.resize(base);
    return absl::OkStatus();
  }

  absl::Status GivenMembers(ondemand::object json, const Shape& shape, const ObjectView& old,
                            const Place& place) {
    const size_t base = given_.size() - shape.size();
    size_t hint = 0;
    for (auto result : json) {
      ondemand::field field;
      std::string_view key;
      if (std::move(result).get(field) || field.unescaped_key().get(key)) return Malformed();
      const int position = shape.Find(key, hint);
      if (position < 0) {
        DOSSIER_RETURN_IF_ERROR(UnlistedMember(key, field.value(), shape, place));
        continue;
      }
      hint = static_cast<size_t>(position) + 1;
      const Attribute& attribute = shape[hint - 1];
      if (given_[base + hint - 1] != kNot) {
        return errors::InvalidArgument(
            change_.argument, absl::StrCat("the attribute ", PathOf(attribute), " is given twice"));
      }
      bool is_null = false;
      DOSSIER_RETURN_IF_ERROR(TakeNull(field.value(), is_null));
      given_[base + hint - 1] = is_null ? kNull : kSet;
      if (is_null) {
        if (IsRequired(attribute)) return MissingRequired(attribute);
        continue;
      }
      const ValueView old_value =
          attribute.is_container() ? old.Find(attribute.number) : ValueView();
      DOSSIER_RETURN_IF_ERROR(GivenValue(attribute, field.value(), old_value, place.is_new));
    }
    return absl::OkStatus();
  }

  absl::Status TakeNull(ondemand::value value, bool& is_null) {
    json_type type;
    if (value.type().get(type)) return Malformed();
    is_null = type == json_type::null;
    if (is_null && !value.is_null().value_unsafe()) return Malformed();
    return absl::OkStatus();
  }

  absl::Status MissingRequired(const Attribute& attribute) const {
    return errors::MissingRequiredAttribute(PathOf(FirstRequired(attribute)));
  }

  absl::Status CheckRequired(const Shape& shape, size_t base) const {
    for (const uint16_t position : shape.required()) {
      if (given_[base + position] == kNot) return MissingRequired(shape[position]);
    }
    return absl::OkStatus();
  }

  // Copies the values of `old` but those whose position in `shape` is left out. Values of attributes
  // that the type no longer has stay behind.
  template <typename LeftOut>
  void CopyOthers(const Shape& shape, const ObjectView& old, LeftOut left_out) {
    size_t position = 0;
    for (size_t i = 0; i < old.count(); ++i) {
      const ValueView value = old[i];
      while (position < shape.size() && shape[position].number < value.number) ++position;
      if (position == shape.size()) return;
      if (shape[position].number == value.number && !left_out(position)) writer_.AddCopy(value);
    }
  }

  // One attribute's value, null included.
  absl::Status Member(const Attribute& attribute, ondemand::value value, const ValueView& old,
                      bool is_new) {
    bool is_null = false;
    DOSSIER_RETURN_IF_ERROR(TakeNull(value, is_null));
    if (!is_null) return GivenValue(attribute, value, old, is_new);
    return IsRequired(attribute) ? MissingRequired(attribute) : absl::OkStatus();
  }

  absl::Status GivenValue(const Attribute& attribute, ondemand::value value, const ValueView& old,
                          bool is_new) {
    if (attribute.kind == Kind::kPlural) {
      return Plural(attribute, value, change_.mode == Mode::kUpdate ? old.plural() : PluralView());
    }
    if (attribute.kind != Kind::kObject) return AddScalar(attribute, value, rules_, writer_);
    const Writer::Mark mark = writer_.BeginObject();
    DOSSIER_RETURN_IF_ERROR(Element(value, PathOf(attribute), *attribute.children,
                                    Kept(old.object()), {Level::kObject, is_new}));
    EndNestedObject(attribute, mark);
    return absl::OkStatus();
  }

  void EndNestedObject(const Attribute& attribute, Writer::Mark mark) {
    if (writer_.IsEmptyObject(mark)) return writer_.Drop(mark);
    writer_.EndObject(mark);
    writer_.AddNested(attribute.number, Tag::kObject, mark.begin);
  }

  // --- Plurals ---------------------------------------------------------------------------------

  absl::Status Plural(const Attribute& attribute, ondemand::value value, const PluralView& old) {
    json_type type;
    ondemand::array array;
    if (value.type().get(type)) return Malformed();
    if (type != json_type::array) return errors::InvalidJsonType(PathOf(attribute), "an array");
    if (value.get_array().get(array)) return Malformed();
    const Writer::Mark mark = writer_.BeginPlural();
    absl::InlinedVector<EntityId, 4> merged;
    for (auto result : array) {
      ondemand::value element;
      if (std::move(result).get(element) || element.type().get(type)) return Malformed();
      EntityId id = 0;
      if (type == json_type::object && change_.mode == Mode::kUpdate) {
        DOSSIER_RETURN_IF_ERROR(TakeElementId(attribute, element, id));
      }
      if (id == 0) {
        DOSSIER_RETURN_IF_ERROR(NewElement(attribute, element, type));
      } else {
        DOSSIER_RETURN_IF_ERROR(MergedElement(attribute, element, old, id, merged));
      }
    }
    for (size_t i = 0; i < old.count(); ++i) {
      if (std::find(merged.begin(), merged.end(), old.id(i)) == merged.end()) {
        writer_.AddElementCopy(old.id(i), old.element(i));
      }
    }
    EndNestedPlural(attribute, mark);
    return absl::OkStatus();
  }

  // Looks ahead for the id in an element's object; 0 where it has none. The object is read again
  // from its start afterwards.
  absl::Status TakeElementId(const Attribute& plural, ondemand::value& element, EntityId& id) {
    ondemand::object object;
    ondemand::value found;
    if (element.get_object().get(object)) return Malformed();
    const simdjson::error_code error = object.find_field_unordered("id").get(found);
    if (error == simdjson::SUCCESS) {
      bool is_null = false;
      DOSSIER_RETURN_IF_ERROR(TakeNull(found, is_null));
      const std::optional<int64_t> integer = is_null ? 0 : IntegerOf(found);
      if (!integer) return errors::InvalidJsonType(PathOf(&plural, "id"), "a number");
      if (!is_null && *integer <= 0) return errors::ElementNotFound(ElementPath(plural, *integer));
      id = static_cast<EntityId>(*integer);
    } else if (error != simdjson::NO_SUCH_FIELD) {
      return Malformed();
    }
    return object.reset().error() ? Malformed() : absl::OkStatus();
  }

  static std::string ElementPath(const Attribute& plural, int64_t id) {
    return absl::StrCat(PathOf(plural), "#", id);
  }

  absl::Status MergedElement(const Attribute& plural, ondemand::value value, const PluralView& old,
                             EntityId id, absl::InlinedVector<EntityId, 4>& merged) {
    const std::string path = ElementPath(plural, static_cast<int64_t>(id));
    const size_t position = old.Find(id);
    if (position == old.count()) return errors::ElementNotFound(path);
    if (std::find(merged.begin(), merged.end(), id) != merged.end()) {
      return errors::InvalidArgument(change_.argument,
                                     absl::StrCat("the element ", path, " is given twice"));
    }
    merged.push_back(id);
    const Writer::Mark mark = writer_.BeginObject();
    DOSSIER_RETURN_IF_ERROR(Element(value, path, *plural.children, old.element(position),
                                    {Level::kElement, /*is_new=*/false, id}));
    writer_.EndObject(mark);
    writer_.AddElement(id, mark.begin);
    return absl::OkStatus();
  }

  absl::Status NewElement(const Attribute& plural, ondemand::value value, json_type type) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityId id, new_id_());
    const Shape& shape = *plural.children;
    const Writer::Mark mark = writer_.BeginObject();
    if (type == json_type::string && shape.is_single_string()) {
      DOSSIER_RETURN_IF_ERROR(AddScalar(shape[0], value, rules_, writer_));
    } else {
      DOSSIER_RETURN_IF_ERROR(Element(value, PathOf(plural), shape, ObjectView(),
                                      {Level::kNewElement, /*is_new=*/true}));
    }
    writer_.EndObject(mark);
    writer_.AddElement(id, mark.begin);
    return absl::OkStatus();
  }

  void EndNestedPlural(const Attribute& attribute, Writer::Mark mark) {
    if (writer_.ElementCount(mark) == 0) return writer_.Drop(mark);
    writer_.EndPlural(mark);
    writer_.AddNested(attribute.number, Tag::kPlural, mark.begin);
  }

  // --- Names that are no attribute -------------------------------------------------------------

  absl::Status UnlistedMember(std::string_view key, ondemand::value value, const Shape& shape,
                              const Place& place) {
    const std::string path = PathOf(shape.parent(), key);
    const bool is_reserved = place.level == Level::kRoot
                                 ? ReservedAttributeNamed(key) != nullptr || key == "parent_id"
                                 : place.level != Level::kObject && key == "id";
    if (!is_reserved) return errors::UnknownAttribute(path);
    bool is_null = false;
    DOSSIER_RETURN_IF_ERROR(TakeNull(value, is_null));
    if (is_null) return absl::OkStatus();
    if (place.level == Level::kRoot) return RootMember(key, value, path);
    if (place.level == Level::kElement) {
      return IntegerOf(value) == static_cast<int64_t>(place.id) ? absl::OkStatus()
                                                                : errors::ReservedAttribute(path);
    }
    if (change_.mode != Mode::kReplace) return errors::IdInNewRecord(path);
    return IntegerOf(value) ? absl::OkStatus() : errors::InvalidJsonType(path, "a number");
  }

  // A reserved attribute of the record: free to be told again, not to be changed.
  absl::Status RootMember(std::string_view key, ondemand::value value, const std::string& path) {
    const bool is_create = change_.mode == Mode::kCreate;
    if (is_create && key == "id") return errors::IdInNewRecord(path);
    if (key == "id") {
      return IntegerOf(value) == static_cast<int64_t>(header_.id) ? absl::OkStatus()
                                                                  : errors::ReservedAttribute(path);
    }
    std::string_view text;
    if (value.get_string().get(text)) return errors::InvalidJsonType(path, "a string");
    if (key == "uuid" && !is_create && Uuid::Parse(text) == header_.uuid) return absl::OkStatus();
    if (key != "created" && (key != "lastUpdated" || is_create)) {
      return errors::ReservedAttribute(path);
    }
    const std::optional<int64_t> micros = ParseDateTime(text, change_.now);
    if (!micros) return errors::InvalidDateTime(path);
    if (is_create) header_.created = *micros;
    const int64_t stored = key == "created" ? header_.created : old_->last_updated();
    return *micros == stored ? absl::OkStatus() : errors::ReservedAttribute(path);
  }

  Scratch& scratch_;
  Writer& writer_;
  std::vector<uint8_t>& given_;
  const Change& change_;
  const RecordView* old_;
  RecordHeader& header_;
  const ScalarRules& rules_;
  NewId new_id_;
};

}  // namespace

absl::StatusOr<std::string> ChangedRecord(const RecordView* old, const Shape& shape,
                                          const Change& change, RecordHeader header,
                                          TextCheck check, NewId new_id) {
  const ScalarRules rules{change.argument, change.now, check};
  Changer changer(change, old, header, rules, new_id);
  DOSSIER_RETURN_IF_ERROR(changer.Run(shape));
  if (changer.bytes().size() > kRecordBytesMax) {
    return errors::InvalidArgument(change.argument, "the record would pass 64 MB");
  }
  SealRecord(header, changer.bytes());
  return std::string(changer.bytes());
}

absl::StatusOr<std::string> ScalarObject(const Attribute& attribute, std::string_view json,
                                         std::string_view argument, int64_t now) {
  Scratch& scratch = ThreadScratch();
  const ScalarRules rules{argument, now, nullptr};
  const size_t size = Bracket(json, scratch.json);
  const Writer::Mark mark = scratch.writer.BeginObject();
  absl::Status status;
  if (CheckJson({scratch.json.data() + 1, size - 2}) == WellFormed::kYes) {
    ondemand::document document;
    ondemand::value value;
    if (scratch.parser.iterate(scratch.json.data(), size, scratch.json.size()).get(document) ||
        document.get_array().at(0).get(value)) {
      return errors::MalformedJson(argument);
    }
    status = AddScalar(attribute, value, rules, scratch.writer);
  } else if (attribute.kind == Kind::kString) {
    status = AddString(attribute, json, rules, scratch.writer);
  } else {
    status = errors::MalformedJson(argument);
  }
  DOSSIER_RETURN_IF_ERROR(status);
  scratch.writer.EndObject(mark);
  return std::string(scratch.writer.bytes());
}

}  // namespace dossier
