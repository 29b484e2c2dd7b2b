// dossier-host: an HTTP server for the entity API.
#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "flags.h"
#include "listen.h"
#include "server.h"

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

ExitCode Run(const Flags& flags) {
  const sigset_t stop_signals = BlockStopSignals();
  RaiseFileLimit();
  const absl::StatusOr<Listener> listener =
      dossier::host::Listen(flags.listen_host, flags.listen_port);
  if (!listener.ok()) return Fail(kCannotListen, listener.status());
  const std::string url = "http://" + listener->address;

  const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine =
      dossier::Engine::Open({.directory = flags.data_dir,
                             .durability = flags.durability,
                             .feature_reading = flags.feature_reading,
                             .secrets_key = flags.secrets_key});
  if (!engine.ok()) return Fail(CodeOfOpen(engine.status()), engine.status());
  dossier::Session session = (*engine)->HostSession();
  absl::Status ready = EnsureEntityType(session);
  if (ready.ok()) ready = EnsureOwner(flags, url, **engine, session);
  if (!ready.ok()) return Fail(kFailed, ready);

  // Ends before the engine closes, after the record at hand.
  const std::jthread reclaiming(ReclaimUntilStopped, session);

  const dossier::api::Api api(**engine, [](std::string_view request_id, const absl::Status& cause) {
    std::cerr << "dossier-host: request " + std::string(request_id) + ": " + cause.ToString() +
                     "\n";
  });
  const absl::StatusOr<std::unique_ptr<dossier::host::Server>> server =
      dossier::host::Server::Start(
          api, {.listen_fd = listener->fd, .timeout_seconds = flags.timeout_seconds});
  if (!server.ok()) return Fail(kFailed, server.status());
  if (!listener->loopback) {
    std::cerr << "dossier-host: warning: other machines reach this address, and HTTP hides "
                 "nothing: put TLS in front"
              << std::endl;
  }
  std::cout << "dossier-host: listening on " << url << ", data in " << flags.data_dir << std::endl;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  return kStopped;  // the server lets its requests finish, then the engine closes the store
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
