// What a service gets to see of HTTP, and what it answers with.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct MHD_Connection;

namespace dossier::http {

// A whole request. Its texts belong to the connection and are gone when the answer is there.
struct Request {
  std::string_view method;  // "GET"
  std::string_view path;    // unescaped: "/entity"
  std::string_view target;  // as it came: "/entity?type_name=user&id=%37"
  std::string_view body;
  std::string peer;       // "127.0.0.1", "::1"; empty where it is not known
  size_t byte_count = 0;  // of all of it
  MHD_Connection* connection;

  // The value of the first header of that name, in any case; empty where there is none.
  std::string_view Find(const char* name) const;
};

struct Answer {
  unsigned status = 200;
  const char* content_type = "application/json";
  std::vector<std::pair<const char*, const char*>> headers = {};  // further ones
  std::string body = {};
};

// What answers requests. Called by many threads at once; outlives the server.
struct Service {
  std::function<Answer(const Request&)> answer = {};
  // Told of a request that the server refused by itself; may be empty.
  std::function<void(unsigned status, std::string_view peer)> refused = {};
  // Whether `answer` may have to wait or to compute for more than some microseconds. Empty: never.
  std::function<bool(const Request&)> may_take_long = {};
};

// The names of the fields that a multipart/form-data body has, with their values, but for files.
using Fields = std::vector<std::pair<std::string, std::string>>;
void AddMultipart(const Request& request, size_t field_count_max, Fields& fields);

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_
