// An HTTP server around a service: libmicrohttpd on a few threads that wait for the network, and
// workers that wait for the disk.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_SERVER_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "http/message.h"

namespace dossier::http {

struct ServerOptions {
  int listen_fd = -1;             // owned by the server from Start on
  unsigned timeout_seconds = 30;  // of a connection on which nothing moves
  size_t body_bytes_max = 0;
  // At a time; further ones are closed. 0: what the process may have open, less room for files.
  unsigned connection_count_max = 0;
  unsigned thread_count = 0;   // for the network; 0: as many as there are processors
  unsigned worker_count = 64;  // requests that may take long at a time
};

struct ServerFigures {
  uint64_t connection_count = 0;  // now
  uint64_t accepted_count = 0;    // since the start
};

// Answers requests from Start to its destruction, which lets those under way finish.
class Server {
 public:
  // Errors: kInternal where the threads cannot be started.
  static absl::StatusOr<std::unique_ptr<Server>> Start(Service service,
                                                       const ServerOptions& options);

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  ServerFigures Figures() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_SERVER_H_
