// IPv4 addresses between their text and their number.
#ifndef DOSSIER_RECORD_IPV4_H_
#define DOSSIER_RECORD_IPV4_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {

// The address, its first octet highest. Shape: four numbers of up to 255 with dots between, none
// with a zero in front.
std::optional<uint32_t> ParseIpv4(std::string_view text);

void AppendIpv4(uint32_t address, std::string& out);

}  // namespace dossier

#endif  // DOSSIER_RECORD_IPV4_H_
