#include "storage/cursor.h"

#include <rocksdb/db.h>

#include <utility>

#include "base/status.h"
#include "storage/store_parts.h"

namespace dossier {

struct Cursor::Bounds {
  rocksdb::Slice begin;
  rocksdb::Slice end;
};

// Whether what a reader of the range reads should stay in the cache. Who reads everything must not push
// out what others read often: half of the cache is theirs.
bool Cursor::KeepsInCache(const Store& store, Family family, const Bounds& bounds) {
  if (family == Family::kIndex) return true;  // small, and read by piece
  rocksdb::SizeApproximationOptions options;
  options.files_size_error_margin = 0.5;  // whole files are counted without a look into them
  uint64_t bytes = 0;
  const rocksdb::Range range(bounds.begin, bounds.end);
  const rocksdb::Status status = store.parts_->db->GetApproximateSizes(
      options, store.parts_->family(family), &range, /*n=*/1, &bytes);
  return status.ok() && bytes <= store.parts_->block_cache_bytes / 2;
}

Cursor::Cursor(const Store& store, Family family, KeyRange range, Direction direction,
               const Snapshot* at)
    : direction_(direction),
      range_(std::move(range)),
      bounds_(new Bounds{ToSlice(range_.begin), ToSlice(range_.end)}) {
  rocksdb::ReadOptions options = Store::Parts::Reading(at);
  options.fill_cache = KeepsInCache(store, family, *bounds_);
  if (!options.fill_cache) {
    options.readahead_size = 64 * 1'024;  // a scan is a tenth faster than by a block a read
  }
  options.iterate_lower_bound = &bounds_->begin;
  options.iterate_upper_bound = &bounds_->end;
  rocks_.reset(store.parts_->db->NewIterator(options, store.parts_->family(family)));
}

Cursor::~Cursor() = default;

absl::StatusOr<bool> Cursor::Next() {
  const bool is_rising = direction_ == Direction::kRising;
  if (!has_begun_) {
    has_begun_ = true;
    is_rising ? rocks_->SeekToFirst() : rocks_->SeekToLast();
  } else if (rocks_->Valid()) {
    is_rising ? rocks_->Next() : rocks_->Prev();
  }
  if (!rocks_->Valid()) {
    DOSSIER_RETURN_IF_ERROR(FromRocks(rocks_->status()));
    return false;
  }
  const rocksdb::Slice key = rocks_->key();
  const rocksdb::Slice value = rocks_->value();
  key_ = {key.data(), key.size()};
  value_ = {value.data(), value.size()};
  return true;
}

}  // namespace dossier
