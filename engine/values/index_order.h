// The order of values, as bytes: whichever of two values comes first, its bytes do. Stored.
//
//   ordered := i64                                integer; dateTime in microseconds since 1970
//            | i32                                date, in days since 1970
//            | u32                                ipAddress, the first octet highest
//            | u8                                 boolean, 0 or 1
//            | (byte | 0 0xff)* end               string; a byte 0 stands as 0 0xff
//            | 1                                  decimal 0
//            | 2 magnitude:i32 digit* end         decimal above 0: 0.digits * 10^magnitude
//            | 0 ~(magnitude:i32 digit* end)      decimal below 0, each bit turned round
//   end     := 0 0                                that is all of it
//            | 0 1                                it was cut: the value goes on
//
// Numbers are big-endian, signed ones with the first bit turned round. Strings and the digits of
// decimals are cut behind kOrderedBytesMax bytes: two values that were cut may be any way round.
// No `ordered` begins with another one.
#ifndef DOSSIER_VALUES_INDEX_ORDER_H_
#define DOSSIER_VALUES_INDEX_ORDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

// Bytes of a string, or digits of a decimal, that an index tells apart: far beyond names and mail
// addresses, and a key of it fits into a cache line or three.
inline constexpr size_t kOrderedBytesMax = 128;

// Appends the ordered form of a scalar that is no json and no password. Stored forms are cut as above;
// a sort, which stores nothing, cuts none.
void AppendOrdered(const ValueView& value, std::string& out, size_t bytes_max = kOrderedBytesMax);

// The same of values that are not in a record.
void AppendOrderedInteger(int64_t value, std::string& out);  // and times
void AppendOrderedDate(int32_t days, std::string& out);
void AppendOrderedAddress(uint32_t address, std::string& out);
void AppendOrderedBoolean(bool value, std::string& out);
void AppendOrderedDecimal(const Decimal& value, std::string& out,
                          size_t bytes_max = kOrderedBytesMax);
void AppendOrderedText(std::string_view text, std::string& out,
                       size_t bytes_max = kOrderedBytesMax);

// The size of the ordered form that `bytes` begins with; nothing where it begins with none.
std::optional<size_t> OrderedSize(Kind kind, std::string_view bytes);

// Whether an ordered form of that kind stands for more than one value.
bool IsCut(Kind kind, std::string_view ordered);

}  // namespace dossier

#endif  // DOSSIER_VALUES_INDEX_ORDER_H_
