#include "record/prune.h"

#include <utility>

#include "record/writer.h"

namespace dossier {
namespace {

using format::Tag;

bool HasOthers(const ObjectView& object, const Shape& shape);

bool HasOthers(const ValueView& value, const Attribute& attribute) {
  if (value.tag == Tag::kObject) return HasOthers(value.object(), *attribute.children);
  if (value.tag != Tag::kPlural) return false;
  const PluralView plural = value.plural();
  for (size_t i = 0; i < plural.count(); ++i) {
    if (HasOthers(plural.element(i), *attribute.children)) return true;
  }
  return false;
}

// Calls `take` with each value and its attribute, null where the shape has none.
template <typename Take>
void ForEachValue(const ObjectView& object, const Shape& shape, Take take) {
  size_t position = 0;
  for (size_t i = 0; i < object.count(); ++i) {
    const ValueView value = object[i];
    while (position < shape.size() && shape[position].number < value.number) ++position;
    const bool is_known = position < shape.size() && shape[position].number == value.number;
    take(value, is_known ? &shape[position] : nullptr);
  }
}

bool HasOthers(const ObjectView& object, const Shape& shape) {
  bool has_others = false;
  ForEachValue(object, shape, [&](const ValueView& value, const Attribute* attribute) {
    has_others = has_others || attribute == nullptr || HasOthers(value, *attribute);
  });
  return has_others;
}

class Pruner {
 public:
  // Leaves the object ended in the writer.
  Writer::Mark Object(const ObjectView& object, const Shape& shape) {
    const Writer::Mark mark = writer_.BeginObject();
    ForEachValue(object, shape, [&](const ValueView& value, const Attribute* attribute) {
      if (attribute != nullptr) Value(value, *attribute);
    });
    return mark;
  }

  Writer& writer() { return writer_; }

 private:
  void Value(const ValueView& value, const Attribute& attribute) {
    if (!HasOthers(value, attribute)) return writer_.AddCopy(value);
    if (value.tag == Tag::kPlural) return Plural(value.plural(), attribute);
    const Writer::Mark mark = Object(value.object(), *attribute.children);
    if (writer_.IsEmptyObject(mark)) return writer_.Drop(mark);
    writer_.EndObject(mark);
    writer_.AddNested(attribute.number, Tag::kObject, mark.begin);
  }

  // An element stays also where nothing of it does: it has an id.
  void Plural(const PluralView& plural, const Attribute& attribute) {
    const Writer::Mark mark = writer_.BeginPlural();
    for (size_t i = 0; i < plural.count(); ++i) {
      const Writer::Mark element = Object(plural.element(i), *attribute.children);
      writer_.EndObject(element);
      writer_.AddElement(plural.id(i), element.begin);
    }
    writer_.EndPlural(mark);
    writer_.AddNested(attribute.number, Tag::kPlural, mark.begin);
  }

  Writer writer_;
};

}  // namespace

std::optional<std::string> PrunedRecord(const RecordView& record, const Shape& shape,
                                        uint32_t type_version) {
  if (!HasOthers(record.root(), shape)) return std::nullopt;
  Pruner pruner;
  Writer& writer = pruner.writer();
  writer.bytes().append(format::kHeaderSize, '\0');
  writer.EndObject(pruner.Object(record.root(), shape));
  RecordHeader header = HeaderOf(record);
  header.type_version = type_version;
  SealRecord(header, writer.bytes());
  return std::move(writer.bytes());
}

}  // namespace dossier
