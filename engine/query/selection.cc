#include "query/selection.h"

#include <array>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "elements/bring_in.h"
#include "elements/chunks.h"

namespace dossier {

absl::StatusOr<EntityId> Selection::FindId(const Selector& selector, const EntityType& type) const {
  if (!selector.look_up && !selector.plural) return selector.id;
  if (!selector.look_up) {
    const auto has_element = [&](const RecordView& record) -> absl::StatusOr<bool> {
      DOSSIER_ASSIGN_OR_RETURN(const std::optional<Found> found,
                               LocatedIn(record, SharedBytes(), selector, type, *selector.plural,
                                         /*only=*/nullptr));
      return found.has_value();
    };
    // A record's id is smaller than those of its elements.
    DOSSIER_ASSIGN_OR_RETURN(
        const std::optional<EntityId> owner,
        records_.FindBelow({type.id(), selector.id}, type.root(), has_element));
    if (!owner) return errors::RecordNotFound();
    return *owner;
  }
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> id, store_.LookUp(*selector.look_up));
  if (!id) return errors::RecordNotFound();
  return *id;
}

std::optional<EntityId> Selection::GuessId(const Selector& selector) const {
  if (!selector.look_up || selector.plural) return std::nullopt;
  return hints_.Find(*selector.look_up);
}

void Selection::Remember(const Selector& selector, const RecordView& record) const {
  if (!selector.look_up || selector.plural || record.has_large()) return;
  hints_.Set(*selector.look_up, record.id());
  if (selector.claim) {
    hints_.Set(UuidKey(record.type(), {record.uuid(), sizeof(Uuid)}), record.id());
  }
}

SharedBytes Selection::FindByGuess(const Selector& selector, const EntityType& type) const {
  const std::optional<EntityId> id = GuessId(selector);
  if (!id) return nullptr;
  absl::StatusOr<SharedBytes> bytes = records_.Get({type.id(), *id}, type.root());
  if (!bytes.ok() || *bytes == nullptr) return nullptr;
  const RecordView record = RecordView::Trusted(**bytes);
  const bool is_in_sight = !record.has_large() && record.type_version() <= type.version();
  if (!is_in_sight || !Holds(record, selector, type, hash_key_)) return nullptr;
  return *std::move(bytes);
}

// Null where the value has moved to another record between the look-up and the read.
absl::StatusOr<SharedBytes> Selection::FindOnce(const Selector& selector,
                                                const EntityType& type) const {
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector, type));
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, records_.Get({type.id(), id}, type.root()));
  if (bytes == nullptr) {
    if (selector.look_up) return bytes;
    return errors::RecordNotFound();
  }
  const RecordView record = RecordView::Trusted(*bytes);
  if (!Holds(record, selector, type, hash_key_)) return SharedBytes();
  Remember(selector, record);
  return bytes;
}

absl::StatusOr<Found> Selection::Find(const Selector& selector, const EntityType& type, Path path,
                                      const AttributeSet* only) const {
  if (selector.plural) return FindElement(selector, type, path, only);
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, FindRecord(selector, type));
  if (RecordView::Trusted(*bytes).has_large()) {
    DOSSIER_ASSIGN_OR_RETURN(bytes, FindWhole(selector, type, path, only));
  }
  return Found{std::move(bytes), std::move(path)};
}

absl::StatusOr<std::optional<Found>> Selection::FindAtOnce(const Selector& selector,
                                                           const EntityType& type,
                                                           Path path) const {
  if (selector.plural) return std::optional<Found>();
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, FindRecord(selector, type));
  const RecordView record = RecordView::Trusted(*bytes);
  if (record.has_large() || record.bytes().size() > kReadAtOnceBytesMax) {
    return std::optional<Found>();
  }
  return std::optional<Found>({std::move(bytes), std::move(path)});
}

