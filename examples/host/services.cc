#include "services.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "http/content_coding.h"
#include "process_figures.h"
#include "request.h"

namespace dossier::host {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr char kWrongMethod[] =
    R"({"code":405,"error":"method_not_allowed","error_description":"use GET or POST","stat":"error"})";

http::Answer Health(const Engine& engine) {
  if (engine.Health().ok()) return {.body = R"({"stat":"ok"})"};
  return {.status = 503, .body = R"({"stat":"error"})"};
}

bool IsHealth(const http::Request& request) { return request.path == "/health"; }

http::Answer AnswerCall(const Parts& parts, const http::Request& request) {
  if (request.method != "GET" && request.method != "POST") {
    parts.metrics->CountRefusal(405);
    parts.log->Request({.operation = "unknown",
                        .status = 405,
                        .bytes_in = request.byte_count,
                        .peer = request.peer});
    return {.status = 405, .headers = {{"Allow", "GET, POST"}}, .body = kWrongMethod};
  }
  const steady_clock::time_point begin = steady_clock::now();
  api::Outcome outcome = parts.api->Answer(ToApiRequest(request));
  http::Answer answer{.body = std::move(outcome.body)};
  http::CodeContent(request.Find("Accept-Encoding"), answer);
  const nanoseconds duration = steady_clock::now() - begin;
  parts.metrics->CountCall(outcome.operation, outcome.code, duration);
  parts.log->Request({.request_id = outcome.request_id,
                      .operation = outcome.operation.empty() ? "unknown" : outcome.operation,
                      .client_id = outcome.client_id,
                      .code = outcome.code,
                      .duration = duration,
                      .bytes_in = request.byte_count,
                      .bytes_out = answer.body.size(),
                      .peer = request.peer});
  return answer;
}

// Only a read of one record tends to be short. A password's check computes, an element may have to be
// looked for, and all else may wait for the disk. Names may be written with escapes of their letters,
// which no honest client does.
bool MayTakeLong(const http::Request& request) {
  constexpr std::string_view kRead = "/entity";
  const auto has = [&](std::string_view name) {
    return request.target.find(name) != std::string_view::npos ||
           request.body.find(name) != std::string_view::npos;
  };
  return WithoutServer(request.path) != kRead || has("password_") || has("entity_path") ||
         has("%5F") || has("%5f") || has("%6") || has("%7");
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
  return {.answer =
              [parts](const http::Request& request) {
                if (IsHealth(request)) return Health(*parts.engine);
                return AnswerCall(parts, request);
              },
          .refused =
              [parts](unsigned status, std::string_view peer) {
                parts.metrics->CountRefusal(status);
                parts.log->Request({.operation = "unknown", .status = status, .peer = peer});
              },
          .may_take_long = MayTakeLong};
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
  return {.answer = answer};
}

}  // namespace dossier::host
