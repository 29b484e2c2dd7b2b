// Whose word a host takes for where a request comes from.
#ifndef DOSSIER_TRUSTED_PROXIES_H_
#define DOSSIER_TRUSTED_PROXIES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

class AllowList;

// The proxies between a host and its clients, by address. Thread-safe, cheap to copy.
//
//   auto proxies = TrustedProxies::Parse({"10.0.0.0/8"});
//   request.peer_address = proxies->ClientAddress(address_of_connection, header_x_forwarded_for);
class TrustedProxies {
 public:
  TrustedProxies() = default;  // none

  // Shape of a block: as in a client's whitelist, "10.0.0.0/8", "::1". Errors: 200 on
  // trusted_proxies.
  static absl::StatusOr<TrustedProxies> Parse(const std::vector<std::string>& blocks);

  // The address behind the proxies: `peer`, the other end of the connection, where that is no trusted
  // proxy; else the last address of `forwarded_for` that is none, for each proxy appends who it was
  // asked by, and what stands before is anybody's word. The first where all of them are trusted;
  // `peer` where there are none. Empty, an unknown address, where what should be one is something
  // else.
  // Shape of `forwarded_for`: the header X-Forwarded-For, all of them joined by commas; each part an
  // address, maybe with a port.
  std::string ClientAddress(std::string_view peer, std::string_view forwarded_for) const;

 private:
  std::shared_ptr<const AllowList> trusted_;  // null: none
};

}  // namespace dossier

#endif  // DOSSIER_TRUSTED_PROXIES_H_
