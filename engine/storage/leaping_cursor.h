// A walk over what can be read of a damaged store.
#ifndef DOSSIER_STORAGE_LEAPING_CURSOR_H_
#define DOSSIER_STORAGE_LEAPING_CURSOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "storage/keyspace.h"
#include "storage/store.h"

namespace rocksdb {
class Iterator;
}

namespace dossier {

// Goes through all entries of a family, and over those that cannot be read: a block of a table that is
// damaged takes some hundred entries with it, not all that are behind it. Not of kLookup, which has no
// order. Not thread-safe; the store must outlive it.
class LeapingCursor {
 public:
  // It stands before the first entry.
  LeapingCursor(const Store& store, Family family);
  ~LeapingCursor();
  LeapingCursor(const LeapingCursor&) = delete;
  LeapingCursor& operator=(const LeapingCursor&) = delete;

  // Goes to the next entry that can be read; false where there is none.
  bool Next();

  // Of the entry that it stands at, until it goes on.
  std::string_view key() const;
  std::string_view value() const;

  // Where it has leapt so far: there were entries or not. An empty end: to the end of the family.
  const std::vector<KeyRange>& leaps() const { return leaps_; }

 private:
  void Begin();
  bool CanSeek(absl::uint128 position);
  bool Leap();

  const Store& store_;
  const Family family_;
  std::unique_ptr<rocksdb::Iterator> rocks_;
  bool has_begun_ = false;
  std::string last_key_;
  std::vector<KeyRange> leaps_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LEAPING_CURSOR_H_
