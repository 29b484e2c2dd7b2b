#include "linear/pause.h"

#include <sys/select.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace dossier::linear {
namespace {

constexpr long kNanos = 50'000;

void Stop(int /*signal*/) {
  const int error = errno;
  const timespec time = {.tv_sec = 0, .tv_nsec = kNanos};
  ::pselect(0, nullptr, nullptr, nullptr, &time, nullptr);
  errno = error;
}

}  // namespace

Pause::Pause() {
  struct sigaction action = {};
  action.sa_handler = Stop;
  action.sa_flags = SA_RESTART;
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGUSR1;
  event._sigev_un._tid = ::gettid();
  if (::sigaction(SIGUSR1, &action, nullptr) != 0 ||
      ::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
    std::abort();
  }
}

Pause::~Pause() { ::timer_delete(timer_); }

void Pause::In(long nanos) {
  const itimerspec once = {.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = nanos}};
  ::timer_settime(timer_, 0, &once, nullptr);
}

}  // namespace dossier::linear
