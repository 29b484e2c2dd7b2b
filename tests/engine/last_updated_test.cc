// lastUpdated rises strictly, whatever the clock does.
// Written from the specification, through the public headers.
// Source: README.md of the specification, Settled (Ids, Time, Atomicity, Unique).
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "dossier/engine.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;

class LastUpdatedTest : public ConcurrencyTest {
 protected:
  // lastUpdated rises strictly from write to write, whatever kind of write it is.
  void CheckRising() {
    uint64_t id = Create(R"({"items":[{"n":1}]})");
    EntityKey key = EntityKey::Id(id);
    absl::Time last = TimeOf(Read(id, "lastUpdated"));
    for (int i = 0; i < 40; ++i) {
      absl::StatusOr<std::string> answer = "";
      if (i % 4 == 0) answer = Host().Update("thing", key, "{}");
      if (i % 4 == 1) answer = Host().Update("thing", key, R"([{"n":2}])", {.path = "items"});
      if (i % 4 == 2) answer = Host().Replace("thing", key, R"({"items":[{"n":3}]})");
      if (i % 4 == 3) {
        std::string item = absl::StrCat("items#", Numbers(Read(id, "items"), "id").at(0));
        ASSERT_THAT(Host().Delete("thing", key, {.path = item}), IsOk());
      }
      ASSERT_THAT(answer, IsOk());
      absl::Time now = TimeOf(Read(id, "lastUpdated"));
      ASSERT_GT(now, last) << "write " << i;
      last = now;
    }
  }
};

TEST_F(LastUpdatedTest, RisesUnderAFrozenClock) {
  Open([] { return absl::FromUnixMicros(1'700'000'000'123'456); });
  CheckRising();
}

TEST_F(LastUpdatedTest, RisesUnderABackwardsClock) {
  auto micros = std::make_shared<std::atomic<int64_t>>(1'700'000'000'123'456);
  Open([micros] { return absl::FromUnixMicros(micros->fetch_sub(1'000'000)); });
  CheckRising();
}

TEST_F(LastUpdatedTest, RisesAfterAReopenWithAnEarlierClock) {
  Open([] { return absl::FromUnixMicros(1'700'000'000'000'000); });
  uint64_t id = Create("{}");
  absl::Time before = TimeOf(Read(id, "lastUpdated"));
  Open([] { return absl::FromUnixMicros(1'600'000'000'000'000); });
  ASSERT_THAT(Host().Update("thing", EntityKey::Id(id), R"({"counter":1})"), IsOk());
  EXPECT_GT(TimeOf(Read(id, "lastUpdated")), before);
}

TEST_F(LastUpdatedTest, NoTwoThreadsGetOneLastUpdated) {
  constexpr int kStepCount = 40;
  Open([] { return absl::FromUnixMicros(1'700'000'000'000'000); });
  uint64_t id = Create("{}");
  std::mutex mutex;
  std::set<std::string> times;
  InThreads([&](int number) {
    for (int i = 0; i < kStepCount; ++i) {
      absl::StatusOr<std::string> record =
          Host().Update("thing", EntityKey::Id(id), absl::StrCat(R"({"counter":)", number, "}"),
                        {.include_record = true});
      ASSERT_THAT(record, IsOk());
      std::vector<std::string> answered = Scalars(*record, "lastUpdated");
      ASSERT_EQ(answered.size(), 1u);
      std::lock_guard<std::mutex> lock(mutex);
      EXPECT_TRUE(times.insert(answered[0]).second) << answered[0] << " was answered twice";
    }
  });
  EXPECT_EQ(times.size(), kThreadCount * kStepCount);
}

}  // namespace
}  // namespace dossier
