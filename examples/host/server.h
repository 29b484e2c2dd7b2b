// An HTTP server for the entity API.
#ifndef DOSSIER_EXAMPLES_HOST_SERVER_H_
#define DOSSIER_EXAMPLES_HOST_SERVER_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "dossier/api.h"

struct MHD_Daemon;

namespace dossier::host {

struct ServerOptions {
  int listen_fd = -1;             // owned by the server from Start on
  unsigned timeout_seconds = 30;  // of a connection on which nothing moves
};

// Answers requests from Start to its destruction, which lets those under way finish.
class Server {
 public:
  // `api` must outlive the server. Errors: kInternal where the threads cannot be started.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const api::Api& api,
                                                       const ServerOptions& options);

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  friend struct Callbacks;
  Server(const api::Api& api, int listen_fd) : api_(&api), listen_fd_(listen_fd) {}

  void RequestBegins();
  void RequestEnds();

  const api::Api* api_;
  const int listen_fd_;
  MHD_Daemon* daemon_ = nullptr;
  std::atomic<bool> stopping_ = false;  // each answer then closes its connection
  std::mutex mutex_;
  std::condition_variable idle_;
  int under_way_count_ = 0;  // requests between their first line and the end of their answer
};

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_SERVER_H_
