#include "json/change.h"

#include "base/errors.h"
#include "base/status.h"
#include "base/wipe.h"
#include "dossier/limits.h"
#include "json/json_check.h"
#include "json/members.h"
#include "record/delta.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;

// What a change needs and the next one of the thread can use again.
struct Scratch {
  ondemand::parser parser;
  std::string json;  // the value between brackets, with simdjson's padding behind it
  Writer writer;
  MemberWriter::Given given;
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

// Walks down the change's path, where everything but the step stays, and leaves the value at its
// end to the members.
class Changer {
 public:
  Changer(const Change& change, const RecordView* old, RecordHeader& header,
          const ChangeHooks& hooks)
      : scratch_(ThreadScratch()),
        writer_(scratch_.writer),
        change_(change),
        old_(old),
        members_(change, old, header, hooks, scratch_.writer, scratch_.given) {}

  // Leaves the record's bytes in the writer, the header's place empty.
  absl::Status Run(const Shape& root) {
    writer_.bytes().append(format::kHeaderSize, '\0');
    if (!change_.value) return Write(root, nullptr);
    if (change_.value->size() > kJsonBytesMax) {
      return errors::InvalidArgument(change_.argument, "it has more than 5 MB");
    }
    const std::string_view json = EffectiveJson();
    absl::Status status = WriteJson(root, json);
    // The walk stops at the first mistake; whether the rest of the text is JSON comes before it.
    if (!status.ok() && CheckJson(json) == JsonVerdict::kNotJson) return members_.Malformed();
    return status;
  }

  std::string& bytes() { return writer_.bytes(); }
  const Writer& writer() const { return writer_; }
  void WipeJson() { Wipe(scratch_.json); }

 private:
  // Source: the page of entity.replace empties a plural by an empty value.
  std::string_view EffectiveJson() const {
    const bool is_empty = *change_.value == "" || *change_.value == "\"\"";
    const bool empties = is_empty && change_.mode == Mode::kReplace && !change_.path.is_root() &&
                         change_.path.back().attribute->kind == Kind::kPlural &&
                         change_.path.back().element == 0;
    return empties ? "null" : *change_.value;
  }

  absl::Status WriteJson(const Shape& root, std::string_view json) {
    const size_t size = Bracket(json, scratch_.json);
    ondemand::document document;
    ondemand::array values;
    if (scratch_.parser.iterate(scratch_.json.data(), size, scratch_.json.size()).get(document) ||
        document.get_array().get(values)) {
      return members_.Malformed();
    }
    size_t count = 0;
    for (auto result : values) {
      ondemand::value value;
      if (std::move(result).get(value) || ++count > 1) return members_.Malformed();
      DOSSIER_RETURN_IF_ERROR(Write(root, &value));
    }
    const bool is_whole = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    return count == 1 && is_whole ? absl::OkStatus() : members_.Malformed();
  }

  // `value` null: the element that the path ends in is deleted.
  absl::Status Write(const Shape& root, ondemand::value* value) {
    const ObjectView old = old_ == nullptr ? ObjectView() : old_->root();
    const Writer::Mark mark = writer_.BeginObject();
    if (change_.path.is_root()) {
      const Place place{Level::kRoot, change_.mode != Mode::kUpdate, old_ != nullptr};
      DOSSIER_RETURN_IF_ERROR(members_.Object(*value, root, old, place));
    } else {
      DOSSIER_RETURN_IF_ERROR(Descend(root, old, 0, value));
    }
    writer_.EndObject(mark);
    return absl::OkStatus();
  }

  absl::Status Descend(const Shape& shape, const ObjectView& old, size_t depth,
                       ondemand::value* value) {
    const Step& step = change_.path[depth];
    const Attribute& attribute = *step.attribute;
    if (IsReserved(attribute)) return errors::ReservedAttribute(PathOf(attribute));
    CopyOthers(
        shape, old, [&](size_t position) { return &shape[position] == &attribute; }, writer_);
    const ValueView old_value = old.Find(attribute.number);
    if (old_value.tag == format::Tag::kLarge && step.element != 0) {
      return errors::NotBroughtIn(PathOf(attribute));
    }
    if (step.element != 0) return DescendToElement(step, old_value.plural(), depth, value);
    if (depth + 1 == change_.path.size()) {
      return members_.Member(attribute, *value, old_value,
                             {Level::kObject, change_.mode != Mode::kUpdate, /*is_old=*/true});
    }
    const Writer::Mark mark = writer_.BeginObject();
    DOSSIER_RETURN_IF_ERROR(Descend(*attribute.children, old_value.object(), depth + 1, value));
    members_.EndObject(attribute, mark);
    return absl::OkStatus();
  }

