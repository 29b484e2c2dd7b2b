#include "json/members.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/digits.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"

namespace dossier {

namespace ondemand = simdjson::ondemand;
using format::Tag;

namespace {

const Attribute& FirstRequired(const Attribute& attribute) {
  if (attribute.kind != Kind::kObject) return attribute;
  return FirstRequired((*attribute.children)[attribute.children->required().front()]);
}

bool IgnoresUpdates(const Attribute& attribute) {
  return attribute.rules != nullptr && attribute.rules->ignores_updates;
}

std::string ElementPath(const Attribute& plural, auto id) {
  return WithElement(PathOf(plural), id);
}

// Whether `key`, raw and with a quote behind it, spells the name `id` with or without escapes. Not by
// unescaping it: simdjson has memory for each string once, and the object is read again.
bool IsId(const char* key) {
  for (const char letter : {'i', 'd'}) {
    if (*key == letter) {
      ++key;
      continue;
    }
    // The padding behind the text allows to look this far.
    constexpr std::string_view kEscape = "\\u00";
    if (std::string_view(key, kEscape.size()) != kEscape) return false;
    key += kEscape.size();
    if (HexDigitOf(key[0]) << 4 != (letter & 0xf0) || HexDigitOf(key[1]) != (letter & 0x0f)) {
      return false;
    }
    key += 2;
  }
  return *key == '"';
}

// The members beside the attributes of the type, each a bit of what was given: those of a record,
// and the id of an element.
uint8_t ReservedBit(std::string_view key, Level level) {
  if (key == "id") return level == Level::kObject ? 0 : 1;
  if (level != Level::kRoot) return 0;
  uint8_t bit = 2;
  for (const std::string_view name : {"uuid", "created", "lastUpdated", "parent_id"}) {
    if (key == name) return bit;
    bit = static_cast<uint8_t>(bit << 1);
  }
  return 0;
}

// Of the object that is under change.
std::string PathOf(const Shape& shape, const Place& place) {
  if (shape.parent() == nullptr) return "/";
  return place.id == 0 ? PathOf(*shape.parent()) : ElementPath(*shape.parent(), place.id);
}

}  // namespace

bool IsRequired(const Attribute& attribute) {
  return attribute.required ||
         (attribute.kind == Kind::kObject && !attribute.children->required().empty());
}

absl::Status MissingRequired(const Attribute& attribute) {
  return errors::MissingRequiredAttribute(PathOf(FirstRequired(attribute)));
}

absl::Status MemberWriter::Malformed() const { return errors::MalformedJson(change_.argument); }

absl::Status MemberWriter::Object(Value value, const Shape& shape, const ObjectView& old,
                                  const Place& place) {
  Type type;
  if (value.type().get(type)) return Malformed();
  if (type != Type::object) return errors::InvalidJsonType(PathOf(shape, place), "an object");
  ondemand::object object;
  if (value.get_object().get(object)) return Malformed();
  if (change_.mode == Mode::kImport && place.level == Level::kRoot) {
    DOSSIER_ASSIGN_OR_RETURN(header_.id, ImportedId(object, /*plural=*/nullptr));
    owner_ = header_.id;
  }
  return Members(object, shape, Known(old, shape), place);
}

// The members that `json` gives, then those of `old` that it does not name.
absl::Status MemberWriter::Members(ondemand::object json, const Shape& shape, const ObjectView& old,
                                   const Place& place) {
  const size_t base = given_.size();
  given_.resize(base + shape.size(), kNot);
  DOSSIER_RETURN_IF_ERROR(GivenMembers(json, shape, old, place));
  CopyOthers(
      shape, Kept(old), [&](size_t position) { return given_[base + position] > kIgnored; },
      writer_);
  if (place.is_new) DOSSIER_RETURN_IF_ERROR(NotGiven(shape, old, place));
  given_.resize(base);
  return absl::OkStatus();
}

absl::Status MemberWriter::GivenMembers(ondemand::object json, const Shape& shape,
                                        const ObjectView& old, const Place& place) {
  const size_t base = given_.size() - shape.size();
  uint8_t reserved_given = 0;
  size_t next = 0;  // JSON tends to come in the order of the type: this child is tried first
  for (auto result : json) {
    ondemand::field field;
    if (std::move(result).get(field)) return Malformed();
    if (next == shape.size() || !field.key().unsafe_is_equal(shape[next].name)) {
      std::string_view key;
      if (field.unescaped_key().get(key)) return Malformed();
      const int position = shape.Find(key);
      if (position < 0) {
        DOSSIER_RETURN_IF_ERROR(
            Forgiven(UnlistedMember(key, field.value(), shape, place, reserved_given)));
        continue;
      }
      next = static_cast<size_t>(position);
    }
    const Attribute& attribute = shape[next];
    uint8_t& given = given_[base + next++];
    DOSSIER_RETURN_IF_ERROR(Forgiven(Allows(change_.writable, attribute)
                                         ? GivenMember(attribute, field.value(), given, old, place)
                                         : errors::UnknownAttribute(PathOf(attribute))));
  }
  return absl::OkStatus();
}

absl::Status MemberWriter::GivenMember(const Attribute& attribute, Value value, uint8_t& given,
                                       const ObjectView& old, const Place& place) {
  if (given != kNot) return GivenTwice(PathOf(attribute));
  if (IgnoresUpdates(attribute) && place.is_old) {
    given = kIgnored;
    return PassOver(value) ? absl::OkStatus() : Malformed();
  }
  bool is_null = false;
  DOSSIER_RETURN_IF_ERROR(TakeNull(value, is_null));
  given = is_null ? kNull : kSet;  // a reference no longer good once the value is walked
  const ValueView old_value = attribute.is_container() ? old.Find(attribute.number) : ValueView();
  return is_null ? Null(attribute, old_value, place)
                 : GivenValue(attribute, value, old_value, place);
}

absl::Status MemberWriter::GivenTwice(std::string_view path) const {
  return errors::InvalidArgument(change_.argument,
                                 absl::StrCat("the attribute ", ToAbsl(path), " is given twice"));
}

absl::Status MemberWriter::TakeNull(Value value, bool& is_null) const {
  Type type;
  if (value.type().get(type)) return Malformed();
  is_null = type == Type::null;
  if (is_null && !value.is_null().value_unsafe()) return Malformed();
  return absl::OkStatus();
}

absl::Status MemberWriter::CheckRequired(const Shape& shape, size_t base) const {
  for (const uint16_t position : shape.required()) {
    if (given_[base + position] == kNot) return MissingRequired(shape[position]);
  }
  return absl::OkStatus();
}

absl::Status MemberWriter::Member(const Attribute& attribute, Value value, const ValueView& old,
                                  const Place& place) {
  if (IgnoresUpdates(attribute) && place.is_old) {
    if (old.at != nullptr) writer_.AddCopy(old);
    return PassOver(value) ? absl::OkStatus() : Malformed();
  }
  bool is_null = false;
  DOSSIER_RETURN_IF_ERROR(TakeNull(value, is_null));
  return is_null ? Null(attribute, old, place) : GivenValue(attribute, value, old, place);
}

absl::Status MemberWriter::GivenValue(const Attribute& attribute, Value value, const ValueView& old,
                                      const Place& place) {
  if (attribute.kind == Kind::kPlural) {
    if (change_.mode != Mode::kUpdate) {
      if (place.is_old) DOSSIER_RETURN_IF_ERROR(CheckWhole(change_.writable, *attribute.children));
      return Plural(attribute, value, PluralView());
    }
    if (old.tag == Tag::kLarge) return errors::NotBroughtIn(PathOf(attribute));
    return Plural(attribute, value, old.plural());
  }
  if (attribute.kind != Kind::kObject) {
    return Scalar([&] { return AddScalar(attribute, value, rules_, writer_); });
  }
  const Writer::Mark mark = writer_.BeginObject();
  absl::Status status = Object(value, *attribute.children, old.object(),
                               {Level::kObject, place.is_new, place.is_old});
  if (status.ok()) {
    EndObject(attribute, mark);
  } else {
    writer_.Drop(mark);
  }
  return status;
}

void MemberWriter::EndObject(const Attribute& attribute, Writer::Mark mark) {
  if (writer_.IsEmptyObject(mark)) return writer_.Drop(mark);
  writer_.EndObject(mark);
  writer_.AddNested(attribute.number, Tag::kObject, mark.begin);
}

absl::Status MemberWriter::Plural(const Attribute& attribute, Value value, const PluralView& old) {
  Type type;
  ondemand::array array;
  if (value.type().get(type)) return Malformed();
  if (type != Type::array) return errors::InvalidJsonType(PathOf(attribute), "an array");
  if (value.get_array().get(array)) return Malformed();
  const Writer::Mark mark = writer_.BeginPlural();
  Merged merged(old.count());
  for (auto result : array) {
    Value element;
    if (std::move(result).get(element)) return Malformed();
    DOSSIER_RETURN_IF_ERROR(Forgiven(Element(attribute, element, old, merged)));
  }
  for (size_t i = 0; i < old.count(); ++i) {
    if (!merged[i]) writer_.AddElementCopy(old.id(i), old.element(i));
  }
  EndPlural(attribute, mark);
  return absl::OkStatus();
}

absl::Status MemberWriter::Element(const Attribute& plural, Value value, const PluralView& old,
                                   Merged& merged) {
  const Shape& shape = *plural.children;
  Type type;
  ondemand::object object;
  if (value.type().get(type)) return Malformed();
  if (type == Type::string && shape.is_single_string()) return BareElement(plural, value);
  if (type != Type::object) return errors::InvalidJsonType(PathOf(plural), "an object");
  if (value.get_object().get(object)) return Malformed();  // once: simdjson forbids a second time
  if (change_.mode == Mode::kUpdate) {
    EntityId id = 0;
    DOSSIER_RETURN_IF_ERROR(TakeElementId(plural, object, id));
    if (id != 0) return MergedElement(plural, object, old, id, merged);
  }
  const bool is_import = change_.mode == Mode::kImport;
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id,
                           is_import ? ImportedId(object, &plural) : hooks_.new_id());
  const EntityId owner = std::exchange(owner_, id);
  const Writer::Mark mark = writer_.BeginObject();
  DOSSIER_RETURN_IF_ERROR(Members(object, shape, ObjectView(),
                                  {is_import ? Level::kElement : Level::kNewElement,
                                   /*is_new=*/true, /*is_old=*/false, id}));
  writer_.EndObject(mark);
  writer_.AddElement(id, mark.begin);
  owner_ = owner;
  return absl::OkStatus();
}

