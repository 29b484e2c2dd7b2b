#include "elements/bring_in.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "record/writer.h"

namespace dossier {
namespace {

using format::Tag;

class Bringer {
 public:
  Bringer(const Wanted& wanted, const Chunks& chunks, bool for_change)
      : wanted_(wanted), chunks_(chunks), for_change_(for_change) {}

  absl::StatusOr<Whole> Run(const RecordView& record) {
    writer_.bytes().append(format::kHeaderSize, '\0');
    DOSSIER_RETURN_IF_ERROR(Object(record.root(), record.id()));
    RecordHeader header = HeaderOf(record);
    SealRecord(header, writer_.bytes());
    whole_.record = std::move(writer_.bytes());
    return std::move(whole_);
  }

 private:
  // Writes the object anew; `owner` is the innermost element around its plurals, or the record.
  absl::Status Object(const ObjectView& object, EntityId owner) {
    const Writer::Mark mark = writer_.BeginObject();
    for (size_t i = 0; i < object.count(); ++i) {
      const ValueView value = object[i];
      if (!HasLarge(value)) {
        writer_.AddCopy(value);
      } else if (value.tag == Tag::kObject) {
        const size_t begin = writer_.bytes().size();
        DOSSIER_RETURN_IF_ERROR(Object(value.object(), owner));
        writer_.AddNested(value.number, Tag::kObject, begin);
      } else if (value.tag == Tag::kPlural) {
        const Writer::Mark plural = writer_.BeginPlural();
        DOSSIER_RETURN_IF_ERROR(Elements(value.plural()));
        writer_.EndPlural(plural);
        writer_.AddNested(value.number, Tag::kPlural, plural.begin);
      } else {
        DOSSIER_RETURN_IF_ERROR(Large(value, {owner, value.number}));
      }
    }
    writer_.EndObject(mark);
    return absl::OkStatus();
  }

  absl::Status Elements(const PluralView& plural) {
    for (size_t i = 0; i < plural.count(); ++i) {
      if (!HasLarge(plural.element(i))) {
        writer_.AddElementCopy(plural.id(i), plural.element(i));
        continue;
      }
      const size_t begin = writer_.bytes().size();
      DOSSIER_RETURN_IF_ERROR(Object(plural.element(i), plural.id(i)));
      writer_.AddElement(plural.id(i), begin);
    }
    return absl::OkStatus();
  }

  absl::Status Large(const ValueView& value, const PluralName& name) {
    whole_.plurals[name] = value.large();
    const std::vector<EntityId>* part = wanted_.PartOf(name);
    if (part == nullptr && !wanted_.WantsAllOf(name.attribute)) {
      writer_.AddCopy(value);
      return absl::OkStatus();
    }
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<Chunk> read, part == nullptr
                                                                ? chunks_.All(name)
                                                                : Part(name, value.large(), *part));
    const Writer::Mark mark = writer_.BeginPlural();
    size_t count = 0;
    for (const Chunk& chunk : read) {
      count += chunk.elements().count();
      DOSSIER_RETURN_IF_ERROR(Elements(chunk.elements()));
      if (writer_.bytes().size() > kWholeRecordBytesMax) {
        return absl::UnavailableError(
            "the record has more than 1 GB: it can be read by parts only");
      }
    }
    if (part == nullptr && count != value.large().count) {
      return errors::DataLoss("a large plural lacks some of its elements");
    }
    if (part != nullptr && for_change_) writer_.AddElementCopy(kRestOfPlural, EmptyObject());
    if (for_change_) whole_.chunks.insert(whole_.chunks.end(), read.begin(), read.end());
    if (writer_.ElementCount(mark) == 0) {
      writer_.Drop(mark);
      return absl::OkStatus();
    }
    writer_.EndPlural(mark);
    writer_.AddNested(name.attribute, Tag::kPlural, mark.begin);
    return absl::OkStatus();
  }

  // The chunks that hold the wanted elements, each once, in their order.
  absl::StatusOr<std::vector<Chunk>> Part(const PluralName& name, const LargePlural& large,
                                          const std::vector<EntityId>& elements) const {
    std::vector<Chunk> read;
    const auto is_read = [&](EntityId chunk) {
      return std::any_of(read.begin(), read.end(),
                         [&](const Chunk& known) { return known.name == chunk; });
    };
    for (const EntityId element : elements) {
      if (element >= large.last_chunk) {  // Wanted::kLast too
        if (is_read(large.last_chunk)) continue;
        DOSSIER_ASSIGN_OR_RETURN(Chunk last, chunks_.Named(name, large.last_chunk));
        read.push_back(std::move(last));
        continue;
      }
      DOSSIER_ASSIGN_OR_RETURN(std::optional<Chunk> chunk, chunks_.Holding(name, element));
      if (chunk && !is_read(chunk->name)) read.push_back(*std::move(chunk));
    }
    std::sort(read.begin(), read.end(),
              [](const Chunk& a, const Chunk& b) { return a.name < b.name; });
    return read;
  }

  static ObjectView EmptyObject() {
    static constexpr char kEmpty[] = {format::kObjectHeaderSize, 0, 0, 0, 0, 0};
    return ObjectView(kEmpty);
  }

  static bool HasLarge(const ObjectView& object) {
    for (size_t i = 0; i < object.count(); ++i) {
      if (HasLarge(object[i])) return true;
    }
    return false;
  }

  static bool HasLarge(const ValueView& value) {
    if (value.tag == Tag::kLarge) return true;
    if (value.tag == Tag::kObject) return HasLarge(value.object());
    if (value.tag != Tag::kPlural) return false;
    const PluralView plural = value.plural();
    for (size_t i = 0; i < plural.count(); ++i) {
      if (HasLarge(plural.element(i))) return true;
    }
    return false;
  }

  const Wanted& wanted_;
  const Chunks& chunks_;
  bool for_change_;
  Writer writer_;
  Whole whole_;
};

}  // namespace

const std::vector<EntityId>* Wanted::PartOf(const PluralName& plural) const {
  const auto part = parts_.find(plural);
  return part == parts_.end() ? nullptr : &part->second;
}

absl::StatusOr<Whole> BringIn(const RecordView& record, const Wanted& wanted, const Chunks& chunks,
                              bool for_change) {
  return Bringer(wanted, chunks, for_change).Run(record);
}

absl::StatusOr<SharedBytes> WholeAt(const RecordView& record, const Path& path,
                                    const AttributeSet* only, const Chunks& chunks) {
  AttributeSet at_path;
  if (!path.is_root()) {
    at_path.Add(*path.back().attribute);
    if (only != nullptr) at_path = at_path.And(*only);
    only = &at_path;
  }
  Wanted wanted = only == nullptr ? Wanted::Everything() : Wanted::Of(*only);
  EntityId owner = record.id();
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i].element == 0) continue;
    wanted.AddElement({owner, path[i].attribute->number}, path[i].element);
    owner = path[i].element;
  }
  DOSSIER_ASSIGN_OR_RETURN(Whole whole, BringIn(record, wanted, chunks, /*for_change=*/false));
  return SharedBytes(whole.record);
}

}  // namespace dossier
