// Guesses: which are kept, and which are of another key.
#include "storage/lookup_hints.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier {
namespace {

using ::testing::Eq;
using ::testing::Optional;

constexpr EntityId kIdMax = (EntityId{1} << 40) - 1;

Key KeyOf(uint64_t value) {
  return ClaimKey(TypeId{1}, 16, KeyedHash(std::to_string(value), HashKey{}));
}

TEST(LookupHints, AreOfTheirKeyAlone) {
  LookupHints hints(1u << 20);
  EXPECT_EQ(hints.Find(KeyOf(1)), std::nullopt);
  hints.Set(KeyOf(1), 7);
  hints.Set(KeyOf(2), kIdMax);
  EXPECT_THAT(hints.Find(KeyOf(1)), Optional(Eq(7u)));
  EXPECT_THAT(hints.Find(KeyOf(2)), Optional(Eq(kIdMax)));
  EXPECT_EQ(hints.Find(KeyOf(3)), std::nullopt);
  hints.Set(KeyOf(1), 8);
  EXPECT_THAT(hints.Find(KeyOf(1)), Optional(Eq(8u)));
}

TEST(LookupHints, OfValuesOfSeveralAttributesAndTypesStandApart) {
  LookupHints hints(1u << 20);
  const Hash128 hash = KeyedHash("a", HashKey{});
  hints.Set(ClaimKey(TypeId{1}, 16, hash), 1);
  hints.Set(ClaimKey(TypeId{1}, 17, hash), 2);
  hints.Set(ClaimKey(TypeId{2}, 16, hash), 3);
  EXPECT_THAT(hints.Find(ClaimKey(TypeId{1}, 16, hash)), Optional(Eq(1u)));
  EXPECT_THAT(hints.Find(ClaimKey(TypeId{1}, 17, hash)), Optional(Eq(2u)));
  EXPECT_THAT(hints.Find(ClaimKey(TypeId{2}, 16, hash)), Optional(Eq(3u)));
}

TEST(LookupHints, KnowNothingOfIdsThatDoNotFit) {
  LookupHints hints(1u << 20);
  for (const EntityId id : {EntityId{0}, kIdMax + 1, EntityId{UINT64_MAX}}) {
    hints.Set(KeyOf(1), id);
    EXPECT_EQ(hints.Find(KeyOf(1)), std::nullopt) << id;
  }
}

TEST(LookupHints, HaveRoomForAsManyAsAreHalfTheirNumber) {
  constexpr uint64_t kCount = (1u << 20) / 8 / 2;
  LookupHints hints(1u << 20);
  EXPECT_EQ(hints.bytes(), 1u << 20);
  for (uint64_t i = 0; i < kCount; ++i) hints.Set(KeyOf(i), i + 1);
  uint64_t kept = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    const auto id = hints.Find(KeyOf(i));
    EXPECT_EQ(id.value_or(i + 1), i + 1);
    kept += id.has_value();
  }
  EXPECT_GT(kept, kCount * 95 / 100);
}

TEST(LookupHints, AreBoundedInBytes) {
  EXPECT_EQ(LookupHints((3u << 20) - 1).bytes(), 2u << 20);
  for (const size_t bytes : {0, 7}) {
    LookupHints hints(bytes);
    EXPECT_EQ(hints.bytes(), 0u);
    hints.Set(KeyOf(1), 1);
    EXPECT_EQ(hints.Find(KeyOf(1)), std::nullopt);
  }
  for (const size_t bytes : {8, 16, 64, 128}) {
    LookupHints hints(bytes);
    EXPECT_EQ(hints.bytes(), bytes);
    for (uint64_t i = 1; i < 100; ++i) {
      hints.Set(KeyOf(i), i);
      EXPECT_THAT(hints.Find(KeyOf(i)), Optional(Eq(i))) << "the last one is there";
    }
    uint64_t kept = 0;
    for (uint64_t i = 1; i < 100; ++i) kept += hints.Find(KeyOf(i)).has_value();
    EXPECT_LE(kept, bytes / 8);
  }
}

TEST(LookupHints, OfManyThreadsAreWhatOneOfThemGave) {
  constexpr uint64_t kKeyCount = 32;
  LookupHints hints(64);
  std::vector<std::thread> threads;
  for (uint64_t number = 0; number < 4; ++number) {
    threads.emplace_back([&hints, number] {
      for (uint64_t i = 0; i < 20'000; ++i) {
        const uint64_t key = i % kKeyCount;
        hints.Set(KeyOf(key), 1 + key + kKeyCount * number);
        const auto id = hints.Find(KeyOf(key));
        EXPECT_EQ((id.value_or(key + 1) - 1) % kKeyCount, key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace dossier
