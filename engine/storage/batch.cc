#include <rocksdb/write_batch.h>

#include <memory>
#include <utility>

#include "storage/rocks.h"
#include "storage/store.h"
#include "storage/store_parts.h"

namespace dossier {
namespace {

// A thread keeps no more than that of the batches it has filled: some hundred records.
constexpr size_t kSpareBytesMax = 256 * 1'024;

}  // namespace

thread_local std::unique_ptr<Batch::Parts> Batch::Parts::spare;

Batch::Batch(const Store& store, size_t reserved_bytes) : parts_(std::move(Parts::spare)) {
  if (parts_ == nullptr || parts_->capacity() < reserved_bytes) {
    parts_ = std::make_unique<Parts>(reserved_bytes);
  }
  parts_->store = store.parts_.get();
  parts_->ends_in_delete_once = false;
}

Batch::~Batch() {
  if (parts_->capacity() > kSpareBytesMax) return;
  parts_->rocks.Clear();
  Parts::spare = std::move(parts_);
}

void Batch::Put(Family family, std::string_view key, std::string_view value) {
  if (family == Family::kLookup) parts_->store->filter.Add(key);
  parts_->ends_in_delete_once = false;
  parts_->rocks.Put(parts_->store->family(family), ToSlice(key), ToSlice(value))
      .PermitUncheckedError();
}

void Batch::Merge(Family family, std::string_view key, std::string_view delta) {
  parts_->ends_in_delete_once = false;
  parts_->rocks.Merge(parts_->store->family(family), ToSlice(key), ToSlice(delta))
      .PermitUncheckedError();
}

void Batch::Delete(Family family, std::string_view key) {
  parts_->ends_in_delete_once = false;
  parts_->rocks.Delete(parts_->store->family(family), ToSlice(key)).PermitUncheckedError();
}

void Batch::DeleteOnce(Family family, std::string_view key) {
  parts_->ends_in_delete_once = true;
  parts_->rocks.SingleDelete(parts_->store->family(family), ToSlice(key)).PermitUncheckedError();
}

void Batch::DeleteRange(Family family, const KeyRange& range) {
  parts_->ends_in_delete_once = false;
  parts_->rocks.DeleteRange(parts_->store->family(family), ToSlice(range.begin), ToSlice(range.end))
      .PermitUncheckedError();
}

}  // namespace dossier
