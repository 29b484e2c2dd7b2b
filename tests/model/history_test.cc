// Made-up histories of all calls: what the engine answers, refuses and holds is what the model says.
//
// DOSSIER_OPERATIONS=20000000 asks for that many operations instead of those of an ordinary run, and
// DOSSIER_SEED=17 for the history of that seed alone. Stores are in memory where the machine has a
// place for that and TMPDIR names no other.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "model/history.h"
#include "model/maker.h"

namespace dossier::model {
namespace {

constexpr size_t kLength = 1'000;  // of a history

void KeepStoresInMemory() {
  if (std::filesystem::exists("/dev/shm")) setenv("TMPDIR", "/dev/shm", /*overwrite=*/0);
}

uint64_t Asked(const char* variable, uint64_t otherwise) {
  const char* const wanted = std::getenv(variable);
  uint64_t number = otherwise;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &number)) << variable;
  }
  return number;
}

struct Tally {
  uint64_t done = 0;
  uint64_t refused = 0;
};

class Histories {
 public:
  // Makes up the history of a seed while it goes. Returns whether all was alike.
  bool Run(uint64_t seed) {
    const size_t configuration = seed % kConfigurationCount;
    History history;
    std::string difference;
    {
      Both both(configuration);
      Maker maker(seed, both);
      while (difference.empty() && history.size() < kLength) {
        history.push_back(maker.Next());
        difference = both.Step(history.back());
        Count(history.back().verb, both.last_code());
      }
      if (difference.empty()) {
        history.push_back({.number = history.size() + 1, .verb = Verb::kDump});
        difference = both.Step(history.back());
      }
    }
    if (difference.empty()) return true;
    const History shrunk = Shrunk(history, configuration);
    const std::string failure = Failure(shrunk, configuration);
    ADD_FAILURE() << "Seed " << seed << " in configuration " << configuration << " fails at its "
                  << "operation " << history.size() << ", the " << count_ << "th of all, by\n"
                  << (failure.empty() ? ToText(history.back()) + "\n" + difference : failure)
                  << "The shortest history found that does so:\n"
                  << ToText(shrunk);
    return false;
  }

  uint64_t count() const { return count_; }

  void Print() const {
    std::printf("%llu operations\n", static_cast<unsigned long long>(count_));
    for (size_t i = 0; i < kVerbCount; ++i) {
      std::printf("  %-20s %9llu, %9llu refused\n", std::string(NameOf(Verb(i))).c_str(),
                  static_cast<unsigned long long>(tallies_[i].done),
                  static_cast<unsigned long long>(tallies_[i].refused));
    }
    std::printf("  refused by number:");
    for (const auto& [code, count] : codes_) {
      std::printf(" %d (%llu)", code, static_cast<unsigned long long>(count));
    }
    std::printf("\n");
  }

 private:
  void Count(Verb verb, int code) {
    ++count_;
    Tally& tally = tallies_[static_cast<size_t>(verb)];
    ++tally.done;
    if (code == 0) return;
    ++tally.refused;
    ++codes_[code];
  }

  uint64_t count_ = 0;
  std::array<Tally, kVerbCount> tallies_ = {};
  std::map<int, uint64_t> codes_;
};

TEST(HistoryTest, EngineAndModelAgree) {
  KeepStoresInMemory();
  Histories histories;
  const uint64_t seed = Asked("DOSSIER_SEED", 0);
  if (seed != 0) {
    EXPECT_TRUE(histories.Run(seed));
    return;
  }
  const uint64_t count = Asked("DOSSIER_OPERATIONS", DOSSIER_OPERATIONS);
  for (uint64_t next = 1; histories.count() < count; ++next) {
    if (!histories.Run(next)) break;
  }
  histories.Print();
}

// The calls of one history have the same answers wherever records, elements and indexes are kept.
TEST(HistoryTest, IsTheSameInEveryConfiguration) {
  constexpr uint64_t kSeeds = 5;
  KeepStoresInMemory();
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    History history;
    {
      Both both(/*configuration=*/0);
      Maker maker(1'000'000 + seed, both);
      while (history.size() < kLength / 2) {
        history.push_back(maker.Next());
        ASSERT_EQ(both.Step(history.back()), "") << ToText(history.back());
      }
    }
    std::erase_if(history, [](const Operation& each) { return each.verb == Verb::kReopen; });
    history.push_back({.number = kLength, .verb = Verb::kDump});
    for (size_t configuration = 0; configuration < kConfigurationCount; ++configuration) {
      EXPECT_EQ(Failure(history, configuration), "") << "seed " << seed << " in " << configuration;
    }
    // The same without indexes.
    std::erase_if(history, [](const Operation& each) {
      return each.verb == Verb::kAddIndex || each.verb == Verb::kRemoveIndex;
    });
    EXPECT_EQ(Failure(history, 0), "") << "seed " << seed << " without indexes";
  }
}

}  // namespace
}  // namespace dossier::model
