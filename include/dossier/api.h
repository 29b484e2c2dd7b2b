// The entity API's wire operations around an engine, for any HTTP server: parameters in, JSON out.
//
//   dossier::api::Request request{.path = "/entity", .authorization = header};
//   dossier::api::AddForm(query_string, request.parameters);
//   dossier::api::AddForm(body, request.parameters);
//   std::string answer = api.Handle(request);   // application/json, HTTP 200, errors included
#ifndef DOSSIER_API_H_
#define DOSSIER_API_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "dossier/engine.h"

namespace dossier::api {

// Decoded names and values in the order in which they came.
using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string path = {};           // "/entity.update"
  Parameters parameters = {};      // of the query string and of the form body, in this order
  std::string authorization = {};  // the header of that name; empty where there is none
  std::string date = {};           // the header of that name: a signature is over it
  std::string peer_address = {};   // "192.0.2.1", "2001:db8::1"; empty where it is not known
  // How many of the parameters, the first ones, came by the query string: a signature is over the
  // others.
  size_t query_parameter_count = 0;
};

// Appends the fields of an application/x-www-form-urlencoded text (a query string or a body).
// Lenient as the clients of the API need it: a text that is not percent-encoded passes as it is, a
// broken escape stands for itself. Fields past kParameterCountMax are dropped.
void AddForm(std::string_view text, Parameters& parameters);

// An answer, and what a log or a metric may say of it.
struct Outcome {
  std::string body = {};            // compact JSON with "stat":"ok" or "stat":"error"
  std::string_view operation = {};  // one of OperationNames; empty where the path names none
  int code = 0;                     // of the error; 0 with "stat":"ok"
  std::string request_id = {};      // always; the answer of an error shows it
  std::string client_id = {};       // who has proved to be that client; empty: nobody has
};

// 16 letters and digits, to find a request again in a log: for what a host answers by itself.
std::string NewRequestId();

// "entity.update" and all others, each a constant.
std::vector<std::string_view> OperationNames();

// Told of each answer 500, and of such records in an answer, with the cause, which the answer keeps to
// itself. Holds no attribute's value. Called by the thread that answers.
using ErrorLog = std::function<void(std::string_view request_id, const absl::Status& cause)>;

// Answers requests. Thread-safe where the log is; must not outlive the engine.
class Api {
 public:
  explicit Api(Engine& engine, ErrorLog log = {}) : engine_(&engine), log_(std::move(log)) {}

  // Never fails.
  Outcome Answer(const Request& request) const;

  // As Answer where that takes some microseconds, for threads that shall not be held up; nothing
  // where it may take longer (it writes, computes, or reads much), and then nothing was done.
  std::optional<Outcome> AnswerAtOnce(const Request& request) const;

  // The body of the answer alone.
  std::string Handle(const Request& request) const { return Answer(request).body; }

 private:
  // Makes the answer of an error.
  void Fail(const absl::Status& status, Outcome& outcome) const;

  Engine* engine_;
  ErrorLog log_;
};

}  // namespace dossier::api

#endif  // DOSSIER_API_H_
