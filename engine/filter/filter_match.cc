#include "filter/filter_match.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/functional/function_ref.h"
#include "base/errors.h"
#include "record/path.h"

namespace dossier {
namespace {

using format::Tag;

// What an attribute is looked for in: `owner` is the innermost element around it, or the record.
struct Place {
  UnverifiedObject object;
  EntityId owner = 0;
};

using Visit = absl::FunctionRef<bool(const Place& place)>;

// The first mistake ends everything: from then on nothing holds.
class Matcher {
 public:
  Matcher(const Filter& filter, const RecordView& record, const Chunks* chunks, Deadline& deadline)
      : filter_(filter), record_(record), chunks_(chunks), deadline_(deadline) {}

  absl::StatusOr<bool> Run() {
    root_.object = Sound(UnverifiedObject::At(record_.bytes().substr(format::kHeaderSize)));
    root_.owner = record_.id();
    const bool holds = Holds(filter_.root);
    if (!status_.ok()) return status_;
    return holds;
  }

 private:
  bool Holds(const FilterNode& node) {
    const auto holds = [this](const FilterNode& part) { return Holds(part); };
    switch (node.kind) {
      case FilterNode::Kind::kTrue:
        return true;
      case FilterNode::Kind::kFalse:
        return false;
      case FilterNode::Kind::kPredicate:
        return Holds(node.predicate);
      case FilterNode::Kind::kNot:
        return !Holds(node.parts[0]);
      case FilterNode::Kind::kAnd:
        return std::all_of(node.parts.begin(), node.parts.end(), holds);
      case FilterNode::Kind::kOr:
        return std::any_of(node.parts.begin(), node.parts.end(), holds);
      case FilterNode::Kind::kSame:
        return Holds(node.parts[0]) == Holds(node.parts[1]);
    }
    return false;
  }

  bool Holds(const Predicate& predicate) {
    const AttributePath& path = predicate.path;
    const Attribute& attribute = predicate.attribute();
    switch (predicate.test) {
      case Predicate::Test::kIsNull:
      case Predicate::Test::kIsNotNull:
        return Any(root_, path, 0, path.size() - 1, [&](const Place& place) {
          return IsNull(place, attribute) == (predicate.test == Predicate::Test::kIsNull);
        });
      case Predicate::Test::kLiteral:
        return Any(root_, path, 0, path.size() - 1, [&](const Place& place) {
          ReservedRoom room;
          const ValueView value = ValueAt(place, path, room);
          return value.at != nullptr && HoldsOf(value, predicate);
        });
      case Predicate::Test::kAttribute:
        return HoldsOfTwo(predicate);
    }
    return false;
  }

  static bool HoldsOf(const ValueView& value, const Predicate& predicate) {
    const Attribute& attribute = predicate.attribute();
    if (predicate.comparison == Comparison::kEqual) {
      return EqualsLiteral(attribute, value, predicate.literal);
    }
    if (predicate.comparison == Comparison::kNotEqual) {
      return !EqualsLiteral(attribute, value, predicate.literal);
    }
    return dossier::Holds(predicate.comparison,
                          CompareToLiteral(attribute, value, predicate.literal));
  }

  // What both paths go through is walked once: values in one element are compared.
  bool HoldsOfTwo(const Predicate& predicate) {
    const AttributePath& path = predicate.path;
    const AttributePath& other = predicate.other;
    const size_t end = std::min(path.size(), other.size()) - 1;
    size_t shared = 0;
    while (shared < end && path[shared] == other[shared]) ++shared;
    return Any(root_, path, 0, shared, [&](const Place& common) {
      return Any(common, path, shared, path.size() - 1, [&](const Place& left) {
        ReservedRoom room;
        const ValueView value = ValueAt(left, path, room);
        if (value.at == nullptr) return false;
        return Any(common, other, shared, other.size() - 1, [&](const Place& right) {
          ReservedRoom other_room;
          const ValueView other_value = ValueAt(right, other, other_room);
          return other_value.at != nullptr && HoldsOf(predicate, value, other_value);
        });
      });
    });
  }

  static bool HoldsOf(const Predicate& predicate, const ValueView& value,
                      const ValueView& other_value) {
    const Attribute& attribute = predicate.attribute();
    const Attribute& other = *predicate.other.back();
    if (predicate.comparison == Comparison::kEqual) {
      return EqualValues(attribute, value, other, other_value);
    }
    if (predicate.comparison == Comparison::kNotEqual) {
      return !EqualValues(attribute, value, other, other_value);
    }
    return dossier::Holds(predicate.comparison,
                          CompareValues(attribute, value, other, other_value));
  }

