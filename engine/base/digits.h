// Digits in texts from outside.
#ifndef DOSSIER_BASE_DIGITS_H_
#define DOSSIER_BASE_DIGITS_H_

#include <cstddef>
#include <string_view>

namespace dossier {

// The value of a hexadecimal digit in either case; -1 for another character.
constexpr int HexDigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// How many decimal digits `text` starts with.
constexpr size_t DigitCount(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return count;
}

}  // namespace dossier

#endif  // DOSSIER_BASE_DIGITS_H_
