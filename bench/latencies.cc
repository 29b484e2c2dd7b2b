#include "latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace dossier::bench {

void Latencies::Add(uint64_t nanos) {
  ++counts_[BucketOf(nanos)];
  ++count_;
  longest_ = std::max(longest_, nanos);
}

void Latencies::Add(const Latencies& others) {
  for (size_t i = 0; i < kBucketCount; ++i) counts_[i] += others.counts_[i];
  count_ += others.count_;
  longest_ = std::max(longest_, others.longest_);
}

double Latencies::Micros(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBucketCount; ++i) {
    seen += counts_[i];
    if (seen > 0 && seen >= wanted) return static_cast<double>(std::min(LastOf(i), longest_)) / 1e3;
  }
  return 0;
}

// Below 64 each length has a bucket; above, its first kBits + 1 bits say which, and how many follow.
size_t Latencies::BucketOf(uint64_t nanos) {
  const int shift = std::max(static_cast<int>(std::bit_width(nanos)) - kBits - 1, 0);
  return (static_cast<size_t>(shift) << kBits) + static_cast<size_t>(nanos >> shift);
}

uint64_t Latencies::LastOf(size_t bucket) {
  const size_t shift = bucket < (2u << kBits) ? 0 : (bucket >> kBits) - 1;
  const uint64_t first = (bucket - (shift << kBits)) << shift;
  return first + ((uint64_t{1} << shift) - 1);
}

}  // namespace dossier::bench
