// Entries of a store one behind the other.
#ifndef DOSSIER_STORAGE_CURSOR_H_
#define DOSSIER_STORAGE_CURSOR_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keyspace.h"
#include "storage/store.h"

namespace rocksdb {
class Iterator;
}

namespace dossier {

// Goes through the entries of a range without copying them. Not of kLookup, which has no order. Sees
// one state of the store, the snapshot's or that of its making. Not thread-safe; the store and the
// snapshot must outlive it.
class Cursor {
 public:
  enum class Direction : uint8_t { kRising, kFalling };

  // It stands before the first entry.
  Cursor(const Store& store, Family family, KeyRange range, Direction direction,
         const Snapshot* at = nullptr);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Goes to the next entry; false where there is none. Errors: as Store::Get.
  absl::StatusOr<bool> Next();

  // Of the entry that it stands at, until it goes on.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  struct Bounds;

  static bool KeepsInCache(const Store& store, Family family, const Bounds& bounds);

  const Direction direction_;
  const KeyRange range_;
  std::unique_ptr<Bounds> bounds_;  // lives as long as the iterator, which borrows it
  std::unique_ptr<rocksdb::Iterator> rocks_;
  bool has_begun_ = false;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_CURSOR_H_