// The id in an element's object, 0 where it has none.
absl::Status MemberWriter::TakeElementId(const Attribute& plural, ondemand::object& object,
                                         EntityId& id) const {
  std::optional<int64_t> given;
  DOSSIER_RETURN_IF_ERROR(LookForId(object, &plural, given));
  if (given && *given <= 0) return errors::ElementNotFound(ElementPath(plural, *given));
  id = static_cast<EntityId>(given.value_or(0));
  return absl::OkStatus();
}

// Looks ahead for the id in the object of an element of `plural` (null: of the record); null is none.
// Then the object is read again from its start.
absl::Status MemberWriter::LookForId(ondemand::object& object, const Attribute* plural,
                                     std::optional<int64_t>& id) const {
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field)) return Malformed();
    if (!IsId(field.key().raw())) continue;
    const Value found = field.value();
    bool is_null = false;
    DOSSIER_RETURN_IF_ERROR(TakeNull(found, is_null));
    if (is_null) break;
    id = IntegerOf(found);
    if (!id) return errors::InvalidJsonType(PathOf(plural, "id"), "a number");
    break;
  }
  return object.reset().error() ? Malformed() : absl::OkStatus();
}

absl::Status MemberWriter::MergedElement(const Attribute& plural, ondemand::object object,
                                         const PluralView& old, EntityId id, Merged& merged) {
  const size_t position = old.Find(id);
  if (position == old.count()) return errors::ElementNotFound(ElementPath(plural, id));
  if (merged[position]) {
    return errors::InvalidArgument(
        change_.argument, absl::StrCat("the element ", ElementPath(plural, id), " is given twice"));
  }
  merged[position] = true;
  const Writer::Mark mark = writer_.BeginObject();
  DOSSIER_RETURN_IF_ERROR(Members(object, *plural.children, old.element(position),
                                  {Level::kElement, /*is_new=*/false, /*is_old=*/true, id}));
  writer_.EndObject(mark);
  writer_.AddElement(id, mark.begin);
  return absl::OkStatus();
}

