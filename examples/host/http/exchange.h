// A request that is coming in, and its answer.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace dossier::http {

// Used by one thread at a time.
class Exchange {
 public:
  // `target` as it came, not unescaped.
  explicit Exchange(std::string_view target) : target_(target) {}

  // Whether the headers alone say that the request is to be refused; then that is sent.
  bool RefuseByHeaders(MHD_Connection* connection, size_t body_bytes_max);
  // Takes the next piece of the body; refuses where that is too much. False: no more shall be read,
  // also where the body takes longer than `timeout` and a second for each 16 KB.
  bool AddBody(MHD_Connection* connection, std::string_view piece, size_t body_bytes_max,
               std::chrono::seconds timeout);
  // The status of the refusal; 0 where there is none.
  unsigned refusal() const { return refusal_; }

  // The whole request; it borrows the exchange.
  Request Whole(MHD_Connection* connection, std::string_view method, std::string_view path) const;

  bool has_begun = false;  // the headers have been looked at
  std::optional<Answer> answer;

 private:
  void Refuse(MHD_Connection* connection, unsigned status, std::string_view reason,
              std::string_view text);

  std::string target_;
  std::string body_;
  size_t bytes_seen_ = 0;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  unsigned refusal_ = 0;
};

// The address at the other end of the connection, as text; empty where it is not known.
std::string PeerOf(MHD_Connection* connection);

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_
