// Log lines: one JSON object each.
#ifndef DOSSIER_EXAMPLES_HOST_LOG_H_
#define DOSSIER_EXAMPLES_HOST_LOG_H_

#include <chrono>
#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace dossier::host {

// What a line says of a request: never a parameter, a value, a secret or a query.
struct LoggedRequest {
  std::string_view request_id = {};  // empty but for errors of the API
  std::string_view operation = {};   // "unknown" where it is none of the API's
  std::string_view client_id = {};   // of a client that proved to be it; else empty
  int code = 0;                      // of the API's error; 0: none
  unsigned status = 200;             // of HTTP
  std::chrono::nanoseconds duration{0};
  size_t bytes_in = 0;   // the whole request
  size_t bytes_out = 0;  // the body of the answer, as sent
  std::string_view peer = {};
};

// Writes to an open file, a line at a time. Thread-safe.
class Log {
 public:
  Log(int fd, bool is_of_requests) : fd_(fd), is_of_requests_(is_of_requests) {}

  // {"time":"2026-01-31T23:59:59.123456Z","level":"info","request_id","operation","client_id",
  // "result":"ok", "310" or "refused","status":200,"microseconds":12,"bytes_in":210,"bytes_out":980,
  // "peer":"127.0.0.1"}, without the members that are empty. Nothing where requests are not asked for.
  void Request(const LoggedRequest& request) const;

  // {"time","level":"error","request_id","cause"}: why an answer was 500. Always.
  void Failure(std::string_view request_id, const absl::Status& cause) const;

 private:
  const int fd_;
  const bool is_of_requests_;
};

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_LOG_H_
