// dossier-host: an HTTP server for the entity API.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "dossier/limits.h"
#include "flags.h"
#include "http/server.h"
#include "listen.h"
#include "log.h"
#include "metrics.h"
#include "services.h"

namespace {

using dossier::host::Flags;
using dossier::host::Listener;

// Told in --help.
enum ExitCode {
  kStopped = 0,
  kFailed = 1,
  kWrongFlag = 2,
  kDirectoryUnavailable = 3,
  kCannotListen = 4,
  kOtherFormat = 5,
};

ExitCode Fail(ExitCode code, const absl::Status& status) {
  std::cerr << "dossier-host: " << std::string(status.message()) << std::endl;
  return code;
}

ExitCode CodeOfOpen(const absl::Status& status) {
  if (absl::IsUnavailable(status)) return kDirectoryUnavailable;
  return absl::IsFailedPrecondition(status) ? kOtherFormat : kFailed;
}

// The signals that stop the host. Blocked before any thread starts, so that only Wait sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Connections and the store's files share one limit, whose default is made for select().
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

absl::Status EnsureEntityType(dossier::Session& session) {
  const absl::StatusOr<std::vector<std::string>> names = session.EntityTypeNames();
  if (!names.ok() || !names->empty()) return names.status();
  return session.CreateEntityType("user", dossier::DefaultUserAttrDefs()).status();
}

// The owner client of the flags; an existing client of that id stays as it is.
absl::Status AddOwner(const Flags& flags, dossier::Engine& engine, dossier::Session& session) {
  absl::Status added = session.AddClient(dossier::Client{
      .client_id = flags.owner_client_id,
      .client_secret = flags.owner_client_secret,
      .description = "owner",
      .features = {"owner"},
  });
  if (!added.ok()) return added;
  if (!engine.ClientSession(flags.owner_client_id, flags.owner_client_secret).ok()) {
    std::cerr << "dossier-host: warning: the store has a client '" << flags.owner_client_id
              << "' with another secret, which stays as it is" << std::endl;
  }
  return absl::OkStatus();
}

absl::Status MakeOwner(const std::string& url, dossier::Session& session) {
  const absl::StatusOr<dossier::Client> owner = session.AddClient("owner", {"owner"});
  if (!owner.ok()) return owner.status();
  std::cout << "dossier-host: the store had no owner client; it is now\n"
            << "  client id      " << owner->client_id << "\n"
            << "  client secret  " << owner->client_secret << "\n"
            << "  try: curl -u " << owner->client_id << ":" << owner->client_secret
            << " -d type_name=user --data-urlencode 'attributes={\"email\":\"ada@example.com\"}' "
            << url << "/entity.create\n";
  return absl::OkStatus();
}

absl::Status EnsureOwner(const Flags& flags, const std::string& url, dossier::Engine& engine,
                         dossier::Session& session) {
  if (!flags.owner_client_id.empty()) return AddOwner(flags, engine, session);
  const absl::StatusOr<std::vector<dossier::Client>> owners = session.Clients({"owner"});
  if (!owners.ok() || !owners->empty()) return owners.status();
  return MakeOwner(url, session);
}

// Gives back the space of removed attributes and deleted types, whenever there are some.
void ReclaimUntilStopped(const std::stop_token& stop, dossier::Session session) {
  const auto log = [](const dossier::ReclaimProgress& progress) {
    if (!progress.is_done) return;
    std::cout << "dossier-host: reclaimed the space of what was removed: " +
                     std::to_string(progress.record_count) + " records looked through, " +
                     std::to_string(progress.byte_count) + " bytes less in them\n"
              << std::flush;
  };
  const absl::Status status =
      session.ReclaimSpace({.stop = stop, .waits_for_more = true, .progress = log});
  if (!status.ok()) std::cerr << "dossier-host: cannot reclaim space: " + status.ToString() + "\n";
}

// The servers of an open engine, and what they share. Members end in the reverse order.
class Servers {
 public:
  Servers(const Flags& flags, dossier::Engine& engine)
      : log_(STDERR_FILENO, flags.logs_requests),
        metrics_(dossier::api::OperationNames()),
        api_(engine, [this](std::string_view request_id,
                            const absl::Status& cause) { log_.Failure(request_id, cause); }),
        parts_{.engine = &engine,
               .api = &api_,
               .metrics = &metrics_,
               .log = &log_,
               .trusted_proxies = flags.trusted_proxies},
        options_{.timeout_seconds = flags.timeout_seconds,
                 .body_bytes_max = dossier::kRequestBytesMax} {}

