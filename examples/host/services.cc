#include "services.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "http/content_coding.h"
#include "process_figures.h"
#include "request.h"

namespace dossier::host {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

http::Answer Health(const Engine& engine) {
  if (engine.Health().ok()) return {.body = R"({"stat":"ok"})"};
  return {.status = 503, .body = R"({"stat":"error"})"};
}

bool IsHealth(const http::Request& request) { return request.path == "/health"; }

bool IsCallOfApi(const http::Request& request) {
  return request.method == "GET" || request.method == "POST";
}

// The answer to a request that is none of the API's, counted and logged, in the API's shape. `name`
// and `description` are texts of ours that JSON takes as they are.
std::string Refuse(const Parts& parts, const http::Refusal& refusal, size_t bytes_in) {
  const std::string request_id = api::NewRequestId();
  parts.metrics->CountRefusal(refusal.status);
  parts.log->Request({.request_id = request_id,
                      .operation = "unknown",
                      .status = refusal.status,
                      .bytes_in = bytes_in,
                      .peer = refusal.peer});
  std::string error(refusal.name);
  for (char& c : error) c = c == ' ' ? '_' : absl::ascii_tolower(static_cast<unsigned char>(c));
  return absl::StrCat(R"({"stat":"error","code":)", refusal.status, R"(,"error":")", error,
                      R"(","error_description":")", std::string(refusal.description),
                      R"(","request_id":")", request_id, "\"}");
}

http::Answer RefuseMethod(const Parts& parts, const http::Request& request) {
  const http::Refusal refusal{.status = 405,
                              .name = "Method Not Allowed",
                              .description = "use GET or POST",
                              .peer = request.peer};
  return {.status = 405,
          .headers = {{"Allow", "GET, POST"}},
          .body = Refuse(parts, refusal, request.byte_count)};
}

// A call of the API, from where it really comes.
struct Call {
  Call(const Parts& parts, const http::Request& http_request)
      : http(http_request), request(ToApiRequest(http_request)) {
    request.peer_address =
        parts.trusted_proxies.ClientAddress(http.peer, http.FindAll("X-Forwarded-For"));
  }

  const http::Request& http;
  api::Request request;
  const steady_clock::time_point begin = steady_clock::now();
};

// The answer of an outcome, counted and logged.
http::Answer ToAnswer(const Parts& parts, const Call& call, api::Outcome outcome) {
  http::Answer answer{.body = std::move(outcome.body)};
  http::CodeContent(call.http.Find("Accept-Encoding"), answer);
  const nanoseconds duration = steady_clock::now() - call.begin;
  parts.metrics->CountCall(outcome.operation, outcome.code, duration);
  parts.log->Request({.request_id = outcome.request_id,
                      .operation = outcome.operation.empty() ? "unknown" : outcome.operation,
                      .client_id = outcome.client_id,
                      .code = outcome.code,
                      .duration = duration,
                      .bytes_in = call.http.byte_count,
                      .bytes_out = answer.body.size(),
                      .peer = call.request.peer_address});
  return answer;
}

http::Answer Answer(const Parts& parts, const http::Request& request) {
  if (IsHealth(request)) return Health(*parts.engine);
  const Call call(parts, request);
  return ToAnswer(parts, call, parts.api->Answer(call.request));
}

// Only a read of one record can be short; of other requests not even the parameters are looked at.
std::optional<http::Answer> AnswerAtOnce(const Parts& parts, const http::Request& request) {
  constexpr std::string_view kRead = "/entity";
  constexpr size_t kBodyBytesMax = 16u << 10;  // of the form of a read, generously
  if (IsHealth(request)) return {};
  if (!IsCallOfApi(request)) return RefuseMethod(parts, request);
  if (WithoutServer(request.path) != kRead || request.body.size() > kBodyBytesMax) return {};
  const Call call(parts, request);
  std::optional<api::Outcome> outcome = parts.api->AnswerAtOnce(call.request);
  if (!outcome) return {};
  return ToAnswer(parts, call, *std::move(outcome));
}

std::string MetricsText(const Parts& parts, const http::ServerFigures& figures) {
  std::string text;
  parts.metrics->AppendText(text);
  AppendMetric("dossier_connections", "gauge", "open connections", figures.connection_count, text);
  AppendMetric("dossier_connections_accepted_total", "counter", "connections since the start",
               figures.accepted_count, text);
  for (const Statistic& statistic : parts.engine->Statistics()) {
    AppendMetric(absl::StrCat("dossier_store_", std::string(statistic.name)),
                 statistic.is_total ? "counter" : "gauge", statistic.meaning, statistic.value,
                 text);
  }
  AppendProcessFigures(text);
  return text;
}

}  // namespace

http::Service ApiService(const Parts& parts) {
  return {.answer_at_once = [parts](const http::Request& r) { return AnswerAtOnce(parts, r); },
          .answer = [parts](const http::Request& r) { return Answer(parts, r); },
          .refuse = [parts](const http::Refusal& r) { return Refuse(parts, r, /*bytes_in=*/0); }};
}

http::Service MonitoringService(const Parts& parts, std::function<http::ServerFigures()> figures) {
  const auto answer = [parts, figures = std::move(figures)](const http::Request& request) {
    if (IsHealth(request)) return Health(*parts.engine);
    if (request.path != "/metrics") {
      return http::Answer{
          .status = 404, .content_type = "text/plain", .body = "there are /health and /metrics\n"};
    }
    http::Answer metrics{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                         .body = MetricsText(parts, figures())};
    http::CodeContent(request.Find("Accept-Encoding"), metrics);
    return metrics;
  };
  return {.answer_at_once = answer,
          .refuse = [](const http::Refusal&) { return std::string("{}"); }};
}

}  // namespace dossier::host
