#include "server.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dossier/limits.h"
#include "request.h"

namespace dossier::host {
namespace {

// Bytes of memory of one connection: holds a request's line and headers, so a URL of 64 KB with
// a thousand parameters fits. Pages that are never touched cost nothing.
constexpr size_t kConnectionBytesMax = 256u << 10;
constexpr size_t kConnectionBytesStep = 16u << 10;

// Connections at a time, a thread each; further ones are closed.
constexpr unsigned kConnectionCountMax = 1024;

// Bytes of a refused body that are still read (and dropped), so that its sender gets to read why.
constexpr size_t kRefusedBytesMax = 64u << 20;

// How long a stop waits for the requests under way.
constexpr std::chrono::seconds kStopTimeout{3};

constexpr char kJson[] = "application/json";
constexpr char kWrongMethod[] =
    R"({"code":405,"error":"method_not_allowed","error_description":"use GET or POST","stat":"error"})";

void DeleteString(void* text) { delete static_cast<std::string*>(text); }

MHD_Response* MakeResponse(std::string body) {
  auto* text = new std::string(std::move(body));
  MHD_Response* response = MHD_create_response_from_buffer_with_free_callback_cls(
      text->size(), text->data(), &DeleteString, text);
  if (response == nullptr) delete text;
  return response;
}

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

// Answers while the body still comes in. The HTTP library would answer here only by closing at
// once, and a socket closed on unread bytes takes the answer with it.
void SendAtOnce(MHD_Connection* connection, std::string_view status, std::string_view text) {
  const std::string answer = absl::StrCat("HTTP/1.1 ", std::string(status),
                                          "\r\nConnection: close\r\nCache-Control: no-store\r\n"
                                          "Content-Type: text/plain\r\nContent-Length: ",
                                          text.size(), "\r\n\r\n", std::string(text));
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == nullptr) return;
  // An answer this short is sent whole or, to a peer that reads nothing, not at all.
  static_cast<void>(
      send(info->connect_fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

void SendTooLarge(MHD_Connection* connection, uint64_t bytes) {
  SendAtOnce(connection, "413 Content Too Large",
             absl::StrCat("client intended to send too large body: ", bytes, " bytes\n"));
}

}  // namespace

// What the HTTP library calls; `cls` is the server.
struct Callbacks {
  // The first line of a request is there.
  static void* Target(void* cls, const char* target, MHD_Connection*) {
    static_cast<Server*>(cls)->RequestBegins();
    return new IncomingRequest(target == nullptr ? "" : target);
  }

  // A request's headers are there, then a piece of its body (any number of times), then its end.
  static MHD_Result Request(void* cls, MHD_Connection* connection, const char* path,
                            const char* method, const char*, const char* piece, size_t* piece_bytes,
                            void** request) {
    Server& server = *static_cast<Server*>(cls);
    IncomingRequest& incoming = *static_cast<IncomingRequest*>(*request);
    if (incoming.Begin()) return Begin(connection, incoming);
    if (*piece_bytes > 0) {
      return Body(connection, std::string_view(piece, std::exchange(*piece_bytes, 0)), incoming);
    }
    if (incoming.refused()) return MHD_NO;  // closes
    const std::string_view name = method;
    if (name != MHD_HTTP_METHOD_GET && name != MHD_HTTP_METHOD_POST) {
      return Answer(server, connection, MHD_HTTP_METHOD_NOT_ALLOWED, kWrongMethod);
    }
    return Answer(server, connection, MHD_HTTP_OK,
                  server.api_->Handle(incoming.Take(connection, path)));
  }

  static MHD_Result Begin(MHD_Connection* connection, IncomingRequest& incoming) {
    if (HasConflictingLengths(connection)) {
      incoming.Refuse();
      SendAtOnce(connection, "400 Bad Request", "the length of the body is given in two ways\n");
      return MHD_NO;  // closes: nobody knows what the bytes behind are
    }
    const uint64_t bytes = AnnouncedBytes(connection);
    if (bytes <= kRequestBytesMax) return MHD_YES;
    incoming.Refuse();
    SendTooLarge(connection, bytes);
    // Who asks before sending has nothing under way that must be read first.
    const bool asks = HasHeader(connection, MHD_HTTP_HEADER_EXPECT);
    return asks || bytes > kRefusedBytesMax ? MHD_NO : MHD_YES;
  }

  static MHD_Result Body(MHD_Connection* connection, std::string_view piece,
                         IncomingRequest& incoming) {
    if (!incoming.AddBody(piece)) {
      incoming.Refuse();
      SendTooLarge(connection, incoming.BytesSeen());
    }
    return incoming.BytesSeen() > kRefusedBytesMax ? MHD_NO : MHD_YES;
  }

  static MHD_Result Answer(const Server& server, MHD_Connection* connection, unsigned status,
                           std::string body) {
    MHD_Response* response = MakeResponse(std::move(body));
    if (response == nullptr) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, kJson);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
      MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, POST");
    }
    if (server.stopping_) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
  }

  // The answer is sent, or the connection broke.
  static void Completed(void* cls, MHD_Connection*, void** request, MHD_RequestTerminationCode) {
    delete static_cast<IncomingRequest*>(std::exchange(*request, nullptr));
    static_cast<Server*>(cls)->RequestEnds();
  }
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const api::Api& api,
                                                      const ServerOptions& options) {
  std::unique_ptr<Server> server(new Server(api, options.listen_fd));
  // A thread for each connection, not a pool that shares them out: a synced write keeps its thread
  // waiting for the disk, and in a pool the connections of the same thread would wait with it.
  // All of them waiting at once is what lets the engine commit them together.
  constexpr unsigned kThreads =
      MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ITC;
  server->daemon_ = MHD_start_daemon(
      kThreads, 0, nullptr, nullptr, &Callbacks::Request, server.get(),  //
      MHD_OPTION_LISTEN_SOCKET, options.listen_fd,                       //
      MHD_OPTION_CONNECTION_LIMIT, kConnectionCountMax,                  //
      MHD_OPTION_CONNECTION_TIMEOUT, options.timeout_seconds,            //
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytesMax,           //
      MHD_OPTION_CONNECTION_MEMORY_INCREMENT, kConnectionBytesStep,      //
      MHD_OPTION_URI_LOG_CALLBACK, &Callbacks::Target, server.get(),     //
      MHD_OPTION_NOTIFY_COMPLETED, &Callbacks::Completed, server.get(), MHD_OPTION_END);
  if (server->daemon_ == nullptr) return absl::InternalError("cannot start the HTTP server");
  return server;
}

Server::~Server() {
  if (daemon_ != nullptr) {
    stopping_ = true;
    MHD_quiesce_daemon(daemon_);
    {
      std::unique_lock<std::mutex> lock(mutex_);
      idle_.wait_for(lock, kStopTimeout, [this] { return under_way_count_ == 0; });
    }
    MHD_stop_daemon(daemon_);
  }
  close(listen_fd_);
}

void Server::RequestBegins() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++under_way_count_;
}

void Server::RequestEnds() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (--under_way_count_ == 0) idle_.notify_all();
}

}  // namespace dossier::host
