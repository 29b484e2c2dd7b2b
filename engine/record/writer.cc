#include "record/writer.h"

#include <algorithm>

#include "base/coding.h"
#include "base/hash.h"

namespace dossier {

using format::Tag;

void Writer::Clear() {
  bytes_.clear();
  copies_.clear();
  entries_.clear();
  elements_.clear();
}

Writer::Mark Writer::BeginObject() {
  const Mark mark{bytes_.size(), entries_.size()};
  bytes_.append(format::kObjectHeaderSize, '\0');
  return mark;
}

void Writer::EndObject(Mark mark) {
  const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(mark.entries);
  const auto by_number = [](const Entry& a, const Entry& b) { return a.number < b.number; };
  if (!std::is_sorted(first, entries_.end(), by_number)) {
    std::sort(first, entries_.end(), by_number);
  }
  const auto count = static_cast<size_t>(entries_.end() - first);
  const bool wide = bytes_.size() - mark.begin + count * 4 > format::kNarrowBytesMax ||
                    (count > 0 && entries_.back().number > format::kNarrowNumberMax);
  for (auto entry = first; entry != entries_.end(); ++entry) {
    const uint64_t offset = entry->tag <= Tag::kSmall ? entry->at : entry->at - mark.begin;
    const auto tag = static_cast<uint64_t>(entry->tag);
    if (wide) {
      AppendLittle<uint64_t>(bytes_, entry->number | tag << 16 | offset << 32);
    } else {
      AppendLittle(bytes_, static_cast<uint32_t>(entry->number | tag << 12 | offset << 16));
    }
  }
  entries_.erase(first, entries_.end());
  const auto size = static_cast<uint32_t>(bytes_.size() - mark.begin);
  StoreLittle(bytes_.data() + mark.begin, size | (wide ? format::kWideBit : 0));
  StoreLittle(bytes_.data() + mark.begin + 4, static_cast<uint16_t>(count));
}

void Writer::Drop(Mark mark) { Cut(mark.begin); }

void Writer::CutTo(End end) {
  Cut(end.bytes);
  entries_.resize(end.entries);
}

void Writer::Cut(size_t end) {
  bytes_.resize(end);
  while (!copies_.empty() && copies_.back().at >= end) copies_.pop_back();
  if (!copies_.empty())
    copies_.back().size = std::min(copies_.back().size, end - copies_.back().at);
}

void Writer::AddBytes(std::string_view copied) {
  if (!copies_.empty() && copies_.back().from + copies_.back().size == copied.data() &&
      copies_.back().at + copies_.back().size == bytes_.size()) {
    copies_.back().size += copied.size();
  } else {
    copies_.push_back({copied.data(), bytes_.size(), copied.size()});
  }
  bytes_ += copied;
}

void Writer::AddInline(AttributeNumber number, Tag tag, uint16_t value) {
  entries_.push_back({number, tag, value});
}

void Writer::AddInteger(AttributeNumber number, int64_t value) {
  if (value >= 0 && value <= UINT16_MAX) {
    return AddInline(number, Tag::kSmall, static_cast<uint16_t>(value));
  }
  Add(number, Tag::kInt64);
  AppendLittle(bytes_, value);
}

void Writer::AddTime(AttributeNumber number, int64_t micros) {
  Add(number, Tag::kTime);
  AppendLittle(bytes_, micros);
}

void Writer::AddDate(AttributeNumber number, int32_t days) {
  Add(number, Tag::kDate);
  AppendLittle(bytes_, days);
}

void Writer::AddIpv4(AttributeNumber number, uint32_t address) {
  Add(number, Tag::kIpv4);
  AppendLittle(bytes_, address);
}

void Writer::AddText(AttributeNumber number, Tag tag, std::string_view text) {
  Add(number, tag);
  AppendVarint(bytes_, static_cast<uint32_t>(text.size()));
  bytes_ += text;
}

void Writer::AddLarge(AttributeNumber number, const LargePlural& large) {
  Add(number, Tag::kLarge);
  AppendLittle(bytes_, large.count);
  AppendLittle(bytes_, large.bytes);
  AppendLittle(bytes_, large.last_chunk);
}

void Writer::AddCopy(const ValueView& value) {
  if (value.tag <= Tag::kSmall) {
    return AddInline(value.number, value.tag, static_cast<uint16_t>(value.offset));
  }
  Add(value.number, value.tag);
  AddBytes(value.bytes());
}

void Writer::AddNested(AttributeNumber number, Tag tag, size_t begin) {
  entries_.push_back({number, tag, begin});
}

ValueView Writer::LastValue() const {
  const Entry& entry = entries_.back();
  return {entry.number, entry.tag, static_cast<uint32_t>(entry.at), bytes_.data() + entry.at};
}

Writer::Mark Writer::BeginPlural() {
  const Mark mark{bytes_.size(), elements_.size()};
  bytes_.append(format::kPluralHeaderSize, '\0');
  return mark;
}

void Writer::AddElement(EntityId id, size_t begin) { elements_.push_back({id, begin}); }

void Writer::AddElementCopy(EntityId id, ObjectView element) {
  elements_.push_back({id, bytes_.size()});
  AddBytes(element.bytes());
}

void Writer::EndPlural(Mark mark) {
  const auto first = elements_.begin() + static_cast<std::ptrdiff_t>(mark.entries);
  const auto by_id = [](const Element& a, const Element& b) { return a.id < b.id; };
  if (!std::is_sorted(first, elements_.end(), by_id)) std::sort(first, elements_.end(), by_id);
  for (auto element = first; element != elements_.end(); ++element) {
    AppendLittle(bytes_, element->id);
    AppendLittle(bytes_, static_cast<uint32_t>(element->at - mark.begin));
  }
  StoreLittle(bytes_.data() + mark.begin, static_cast<uint32_t>(bytes_.size() - mark.begin));
  StoreLittle(bytes_.data() + mark.begin + 4, static_cast<uint32_t>(elements_.end() - first));
  elements_.erase(first, elements_.end());
}

RecordHeader HeaderOf(const RecordView& record) {
  const char* at = record.bytes().data();
  RecordHeader header{.type = TypeId{LoadLittle<uint16_t>(at + format::kTypeAt)},
                      .type_version = record.type_version(),
                      .id = record.id(),
                      .created = record.created(),
                      .last_updated = record.last_updated(),
                      .has_large = record.has_large()};
  std::copy_n(record.uuid(), header.uuid.bytes.size(), header.uuid.bytes.begin());
  return header;
}

void SealRecord(const RecordHeader& header, std::string& record) {
  char* at = record.data();
  std::fill(at, at + format::kHeaderSize, '\0');
  StoreLittle(at, format::kRecordFormat);
  StoreLittle(at + format::kFlagsAt, header.has_large ? format::kHasLarge : uint8_t{0});
  StoreLittle(at + format::kTypeAt, static_cast<uint16_t>(header.type));
  StoreLittle(at + format::kTypeVersionAt, header.type_version);
  StoreLittle(at + format::kDeltasAt, header.deltas);
  StoreLittle(at + format::kIdAt, header.id);
  StoreLittle(at + format::kCreatedAt, header.created);
  StoreLittle(at + format::kLastUpdatedAt, header.last_updated);
  std::copy(header.uuid.bytes.begin(), header.uuid.bytes.end(), at + format::kUuidAt);
  const std::string_view rest = std::string_view(record).substr(format::kTypeVersionAt);
  StoreLittle(at + format::kChecksumAt, Checksum(rest));
}

}  // namespace dossier
