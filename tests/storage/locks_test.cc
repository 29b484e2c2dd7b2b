#include "storage/locks.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "storage/keyspace.h"

namespace dossier {
namespace {

constexpr int kThreads = 8;

void InThreads(const std::function<void(int)>& body) {
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&, number] {
      start.arrive_and_wait();
      body(number);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Plain counters, each guarded by its key's lock: a lost update or a race shows.
TEST(LockTable, ExcludesOverOverlappingSetsInAnyOrder) {
  constexpr int kKeys = 40, kRounds = 2000, kHeld = 6;
  LockTable table;
  std::array<int, kKeys> counters{};
  InThreads([&](int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    for (int round = 0; round < kRounds; ++round) {
      std::vector<EntityId> ids;
      std::vector<Key> keys;
      for (int i = 0; i < kHeld; ++i) {
        ids.push_back(random() % kKeys);
        keys.push_back(RecordKey(TypeId{1}, ids.back()));
      }
      const LockTable::Guard guard = table.Lock(keys);
      for (const EntityId id : ids) ++counters[id];
    }
  });
  int sum = 0;
  for (const int counter : counters) sum += counter;
  EXPECT_EQ(sum, kThreads * kRounds * kHeld);
}

TEST(LockTable, TakesKeysThatRepeatAndNoKeyAtAll) {
  LockTable table;
  const Key key = RecordKey(TypeId{1}, 7);
  { const auto guard = table.Lock(std::array{key, key, key}); }
  { const auto guard = table.Lock(std::vector<Key>()); }
  // What was let go can be had by another thread; else this would wait for ever.
  bool was_had = false;
  std::thread([&] {
    const auto guard = table.Lock(std::array{key});
    was_had = true;
  }).join();
  EXPECT_TRUE(was_had);
}

// More keys than stripes: every stripe is taken once, by everybody in one order.
TEST(LockTable, TakesMoreKeysThanItHasStripes) {
  LockTable table;
  int rounds = 0;
  InThreads([&](int number) {
    std::vector<Key> keys;
    for (EntityId id = 0; id < 20'000; ++id) keys.push_back(RecordKey(TypeId{1}, id));
    std::shuffle(keys.begin(), keys.end(), std::mt19937(static_cast<unsigned>(number)));
    for (int i = 0; i < 5; ++i) {
      const LockTable::Guard guard = table.Lock(keys);
      ++rounds;
    }
  });
  EXPECT_EQ(rounds, kThreads * 5);
}

TEST(LockTable, HoldsUntilTheGuardItWasMovedToIsGone) {
  LockTable table;
  const std::array keys{RecordKey(TypeId{1}, 1)};
  std::atomic<bool> is_free = false;
  std::thread waiting;
  {
    LockTable::Guard first = table.Lock(keys);
    const LockTable::Guard second = std::move(first);
    waiting = std::thread([&] {
      const LockTable::Guard guard = table.Lock(keys);
      EXPECT_TRUE(is_free) << "the lock was free while the guard lived";
    });
    is_free = true;  // the last that this guard sees
  }
  waiting.join();
}

// Two tables in one order, as a write takes its record and then its claims.
TEST(LockTable, TwoTablesInOneOrderNeverDeadlock) {
  LockTable records, claims;
  std::array<int, 8> record_counters{}, claim_counters{};
  InThreads([&](int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    for (int round = 0; round < 2000; ++round) {
      const EntityId record = random() % 8, claim = random() % 8, other = random() % 8;
      const auto record_lock = records.Lock(std::array{RecordKey(TypeId{1}, record)});
      ++record_counters[record];
      const auto claim_lock =
          claims.Lock(std::array{RecordKey(TypeId{2}, claim), RecordKey(TypeId{2}, other)});
      ++claim_counters[claim];
    }
  });
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) sum += record_counters[i] + claim_counters[i];
  EXPECT_EQ(sum, kThreads * 2000 * 2);
}

}  // namespace
}  // namespace dossier
