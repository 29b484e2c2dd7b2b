// What a service gets to see of HTTP, and what it answers with.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_

#include <cstddef>
#include <functional>
#include <optional>
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
  // The values of all headers of that name, in their order, with commas between.
  std::string FindAll(const char* name) const;
};

struct Answer {
  unsigned status = 200;
  const char* content_type = "application/json";
  std::vector<std::pair<const char*, const char*>> headers = {};  // further ones
  std::string body = {};
};

// A request that HTTP is the end of.
struct Refusal {
  unsigned status = 0;
  std::string_view name = {};  // "Content Too Large"
  std::string_view description = {};
  std::string peer = {};
};

// What answers requests. Called by many threads at once; outlives the server.
struct Service {
  // Answers what takes some microseconds. Nothing where it may have to wait or to compute: then
  // `answer` is called, by a thread that may.
  std::function<std::optional<Answer>(const Request&)> answer_at_once = {};
  std::function<Answer(const Request&)> answer = {};  // empty where answer_at_once always does
  // Told of a request that the server refuses by itself; returns the body of that answer, JSON.
  std::function<std::string(const Refusal&)> refuse = {};
};

// The names of the fields that a multipart/form-data body has, with their values, but for files.
using Fields = std::vector<std::pair<std::string, std::string>>;
void AddMultipart(const Request& request, size_t field_count_max, Fields& fields);

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_MESSAGE_H_
