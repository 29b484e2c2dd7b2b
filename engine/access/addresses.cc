#include "access/addresses.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"

namespace dossier {
namespace {

constexpr int kBitsV4 = 32;
constexpr int kBitsV6 = 128;
constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

bool IsMapped(const Address& address) {
  return std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin());
}

Address Unmapped(const Address& address) {
  Address v4{.is_v4 = true};
  std::copy_n(address.bytes.begin() + kMapped.size(), 4, v4.bytes.begin());
  return v4;
}

// As it is written, IPv4 in IPv6 or not.
std::optional<Address> ParseAsWritten(const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;
  Address address;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  address.is_v4 = true;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<int> ParseBits(std::string_view text) {
  int bits = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits < 0) return std::nullopt;
  return bits;
}

bool BeginAlike(const Address& a, const Address& b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || (a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest) == 0;
}

absl::Status NoBlock(std::string_view text, std::string_view reason) {
  return errors::InvalidArgument(
      "whitelist", absl::StrCat("invalid cidr address: ", ToAbsl(text), ToAbsl(reason)));
}

}  // namespace

std::optional<Address> Address::Parse(std::string_view text) {
  const std::optional<Address> address = ParseAsWritten(std::string(text));
  if (!address || address->is_v4 || !IsMapped(*address)) return address;
  return Unmapped(*address);
}

absl::StatusOr<AllowList> AllowList::Parse(const std::vector<std::string>& blocks) {
  if (blocks.empty()) return errors::InvalidArgument("whitelist", "it has no address");
  if (blocks.size() > kWhitelistBlocksMax) {
    return errors::InvalidArgument("whitelist", "it has more than 1000 addresses");
  }
  AllowList list;
  for (const std::string& text : blocks) {
    DOSSIER_ASSIGN_OR_RETURN(const Block block, ParseBlock(text));
    list.is_everybody_ |= block.address.is_v4 && block.bits == 0;
    list.blocks_.push_back(block);
  }
  return list;
}

absl::StatusOr<AllowList::Block> AllowList::ParseBlock(std::string_view text) {
  const size_t slash = std::min(text.find('/'), text.size());
  const std::optional<Address> address = ParseAsWritten(std::string(text.substr(0, slash)));
  if (!address) return NoBlock(text, "");
  const int bits_max = address->is_v4 ? kBitsV4 : kBitsV6;
  const std::optional<int> bits =
      slash == text.size() ? bits_max : ParseBits(text.substr(slash + 1));
  if (!bits) return NoBlock(text, "");
  if (*bits > bits_max) {
    return NoBlock(text, absl::StrCat("; value after slash must be ", bits_max, " or less"));
  }
  if (address->is_v4 || !IsMapped(*address)) return Block{*address, *bits};
  if (*bits < kMappedBits) {
    return NoBlock(text, absl::StrCat("; value after slash must be ", kMappedBits, " or more"));
  }
  return Block{Unmapped(*address), *bits - kMappedBits};
}

bool AllowList::Allows(std::string_view text) const {
  if (is_everybody_) return true;
  const std::optional<Address> address = Address::Parse(text);
  if (!address) return false;
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
    return block.address.is_v4 == address->is_v4 && BeginAlike(block.address, *address, block.bits);
  });
}

}  // namespace dossier
