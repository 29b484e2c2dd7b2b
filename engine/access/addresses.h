// Where a client may call from.
#ifndef DOSSIER_ACCESS_ADDRESSES_H_
#define DOSSIER_ACCESS_ADDRESSES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

// An IP address. One of IPv6 that stands for an IPv4 address (::ffff:192.0.2.1) is that address.
struct Address {
  bool is_v4 = false;
  std::array<uint8_t, 16> bytes = {};  // of IPv4 the first four

  // Nothing for other text.
  static std::optional<Address> Parse(std::string_view text);
};

// The addresses of a whitelist.
class AllowList {
 public:
  // Shape of a block: an address, or an address "/" the number of leading bits that count, in either
  // family. "0.0.0.0/0" is everybody, also over IPv6 and where the address is unknown; "::/0" is all
  // of IPv6. Errors: 200 on whitelist.
  static absl::StatusOr<AllowList> Parse(const std::vector<std::string>& blocks);

  // `address` as text; one that is empty, or none, is unknown.
  bool Allows(std::string_view address) const;

 private:
  struct Block {
    Address address;
    int bits = 0;
  };
  static absl::StatusOr<Block> ParseBlock(std::string_view text);

  bool is_everybody_ = false;
  std::vector<Block> blocks_;
};

}  // namespace dossier

#endif  // DOSSIER_ACCESS_ADDRESSES_H_
