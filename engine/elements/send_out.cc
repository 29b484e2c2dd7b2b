#include "elements/send_out.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "record/writer.h"

namespace dossier {
namespace {

using format::Tag;

struct Element {
  EntityId id;
  ObjectView object;

  size_t bytes() const { return object.size() + format::kElementEntrySize; }
};
using Elements = std::vector<Element>;

bool IsPart(const PluralView& plural) {
  return plural.count() > 0 && plural.id(plural.count() - 1) == kRestOfPlural;
}

size_t BytesOf(const Elements& elements) {
  size_t bytes = 0;
  for (const Element& element : elements) bytes += element.bytes();
  return bytes;
}

void Append(const PluralView& plural, Elements& elements) {
  for (size_t i = 0; i < plural.count(); ++i) {
    elements.push_back({plural.id(i), plural.element(i)});
  }
}

bool AreSame(const PluralView& plural, const Elements& elements) {
  if (plural.count() != elements.size()) return false;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (plural.id(i) != elements[i].id || plural.element(i).bytes() != elements[i].object.bytes()) {
      return false;
    }
  }
  return true;
}

// Calls `visit` with the plural of each stub below `object`, whose plurals belong to `owner`, and what
// the stub says of it.
template <typename Visit>
void ForEachStub(const ObjectView& object, EntityId owner, const Visit& visit) {
  for (size_t i = 0; i < object.count(); ++i) {
    const ValueView value = object[i];
    if (value.tag == Tag::kLarge) visit(PluralName{owner, value.number}, value.large());
    if (value.tag == Tag::kObject) ForEachStub(value.object(), owner, visit);
    if (value.tag != Tag::kPlural) continue;
    const PluralView plural = value.plural();
    for (size_t at = 0; at < plural.count(); ++at) {
      ForEachStub(plural.element(at), plural.id(at), visit);
    }
  }
}

// Gathers the deletion of plurals with all that is nested in them, each once.
class Dropper {
 public:
  explicit Dropper(const Chunks& chunks) : chunks_(chunks) {}

  absl::Status Drop(const PluralName& name) {
    if (!dropped_.insert(name).second) return absl::OkStatus();
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<Chunk> all, chunks_.All(name));
    std::vector<PluralName> nested;
    for (const Chunk& chunk : all) {
      changes_.push_back({name, chunk.name, chunk.bytes, nullptr});
      const PluralView elements = chunk.elements();
      for (size_t i = 0; i < elements.count(); ++i) {
        ForEachStub(elements.element(i), elements.id(i),
                    [&](const PluralName& found, const LargePlural&) { nested.push_back(found); });
      }
    }
    for (const PluralName& found : nested) DOSSIER_RETURN_IF_ERROR(Drop(found));
    return absl::OkStatus();
  }

  std::vector<ChunkChange>& changes() { return changes_; }

 private:
  const Chunks& chunks_;
  std::set<PluralName> dropped_;
  std::vector<ChunkChange> changes_;
};

class Sender {
 public:
  Sender(const Whole* before, const Chunks& chunks, const LargeBounds& bounds,
         std::string_view argument)
      : before_(before), chunks_(chunks), bounds_(bounds), argument_(argument), drop_(chunks) {}

  absl::StatusOr<SentOut> Run(const RecordView& record) {
    writer_.bytes().append(format::kHeaderSize, '\0');
    DOSSIER_RETURN_IF_ERROR(Object(record.root(), record.id()));
    if (before_ != nullptr) {
      for (const auto& [name, large] : before_->plurals) {
        if (!kept_.contains(name)) DOSSIER_RETURN_IF_ERROR(drop_.Drop(name));
      }
    }
    RecordHeader header = HeaderOf(record);
    header.has_large = false;
    ForEachStub(ObjectView(writer_.bytes().data() + format::kHeaderSize), record.id(),
                [&](const PluralName&, const LargePlural&) { header.has_large = true; });
    SealRecord(header, writer_.bytes());
    std::vector<ChunkChange>& changes = drop_.changes();
    changes.insert(changes.end(), std::make_move_iterator(changes_.begin()),
                   std::make_move_iterator(changes_.end()));
    return SentOut{std::move(writer_.bytes()), std::move(changes)};
  }

  // Whether there is something to take out of the value, or something that has been taken out.
  static bool NeedsWork(const ValueView& value, const LargeBounds& bounds) {
    if (value.tag == Tag::kLarge) return true;
    if (value.tag == Tag::kObject) return NeedsWork(value.object(), bounds);
    if (value.tag != Tag::kPlural) return false;
    const PluralView plural = value.plural();
    if (plural.size() > bounds.leave || IsPart(plural)) return true;
    for (size_t i = 0; i < plural.count(); ++i) {
      if (NeedsWork(plural.element(i), bounds)) return true;
    }
    return false;
  }

