#include "http/server.h"

#include <microhttpd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "http/connections.h"
#include "http/exchange.h"
#include "http/workers.h"

namespace dossier::http {
namespace {

// Bytes of memory of one connection: the head of a request must fit in it, with 64 bytes beside each
// parameter of its URL. Clients send URLs of 13 KB. The library touches all of it after each answer.
constexpr size_t kConnectionBytesMax = 48u << 10;
constexpr size_t kConnectionBytesStep = 8u << 10;

// Files that are no connections: the store's, at most.
constexpr unsigned kOtherFileCount = 512;
constexpr unsigned kConnectionCountMax = 100'000;

// How long a stop waits for the requests under way.
constexpr std::chrono::seconds kStopTimeout{3};

unsigned ConnectionCountMax(const ServerOptions& options) {
  if (options.connection_count_max > 0) return options.connection_count_max;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kOtherFileCount;
  const auto files = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, kConnectionCountMax));
  return files > 2 * kOtherFileCount ? files - kOtherFileCount : files / 2;
}

Peer* PeerBehind(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Peer*>(info->socket_context);
}

void DeleteString(void* text) { delete static_cast<std::string*>(text); }

MHD_Response* MakeResponse(Answer answer) {
  auto* body = new std::string(std::move(answer.body));
  MHD_Response* response = MHD_create_response_from_buffer_with_free_callback_cls(
      body->size(), body->data(), &DeleteString, body);
  if (response == nullptr) {
    delete body;
    return nullptr;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  for (const auto& [name, value] : answer.headers) MHD_add_response_header(response, name, value);
  return response;
}

}  // namespace

struct Server::Parts {
  Parts(Service given_service, const ServerOptions& given_options)
      : service(std::move(given_service)),
        options(given_options),
        timeout(given_options.timeout_seconds),
        connections(timeout) {}

  const Service service;
  const ServerOptions options;
  const std::chrono::seconds timeout;
  Connections connections;
  MHD_Daemon* daemon = nullptr;
  std::unique_ptr<Workers> workers;
  std::atomic<bool> is_stopping = false;  // each answer then closes its connection
  std::mutex mutex;
  std::condition_variable is_idle;
  int under_way_count = 0;  // requests between their first line and the end of their answer

  // What the HTTP library calls; `cls` is the Parts.

