// How the record or the element that a selector means is found.
#ifndef DOSSIER_QUERY_SELECTION_H_
#define DOSSIER_QUERY_SELECTION_H_

#include <optional>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "query/selector.h"
#include "record/path.h"
#include "schema/entity_type.h"
#include "storage/locks.h"
#include "storage/lookup_hints.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// What a selector led to.
struct Found {
  SharedBytes record;
  Path path;  // of the call, with the ids of the elements that it goes through
};

// Finds records by selectors. Thread-safe; borrows all that it is made of.
//
// Where a look-up leads is guessed first, from `hints`. A guess is followed where the record that it
// leads to holds what is looked up, in full sight, and was written by the version of the type that the
// call has or by one before it; else the store is asked, as if there were no guess. That is sound,
// whatever happened since the hint was laid:
//
//   - The record is as `records` has it now, and the answer is what it was at that moment. At any
//     moment a value that binds is held by one record at most of those that such versions wrote, and
//     its claim leads there: a look-up and a read of that moment would have found the same. So a
//     value that moves is found where it was until the commit that takes it away, and after that
//     only where it is: there the guess fails.
//   - A record that is gone, or made anew with another value, does not hold it; no type gets the id of
//     another.
//   - A later version may have given the constraint up: what it wrote may hold a value twice. A version
//     in which a constraint comes binds when every record of every version before it keeps it.
//   - A guess hides a claim that is damaged, while the record itself is what was asked for. Damage that
//     a guess itself meets is none of the call's: the store says where the value leads.
class Selection {
 public:
  Selection(const Store& store, Records& records, LookupHints& hints, LockTable& claim_locks,
            const HashKey& hash_key)
      : store_(store),
        records_(records),
        hints_(hints),
        claim_locks_(claim_locks),
        hash_key_(hash_key) {}

  // A guess at what FindId answers, for who makes sure that the record is the one; nothing where there
  // is none.
  std::optional<EntityId> GuessId(const Selector& selector) const;
  // The record was found by the selector: the next guess at it, or at its uuid, is that record.
  void Remember(const Selector& selector, const RecordView& record) const;

  // The id of the record. An element's record is looked for in all that can have it: O(records).
  // Errors: 310, kDataLoss, kUnavailable.
  absl::StatusOr<EntityId> FindId(const Selector& selector, const EntityType& type) const;
  // One state of the record, which exists and holds what the selector asks for; of its large plurals
  // what WholeAt brings in for `path`, which ParsePath made, and `only`. Errors: as FindId.
  absl::StatusOr<Found> Find(const Selector& selector, const EntityType& type, Path path,
                             const AttributeSet* only) const;
  // As Find, of a record that is read at once: nothing for one with a large plural, for one of more
  // than kReadAtOnceBytesMax and for an element.
  absl::StatusOr<std::optional<Found>> FindAtOnce(const Selector& selector, const EntityType& type,
                                                  Path path) const;

 private:
  absl::StatusOr<SharedBytes> FindRecord(const Selector& selector, const EntityType& type) const;
  // Null where there is no guess, or none to follow.
  SharedBytes FindByGuess(const Selector& selector, const EntityType& type) const;
  absl::StatusOr<SharedBytes> FindOnce(const Selector& selector, const EntityType& type) const;
  absl::StatusOr<SharedBytes> FindWhole(const Selector& selector, const EntityType& type,
                                        const Path& path, const AttributeSet* only) const;

  // Of an element. FindElementOnce: nothing where the value has moved between the look-up and the read.
  absl::StatusOr<Found> FindElement(const Selector& selector, const EntityType& type,
                                    const Path& path, const AttributeSet* only) const;
  absl::StatusOr<std::optional<Found>> FindElementOnce(const Selector& selector,
                                                       const EntityType& type, const Path& path,
                                                       const AttributeSet* only) const;
  // As Located, of a record that is read again where it has large plurals; `bytes` are its own.
  absl::StatusOr<std::optional<Found>> LocatedIn(const RecordView& record, const SharedBytes& bytes,
                                                 const Selector& selector, const EntityType& type,
                                                 const Path& path, const AttributeSet* only) const;

  const Store& store_;
  Records& records_;
  LookupHints& hints_;
  LockTable& claim_locks_;
  const HashKey& hash_key_;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_SELECTION_H_