  static bool NeedsWork(const ObjectView& object, const LargeBounds& bounds) {
    for (size_t i = 0; i < object.count(); ++i) {
      if (NeedsWork(object[i], bounds)) return true;
    }
    return false;
  }

 private:
  absl::Status Object(const ObjectView& object, EntityId owner) {
    const Writer::Mark mark = writer_.BeginObject();
    for (size_t i = 0; i < object.count(); ++i) {
      const ValueView value = object[i];
      if (!NeedsWork(value, bounds_)) {
        writer_.AddCopy(value);
      } else if (value.tag == Tag::kLarge) {
        kept_.insert({owner, value.number});
        writer_.AddCopy(value);
      } else if (value.tag == Tag::kPlural) {
        DOSSIER_RETURN_IF_ERROR(Plural(value.plural(), {owner, value.number}));
      } else {
        const Writer::Mark inner{writer_.bytes().size(), 0};
        DOSSIER_RETURN_IF_ERROR(Object(value.object(), owner));
        if (ObjectView(writer_.bytes().data() + inner.begin).count() == 0) {
          writer_.Drop(inner);  // all that it had was a plural that is empty now
        } else {
          writer_.AddNested(value.number, Tag::kObject, inner.begin);
        }
      }
    }
    writer_.EndObject(mark);
    return absl::OkStatus();
  }

  absl::Status Plural(const PluralView& plural, const PluralName& name) {
    std::deque<std::string> rewritten;  // elements with something to take out of them
    Elements elements;
    elements.reserve(plural.count());
    const size_t count = plural.count() - (IsPart(plural) ? 1 : 0);
    for (size_t i = 0; i < count; ++i) {
      elements.push_back({plural.id(i), plural.element(i)});
      if (!NeedsWork(plural.element(i), bounds_)) continue;
      Writer around = std::move(writer_);
      writer_ = Writer();
      DOSSIER_RETURN_IF_ERROR(Object(plural.element(i), plural.id(i)));
      rewritten.push_back(std::move(writer_.bytes()));
      writer_ = std::move(around);
      elements.back().object = ObjectView(rewritten.back().data());
    }
    if (IsPart(plural)) return Part(name, elements);
    if (BytesOf(elements) > bounds_.leave) return Leave(name, elements);
    Stay(name, elements);
    return absl::OkStatus();
  }

  void Stay(const PluralName& name, const Elements& elements) {
    if (elements.empty()) return;
    const Writer::Mark mark = writer_.BeginPlural();
    for (const Element& element : elements) writer_.AddElementCopy(element.id, element.object);
    writer_.EndPlural(mark);
    writer_.AddNested(name.attribute, Tag::kPlural, mark.begin);
  }

  absl::Status Leave(const PluralName& name, const Elements& elements) {
    LargePlural large;
    DOSSIER_RETURN_IF_ERROR(Count(large, elements.size(), BytesOf(elements)));
    large.last_chunk = Cut(name, elements.front().id, /*before=*/nullptr, elements);
    writer_.AddLarge(name.attribute, large);
    return absl::OkStatus();
  }

  // The elements of a plural of which some chunks were read.
  absl::Status Part(const PluralName& name, const Elements& elements) {
    kept_.insert(name);
    std::vector<const Chunk*> read;
    Elements before;
    for (const Chunk& chunk : before_->chunks) {
      if (chunk.plural != name) continue;
      read.push_back(&chunk);
      Append(chunk.elements(), before);
    }
    LargePlural large = before_->plurals.at(name);
    const size_t bytes = large.bytes - BytesOf(before) + BytesOf(elements);
    const size_t count = large.count - before.size() + elements.size();
    if (count == 0 || bytes < bounds_.back) return ComeBack(name, read, elements);
    DOSSIER_RETURN_IF_ERROR(Count(large, count, bytes));
    auto next = elements.begin();
    for (size_t i = 0; i < read.size(); ++i) {
      const auto end = i + 1 == read.size()
                           ? elements.end()
                           : std::find_if(next, elements.end(), [&](const Element& element) {
                               return element.id >= read[i + 1]->name;
                             });
      large.last_chunk = std::max(large.last_chunk, Settle(*read[i], large, {next, end}));
      next = end;
    }
    writer_.AddLarge(name.attribute, large);
    return absl::OkStatus();
  }

  // Puts the elements in the place of those that the chunk had. Returns the last chunk's name.
  EntityId Settle(const Chunk& chunk, const LargePlural& large, const Elements& elements) {
    if (AreSame(chunk.elements(), elements)) return chunk.name;
    if (elements.empty() && chunk.name != large.last_chunk) {
      changes_.push_back({chunk.plural, chunk.name, chunk.bytes, nullptr});
      return 0;
    }
    return Cut(chunk.plural, chunk.name, chunk.bytes, elements);
  }

