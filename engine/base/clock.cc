#include "base/clock.h"

#include "absl/time/clock.h"

namespace dossier {

int64_t Clock::NowMicros() const { return absl::ToUnixMicros(source_ ? source_() : absl::Now()); }

}  // namespace dossier