  absl::Status StartApi(int listen_fd) {
    dossier::http::ServerOptions options = options_;
    options.listen_fd = listen_fd;
    return Start(dossier::host::ApiService(parts_), options, api_server_);
  }

  // After StartApi.
  absl::Status StartMonitoring(int listen_fd) {
    dossier::http::ServerOptions options = options_;
    options.listen_fd = listen_fd;
    options.connection_count_max = 64;
    options.thread_count = 1;
    const auto figures = [this] { return api_server_->Figures(); };
    return Start(dossier::host::MonitoringService(parts_, figures), options, monitoring_server_);
  }

 private:
  using Server = dossier::http::Server;

  static absl::Status Start(dossier::http::Service service,
                            const dossier::http::ServerOptions& options,
                            std::unique_ptr<Server>& server) {
    absl::StatusOr<std::unique_ptr<Server>> started = Server::Start(std::move(service), options);
    if (!started.ok()) return started.status();
    server = *std::move(started);
    return absl::OkStatus();
  }

  const dossier::host::Log log_;
  dossier::host::Metrics metrics_;
  const dossier::api::Api api_;
  const dossier::host::Parts parts_;
  const dossier::http::ServerOptions options_;
  std::unique_ptr<Server> api_server_;
  std::unique_ptr<Server> monitoring_server_;
};

// Not listening where the flags ask for no metrics.
absl::StatusOr<Listener> ListenForMonitoring(const Flags& flags) {
  if (flags.metrics_host.empty()) return Listener();
  return dossier::host::Listen(flags.metrics_host, flags.metrics_port);
}

ExitCode Run(const Flags& flags) {
  const sigset_t stop_signals = BlockStopSignals();
  RaiseFileLimit();
  const absl::StatusOr<Listener> listener =
      dossier::host::Listen(flags.listen_host, flags.listen_port);
  if (!listener.ok()) return Fail(kCannotListen, listener.status());
  const absl::StatusOr<Listener> monitoring = ListenForMonitoring(flags);
  if (!monitoring.ok()) return Fail(kCannotListen, monitoring.status());
  const std::string url = "http://" + listener->address;

  const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine =
      dossier::Engine::Open({.directory = flags.data_dir,
                             .durability = flags.durability,
                             .memory_bytes = size_t{flags.memory_mb} << 20,
                             .signature_skew = absl::Seconds(flags.signature_skew_seconds),
                             .feature_reading = flags.feature_reading,
                             .secrets_key = flags.secrets_key,
                             .former_secrets_key = flags.former_secrets_key,
                             .accept_loss_down_to = flags.accept_loss_down_to});
  if (!engine.ok()) return Fail(CodeOfOpen(engine.status()), engine.status());
  dossier::Session session = (*engine)->HostSession();
  absl::Status ready = EnsureEntityType(session);
  if (ready.ok()) ready = EnsureOwner(flags, url, **engine, session);
  if (!ready.ok()) return Fail(kFailed, ready);

  // Ends before the engine closes, after the record at hand.
  const std::jthread reclaiming(ReclaimUntilStopped, session);

  Servers servers(flags, **engine);
  absl::Status started = servers.StartApi(listener->fd);
  if (started.ok() && monitoring->fd >= 0) started = servers.StartMonitoring(monitoring->fd);
  if (!started.ok()) return Fail(kFailed, started);
  if (!listener->loopback) {
    std::cerr << "dossier-host: warning: other machines reach this address, and HTTP hides "
                 "nothing: put TLS in front"
              << std::endl;
  }
  if (monitoring->fd >= 0) {
    std::cout << "dossier-host: metrics on http://" << monitoring->address << "/metrics\n";
  }
  std::cout << "dossier-host: listening on " << url << ", data in " << flags.data_dir << std::endl;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  return kStopped;  // the servers let their requests finish, then the engine closes the store
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<Flags> flags = dossier::host::ParseFlags(argc, argv);
  if (!flags.ok()) {
    Fail(kWrongFlag, flags.status());
    std::cerr << "try: dossier-host --help" << std::endl;
    return kWrongFlag;
  }
  if (flags->help) {
    std::cout << dossier::host::HelpText();
    return kStopped;
  }
  if (flags->version) {
    std::cout << "dossier-host " << DOSSIER_VERSION << std::endl;
    return kStopped;
  }
  return Run(*flags);
}