// A record and its chunks are two reads: a snapshot makes them one state.
absl::StatusOr<SharedBytes> Selection::FindWhole(const Selector& selector, const EntityType& type,
                                                 const Path& path, const AttributeSet* only) const {
  const Snapshot now(store_);
  std::optional<EntityId> id = selector.id;
  if (selector.look_up) {
    DOSSIER_ASSIGN_OR_RETURN(id, store_.LookUp(*selector.look_up, &now));
  }
  if (!id) return errors::RecordNotFound();
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           store_.Get(Family::kRecords, RecordKey(type.id(), *id).view(), &now));
  if (bytes == nullptr)
    return selector.look_up ? BrokenLookUp(selector, *id) : errors::RecordNotFound();
  DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                           RecordView::Verify(*bytes, type.id(), *id, type.root()));
  if (!Holds(record, selector, type, hash_key_)) return BrokenLookUp(selector, *id);
  return WholeAt(record, path, only, Chunks(store_, type.id(), *id, type.root(), &now));
}

absl::StatusOr<SharedBytes> Selection::FindRecord(const Selector& selector,
                                                  const EntityType& type) const {
  if (SharedBytes guessed = FindByGuess(selector, type); guessed != nullptr) return guessed;
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes, FindOnce(selector, type));
  if (bytes != nullptr) return bytes;
  // Nobody moves a value whose claim is locked; a uuid never moves, it goes with its record.
  const LockTable::Guard lock = claim_locks_.Lock(std::array{*selector.look_up});
  DOSSIER_ASSIGN_OR_RETURN(bytes, FindOnce(selector, type));
  if (bytes != nullptr) return bytes;
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector, type));
  return BrokenLookUp(selector, id);
}

absl::StatusOr<Found> Selection::FindElement(const Selector& selector, const EntityType& type,
                                             const Path& path, const AttributeSet* only) const {
  DOSSIER_ASSIGN_OR_RETURN(std::optional<Found> found, FindElementOnce(selector, type, path, only));
  if (found) return *std::move(found);
  if (!selector.look_up) return errors::RecordNotFound();  // elements do not move: it was deleted
  // As FindRecord does.
  const LockTable::Guard lock = claim_locks_.Lock(std::array{*selector.look_up});
  DOSSIER_ASSIGN_OR_RETURN(found, FindElementOnce(selector, type, path, only));
  if (found) return *std::move(found);
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector, type));
  return BrokenLookUp(selector, id);
}

absl::StatusOr<std::optional<Found>> Selection::FindElementOnce(const Selector& selector,
                                                                const EntityType& type,
                                                                const Path& path,
                                                                const AttributeSet* only) const {
  DOSSIER_ASSIGN_OR_RETURN(const EntityId id, FindId(selector, type));
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, records_.Get({type.id(), id}, type.root()));
  if (bytes == nullptr) return std::optional<Found>();
  return LocatedIn(RecordView::Trusted(*bytes), bytes, selector, type, path, only);
}

absl::StatusOr<std::optional<Found>> Selection::LocatedIn(const RecordView& record,
                                                          const SharedBytes& bytes,
                                                          const Selector& selector,
                                                          const EntityType& type, const Path& path,
                                                          const AttributeSet* only) const {
  if (!record.has_large()) {
    DOSSIER_ASSIGN_OR_RETURN(std::optional<Path> located,
                             Located(path, record, selector, type, hash_key_,
                                     Chunks(store_, type.id(), record.id(), type.root())));
    if (!located) return std::optional<Found>();
    return std::optional<Found>({bytes, *std::move(located)});
  }
  // A record and its chunks are two reads: a snapshot makes them one state.
  const Snapshot now(store_);
  const Key key = RecordKey(type.id(), record.id());
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes again, store_.Get(Family::kRecords, key.view(), &now));
  if (again == nullptr) return std::optional<Found>();
  DOSSIER_ASSIGN_OR_RETURN(const RecordView state,
                           RecordView::Verify(*again, type.id(), record.id(), type.root()));
  const Chunks chunks(store_, type.id(), record.id(), type.root(), &now);
  DOSSIER_ASSIGN_OR_RETURN(std::optional<Path> located,
                           Located(path, state, selector, type, hash_key_, chunks));
  if (!located) return std::optional<Found>();
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes whole, WholeAt(state, *located, only, chunks));
  return std::optional<Found>({std::move(whole), *std::move(located)});
}

}  // namespace dossier
