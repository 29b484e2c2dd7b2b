#include "http/connections.h"

#include <sys/socket.h>

#include <condition_variable>
#include <stop_token>
#include <utility>

namespace dossier::http {

using std::chrono::steady_clock;

void Peer::ShutDownIfWaitingSince(Time time) const {
  if (waits_since_.load() < time) shutdown(fd_, SHUT_RDWR);
}

Connections::Connections(std::chrono::seconds timeout)
    : watch_([this, timeout](const std::stop_token& stop) { EndLateHeads(stop, timeout); }) {}

Peer* Connections::Add(int fd) {
  auto peer = std::make_unique<Peer>(fd);
  Peer* const added = peer.get();
  const std::lock_guard<std::mutex> lock(mutex_);
  peers_.emplace(added, std::move(peer));
  ++count_;
  ++added_count_;
  return added;
}

void Connections::Remove(Peer* peer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  peers_.erase(peer);
  --count_;
}

void Connections::EndLateHeads(const std::stop_token& stop, std::chrono::seconds timeout) {
  std::condition_variable_any never;
  std::unique_lock<std::mutex> lock(mutex_);
  const std::chrono::milliseconds pause = std::chrono::milliseconds(timeout) / 4;
  const auto is_stopped = [&] { return stop.stop_requested(); };
  while (!never.wait_for(lock, stop, pause, is_stopped)) {
    const steady_clock::time_point latest = steady_clock::now() - 2 * timeout;
    for (const auto& [peer, owned] : peers_) peer->ShutDownIfWaitingSince(latest);
  }
}

}  // namespace dossier::http
