#include "request.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "dossier/limits.h"

namespace dossier::host {
namespace {

constexpr size_t kPartBufferBytes = 16u << 10;  // of the multipart reader; holds a part's headers

std::string Header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

// The address at the other end of the connection, as text.
std::string PeerAddress(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return "";
  char text[INET6_ADDRSTRLEN] = "";
  if (info->client_addr->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(info->client_addr);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
  } else if (info->client_addr->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(info->client_addr);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  }
  return text;
}

// "multipart/form-data" of "Multipart/Form-Data; boundary=x".
std::string MediaType(MHD_Connection* connection) {
  const std::string value = Header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(value.substr(0, value.find(';'))));
}

// Called with each piece of each field. Files are not parameters.
MHD_Result AddPart(void* cls, MHD_ValueKind, const char* name, const char* file_name, const char*,
                   const char*, const char* bytes, uint64_t offset, size_t size) {
  api::Parameters& parameters = *static_cast<api::Parameters*>(cls);
  if (name == nullptr || file_name != nullptr) return MHD_YES;
  if (offset == 0) {
    if (parameters.size() >= kParameterCountMax) return MHD_NO;
    parameters.emplace_back(name, "");
  }
  if (!parameters.empty()) parameters.back().second.append(bytes, size);
  return MHD_YES;
}

void AddMultipart(MHD_Connection* connection, std::string_view body, api::Parameters& parameters) {
  MHD_PostProcessor* parts =
      MHD_create_post_processor(connection, kPartBufferBytes, &AddPart, &parameters);
  if (parts == nullptr) return;  // no boundary
  MHD_post_process(parts, body.data(), body.size());
  MHD_destroy_post_processor(parts);
}

// "/entity" also of a target that names the server: "http://127.0.0.1:8080/entity".
std::string_view WithoutServer(std::string_view path) {
  if (path.empty() || path.front() == '/') return path;
  const size_t scheme = path.find("://");
  if (scheme == std::string_view::npos) return path;
  const size_t slash = path.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : path.substr(slash);
}

}  // namespace

IncomingRequest::IncomingRequest(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark != std::string_view::npos) query_ = target.substr(mark + 1);
}

bool IncomingRequest::Begin() { return !std::exchange(begun_, true); }

bool IncomingRequest::AddBody(std::string_view piece) {
  bytes_seen_ += piece.size();
  if (refused_) return true;
  if (bytes_seen_ > kRequestBytesMax) return false;
  body_.append(piece);
  return true;
}

void IncomingRequest::Refuse() {
  refused_ = true;
  body_ = std::string();
}

api::Request IncomingRequest::Take(MHD_Connection* connection, std::string_view path) {
  api::Request request{.path = std::string(WithoutServer(path)),
                       .authorization = Header(connection, MHD_HTTP_HEADER_AUTHORIZATION),
                       .peer_address = PeerAddress(connection)};
  api::AddForm(query_, request.parameters);
  if (body_.empty()) return request;
  const std::string type = MediaType(connection);
  if (type.empty() || type == MHD_HTTP_POST_ENCODING_FORM_URLENCODED) {
    api::AddForm(body_, request.parameters);
  } else if (type == MHD_HTTP_POST_ENCODING_MULTIPART_FORMDATA) {
    AddMultipart(connection, body_, request.parameters);
  }
  return request;  // a body of another type is no form: some clients send JSON that means nothing
}

}  // namespace dossier::host
