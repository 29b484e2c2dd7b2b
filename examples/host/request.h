// An HTTP request on its way in: from its target to the API's parameters.
#ifndef DOSSIER_EXAMPLES_HOST_REQUEST_H_
#define DOSSIER_EXAMPLES_HOST_REQUEST_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "dossier/api.h"

struct MHD_Connection;

namespace dossier::host {

// Collects one request. Used by the one thread that serves its connection.
class IncomingRequest {
 public:
  // `target` as it came, not unescaped: "/entity?type_name=user&key_value=%22a%2Bb%22".
  explicit IncomingRequest(std::string_view target);

  // True on the first call for a request: the headers are there, its body is not.
  bool Begin();

  // Takes the next piece of the body. False where that exceeds kRequestBytesMax: the body is
  // dropped, and further pieces only add to BytesSeen.
  bool AddBody(std::string_view piece);

  void Refuse();
  bool refused() const { return refused_; }
  size_t BytesSeen() const { return bytes_seen_; }

  // The request of the API: the query's parameters, then the body's where the body is a form.
  api::Request Take(MHD_Connection* connection, std::string_view path);

 private:
  std::string query_;  // raw
  std::string body_;
  size_t bytes_seen_ = 0;
  bool begun_ = false;
  bool refused_ = false;
};

}  // namespace dossier::host

#endif  // DOSSIER_EXAMPLES_HOST_REQUEST_H_
