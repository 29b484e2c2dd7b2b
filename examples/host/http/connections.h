// The open connections of a server, and an end to those that take too long to say what they want.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_CONNECTIONS_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_CONNECTIONS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/container/flat_hash_map.h"

namespace dossier::http {

// One connection. Thread-safe.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) { AwaitHead(); }

  // From now on the first line and the headers of a request are waited for, until HasHead.
  void AwaitHead() { waits_since_ = std::chrono::steady_clock::now(); }
  void HasHead() { waits_since_ = kNotWaiting; }

  // Ends it where it has been waiting since before `time`; the HTTP library then closes it.
  void ShutDownIfWaitingSince(std::chrono::steady_clock::time_point time) const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNotWaiting = Time::max();

  const int fd_;
  std::atomic<Time> waits_since_;
};

// All of them. The HTTP library ends a connection on which nothing moves for `timeout`, but one byte
// is enough for it to go on: who sends his head byte by byte would keep a connection for ever. Here a
// head must be whole within twice `timeout` of the connection's begin or of the answer before it: the
// first half is what it may be idle, the second is then at least what the head may take.
// Thread-safe.
class Connections {
 public:
  explicit Connections(std::chrono::seconds timeout);
  // No connection may be open any more.
  ~Connections() = default;

  // From its acceptance until Remove, which comes before its socket is closed.
  Peer* Add(int fd);
  void Remove(Peer* peer);

  uint64_t count() const { return count_; }              // now
  uint64_t added_count() const { return added_count_; }  // since the start

 private:
  void EndLateHeads(const std::stop_token& stop, std::chrono::seconds timeout);

  std::mutex mutex_;
  absl::flat_hash_map<Peer*, std::unique_ptr<Peer>> peers_;
  std::atomic<uint64_t> count_ = 0;
  std::atomic<uint64_t> added_count_ = 0;
  std::jthread watch_;
};

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_CONNECTIONS_H_
