// A record that others find the moment it is created: what they do to it comes after the create, in
// the store and in memory.
#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/concurrency.h"
#include "gtest/gtest.h"

namespace dossier {
namespace {

// Pairs of threads: one creates records, the other changes each as soon as it is there. Where pairs
// commit together, a creator often wakes after its record could be found.
TEST_F(ConcurrencyTest, AChangeRightAfterACreateIsNotHiddenByIt) {
  constexpr int kPairs = kThreadCount / 2, kRounds = 1500;
  ASSERT_NO_FATAL_FAILURE(Open());
  std::array<std::atomic<int>, kPairs> begun{}, changed{};
  std::atomic<int> hidden = 0;
  InThreads([&](int number) {
    const auto pair = static_cast<size_t>(number / 2);
    for (int round = 1; round <= kRounds; ++round) {
      const std::string code = absl::StrCat("\"", pair, "-", round, "\"");
      if (number % 2 == 0) {
        begun[pair] = round;
        const uint64_t id = Create(absl::StrCat(R"({"code":)", code, "}"));
        while (changed[pair] < round) std::this_thread::yield();
        hidden += Read(id, "counter") != "1";
        continue;
      }
      while (begun[pair] < round) std::this_thread::yield();
      const EntityKey key = EntityKey::Attribute("code", code);
      while (!Host().Update("thing", key, R"({"counter":1})").ok()) {
      }
      changed[pair] = round;
    }
  });
  EXPECT_EQ(hidden, 0);
}

}  // namespace
}  // namespace dossier
