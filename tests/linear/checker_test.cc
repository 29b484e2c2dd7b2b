// The checker itself: histories made by hand, and many random ones against a search through all orders.
#include "linear/checker.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier::linear {
namespace {

// A number that is read, written, and changed where it is what was expected.
struct Register {
  using State = int;
  enum class What { kRead, kWrite, kSwap, kRefusedSwap };
  struct Seen {
    What what;
    int value;         // read, or to be written
    int expected = 0;  // by a swap
  };
  static std::optional<int> After(int state, const Seen& seen) {
    switch (seen.what) {
      case What::kRead:
        return state == seen.value ? std::optional(state) : std::nullopt;
      case What::kWrite:
        return seen.value;
      case What::kSwap:
        return state == seen.expected ? std::optional(seen.value) : std::nullopt;
      case What::kRefusedSwap:
        return state != seen.expected ? std::optional(state) : std::nullopt;
    }
    return std::nullopt;
  }
};

using History = Checker<Register>::Calls;
using What = Register::What;

Timed<Register::Seen> Read(int value, uint64_t begun, uint64_t ended) {
  return {{What::kRead, value}, begun, ended};
}
Timed<Register::Seen> Write(int value, uint64_t begun, uint64_t ended) {
  return {{What::kWrite, value}, begun, ended};
}
Timed<Register::Seen> Swap(int expected, int value, uint64_t begun, uint64_t ended) {
  return {{What::kSwap, value, expected}, begun, ended};
}
Timed<Register::Seen> RefusedSwap(int expected, uint64_t begun, uint64_t ended) {
  return {{What::kRefusedSwap, 0, expected}, begun, ended};
}

struct ByHand {
  const char* name;
  History history;
  bool is_linearizable;
};

class HistoryByHand : public ::testing::TestWithParam<ByHand> {};

TEST_P(HistoryByHand, IsJudged) {
  EXPECT_EQ(Checker<Register>().IsLinearizable(GetParam().history), GetParam().is_linearizable);
}

INSTANTIATE_TEST_SUITE_P(
    Checker, HistoryByHand,
    ::testing::Values(
        ByHand{"Nothing", {}, true},  //
        ByHand{"OneAfterTheOther", {Write(1, 1, 2), Read(1, 3, 4)}, true},
        ByHand{"TheFirstStateIsSeen", {Read(0, 1, 2), Write(1, 3, 4)}, true},
        ByHand{"ReadBeforeTheWriteEnds", {Write(1, 1, 4), Read(1, 2, 3)}, true},
        ByHand{"ReadBeforeTheWriteActs", {Write(1, 1, 4), Read(0, 2, 3)}, true},
        ByHand{"ReadThatIsStale", {Write(1, 1, 2), Read(0, 3, 4)}, false},
        ByHand{"ReadOfWhatWasNeverWritten", {Write(1, 1, 4), Read(2, 2, 3)}, false},
        ByHand{"ReadsThatAgree", {Write(1, 1, 8), Read(0, 2, 3), Read(1, 4, 5)}, true},
        ByHand{"ReadsThatGoBack", {Write(1, 1, 8), Read(1, 2, 3), Read(0, 4, 5)}, false},
        ByHand{"ReadsOfTwoWrites",
               {Write(1, 1, 7), Write(2, 2, 8), Read(2, 3, 4), Read(1, 5, 6)},
               true},
        ByHand{"ReadsThatDisagreeOnTheOrder",
               {Write(1, 1, 2), Write(2, 3, 20), Write(3, 4, 21), Read(2, 5, 6), Read(3, 7, 8),
                Read(2, 9, 10)},
               false},
        ByHand{"OneSwapOfTwo", {Swap(0, 1, 1, 3), RefusedSwap(0, 2, 4)}, true},
        ByHand{"BothSwaps", {Swap(0, 1, 1, 3), Swap(0, 2, 2, 4)}, false},
        ByHand{"NoSwap", {RefusedSwap(0, 1, 3), RefusedSwap(0, 2, 4)}, false},
        ByHand{"SwapOfWhatIsBack", {Swap(0, 1, 1, 4), Swap(1, 0, 2, 5), Swap(0, 2, 3, 6)}, true}),
    [](const auto& test) { return test.param.name; });

// All orders in which no call that had ended comes behind one that began later.
bool HasAnOrder(const History& history) {
  std::vector<size_t> order(history.size());
  std::iota(order.begin(), order.end(), size_t{0});
  do {
    std::optional<int> state = 0;
    for (size_t i = 0; i < order.size() && state; ++i) {
      const bool is_late = std::any_of(
          order.begin(), order.begin() + static_cast<long>(i),
          [&](size_t before) { return history[order[i]].ended < history[before].begun; });
      state = is_late ? std::nullopt : Register::After(*state, history[order[i]].seen);
    }
    if (state) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

// Of up to three threads, which see what they like.
History MadeUp(std::mt19937& random) {
  History history;
  std::vector<uint64_t> moments(12);
  std::iota(moments.begin(), moments.end(), uint64_t{1});
  std::shuffle(moments.begin(), moments.end(), random);
  const size_t thread_count = 1 + random() % 3;
  for (size_t thread = 0, used = 0; thread < thread_count; ++thread) {
    const size_t call_count = 1 + random() % 2;
    const auto begin = moments.begin() + static_cast<long>(used);
    used += 2 * call_count;
    const auto end = moments.begin() + static_cast<long>(used);
    std::sort(begin, end);
    for (auto at = begin; at != end; at += 2) {
      const auto what = static_cast<What>(random() % 4);
      const int value = static_cast<int>(random() % 3);
      const int expected = static_cast<int>(random() % 3);
      history.push_back({{what, value, expected}, at[0], at[1]});
    }
  }
  return history;
}

TEST(Checker, AgreesWithAllOrders) {
  constexpr int kHistoryCount = 60'000;
  std::mt19937 random(11);
  Checker<Register> checker;
  int linearizable_count = 0;
  for (int n = 0; n < kHistoryCount; ++n) {
    const History history = MadeUp(random);
    const bool is_linearizable = HasAnOrder(history);
    ASSERT_EQ(checker.IsLinearizable(history), is_linearizable) << "history " << n;
    linearizable_count += is_linearizable;
  }
  EXPECT_GT(linearizable_count, kHistoryCount / 10);
  EXPECT_LT(linearizable_count, kHistoryCount * 9 / 10);
}

}  // namespace
}  // namespace dossier::linear
