// The one place that reads the system's clock.
#ifndef DOSSIER_BASE_CLOCK_H_
#define DOSSIER_BASE_CLOCK_H_

#include <cstdint>
#include <functional>

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

}  // namespace dossier

#endif  // DOSSIER_BASE_CLOCK_H_
