#include "log.h"

#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace dossier::host {
namespace {

// A JSON object on one line.
class Line {
 public:
  explicit Line(std::string_view level) {
    Add("time", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone()));
    Add("level", level);
  }

  // Of a text; nothing where it is empty.
  void Add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    AddName(name);
    text_ += '"';
    for (const char c : value) AddCharacter(c);
    text_ += '"';
  }

  void AddNumber(std::string_view name, uint64_t value) {
    AddName(name);
    text_ += std::to_string(value);
  }

  // In one piece, so that the lines of two threads do not mix.
  void Write(int fd) && {
    text_ += "}\n";
    // There is nobody to tell of a log that takes no more.
    [[maybe_unused]] const ssize_t count = write(fd, text_.data(), text_.size());
  }

 private:
  void AddName(std::string_view name) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += name;
    text_ += "\":";
  }

  void AddCharacter(char c) {
    if (c == '"' || c == '\\') text_ += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      text_ += absl::StrFormat("\\u%04x", static_cast<unsigned>(c));
    } else {
      text_ += c;
    }
  }

  std::string text_;
};

std::string ResultOf(const LoggedRequest& request) {
  if (request.code != 0) return std::to_string(request.code);
  return request.status == 200 ? "ok" : "refused";
}

}  // namespace

void Log::Request(const LoggedRequest& request) const {
  if (!is_of_requests_) return;
  Line line("info");
  line.Add("request_id", request.request_id);
  line.Add("operation", request.operation);
  line.Add("client_id", request.client_id);
  line.Add("result", ResultOf(request));
  line.AddNumber("status", static_cast<uint64_t>(request.status));
  line.AddNumber("microseconds",
                 static_cast<uint64_t>(request.duration / std::chrono::microseconds(1)));
  line.AddNumber("bytes_in", request.bytes_in);
  line.AddNumber("bytes_out", request.bytes_out);
  line.Add("peer", request.peer);
  std::move(line).Write(fd_);
}

void Log::Failure(std::string_view request_id, const absl::Status& cause) const {
  Line line("error");
  line.Add("request_id", request_id);
  line.Add("cause", cause.ToString());
  std::move(line).Write(fd_);
}

}  // namespace dossier::host
