#include "latencies.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace dossier::bench {
namespace {

TEST(Latencies, NoCallsHaveNone) {
  const Latencies none;
  EXPECT_EQ(none.count(), 0u);
  EXPECT_EQ(none.Micros(0.5), 0);
  EXPECT_EQ(none.LongestMicros(), 0);
}

TEST(Latencies, APercentileIsTheLengthThatTheShareDoesNotExceed) {
  Latencies calls;
  for (uint64_t n = 1; n <= 1'000; ++n) calls.Add(n * 1'000);  // 1 to 1,000 us
  for (const double share : {0.001, 0.5, 0.99, 0.999}) {
    EXPECT_GE(calls.Micros(share), share * 1'000) << share;
    EXPECT_LE(calls.Micros(share), share * 1'000 * 1.032) << share;
  }
  EXPECT_EQ(calls.Micros(1), 1'000);
}

TEST(Latencies, OneCallOfAThousandIsInNoPercentileBelowItsPlace) {
  Latencies calls;
  for (int n = 0; n < 999; ++n) calls.Add(1'000);
  calls.Add(50'000'000);
  EXPECT_LT(calls.Micros(0.999), 1.04);
  EXPECT_EQ(calls.Micros(0.9991), 50'000);
  EXPECT_EQ(calls.LongestMicros(), 50'000);
}

TEST(Latencies, EveryLengthIsCountedNoShorterAndHardlyLonger) {
  for (uint64_t nanos = 1; nanos < std::numeric_limits<uint64_t>::max() / 3;
       nanos += nanos / 7 + 1) {
    Latencies calls;
    calls.Add(nanos);
    calls.Add(std::numeric_limits<uint64_t>::max());
    const double counted = calls.Micros(0.5) * 1e3;
    EXPECT_GE(counted, static_cast<double>(nanos) * (1 - 1e-12));
    EXPECT_LE(counted, static_cast<double>(nanos) * 1.032);
  }
}

TEST(Latencies, ThoseOfTwoThreadsAreAsThoseOfOne) {
  Latencies one, two, all;
  for (uint64_t n = 0; n < 500; ++n) {
    one.Add(n);
    two.Add(n * 1'000);
    all.Add(n);
    all.Add(n * 1'000);
  }
  one.Add(two);
  EXPECT_EQ(one.count(), all.count());
  for (const double share : {0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(one.Micros(share), all.Micros(share));
}

}  // namespace
}  // namespace dossier::bench
