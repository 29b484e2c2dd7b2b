// What a store takes in memory beside what it was given. Not run by default, for it takes a process of
// its own and minutes:
//   dossier_engine_test --gtest_also_run_disabled_tests --gtest_filter='MemoryFigures.*64'
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/profiles.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;

constexpr size_t kRecordCount = 500'000;
constexpr size_t kCallCount = 400'000;
constexpr size_t kMegabyte = 1u << 20;

// Of this process, what is in memory now.
size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t all_pages = 0;
  size_t resident_pages = 0;
  statm >> all_pages >> resident_pages;
  return resident_pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

// Fills a store several times as large, reads and updates all over it, and looks through it whole.
void ExpectHeld(size_t megabytes) {
  const testing::TemporaryDirectory directory;
  auto engine = Engine::Open({.directory = directory.path(),
                              .durability = Durability::kBuffered,
                              .memory_bytes = megabytes * kMegabyte});
  ASSERT_THAT(engine, IsOk());
  Session session = (*engine)->HostSession();
  ASSERT_THAT(session.CreateEntityType("user", DefaultUserAttrDefs()), IsOk());
  const size_t before = ResidentBytes();
  size_t most = before;
  for (size_t i = 0; i < kRecordCount; ++i) {
    ASSERT_THAT(session.Create("user", testing::Profile(i)), IsOk());
    if (i % 500 == 0) most = std::max(most, ResidentBytes());
  }
  std::mt19937_64 random(1);
  for (size_t i = 0; i < kCallCount; ++i) {
    const EntityKey key = EntityKey::Id(1 + 7 * (random() % kRecordCount));
    ASSERT_THAT(session.Get("user", key), IsOk());
    ASSERT_THAT(session.Update("user", key, R"({"givenName":"Maximilian"})"), IsOk());
    if (i % 500 == 0) most = std::max(most, ResidentBytes());
  }
  ASSERT_THAT(session.Count("user", {.filter = "aboutMe = 'x'"}), IsOk());
  most = std::max(most, ResidentBytes());
  std::cout << "given " << megabytes << " MB, taken " << (most - before) / kMegabyte << " MB\n";
  EXPECT_LE(most - before, megabytes * kMegabyte * 11 / 10);
}

TEST(MemoryFigures, DISABLED_Of64) { ExpectHeld(64); }
TEST(MemoryFigures, DISABLED_Of256) { ExpectHeld(256); }
TEST(MemoryFigures, DISABLED_Of800) { ExpectHeld(800); }

}  // namespace
}  // namespace dossier
