// The elements of large plurals: in chunks, outside their record.
//
// A chunk is a plural of its own (engine/record/format.h) with some of the elements, by rising id,
// and a name: all its elements have the name's id or a later one, and those of the next chunk have
// that one's name or a later one. The name stays when elements go. Stored as
//
//   chunk := checksum:u32 plural        the checksum is of the plural and of the key
#ifndef DOSSIER_ELEMENTS_CHUNKS_H_
#define DOSSIER_ELEMENTS_CHUNKS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "record/attribute.h"
#include "record/view.h"
#include "storage/keyspace.h"
#include "storage/store.h"

namespace dossier {

// Which plural of a record: `owner` is the innermost element around it or the record itself.
struct PluralName {
  EntityId owner = 0;
  AttributeNumber attribute = 0;

  friend auto operator<=>(const PluralName&, const PluralName&) = default;
};

// The elements in the stored and verified bytes of a chunk.
inline PluralView ElementsOf(std::string_view chunk) {
  return PluralView(chunk.data() + sizeof(uint32_t));
}

struct Chunk {
  PluralName plural;
  EntityId name = 0;
  SharedBytes bytes;  // as stored, and verified

  PluralView elements() const { return ElementsOf(*bytes); }
};

// The change of one chunk; null bytes: there was or will be none.
struct ChunkChange {
  PluralName plural;
  EntityId name = 0;
  SharedBytes before;
  SharedBytes after;
};

// The stored form of a chunk with the elements of `plural`, the bytes of a plural.
SharedBytes ChunkBytes(const Key& key, std::string_view plural);

// Those of one record. Reads the newest state, which only who has the record locked may do, or a
// snapshot's. Borrows all that it is made of. Errors of all: kDataLoss, kUnavailable.
class Chunks {
 public:
  Chunks(const Store& store, TypeId type, EntityId record, const Shape& root,
         const Snapshot* at = nullptr)
      : store_(store), type_(type), record_(record), root_(root), at_(at) {}

  // The chunk that would hold the element; nothing where the plural begins behind it.
  absl::StatusOr<std::optional<Chunk>> Holding(const PluralName& plural, EntityId element) const;
  // The chunk of that name, which must exist.
  absl::StatusOr<Chunk> Named(const PluralName& plural, EntityId name) const;
  // All of one plural, in the order of their elements.
  absl::StatusOr<std::vector<Chunk>> All(const PluralName& plural) const;

  // Shows the chunks of one plural, from the last to the first, each the bytes of a plural, verified
  // and there for the call alone; until `visit` returns false.
  absl::Status Visit(const PluralName& plural,
                     absl::FunctionRef<bool(std::string_view elements)> visit) const;

  Key KeyOf(const PluralName& plural, EntityId name) const;

 private:
  const Shape* ElementsOf(const PluralName& plural) const;
  // The elements in the stored bytes of a chunk.
  absl::StatusOr<std::string_view> VerifiedElements(const Shape* shape, std::string_view key,
                                                    std::string_view stored) const;
  absl::StatusOr<Chunk> Verified(const PluralName& plural, const Shape* shape, std::string_view key,
                                 SharedBytes bytes) const;

  const Store& store_;
  TypeId type_;
  EntityId record_;
  const Shape& root_;
  const Snapshot* at_;
};

}  // namespace dossier

#endif  // DOSSIER_ELEMENTS_CHUNKS_H_
