// Large plurals on their way out: what has grown past a bound leaves its record.
#ifndef DOSSIER_ELEMENTS_SEND_OUT_H_
#define DOSSIER_ELEMENTS_SEND_OUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "elements/bring_in.h"
#include "elements/chunks.h"

namespace dossier {

// Units: bytes of a plural's elements and their entries.
struct LargeBounds {
  size_t leave = 8192;  // a plural with more leaves its record
  size_t back = 4096;   // one with less comes back: far below, so that none goes to and fro
  size_t chunk = 2048;  // of a chunk; half as much again before it is cut

  // Bounds that fit the first one, and keep a chunk from being larger than a plural.
  static LargeBounds Of(size_t leave);
};

// A record and the changes of the chunks beside it, to be written together.
struct SentOut {
  std::string record;
  std::vector<ChunkChange> chunks = {};
};

// Whether SendOut would change anything of a record that had no large plural before.
bool HasTooLarge(const RecordView& record, const LargeBounds& bounds);

// Takes large plurals out of `record`, which was made of `before` (null: of a record without any),
// at any depth: elements of plurals that were brought in go back to their chunks, plurals past the
// bound leave, those far below it come back, and chunks of plurals that are gone go too.
// Errors: 200 on `argument` where a plural would pass 1 GB; those of Chunks.
absl::StatusOr<SentOut> SendOut(const RecordView& record, const Whole* before, const Chunks& chunks,
                                const LargeBounds& bounds, std::string_view argument);

// The changes that delete all chunks of a record.
absl::StatusOr<std::vector<ChunkChange>> DropAll(const RecordView& record, const Chunks& chunks);

// That the large plurals of a record have as many elements in `all`, which DropAll returned, as the
// record says. Errors: kDataLoss.
absl::Status CheckCounts(const RecordView& record, const std::vector<ChunkChange>& all);

}  // namespace dossier

#endif  // DOSSIER_ELEMENTS_SEND_OUT_H_
