// Stops a thread where it stands, in the middle of a call, so that others overtake it: threads that take
// microseconds, on few processors, would hardly meet.
#ifndef DOSSIER_TESTS_LINEAR_PAUSE_H_
#define DOSSIER_TESTS_LINEAR_PAUSE_H_

#include <ctime>

namespace dossier::linear {

// Of the thread that makes it and uses it. Uses SIGUSR1.
class Pause {
 public:
  Pause();
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

  // The thread stops in so many nanoseconds, for some 50 us.
  void In(long nanos);

 private:
  timer_t timer_ = {};
};

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_PAUSE_H_