  // Whether `visit` returns true for some object to which the steps of the path from `begin` to `end`
  // lead from `place`. An object that is null leads on as one without values, a plural without
  // elements nowhere.
  bool Any(const Place& place, const AttributePath& path, size_t begin, size_t end, Visit visit) {
    if (begin == end) return visit(place);
    const Attribute& attribute = *path[begin];
    const ValueView value = Find(place.object, attribute);
    if (attribute.kind == Kind::kObject) {
      return Any({Sound(place.object.ObjectOf(value)), place.owner}, path, begin + 1, end, visit);
    }
    const auto visit_element = [&](const Place& element) {
      return Any(element, path, begin + 1, end, visit);
    };
    if (value.at != nullptr && value.tag == Tag::kLarge) {
      return AnyOfLarge({place.owner, attribute.number}, value.large(), visit_element);
    }
    return AnyElement(Sound(place.object.PluralOf(value)), visit_element);
  }

  bool AnyElement(const UnverifiedPlural& plural, Visit visit) {
    for (size_t i = 0; i < plural.count() && status_.ok(); ++i) {
      if (deadline_.HasPassed()) status_ = errors::Timeout();
      if (visit({Sound(plural.Element(i)), plural.id(i)})) return status_.ok();
    }
    return false;
  }

  bool AnyOfLarge(const PluralName& name, const LargePlural& large, Visit visit) {
    if (chunks_ == nullptr) return Damaged();
    bool is_any = false;
    size_t count = 0;
    const absl::Status status = chunks_->Visit(name, [&](std::string_view bytes) {
      const UnverifiedPlural plural = Sound(UnverifiedPlural::At(bytes));
      count += plural.count();
      is_any = AnyElement(plural, visit);
      return !is_any && status_.ok();
    });
    status_.Update(status);
    if (!is_any && status_.ok() && count != large.count) return Damaged();
    return is_any && status_.ok();
  }

  bool IsNull(const Place& place, const Attribute& attribute) {
    if (IsReserved(attribute)) return false;
    return !HasValue(place.object, attribute);
  }

  // A value of the attribute, or below it.
  bool HasValue(const UnverifiedObject& object, const Attribute& attribute) {
    const ValueView value = Find(object, attribute);
    if (value.at == nullptr) return false;
    if (attribute.kind == Kind::kPlural) {
      return value.tag == Tag::kLarge || Sound(object.PluralOf(value)).count() > 0;
    }
    if (attribute.kind != Kind::kObject) return true;
    const UnverifiedObject inner = Sound(object.ObjectOf(value));
    return std::any_of(attribute.children->begin(), attribute.children->end(),
                       [&](const Attribute& child) {
                         return Allows(filter_.readable, child) && HasValue(inner, child);
                       });
  }

  // The value at the end of the path in the object to which the steps before have led.
  ValueView ValueAt(const Place& place, const AttributePath& path, ReservedRoom& room) {
    const Attribute& attribute = *path.back();
    if (!IsReserved(attribute)) return Find(place.object, attribute);
    if (path.size() == 1) return ReservedValue(record_, attribute.number, room);
    room.id = place.owner;
    return {kIdNumber, Tag::kInt64, 0, reinterpret_cast<const char*>(&room.id)};
  }

  ValueView Find(const UnverifiedObject& object, const Attribute& attribute) {
    return Sound(object.Find(attribute));
  }

  template <typename T>
  T Sound(const std::optional<T>& read) {
    if (read) return *read;
    Damaged();
    return T();
  }

  bool Damaged() {
    status_.Update(DamagedRecord(record_.type(), record_.id(), "its structure is broken"));
    return false;
  }

  const Filter& filter_;
  const RecordView& record_;
  const Chunks* chunks_;
  Deadline& deadline_;
  Place root_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<bool> Matches(const Filter& filter, const RecordView& record, const Chunks* chunks,
                             Deadline& deadline) {
  return Matcher(filter, record, chunks, deadline).Run();
}

ValueView ReservedValue(const RecordView& record, AttributeNumber number, ReservedRoom& room) {
  const char* const header = record.bytes().data();
  if (number == kIdNumber) return {number, Tag::kInt64, 0, header + format::kIdAt};
  if (number == kCreatedNumber) return {number, Tag::kTime, 0, header + format::kCreatedAt};
  if (number == kLastUpdatedNumber) return {number, Tag::kTime, 0, header + format::kLastUpdatedAt};
  std::string text;
  AppendUuid(record.uuid(), text);
  room.text[0] = static_cast<char>(text.size());  // a varint of one byte
  std::memcpy(room.text + 1, text.data(), text.size());
  return {number, Tag::kText, 0, room.text};
}

}  // namespace dossier
