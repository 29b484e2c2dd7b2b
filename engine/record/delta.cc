#include "record/delta.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "base/coding.h"
#include "dossier/limits.h"
#include "record/format.h"

namespace dossier {
namespace {

// Fewer bytes are not worth a part of their own.
constexpr size_t kCopiedMin = 8;

// What a part has beside its literal: three varints.
constexpr size_t kPartSizesMax = 15;

constexpr size_t kWord = sizeof(uint64_t);
uint64_t WordAt(std::string_view bytes, size_t at) {
  return LoadLittle<uint64_t>(bytes.data() + at);
}

uint32_t ChecksumOf(std::string_view record) {
  return LoadLittle<uint32_t>(record.data() + format::kChecksumAt);
}

// Writes parts for rising places of the next state.
class Parts {
 public:
  Parts(std::string_view base, std::string_view record, std::string& delta)
      : base_(base), record_(record), delta_(delta) {}

  void Copy(size_t from, size_t at, size_t size) {
    if (size < kCopiedMin) return;
    Literal(at);
    AppendVarint(delta_, static_cast<uint32_t>(size));
    AppendVarint(delta_, static_cast<uint32_t>(from));
    done_ = at + size;
  }
  // Of the header, where both have the same in one place.
  void CopyIfSame(size_t at, size_t end) {
    if (base_.substr(at, end - at) == record_.substr(at, end - at)) Copy(at, at, end - at);
  }
  void End() {
    if (done_ == record_.size()) return;
    Literal(record_.size());
    AppendVarint(delta_, 0);
  }

 private:
  void Literal(size_t end) {
    AppendVarint(delta_, static_cast<uint32_t>(end - done_));
    delta_ += record_.substr(done_, end - done_);
  }

  std::string_view base_;
  std::string_view record_;
  std::string& delta_;
  size_t done_ = 0;
};

size_t SizeOf(const std::vector<Writer::Copy>& copies) {
  size_t size = 0;
  for (const Writer::Copy& copy : copies) size += copy.size;
  return size;
}

bool IsWithin(const Writer::Copy& copy, std::string_view bytes) {
  const std::less_equal<const char*> is_at_most;
  return is_at_most(bytes.data(), copy.from) &&
         is_at_most(copy.from + copy.size, bytes.data() + bytes.size());
}

std::optional<uint32_t> TakeVarint(std::string_view& bytes) {
  const std::optional<Varint> varint = ParseVarint(bytes);
  if (!varint) return std::nullopt;
  bytes.remove_prefix(varint->size);
  return varint->value;
}

bool Append(std::string_view from, size_t begin, size_t size, std::string& record) {
  if (begin > from.size() || size > from.size() - begin) return false;
  if (size > kRecordBytesMax - record.size()) return false;
  record += from.substr(begin, size);
  return true;
}

}  // namespace

std::vector<Writer::Copy> SameBytes(std::string_view base, std::string_view record) {
  std::vector<Writer::Copy> same;
  size_t at = format::kHeaderSize;
  // The words from `at` on that stand `shift` further on in the base, modulo 2^64.
  const auto add_run = [&](size_t shift) {
    const size_t begin = at;
    while (at + kWord <= record.size() && at + shift + kWord <= base.size() &&
           WordAt(record, at) == WordAt(base, at + shift)) {
      at += kWord;
    }
    if (at > begin) same.push_back({base.data() + begin + shift, begin, at - begin});
  };
  add_run(0);
  // What stands behind a first difference, an insertion perhaps, is sought by its distance to the end.
  const size_t shift = base.size() - record.size();
  if (record.size() > base.size()) at = std::max(at, record.size() - base.size());
  for (; at + kWord <= record.size(); at += kWord) add_run(shift);
  return same;
}

bool AreMost(const std::vector<Writer::Copy>& copies, size_t record_size) {
  return SizeOf(copies) > record_size / 2;
}

std::string DeltaOf(std::string_view base, std::string_view record,
                    const std::vector<Writer::Copy>& copies) {
  std::string delta;
  delta.reserve(record.size() - SizeOf(copies) + (copies.size() + 4) * kPartSizesMax);
  AppendLittle(delta, ChecksumOf(base));
  Parts parts(base, record, delta);
  parts.CopyIfSame(format::kIdAt, format::kLastUpdatedAt);
  parts.CopyIfSame(format::kUuidAt, format::kHeaderSize);
  for (const Writer::Copy& copy : copies) {
    if (IsWithin(copy, base)) {
      parts.Copy(static_cast<size_t>(copy.from - base.data()), copy.at, copy.size);
    }
  }
  parts.End();
  return delta;
}

bool ApplyDelta(std::string_view base, std::string_view delta, std::string& record) {
  record.clear();
  record.reserve(base.size() + delta.size());
  if (base.size() < format::kHeaderSize || delta.size() < sizeof(uint32_t) ||
      ChecksumOf(base) != LoadLittle<uint32_t>(delta.data())) {
    return false;
  }
  delta.remove_prefix(sizeof(uint32_t));
  while (!delta.empty()) {
    const std::optional<uint32_t> literal_size = TakeVarint(delta);
    if (!literal_size || !Append(delta, 0, *literal_size, record)) return false;
    delta.remove_prefix(*literal_size);
    const std::optional<uint32_t> copied_size = TakeVarint(delta);
    if (!copied_size) return false;
    if (*copied_size == 0) continue;
    const std::optional<uint32_t> from = TakeVarint(delta);
    if (!from || !Append(base, *from, *copied_size, record)) return false;
  }
  return true;
}

}  // namespace dossier
