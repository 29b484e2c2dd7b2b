#include "request.h"

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "dossier/limits.h"

namespace dossier::host {
namespace {

// "multipart/form-data" of "Multipart/Form-Data; boundary=x".
std::string MediaType(std::string_view content_type) {
  const std::string type(content_type.substr(0, content_type.find(';')));
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(type));
}

}  // namespace

std::string_view WithoutServer(std::string_view path) {
  if (path.empty() || path.front() == '/') return path;
  const size_t scheme = path.find("://");
  if (scheme == std::string_view::npos) return path;
  const size_t slash = path.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : path.substr(slash);
}

api::Request ToApiRequest(const http::Request& request) {
  api::Request call{.path = std::string(WithoutServer(request.path)),
                    .authorization = std::string(request.Find("Authorization")),
                    .date = std::string(request.Find("Date")),
                    .peer_address = request.peer};
  const size_t mark = request.target.find('?');
  if (mark != std::string_view::npos)
    api::AddForm(request.target.substr(mark + 1), call.parameters);
  call.query_parameter_count = call.parameters.size();
  if (request.body.empty()) return call;
  const std::string type = MediaType(request.Find("Content-Type"));
  if (type.empty() || type == "application/x-www-form-urlencoded") {
    api::AddForm(request.body, call.parameters);
  } else if (type == "multipart/form-data") {
    http::AddMultipart(request, kParameterCountMax, call.parameters);
  }
  return call;  // a body of another type is no form: some clients send JSON that means nothing
}

}  // namespace dossier::host