// Of a plural whose elements are one string each: the string alone.
absl::Status MemberWriter::BareElement(const Attribute& plural, Value value) {
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, hooks_.new_id());
  const Writer::Mark mark = writer_.BeginObject();
  DOSSIER_RETURN_IF_ERROR(
      Scalar([&] { return AddScalar((*plural.children)[0], value, rules_, writer_); }));
  writer_.EndObject(mark);
  writer_.AddElement(id, mark.begin);
  return absl::OkStatus();
}

void MemberWriter::EndPlural(const Attribute& attribute, Writer::Mark mark) {
  if (writer_.ElementCount(mark) == 0) return writer_.Drop(mark);
  writer_.EndPlural(mark);
  writer_.AddNested(attribute.number, Tag::kPlural, mark.begin);
}

absl::Status MemberWriter::UnlistedMember(std::string_view key, Value value, const Shape& shape,
                                          const Place& place, uint8_t& reserved_given) {
  const std::string path = PathOf(shape.parent(), key);
  const uint8_t bit = ReservedBit(key, place.level);
  if (bit == 0) return errors::UnknownAttribute(path);
  if (reserved_given & bit) return GivenTwice(path);
  reserved_given |= bit;
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
absl::Status MemberWriter::RootMember(std::string_view key, Value value, const std::string& path) {
  if (change_.mode == Mode::kImport) return ImportedMember(key, value, path);
  const bool is_create = change_.mode == Mode::kCreate;
  if (is_create && key == "id") return errors::IdInNewRecord(path);
  if (key == "id") {
    return IntegerOf(value) == static_cast<int64_t>(header_.id) ? absl::OkStatus()
                                                                : errors::ReservedAttribute(path);
  }
  std::string_view text;
  if (key == "parent_id") return errors::ReservedAttribute(path);
  const bool is_text = value.get_string().get(text) == simdjson::SUCCESS;
  if (key == "uuid" && is_text && !is_create && Uuid::Parse(text) == header_.uuid) {
    return absl::OkStatus();
  }
  if (key != "created" && (key != "lastUpdated" || is_create)) {
    return errors::ReservedAttribute(path);
  }
  // Source: an access schema never makes a reserved attribute one to write.
  if (is_create && change_.writable != nullptr) return errors::ReservedAttribute(path);
  if (is_create && !is_text) return errors::InvalidJsonType(path, "a string");
  const std::optional<int64_t> micros = is_text ? ParseDateTime(text, change_.now) : std::nullopt;
  if (!micros) return is_create ? errors::InvalidDateTime(path) : errors::ReservedAttribute(path);
  if (is_create) header_.created = *micros;
  const int64_t stored = key == "created" ? header_.created : old_->last_updated();
  return *micros == stored ? absl::OkStatus() : errors::ReservedAttribute(path);
}

}  // namespace dossier
