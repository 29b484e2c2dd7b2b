// The bytes of a record. All numbers are little-endian; offsets count from the start of the object
// or plural that holds them. Stored; never renumber.
//
//   record   := header object
//   header   := format:u8 flags:u8 type:u16 checksum:u32 type_version:u32 deltas:u8 zero:u24
//               id:u64 created:i64 last_updated:i64 uuid:16 bytes
//   object   := size_and_form:u32 count:u16 heap directory
//   plural   := size:u32 count:u32 heap (element_id:u64 offset:u32) * count, by rising id
//   heap     := the values of the entries and nothing else, in any order
//   directory:= (tag << 12 | number | offset << 16):u32 * count            narrow
//             | (number | tag << 16 | offset << 32):u64 * count            wide
//   value    := nothing (inline) | i64 | i32 | u32 | text | object | plural | stub, by the tag
//   text     := length:varint bytes
//   stub     := count:u32 bytes:u32 last_chunk:u64
//
// `size` is of the whole object or plural; the top bit of size_and_form says wide, needed where the
// object has over 65,535 bytes or a number over 4,095. Entries stand by rising number. An attribute
// that is null, an object without a value and a plural without an element have no entry. The
// checksum (XXH3, low 32 bits) is of all that follows it. Times are microseconds, dates days, since
// 1970. `deltas` of the states before it are stored as what they changed alone (delta.h).
//
// A large plural has left its object: in its place stands a stub, its elements are in chunks of their
// own (engine/elements/). The stub has their number, their bytes (each element and its entry) and the
// name of the last chunk. Flag 1 of the header: the record has a stub somewhere.
#ifndef DOSSIER_RECORD_FORMAT_H_
#define DOSSIER_RECORD_FORMAT_H_

#include <cstddef>
#include <cstdint>

namespace dossier::format {

inline constexpr uint8_t kRecordFormat = 1;

inline constexpr size_t kFlagsAt = 1;
inline constexpr size_t kTypeAt = 2;
inline constexpr size_t kChecksumAt = 4;
inline constexpr size_t kTypeVersionAt = 8;
inline constexpr size_t kDeltasAt = 12;
inline constexpr size_t kIdAt = 16;
inline constexpr size_t kCreatedAt = 24;
inline constexpr size_t kLastUpdatedAt = 32;
inline constexpr size_t kUuidAt = 40;
inline constexpr size_t kHeaderSize = 56;

inline constexpr size_t kObjectHeaderSize = 6;
inline constexpr size_t kPluralHeaderSize = 8;
inline constexpr size_t kElementEntrySize = 12;
inline constexpr size_t kStubSize = 16;
inline constexpr uint8_t kHasLarge = 1;  // of the header's flags
inline constexpr uint32_t kWideBit = 1u << 31;
inline constexpr size_t kNarrowBytesMax = 0xffff;
inline constexpr uint16_t kNarrowNumberMax = 0xfff;

// What an entry's offset leads to.
enum class Tag : uint8_t {
  kFalse = 0,        // inline
  kTrue = 1,         // inline
  kSmall = 2,        // inline: the offset is the integer, 0 to 65,535
  kInt64 = 3,        // i64
  kTime = 4,         // i64
  kDate = 5,         // i32
  kText = 6,         // text that JSON writes without an escape
  kTextEscaped = 7,  // text
  kDecimal = 8,      // text: the digits as they were sent
  kIpv4 = 9,         // u32, the first octet highest
  kJson = 10,        // text: JSON as it was sent
  kObject = 11,      // object
  kPlural = 12,      // plural
  kLarge = 13,       // stub: a plural whose elements have left the record
  kPassword = 14,    // text: a JSON object {"type":..,"value":..}, perhaps with more members
};

}  // namespace dossier::format

#endif  // DOSSIER_RECORD_FORMAT_H_