  absl::Status DescendToElement(const Step& step, const PluralView& old, size_t depth,
                                ondemand::value* value) {
    const size_t position = old.Find(step.element);
    if (position == old.count()) return errors::ElementNotFound(ToText(change_.path));
    const bool is_last = depth + 1 == change_.path.size();
    const Writer::Mark plural = writer_.BeginPlural();
    for (size_t i = 0; i < old.count(); ++i) {
      if (i != position) {
        writer_.AddElementCopy(old.id(i), old.element(i));
      } else if (!is_last || value != nullptr) {
        DOSSIER_RETURN_IF_ERROR(ChangeElement(step, old.element(i), depth, value));
      }
    }
    members_.EndPlural(*step.attribute, plural);
    return absl::OkStatus();
  }

  absl::Status ChangeElement(const Step& step, const ObjectView& old, size_t depth,
                             ondemand::value* value) {
    const Shape& shape = *step.attribute->children;
    const Writer::Mark mark = writer_.BeginObject();
    if (depth + 1 < change_.path.size()) {
      DOSSIER_RETURN_IF_ERROR(Descend(shape, old, depth + 1, value));
    } else {
      const Place place{Level::kElement, change_.mode != Mode::kUpdate, /*is_old=*/true,
                        step.element};
      DOSSIER_RETURN_IF_ERROR(members_.Object(*value, shape, old, place));
    }
    writer_.EndObject(mark);
    writer_.AddElement(step.element, mark.begin);
    return absl::OkStatus();
  }

  Scratch& scratch_;
  Writer& writer_;
  const Change& change_;
  const RecordView* old_;
  MemberWriter members_;
};

// What most of the new state is copied from, where few enough deltas stand on the old one; else null.
const std::vector<Writer::Copy>* CopiesForDelta(const RecordView& old, const Writer& writer,
                                                std::vector<Writer::Copy>& same) {
  const size_t size = writer.bytes().size();
  if (old.deltas() >= kDeltasMax) return nullptr;
  if (AreMost(writer.copies(), size)) return &writer.copies();
  same = SameBytes(old.bytes(), writer.bytes());
  return AreMost(same, size) ? &same : nullptr;
}

// Adds the one value that `json` is; nothing for null.
absl::Status AddJsonScalar(const Attribute& attribute, std::string_view json,
                           const ScalarRules& rules, Scratch& scratch) {
  if (CheckJson(json) != JsonVerdict::kJson) return errors::MalformedJson(rules.argument);
  const size_t size = Bracket(json, scratch.json);
  ondemand::document document;
  ondemand::value value;
  ondemand::json_type type;
  if (scratch.parser.iterate(scratch.json.data(), size, scratch.json.size()).get(document) ||
      document.get_array().at(0).get(value) || value.type().get(type)) {
    return errors::MalformedJson(rules.argument);
  }
  if (type == ondemand::json_type::null) return absl::OkStatus();
  return AddScalar(attribute, value, rules, scratch.writer);
}

}  // namespace

absl::StatusOr<SharedBytes> ChangedRecord(const RecordView* old, const Shape& shape,
                                          const Change& change, RecordHeader header,
                                          const ChangeHooks& hooks) {
  Changer changer(change, old, header, hooks);
  if (hooks.passwords != nullptr) hooks.passwords->BeginWalk();
  const absl::Status status = changer.Run(shape);
  if (hooks.passwords != nullptr && hooks.passwords->met() > 0) changer.WipeJson();
  DOSSIER_RETURN_IF_ERROR(status);
  if (changer.bytes().size() > kRecordBytesMax) {
    return errors::InvalidArgument(change.argument, "the record would pass 64 MB");
  }
  std::vector<Writer::Copy> same;
  const auto* const copies =
      hooks.delta == nullptr ? nullptr : CopiesForDelta(*old, changer.writer(), same);
  if (copies != nullptr) header.deltas = static_cast<uint8_t>(old->deltas() + 1);
  SealRecord(header, changer.bytes());
  if (copies != nullptr) *hooks.delta = DeltaOf(old->bytes(), changer.bytes(), *copies);
  return SharedBytes(changer.bytes());
}

absl::StatusOr<std::string> ScalarObject(const Attribute& attribute, std::string_view json,
                                         std::string_view argument, int64_t now) {
  if (json.size() > kJsonBytesMax)
    return errors::InvalidArgument(argument, "it has more than 5 MB");
  Scratch& scratch = ThreadScratch();
  const ScalarRules rules{argument, now};
  const Writer::Mark mark = scratch.writer.BeginObject();
  const absl::Status status = AddJsonScalar(attribute, json, rules, scratch);
  if (!status.ok()) {
    const bool may_be_bare =
        attribute.kind == Kind::kString && status == errors::MalformedJson(argument);
    DOSSIER_RETURN_IF_ERROR(may_be_bare ? AddString(attribute, json, rules, scratch.writer)
                                        : status);
  }
  scratch.writer.EndObject(mark);
  return std::string(scratch.writer.bytes());
}

}  // namespace dossier
