// Types that change while records are written: nothing that was acknowledged is lost, and one
// version of the type judges each call. Written through the public headers.
#include <atomic>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "dossier/errors.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;

class EvolutionTest : public ConcurrencyTest {
 protected:
  void SetUp() override { Open(); }

  // Runs `body` in a thread while the other threads call `write` again and again, at least once.
  void WhileWriting(const std::function<void()>& body, const std::function<void(int)>& write) {
    std::atomic<bool> is_done = false;
    InThreads([&](int number) {
      if (number == 0) {
        body();
        is_done = true;
        return;
      }
      do {
        write(number);
      } while (!is_done);
    });
  }
};

TEST_F(EvolutionTest, AnAddedAttributeKeepsWhatWasWrittenToIt) {
  constexpr int kAttributeCount = 60;
  const uint64_t id = Create(R"({"counter":0})");
  std::atomic<int64_t> count = 0;
  const auto add = [&] {
    for (int i = 0; i < kAttributeCount; ++i) {
      ASSERT_THAT(
          Host().AddAttribute("thing", absl::StrCat(R"({"name":"a)", i, R"(","type":"integer"})")),
          IsOk());
      ASSERT_THAT(
          Host().Update("thing", EntityKey::Id(id), absl::StrCat(R"({"a)", i, "\":", i, "}")),
          IsOk());
    }
  };
  // These may hold the version before; a write by it would cut what was written by the next.
  WhileWriting(add, [&](int) {
    ASSERT_THAT(Host().Update("thing", EntityKey::Id(id), "[{}]", {.path = "items"}), IsOk());
    ++count;
  });
  for (int i = 0; i < kAttributeCount; ++i) {
    EXPECT_EQ(Read(id, absl::StrCat("a", i)), absl::StrCat(i)) << i;
  }
  EXPECT_EQ(static_cast<int64_t>(Numbers(Read(id, "items"), "id").size()), count);
  Open();
  EXPECT_EQ(Read(id, "a59"), "59");
}

TEST_F(EvolutionTest, AnAddedAttributeIsNullInEveryRecord) {
  const uint64_t id = Create(R"({"counter":1})");
  ASSERT_THAT(
      Host().AddAttribute(
          "thing", R"({"name":"p","type":"plural","attr_defs":[{"name":"q","type":"string"}]})"),
      IsOk());
  ASSERT_THAT(Host().AddAttribute("thing", R"({"name":"n","type":"integer"})"), IsOk());
  EXPECT_EQ(Read(id, "p"), "[]");
  EXPECT_EQ(Read(id, "n"), "null");
  ASSERT_THAT(Host().Update("thing", EntityKey::Id(id), R"({"p":[{"q":"x"}],"n":5})"), IsOk());
  Open();
  EXPECT_EQ(Read(id, "n"), "5");
  EXPECT_EQ(Scalars(Read(id, "p"), "q"), std::vector<std::string>{"\"x\""});
}

}  // namespace
}  // namespace dossier
