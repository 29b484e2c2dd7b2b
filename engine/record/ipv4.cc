#include "record/ipv4.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "base/digits.h"

namespace dossier {

std::optional<uint32_t> ParseIpv4(std::string_view text) {
  uint32_t address = 0;
  for (int octets = 0; octets < 4; ++octets) {
    if (octets > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const size_t digits = DigitCount(text.substr(0, 4));
    if (digits == 0 || digits > 3 || (digits > 1 && text[0] == '0')) return std::nullopt;
    uint32_t octet = 0;
    std::from_chars(text.data(), text.data() + digits, octet);
    if (octet > 255) return std::nullopt;
    address = address << 8 | octet;
    text.remove_prefix(digits);
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

void AppendIpv4(uint32_t address, std::string& out) {
  absl::StrAppend(&out, address >> 24, ".", address >> 16 & 255, ".", address >> 8 & 255, ".",
                  address & 255);
}

}  // namespace dossier
