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
#include "http/exchange.h"
#include "http/workers.h"

namespace dossier::http {
namespace {

// Bytes of memory of one connection: holds a URL of 64 KB, or one with a thousand parameters.
// The library touches all of it once a second request is begun.
constexpr size_t kConnectionBytesMax = 128u << 10;
constexpr size_t kConnectionBytesStep = 16u << 10;

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
  Service service;
  ServerOptions options;
  MHD_Daemon* daemon = nullptr;
  std::unique_ptr<Workers> workers;
  std::atomic<uint64_t> connection_count = 0;
  std::atomic<uint64_t> accepted_count = 0;
  std::atomic<bool> is_stopping = false;  // each answer then closes its connection
  std::mutex mutex;
  std::condition_variable is_idle;
  int under_way_count = 0;  // requests between their first line and the end of their answer

  // What the HTTP library calls; `cls` is the Parts.

  static void Connection(void* cls, MHD_Connection*, void**, MHD_ConnectionNotificationCode code) {
    Parts& parts = *static_cast<Parts*>(cls);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      ++parts.accepted_count;
      ++parts.connection_count;
    } else {
      --parts.connection_count;
    }
  }

  // The first line of a request is there.
  static void* Target(void* cls, const char* target, MHD_Connection*) {
    Parts& parts = *static_cast<Parts*>(cls);
    const std::lock_guard<std::mutex> lock(parts.mutex);
    ++parts.under_way_count;
    return new Exchange(target == nullptr ? "" : target);
  }

  // A request's headers are there, then a piece of its body (any number of times), then its end,
  // then, where the answer had to be waited for, the answer.
  static MHD_Result Request(void* cls, MHD_Connection* connection, const char* path,
                            const char* method, const char*, const char* piece, size_t* piece_bytes,
                            void** request) {
    Parts& parts = *static_cast<Parts*>(cls);
    Exchange& exchange = *static_cast<Exchange*>(*request);
    if (exchange.answer) return parts.Send(connection, exchange);
    const size_t bytes_max = parts.options.body_bytes_max;
    if (!std::exchange(exchange.has_begun, true)) {
      return exchange.RefuseByHeaders(connection, bytes_max) ? MHD_NO : MHD_YES;
    }
    if (*piece_bytes > 0) {
      const std::string_view bytes(piece, std::exchange(*piece_bytes, 0));
      const std::chrono::seconds timeout(parts.options.timeout_seconds);
      return exchange.AddBody(connection, bytes, bytes_max, timeout) ? MHD_YES : MHD_NO;
    }
    if (exchange.refusal() != 0) return MHD_NO;  // closes
    return parts.AnswerWhole(connection, exchange, exchange.Whole(connection, method, path));
  }

  // The answer is sent, or the connection broke.
  static void Completed(void* cls, MHD_Connection* connection, void** request,
                        MHD_RequestTerminationCode) {
    Parts& parts = *static_cast<Parts*>(cls);
    const std::unique_ptr<Exchange> exchange(
        static_cast<Exchange*>(std::exchange(*request, nullptr)));
    if (exchange == nullptr) return;  // a request that never got as far as Target
    if (exchange->refusal() != 0 && parts.service.refused) {
      parts.service.refused(exchange->refusal(), PeerOf(connection));
    }
    const std::lock_guard<std::mutex> lock(parts.mutex);
    if (--parts.under_way_count == 0) parts.is_idle.notify_all();
  }

  MHD_Result AnswerWhole(MHD_Connection* connection, Exchange& exchange, http::Request request) {
    if (!service.may_take_long || !service.may_take_long(request)) {
      exchange.answer = service.answer(request);
      return Send(connection, exchange);
    }
    // A synced write waits for the disk: here the connections of the same thread would wait with it.
    // All of them waiting at once is what lets the engine commit them together.
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
    workers = std::make_unique<Workers>(service.may_take_long ? options.worker_count : 0);
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
  auto parts = std::make_unique<Parts>();
  parts->service = std::move(service);
  parts->options = options;
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  if (!server->parts_->Start()) return absl::InternalError("cannot start the HTTP server");
  return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { parts_->Stop(); }

ServerFigures Server::Figures() const {
  return {.connection_count = parts_->connection_count, .accepted_count = parts_->accepted_count};
}

}  // namespace dossier::http
