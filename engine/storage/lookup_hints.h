// In memory: where keys of kLookup most likely lead, so that a read need not ask RocksDB.
#ifndef DOSSIER_STORAGE_LOOKUP_HINTS_H_
#define DOSSIER_STORAGE_LOOKUP_HINTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "storage/atomic_words.h"
#include "storage/keyspace.h"

namespace dossier {

// A table of guesses. A key has eight places in it, which it shares with others: where all are taken,
// one of the others is forgotten. A guess may be of a state long past or, once in a million times, of
// another key, so whoever takes one looks whether that record holds what the key stands for. Why this
// suffices: query/selection.h.
//
// Thread-safe, without locks.
class LookupHints {
 public:
  // Takes up to `bytes_max` of memory; of less than 8: none, and then it knows nothing.
  explicit LookupHints(size_t bytes_max);

  std::optional<EntityId> Find(const Key& key) const;
  // Ids of 2^40 and more are not remembered.
  void Set(const Key& key, EntityId id);

  size_t bytes() const { return words_.bytes(); }

 private:
  // The first of those of a key with that hash.
  size_t PlaceOf(uint64_t hash) const;

  const AtomicWords words_;  // each the id, and above it bits of the key; 0 where nothing is known
  const size_t way_count_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOOKUP_HINTS_H_
