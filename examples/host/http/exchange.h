// A request that is coming in, and its answer.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace dossier::http {

// Used by one thread at a time.
class Exchange {
 public:
  // `target` as it came, not unescaped. The service outlives it.
  Exchange(const Service& service, std::string_view target) : service_(service), target_(target) {}

  // Whether the headers alone say that the request is to be refused; then that is sent.
  bool RefuseByHeaders(MHD_Connection* connection, size_t body_bytes_max);
  // Takes the next piece of the body; refuses where that is too much. False: no more shall be read,
  // also where the body takes longer than `timeout` and a second for each 16 KB.
  bool AddBody(MHD_Connection* connection, std::string_view piece, size_t body_bytes_max,
               std::chrono::seconds timeout);
  bool is_refused() const { return is_refused_; }

  // The whole request; it borrows the exchange.
  Request Whole(MHD_Connection* connection, std::string_view method, std::string_view path) const;

  bool has_begun = false;   // the headers have been looked at
  bool takes_long = false;  // the answer is for another thread to find
  std::optional<Answer> answer;

 private:
  void RefuseSize(MHD_Connection* connection, uint64_t bytes);
  void Refuse(MHD_Connection* connection, Refusal refusal);

  const Service& service_;
  std::string target_;
  std::string body_;
  size_t bytes_seen_ = 0;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool is_refused_ = false;
};

// The address at the other end of the connection, as text; empty where it is not known.
std::string PeerOf(MHD_Connection* connection);

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_EXCHANGE_H_
