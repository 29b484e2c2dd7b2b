// The one place that reads the system's clocks.
#ifndef DOSSIER_BASE_CLOCK_H_
#define DOSSIER_BASE_CLOCK_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/time/time.h"

namespace dossier {

// The time of day. Thread-safe where the function it was given is.
class Clock {
 public:
  // `source` empty: the system's clock.
  explicit Clock(std::function<absl::Time()> source) : source_(std::move(source)) {}

  // Microseconds since 1970-01-01T00:00:00Z.
  int64_t NowMicros() const;

 private:
  std::function<absl::Time()> source_;
};

// Time since some moment, which never goes back and knows no date. Thread-safe where the function it
// was given is.
class MonotonicClock {
 public:
  // `source` empty: the system's clock.
  explicit MonotonicClock(std::function<absl::Duration()> source) : source_(std::move(source)) {}

  absl::Duration Now() const;

 private:
  std::function<absl::Duration()> source_;
};

// When a call has to give up. Not thread-safe; the clock must outlive it.
class Deadline {
 public:
  Deadline(const MonotonicClock& clock, absl::Duration from_now)
      : clock_(&clock), end_(clock.Now() + from_now) {}

  // For what is asked often: looks at the clock only now and then.
  bool HasPassed() {
    constexpr uint32_t kAsksPerLook = 64;
    if (ask_count_++ % kAsksPerLook == 0) has_passed_ |= clock_->Now() >= end_;
    return has_passed_;
  }
  // For what is asked now and then: looks at the clock each time.
  bool HasPassedByNow() {
    ask_count_ = 0;
    return HasPassed();
  }

 private:
  const MonotonicClock* clock_;
  absl::Duration end_;
  uint32_t ask_count_ = 0;
  bool has_passed_ = false;
};

}  // namespace dossier

#endif  // DOSSIER_BASE_CLOCK_H_
