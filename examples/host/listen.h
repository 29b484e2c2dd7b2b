// A socket that listens.
#ifndef DOSSIER_EXAMPLES_HOST_LISTEN_H_
#define DOSSIER_EXAMPLES_HOST_LISTEN_H_

#include <string>

#include "absl/status/statusor.h"

namespace dossier::host {

struct Listener {
  int fd = -1;          // non-blocking; the server that takes it closes it
  std::string address;  // as in a URL: "127.0.0.1:8080", "[::1]:8080"
  bool loopback = false;
};

// Listens on `host`:`port`, port "0" being any free one.
// Errors: kUnavailable with the system's reason.
absl::StatusOr<Listener> Listen(const std::string& host, const std::string& port);

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_LISTEN_H_
