// Records for tests: made by ChangedRecord from JSON, and printed from their views alone.
#ifndef DOSSIER_TESTS_RECORD_TEST_RECORDS_H_
#define DOSSIER_TESTS_RECORD_TEST_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/time_text.h"
#include "json/change.h"
#include "json/json_out.h"
#include "test_shape.h"

namespace dossier::testing {

inline constexpr EntityId kTestId = 100;  // of every test record; its elements count up from 101
inline constexpr TypeId kTestType{7};
inline constexpr int64_t kTestNow = 1'377'261'513'475'581;  // 2013-08-23 12:38:33.475581
inline constexpr int64_t kTestCreated = 1'000'000'000'000'000;

inline absl::Status CheckLength(const Attribute& attribute, std::string_view text) {
  if (attribute.length_max && text.size() > *attribute.length_max) {
    return errors::LengthViolation(PathOf(attribute), *attribute.length_max);
  }
  return absl::OkStatus();
}

// Draws ids for one record and changes it.
class TestRecords {
 public:
  explicit TestRecords(std::string_view shape) : shape_(MakeShape(shape)) {}

  const Shape& shape() const { return shape_; }
  EntityId next_id() const { return next_id_; }
  void set_next_id(EntityId id) { next_id_ = id; }
  // Rules of attributes, by their numbers.
  void PutRules(const Shape::RulesByNumber& rules) { shape_.PutRules(rules); }
  // Gets the delta of each change from here on.
  void set_delta(std::string* delta) { delta_ = delta; }
  // Of all changes from here on.
  void set_leniency(Leniency* leniency) { leniency_ = leniency; }
  void set_writable(const AttributeSet* writable) { writable_ = writable; }

  absl::StatusOr<std::string> Create(std::string_view json) {
    return Changed(nullptr, {.mode = Mode::kCreate, .value = json});
  }

  // `value` nothing: deletes the element at `path`.
  absl::StatusOr<std::string> Apply(std::string_view record, Mode mode, std::string_view path,
                                    std::optional<std::string_view> value) {
    DOSSIER_ASSIGN_OR_RETURN(Path parsed, Path::Parse(path, shape_, "attribute_name"));
    const RecordView old = RecordView::Trusted(record);
    return Changed(&old, {.mode = mode, .path = std::move(parsed), .value = value});
  }

  absl::StatusOr<RecordView> Verify(std::string_view record) const {
    return RecordView::Verify(record, kTestType, kTestId, shape_);
  }

  std::string Json(std::string_view record) const {
    std::string out;
    AppendRecordJson(RecordView::Trusted(record), shape_, nullptr, out);
    return out;
  }

 private:
  absl::StatusOr<std::string> Changed(const RecordView* old, Change change) {
    change.now = kTestNow;
    change.writable = writable_;
    const int64_t created = old == nullptr ? kTestCreated : old->created();
    const RecordHeader header{kTestType, 1, kTestId, created, kTestCreated, {}};
    const auto new_id = [this]() -> absl::StatusOr<EntityId> { return next_id_++; };
    const auto changed = ChangedRecord(
        old, shape_, change, header,
        {CheckLength, new_id, /*passwords=*/nullptr, leniency_, old == nullptr ? nullptr : delta_});
    if (!changed.ok()) return changed.status();
    return std::string(**changed);
  }

  Shape shape_;
  EntityId next_id_ = kTestId + 1;
  Leniency* leniency_ = nullptr;
  std::string* delta_ = nullptr;
  const AttributeSet* writable_ = nullptr;
};

// What an object holds, unset attributes left out: `age=3 home{city=Ada} tags[101{tag=x} 102{}]`.
class Dumper {
 public:
  explicit Dumper(bool with_ids) : with_ids_(with_ids) {}

  std::string Object(const ObjectView& object, const Shape& shape) const {
    std::string out;
    for (const Attribute& attribute : shape) {
      const std::string member = Member(object, attribute);
      if (!out.empty() && !member.empty()) out += ' ';
      out += member;
    }
    return out;
  }

  // Empty where the attribute is unset.
  std::string Member(const ObjectView& object, const Attribute& attribute) const {
    const ValueView value = object.Find(attribute.number);
    return value.number == 0 ? "" : attribute.name + Value(value, attribute);
  }

 private:
  std::string Value(const ValueView& value, const Attribute& attribute) const {
    switch (attribute.kind) {
      case Kind::kObject:
        return "{" + Object(value.object(), *attribute.children) + "}";
      case Kind::kPlural:
        return "[" + Elements(value.plural(), *attribute.children) + "]";
      case Kind::kInteger:
        return "=" + std::to_string(value.integer());
      case Kind::kBoolean:
        return value.tag == format::Tag::kTrue ? "=true" : "=false";
      case Kind::kDate:
        return "=day " + std::to_string(value.date());
      case Kind::kDateTime:
        return "=micro " + std::to_string(value.time());
      case Kind::kIpAddress:
        return "=ip " + std::to_string(value.ipv4());
      default:
        return "=" + std::string(value.text());
    }
  }

  std::string Elements(const PluralView& plural, const Shape& shape) const {
    std::string out;
    for (size_t i = 0; i < plural.count(); ++i) {
      if (i > 0) out += ' ';
      if (with_ids_) out += std::to_string(plural.id(i));
      out += "{" + Object(plural.element(i), shape) + "}";
    }
    return out;
  }

  bool with_ids_;
};

inline std::string Dump(std::string_view record, const Shape& shape, bool with_ids = true) {
  return Dumper(with_ids).Object(RecordView::Trusted(record).root(), shape);
}

// What the root holds otherwise than in `old`: `age=5 -name` where the name is gone.
inline std::string Difference(std::string_view old, std::string_view record, const Shape& shape) {
  const Dumper dumper(/*with_ids=*/true);
  std::string out;
  for (const Attribute& attribute : shape) {
    const auto member_of = [&](std::string_view bytes) {
      return dumper.Member(RecordView::Trusted(bytes).root(), attribute);
    };
    const std::string member = member_of(record);
    if (member == member_of(old)) continue;
    if (!out.empty()) out += ' ';
    out += member.empty() ? "-" + attribute.name : member;
  }
  return out;
}

// Makes the checksum, the type and the id those of a test record, so that only structure is left to
// refuse it.
inline void RepairHeader(std::string& record) {
  if (record.size() < format::kHeaderSize) return;
  record[0] = static_cast<char>(format::kRecordFormat);
  StoreLittle(record.data() + format::kTypeAt, static_cast<uint16_t>(kTestType));
  StoreLittle(record.data() + format::kIdAt, kTestId);
  const std::string_view rest = std::string_view(record).substr(format::kTypeVersionAt);
  StoreLittle(record.data() + format::kChecksumAt, Checksum(rest));
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_RECORD_TEST_RECORDS_H_
