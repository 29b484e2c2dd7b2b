// Histories of eight threads on few records and few unique values: what the threads see must be what they
// would have seen had each call happened at one moment between its begin and its end, and no update may
// be lost, no value be held twice, no record be seen half written.
//
// DOSSIER_HISTORIES=1000000 asks for that many histories instead of the few of an ordinary run.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "linear/call.h"
#include "linear/report.h"
#include "linear/threads.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::linear {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

// Of one store, which grows with them.
constexpr uint64_t kHistoriesPerStore = 20'000;

uint64_t HistoryCount() {
  const char* const wanted = std::getenv("DOSSIER_HISTORIES");
  uint64_t count = 4'000;
  if (wanted != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(wanted, &count));
  }
  return count;
}

// All records in memory; none, and their items beside them; some, for a while.
enum class Cached { kAll, kNone, kSome };

// A new store.
class HistoryStore {
 public:
  explicit HistoryStore(Cached cached = Cached::kAll) {
    constexpr std::array<size_t, 3> kCacheBytes = {8u << 20, 0, 192u << 10};
    auto engine = Engine::Open({.directory = directory_.path(),
                                .durability = Durability::kBuffered,
                                .memory_bytes = 64u << 20,
                                .record_cache_bytes = kCacheBytes[static_cast<size_t>(cached)],
                                .large_plural_bytes = cached == Cached::kNone ? 1u : 8192u,
                                .clock = [this] { return Now(); }});
    EXPECT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    EXPECT_THAT(engine_->HostSession().CreateEntityType(kType, kAttrDefs), IsOk());
  }

  Session Host() { return engine_->HostSession(); }

  void ExpectSound() {
    const auto found = engine_->Verify();
    ASSERT_THAT(found, IsOk());
    EXPECT_TRUE(found->is_sound()) << found->findings.front();
  }

 private:
  // So slow that many writes share a microsecond, and at times a step back.
  absl::Time Now() {
    const int64_t look = ++looks_;
    return kFirstTime + absl::Microseconds(look / 16 - (look % 64 == 0 ? 3 : 0) + 1'000);
  }

  const TemporaryDirectory directory_;
  std::atomic<int64_t> looks_ = 0;
  std::unique_ptr<Engine> engine_;
};

TEST(Histories, AreLinearizable) {
  Report all;
  int store_count = 0;
  for (uint64_t done = 0; done < HistoryCount();) {
    // A short run, too, has stores of each kind.
    const uint64_t count =
        std::min({HistoryCount() - done, HistoryCount() / 3 + 1, kHistoriesPerStore});
    HistoryStore store(static_cast<Cached>(store_count++ % 3));
    all.Add(PlayHistories(store.Host(), Play, done, count));
    ASSERT_TRUE(all.is_clean()) << TextOf(all) << "\n" << all.first_violation;
    store.ExpectSound();
    done += count;
    std::printf("%s\n", TextOf(all).c_str());
  }
  // Else they would show little.
  EXPECT_GT(all.overlapping_count, all.history_count);
  EXPECT_GT(all.refused_count, all.history_count);
  EXPECT_GT(all.write_count, all.call_count / 4);
}

// What is wrong on purpose is found.
constexpr uint64_t kPlantedCount = 500;

TEST(Histories, ShowACheckBeforeAnAct) {
  HistoryStore store;
  const Report report = PlayHistories(
      store.Host(),
      [](Session& session, Call call) {
        if (!call.if_last_updated) return Play(session, call);
        const Call asked = call;
        call.what = Call::What::kGet;
        Seen seen = Play(session, call);
        seen.call = asked;
        if (seen.answer != Answer::kOk) return seen;
        if (seen.record.last_updated != asked.if_last_updated) {
          return Seen{.call = asked, .answer = Answer::kChanged};
        }
        call = asked;
        call.if_last_updated = std::nullopt;
        seen = Play(session, call);
        seen.call = asked;
        return seen;
      },
      0, kPlantedCount);
  EXPECT_GT(report.slot_violation_count, 0u);
  EXPECT_GT(report.lost_update_count, 0u);
  std::printf("%s\n", TextOf(report).c_str());
}

// Serves what it has read of a record before, one time in eight.
class StaleReader {
 public:
  Seen Play(Session& session, const Call& call) {
    if (call.what != Call::What::kGet) return linear::Play(session, call);
    const auto key = std::tuple(call.history, call.by, call.slot, call.by_code, call.id);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto known = known_.find(key);
      if (known != known_.end() && ++served_ % 8 == 0) {
        Seen seen = known->second;
        seen.call = call;
        return seen;
      }
    }
    Seen seen = linear::Play(session, call);
    const std::lock_guard<std::mutex> lock(mutex_);
    known_[key] = seen;
    return seen;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<uint64_t, Call::By, int, int, uint64_t>, Seen> known_;
  uint64_t served_ = 0;
};

TEST(Histories, ShowAStaleRead) {
  HistoryStore store;
  StaleReader reader;
  const Report report = PlayHistories(
      store.Host(), [&](Session& session, const Call& call) { return reader.Play(session, call); },
      0, kPlantedCount);
  EXPECT_GT(report.slot_violation_count, 0u);
  EXPECT_GT(report.code_violation_count, 0u);
  std::printf("%s\n", TextOf(report).c_str());
}

// A code that another has is given all the same; a record that is read while it is written is half old.
TEST(Histories, ShowWhatIsGivenTwiceAndWhatIsHalf) {
  HistoryStore store;
  const Report report = PlayHistories(
      store.Host(),
      [](Session& session, const Call& call) {
        Seen seen = Play(session, call);
        if (seen.answer == Answer::kCodeTaken && call.what == Call::What::kUpdate) {
          Call without = call;
          without.code = std::nullopt;
          seen = Play(session, without);
          seen.call = call;
          seen.record.code = *call.code;
          seen.record.twin -= seen.record.id % 2 == 0 ? 1 : 0;
        }
        return seen;
      },
      0, kPlantedCount);
  EXPECT_GT(report.duplicate_count, 0u);
  EXPECT_GT(report.code_violation_count, 0u);
  EXPECT_GT(report.torn_read_count, 0u);
  std::printf("%s\n", TextOf(report).c_str());
}

}  // namespace
}  // namespace dossier::linear
