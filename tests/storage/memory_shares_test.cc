#include "storage/memory_shares.h"

#include "gtest/gtest.h"

namespace dossier {
namespace {

constexpr size_t kMegabyte = 1u << 20;

size_t SumOf(const MemoryShares& shares) {
  return shares.write_bytes + shares.record_bytes + shares.hint_bytes + shares.block_bytes +
         shares.filter_bytes;
}

TEST(MemoryShares, LeaveRoomForWorkInWhatIsGiven) {
  for (const size_t megabytes : {64, 100, 256, 800, 4'096, 100'000}) {
    const MemoryShares shares = SharesOf({.memory_bytes = megabytes * kMegabyte});
    EXPECT_LE(SumOf(shares), (megabytes - 32) * kMegabyte) << megabytes;
    EXPECT_GE(SumOf(shares), (megabytes - 32) * kMegabyte - 16)
        << megabytes;  // what division leaves
    EXPECT_LE(shares.write_bytes, 256 * kMegabyte) << megabytes;
    EXPECT_GE(shares.record_bytes + shares.hint_bytes, shares.write_bytes) << megabytes;
    EXPECT_GT(shares.hint_bytes, 0u) << megabytes;
    EXPECT_GE(shares.block_bytes, shares.record_bytes * 3 / 4) << megabytes;
    EXPECT_GT(shares.filter_bytes, 0u) << megabytes;
  }
}

TEST(MemoryShares, AreThoseOfTheCallerWhereHeNamesThem) {
  MemoryShares shares = SharesOf({.memory_bytes = 320 * kMegabyte, .record_cache_bytes = 0});
  EXPECT_EQ(shares.record_bytes, 0u);
  EXPECT_EQ(shares.hint_bytes, 0u);
  EXPECT_GE(SumOf(shares), 288 * kMegabyte - 16) << "what records do not have, blocks do";
  shares = SharesOf({.block_cache_bytes = 9, .record_cache_bytes = 7});
  EXPECT_EQ(shares.record_bytes, 7u);
  EXPECT_EQ(shares.block_bytes, 9u);
}

TEST(MemoryShares, AreSomethingHoweverLittleThereIs) {
  for (const size_t bytes : {size_t{0}, size_t{1}, 5 * kMegabyte}) {
    const MemoryShares shares = SharesOf({.memory_bytes = bytes});
    EXPECT_GE(shares.write_bytes, 4 * kMegabyte);
    EXPECT_GE(shares.block_bytes, 1 * kMegabyte);
  }
}

}  // namespace
}  // namespace dossier
