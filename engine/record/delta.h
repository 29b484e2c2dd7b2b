// What a change made of a record's bytes, as the bytes that tell one state from the one before it.
//
//   delta := base_checksum:u32 part*
//   part  := literal_size:varint literal copied_size:varint [copied_from:varint]
//
// `base_checksum` is that of the header of the state before. The parts, one behind the other, are the
// next state: bytes that the delta has, then bytes that the state before has from `copied_from` on; a
// part that copies nothing does not say from where. Stored; never change.
#ifndef DOSSIER_RECORD_DELTA_H_
#define DOSSIER_RECORD_DELTA_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/writer.h"

namespace dossier {

// How many deltas may stand upon a state that is stored whole: who reads the record from disk has to
// find them all.
inline constexpr uint8_t kDeltasMax = 4;

// What both have in the same place behind their headers, counted from the beginning up to the first
// difference and from the end behind it: of a state that was written anew what did not change.
std::vector<Writer::Copy> SameBytes(std::string_view base, std::string_view record);

// Whether `copies` are most of a record of that size, so that a delta is worth it.
bool AreMost(const std::vector<Writer::Copy>& copies, size_t record_size);

// The delta from `base` to `record`, of whose bytes `copies` are those that may lie in `base` too.
std::string DeltaOf(std::string_view base, std::string_view record,
                    const std::vector<Writer::Copy>& copies);

// The state that follows upon `base`, into `record`; false where `delta` is no delta of that base.
// Both may be damaged: a result is a record only when it has been verified.
bool ApplyDelta(std::string_view base, std::string_view delta, std::string& record);

}  // namespace dossier

#endif  // DOSSIER_RECORD_DELTA_H_
