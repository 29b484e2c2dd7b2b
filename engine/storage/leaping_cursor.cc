#include "storage/leaping_cursor.h"

#include <rocksdb/db.h>

#include "storage/rocks.h"
#include "storage/store_parts.h"

namespace dossier {
namespace {

// Positions are keys as numbers, by as many bytes as a record's key has.
constexpr int kKeyBytes = sizeof(TypeId) + sizeof(EntityId);
constexpr absl::uint128 kEnd = absl::uint128{1} << (8 * kKeyBytes);

absl::uint128 PositionOf(std::string_view key) {
  absl::uint128 position = 0;
  for (size_t i = 0; i < kKeyBytes; ++i) {
    position = (position << 8) | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0);
  }
  return position;
}

std::string KeyAt(absl::uint128 position) {
  std::string key(kKeyBytes, '\0');
  for (int i = kKeyBytes - 1; i >= 0; --i, position >>= 8) {
    key[static_cast<size_t>(i)] = static_cast<char>(absl::Uint128Low64(position) & 0xff);
  }
  return key;
}

}  // namespace

LeapingCursor::LeapingCursor(const Store& store, Family family) : store_(store), family_(family) {
  Begin();
}

LeapingCursor::~LeapingCursor() = default;

bool LeapingCursor::Next() {
  if (!has_begun_) {
    has_begun_ = true;
    rocks_->SeekToFirst();
  } else {
    last_key_ = rocks_->key().ToString();
    rocks_->Next();
  }
  if (!rocks_->Valid() && !rocks_->status().ok()) return Leap();
  return rocks_->Valid();
}

std::string_view LeapingCursor::key() const { return {rocks_->key().data(), rocks_->key().size()}; }
std::string_view LeapingCursor::value() const {
  return {rocks_->value().data(), rocks_->value().size()};
}

void LeapingCursor::Begin() {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.total_order_seek = true;
  rocks_.reset(store_.parts_->db->NewIterator(options, store_.parts_->family(family_)));
}

// With a new iterator: one that has met damage may tell of it at the next block, too.
bool LeapingCursor::CanSeek(absl::uint128 position) {
  Begin();
  rocks_->Seek(ToSlice(KeyAt(position)));
  return rocks_->Valid() || rocks_->status().ok();
}

// To the first position from which there is something to read, or the end: steps that grow by an eighth
// each find what is readable behind the damage unless it is far smaller than that, and halving what lies
// between the last two finds where it begins.
bool LeapingCursor::Leap() {
  const absl::uint128 begin = last_key_.empty() ? 0 : PositionOf(last_key_) + 1;
  absl::uint128 damaged = begin;
  absl::uint128 readable = begin;
  for (absl::uint128 step = 1; readable < kEnd && !CanSeek(readable); step += step / 8 + 1) {
    damaged = readable;
    readable = begin + step;
  }
  if (readable >= kEnd) {
    leaps_.push_back({KeyAt(begin), ""});
    return false;
  }
  while (readable - damaged > 1) {
    const absl::uint128 middle = damaged + (readable - damaged) / 2;
    (CanSeek(middle) ? readable : damaged) = middle;
  }
  CanSeek(readable);
  leaps_.push_back({KeyAt(begin), rocks_->Valid() ? rocks_->key().ToString() : ""});
  return rocks_->Valid();
}

}  // namespace dossier