  // It has been accepted, or is about to be closed.
  static void Connection(void* cls, MHD_Connection* connection, void** peer,
                         MHD_ConnectionNotificationCode code) {
    Connections& connections = static_cast<Parts*>(cls)->connections;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
      if (*peer != nullptr) connections.Remove(static_cast<Peer*>(std::exchange(*peer, nullptr)));
      return;
    }
    const MHD_ConnectionInfo* socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (socket != nullptr) *peer = connections.Add(socket->connect_fd);
  }

  // The first line of a request is there.
  static void* Target(void* cls, const char* target, MHD_Connection*) {
    Parts& parts = *static_cast<Parts*>(cls);
    const std::lock_guard<std::mutex> lock(parts.mutex);
    ++parts.under_way_count;
    return new Exchange(parts.service, target == nullptr ? "" : target);
  }

  // A request's headers are there, then a piece of its body (any number of times), then its end; where
  // the answer takes long, its end once more, and then the answer.
  static MHD_Result Request(void* cls, MHD_Connection* connection, const char* path,
                            const char* method, const char*, const char* piece, size_t* piece_bytes,
                            void** request) {
    Parts& parts = *static_cast<Parts*>(cls);
    Exchange& exchange = *static_cast<Exchange*>(*request);
    if (exchange.answer) return parts.Send(connection, exchange);
    const size_t bytes_max = parts.options.body_bytes_max;
    if (!std::exchange(exchange.has_begun, true)) {
      if (Peer* peer = PeerBehind(connection); peer != nullptr) peer->HasHead();
      return exchange.RefuseByHeaders(connection, bytes_max) ? MHD_NO : MHD_YES;
    }
    if (*piece_bytes > 0) {
      const std::string_view bytes(piece, std::exchange(*piece_bytes, 0));
      return exchange.AddBody(connection, bytes, bytes_max, parts.timeout) ? MHD_YES : MHD_NO;
    }
    if (exchange.is_refused()) return MHD_NO;  // closes
    http::Request whole = exchange.Whole(connection, method, path);
    if (exchange.takes_long) return parts.AnswerAside(connection, exchange, std::move(whole));
    exchange.answer = parts.service.answer_at_once(whole);
    if (exchange.answer) return parts.Send(connection, exchange);
    // The library asks again at once. By then it has noted that nothing of this request is to come,
    // which it does not do with a connection that is suspended: that would be read from when it is
    // resumed, and a client that has closed its sending side, as it may behind its request, would be
    // taken for one that is gone.
    exchange.takes_long = true;
    return MHD_YES;
  }

  // The answer is sent, or the connection broke.
  static void Completed(void* cls, MHD_Connection* connection, void** request,
                        MHD_RequestTerminationCode) {
    Parts& parts = *static_cast<Parts*>(cls);
    const std::unique_ptr<Exchange> exchange(
        static_cast<Exchange*>(std::exchange(*request, nullptr)));
    if (exchange == nullptr) return;  // a request that never got as far as Target
    if (Peer* peer = PeerBehind(connection); peer != nullptr) peer->AwaitHead();
    const std::lock_guard<std::mutex> lock(parts.mutex);
    if (--parts.under_way_count == 0) parts.is_idle.notify_all();
  }

  // A synced write waits for the disk: in this thread all its connections would wait with it. And all
  // of them waiting at once is what lets the engine commit them together.
  MHD_Result AnswerAside(MHD_Connection* connection, Exchange& exchange, http::Request request) {
    MHD_suspend_connection(connection);
    const auto answer = [this, connection, &exchange, request = std::move(request)] {
      exchange.answer = service.answer(request);
      MHD_resume_connection(connection);
    };
    if (!workers->Add(answer)) answer();
    return MHD_YES;
  }

  MHD_Result Send(MHD_Connection* connection, Exchange& exchange) const {
    const unsigned status = exchange.answer->status;
    MHD_Response* response = MakeResponse(*std::move(exchange.answer));
    if (response == nullptr) return MHD_NO;
    if (is_stopping) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
  }

  bool Start() {
    const unsigned threads = options.thread_count > 0
                                 ? options.thread_count
                                 : std::max(1u, std::thread::hardware_concurrency());
    workers = std::make_unique<Workers>(service.answer ? options.worker_count : 0);
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr,
                              nullptr, &Request,
                              this,                                                          //
                              MHD_OPTION_THREAD_POOL_SIZE, threads,                          //
                              MHD_OPTION_LISTEN_SOCKET, options.listen_fd,                   //
                              MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u,                         //
                              MHD_OPTION_CONNECTION_LIMIT, ConnectionCountMax(options),      //
                              MHD_OPTION_CONNECTION_TIMEOUT, options.timeout_seconds,        //
                              MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytesMax,       //
                              MHD_OPTION_CONNECTION_MEMORY_INCREMENT, kConnectionBytesStep,  //
                              MHD_OPTION_NOTIFY_CONNECTION, &Connection, this,               //
                              MHD_OPTION_URI_LOG_CALLBACK, &Target, this,                    //
                              MHD_OPTION_NOTIFY_COMPLETED, &Completed, this, MHD_OPTION_END);
    return daemon != nullptr;
  }

  void Stop() {
    if (daemon != nullptr) {
      is_stopping = true;
      MHD_quiesce_daemon(daemon);
      {
        std::unique_lock<std::mutex> lock(mutex);
        is_idle.wait_for(lock, kStopTimeout, [this] { return under_way_count == 0; });
      }
      workers->End();  // no connection stays suspended, which the library would not end
      MHD_stop_daemon(daemon);
    }
    close(options.listen_fd);
  }
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Service service,
                                                      const ServerOptions& options) {
  auto parts = std::make_unique<Parts>(std::move(service), options);
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  if (!server->parts_->Start()) return absl::InternalError("cannot start the HTTP server");
  return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { parts_->Stop(); }

ServerFigures Server::Figures() const {
  return {.connection_count = parts_->connections.count(),
          .accepted_count = parts_->connections.added_count()};
}

}  // namespace dossier::http
