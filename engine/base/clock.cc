#include "base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace dossier {

int64_t Clock::NowMicros() const { return absl::ToUnixMicros(source_ ? source_() : absl::Now()); }

absl::Duration MonotonicClock::Now() const {
  if (source_) return source_();
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace dossier