  // All elements of the plural, also those that were not read, go back into its object.
  absl::Status ComeBack(const PluralName& name, const std::vector<const Chunk*>& read,
                        const Elements& elements) {
    const auto is_read = [&](const Chunk& chunk) {
      return std::any_of(read.begin(), read.end(),
                         [&](const Chunk* known) { return known->name == chunk.name; });
    };
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<Chunk> all, chunks_.All(name));
    Elements together = elements;
    for (const Chunk& chunk : all) {
      changes_.push_back({name, chunk.name, chunk.bytes, nullptr});
      if (!is_read(chunk)) Append(chunk.elements(), together);
    }
    std::sort(together.begin(), together.end(),
              [](const Element& a, const Element& b) { return a.id < b.id; });
    Stay(name, together);
    return absl::OkStatus();
  }

  // Writes the elements as one chunk or several; the first has the given name and was `before`.
  // Returns the last one's name.
  EntityId Cut(const PluralName& plural, EntityId name, SharedBytes before,
               const Elements& elements) {
    size_t left = BytesOf(elements);
    for (auto next = elements.begin();;) {
      const bool cut = left > bounds_.chunk + bounds_.chunk / 2;
      const Writer::Mark mark = chunk_.BeginPlural();
      for (size_t bytes = 0; next != elements.end() && (!cut || bytes < bounds_.chunk); ++next) {
        chunk_.AddElementCopy(next->id, next->object);
        bytes += next->bytes();
        left -= next->bytes();
      }
      chunk_.EndPlural(mark);
      changes_.push_back({plural, name, std::move(before),
                          ChunkBytes(chunks_.KeyOf(plural, name), chunk_.bytes())});
      chunk_.Clear();
      before = nullptr;
      if (next == elements.end()) return name;
      name = next->id;
    }
  }

  absl::Status Count(LargePlural& large, size_t count, size_t bytes) const {
    if (bytes > kLargePluralBytesMax) {
      return errors::InvalidArgument(argument_, "the plural would pass 1 GB");
    }
    large.count = static_cast<uint32_t>(count);
    large.bytes = static_cast<uint32_t>(bytes);
    return absl::OkStatus();
  }

  const Whole* before_;
  const Chunks& chunks_;
  const LargeBounds bounds_;
  std::string_view argument_;
  Dropper drop_;
  Writer writer_;
  Writer chunk_;
  std::set<PluralName> kept_;  // of the plurals before, those that are still there
  std::vector<ChunkChange> changes_;
};

}  // namespace

LargeBounds LargeBounds::Of(size_t leave) {
  const LargeBounds usual;
  return {leave, std::min(usual.back, leave / 2), std::clamp(leave / 4, size_t{1}, usual.chunk)};
}

bool HasTooLarge(const RecordView& record, const LargeBounds& bounds) {
  return record.bytes().size() > bounds.leave && Sender::NeedsWork(record.root(), bounds);
}

absl::StatusOr<SentOut> SendOut(const RecordView& record, const Whole* before, const Chunks& chunks,
                                const LargeBounds& bounds, std::string_view argument) {
  return Sender(before, chunks, bounds, argument).Run(record);
}

absl::StatusOr<std::vector<ChunkChange>> DropAll(const RecordView& record, const Chunks& chunks) {
  Dropper drop(chunks);
  absl::Status status;
  ForEachStub(record.root(), record.id(),
              [&](const PluralName& name, const LargePlural&) { status.Update(drop.Drop(name)); });
  DOSSIER_RETURN_IF_ERROR(status);
  return std::move(drop.changes());
}

absl::Status CheckCounts(const RecordView& record, const std::vector<ChunkChange>& all) {
  std::map<PluralName, int64_t> lacking;
  const auto expect = [&](const PluralName& name, const LargePlural& large) {
    lacking[name] += large.count;
  };
  ForEachStub(record.root(), record.id(), expect);
  for (const ChunkChange& chunk : all) {
    const PluralView elements = ElementsOf(*chunk.before);
    lacking[chunk.plural] -= static_cast<int64_t>(elements.count());
    for (size_t i = 0; i < elements.count(); ++i) {
      ForEachStub(elements.element(i), elements.id(i), expect);
    }
  }
  for (const auto& [name, count] : lacking) {
    if (count == 0) continue;
    return errors::DataLoss(absl::StrCat("record ", record.id(), ": a large plural has ",
                                         count > 0 ? count : -count, " elements too ",
                                         count > 0 ? "few" : "many"));
  }
  return absl::OkStatus();
}

}  // namespace dossier
