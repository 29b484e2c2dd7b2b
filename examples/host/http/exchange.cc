#include "http/exchange.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dossier::http {
namespace {

// Bytes of a refused body that are still read (and dropped), so that its sender gets to read why.
constexpr size_t kRefusedBytesMax = 64u << 20;

// Bytes of a body in a second, at least.
constexpr size_t kSlowestPace = 16u << 10;

bool HasHeader(MHD_Connection* connection, const char* name) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name) != nullptr;
}

// Bytes of the body as announced; 0 where the sender does not say.
uint64_t AnnouncedBytes(MHD_Connection* connection) {
  const char* value =
      MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
  uint64_t bytes = 0;
  return value != nullptr && absl::SimpleAtoi(value, &bytes) ? bytes : 0;
}

// Whether the headers give the body more than one length, or none that is a number: another server
// on the way may then see the end of this request, and the begin of the next, somewhere else.
// Source: RFC 9112, section 6.3.
bool HasConflictingLengths(MHD_Connection* connection) {
  struct Seen {
    std::string length;
    bool is_conflict = false;
  } seen;
  const auto look = [](void* cls, MHD_ValueKind, const char* name, const char* value) {
    if (!absl::EqualsIgnoreCase(name, MHD_HTTP_HEADER_CONTENT_LENGTH)) return MHD_YES;
    Seen& so_far = *static_cast<Seen*>(cls);
    const std::string length = value == nullptr ? "" : value;
    const bool is_number =
        !length.empty() && length.find_first_not_of("0123456789") == std::string::npos;
    so_far.is_conflict |= !is_number || (!so_far.length.empty() && so_far.length != length);
    so_far.length = length;
    return MHD_YES;
  };
  MHD_get_connection_values(connection, MHD_HEADER_KIND, look, &seen);
  return seen.is_conflict ||
         (!seen.length.empty() && HasHeader(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING));
}

}  // namespace

bool Exchange::RefuseByHeaders(MHD_Connection* connection, size_t body_bytes_max) {
  if (HasConflictingLengths(connection)) {
    Refuse(connection, {.status = MHD_HTTP_BAD_REQUEST,
                        .name = "Bad Request",
                        .description = "the length of the body is given in two ways"});
    return true;  // nobody knows what the bytes behind are
  }
  const uint64_t bytes = AnnouncedBytes(connection);
  if (bytes <= body_bytes_max) return false;
  RefuseSize(connection, bytes);
  // Who asks before sending has nothing under way that must be read first.
  return HasHeader(connection, MHD_HTTP_HEADER_EXPECT) || bytes > kRefusedBytesMax;
}

bool Exchange::AddBody(MHD_Connection* connection, std::string_view piece, size_t body_bytes_max,
                       std::chrono::seconds timeout) {
  bytes_seen_ += piece.size();
  const std::chrono::seconds patience = timeout + std::chrono::seconds(bytes_seen_ / kSlowestPace);
  if (std::chrono::steady_clock::now() - begin_ > patience) return false;
  if (!is_refused_ && bytes_seen_ > body_bytes_max) RefuseSize(connection, bytes_seen_);
  if (!is_refused_) body_.append(piece);
  return bytes_seen_ <= kRefusedBytesMax;
}

Request Exchange::Whole(MHD_Connection* connection, std::string_view method,
                        std::string_view path) const {
  const MHD_ConnectionInfo* head =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return {.method = method,
          .path = path,
          .target = target_,
          .body = body_,
          .peer = PeerOf(connection),
          .byte_count = (head == nullptr ? 0 : head->header_size) + body_.size(),
          .connection = connection};
}

void Exchange::RefuseSize(MHD_Connection* connection, uint64_t bytes) {
  const std::string description =
      absl::StrCat("client intended to send too large body: ", bytes, " bytes");
  Refuse(connection, {.status = MHD_HTTP_CONTENT_TOO_LARGE,
                      .name = "Content Too Large",
                      .description = description});
}

// Answers while the body still comes in. The HTTP library would answer here only by closing at
// once, and a socket closed on unread bytes takes the answer with it.
void Exchange::Refuse(MHD_Connection* connection, Refusal refusal) {
  is_refused_ = true;
  body_ = std::string();
  refusal.peer = PeerOf(connection);
  const std::string body = service_.refuse(refusal);
  const std::string message =
      absl::StrCat("HTTP/1.1 ", refusal.status, " ", std::string(refusal.name),
                   "\r\nConnection: close\r\nCache-Control: no-store\r\n"
                   "Content-Type: application/json\r\nContent-Length: ",
                   body.size(), "\r\n\r\n", body);
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == nullptr) return;
  // An answer this short is sent whole or, to a peer that reads nothing, not at all.
  static_cast<void>(
      send(info->connect_fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

std::string PeerOf(MHD_Connection* connection) {
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

}  // namespace dossier::http
