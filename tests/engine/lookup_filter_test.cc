// That values which are held stay so where the engine asks its filter before it asks the store.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

constexpr char kDefs[] = R"([{"name":"code","type":"string","constraints":["unique"]},
                            {"name":"keys","type":"plural","attr_defs":[
                             {"name":"key","type":"string","constraints":["unique"]}]}])";

std::string UuidOf(int number) { return absl::StrFormat("0b7d8ae4-8f0a-4b4e-9d3c-%012d", number); }

std::string ValueOf(int number) {
  return absl::StrCat(R"({"code":"c)", number, R"(","keys":[{"key":"k)", number, R"("}]})");
}

class LookupFilterTest : public ::testing::Test {
 protected:
  // Of records of each kind, and values that are free.
  static constexpr int kCount = 1'000;
  static constexpr int kFree = 100'000;

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 16u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  Session Host() { return engine_->HostSession(); }

  absl::Status Create(int number) { return Host().Create("thing", ValueOf(number)).status(); }

  void CreateAll(int begin, int end) {
    for (int i = begin; i < end; ++i) ASSERT_THAT(Create(i), IsOk()) << i;
  }

  absl::Status Import(int number) {
    const std::string row = absl::StrCat(R"({"uuid":")", UuidOf(number), R"("})");
    const std::string_view rows[] = {row};
    const auto outcomes = Host().Import("thing", rows);
    if (!outcomes.ok()) return outcomes.status();
    return outcomes->front().status();
  }

  void ImportAll(int begin, int end) {
    for (int i = begin; i < end; ++i) ASSERT_THAT(Import(i), IsOk()) << i;
  }

  // Whether of the values, all of which are held, any would be given away.
  void ExpectHeld(int begin, int end) {
    auto other = Host().Create("thing", "{}");
    ASSERT_THAT(other, IsOk());
    for (int i = begin; i < end; ++i) {
      const std::string code = absl::StrCat(R"({"code":"c)", i, R"("})");
      const std::string key = absl::StrCat(R"({"keys":[{"key":"k)", i, R"("}]})");
      ASSERT_THAT(Host().Create("thing", code), HasErrorAt(361, "/code")) << i;
      ASSERT_THAT(Host().Create("thing", key), HasErrorAt(361, "/keys/key")) << i;
      const EntityKey id = EntityKey::Id(other->id);
      ASSERT_THAT(Host().Update("thing", id, code), HasError(361)) << i;
      ASSERT_THAT(Host().Replace("thing", id, key), HasError(361)) << i;
    }
    ASSERT_THAT(Host().Delete("thing", EntityKey::Id(other->id)), IsOk());
  }

  void ExpectUuidsHeld(int begin, int end) {
    for (int i = begin; i < end; ++i) {
      // A row of another value, for one that says what is stored is there already.
      const std::string row = absl::StrCat(R"({"uuid":")", UuidOf(i), R"(","code":"x)", i, R"("})");
      const std::string_view rows[] = {row};
      const auto outcomes = Host().Import("thing", rows);
      ASSERT_THAT(outcomes, IsOk());
      ASSERT_THAT(outcomes->front(), HasErrorAt(361, "/uuid")) << i;
    }
  }

  bool IsInUse() {
    const std::vector<Statistic> all = engine_->Statistics();
    const auto found = std::find_if(all.begin(), all.end(), [](const Statistic& statistic) {
      return statistic.name == "lookup_filter_in_use";
    });
    return found != all.end() && found->value == 1;
  }

  void AwaitUse() {
    const absl::Time end = absl::Now() + absl::Minutes(2);
    while (!IsInUse() && absl::Now() < end) std::this_thread::yield();
    ASSERT_TRUE(IsInUse());
  }

  void ExpectSound() {
    const auto verification = engine_->Verify();
    ASSERT_THAT(verification, IsOk());
    EXPECT_TRUE(verification->is_sound());
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(LookupFilterTest, WhatIsHeldStaysHeldInANewStoreAndInOneThatIsOpenedAgain) {
  ASSERT_NO_FATAL_FAILURE(Open());
  ASSERT_THAT(Host().CreateEntityType("thing", kDefs), IsOk());
  EXPECT_TRUE(IsInUse());
  ASSERT_NO_FATAL_FAILURE(CreateAll(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ImportAll(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ExpectUuidsHeld(0, kCount));

  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_FALSE(IsInUse());
  ASSERT_NO_FATAL_FAILURE(CreateAll(kFree, kFree + 3 * kCount));  // two look-ups each
  ASSERT_NO_FATAL_FAILURE(AwaitUse());
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(kFree, kFree + kCount));
  ASSERT_NO_FATAL_FAILURE(ExpectUuidsHeld(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ImportAll(kCount, kCount + 100));
  ASSERT_NO_FATAL_FAILURE(ExpectUuidsHeld(kCount, kCount + 100));
  ExpectSound();
}

TEST_F(LookupFilterTest, WhatIsGivenUpIsFreeAndIsHeldAgain) {
  ASSERT_NO_FATAL_FAILURE(Open());
  ASSERT_THAT(Host().CreateEntityType("thing", kDefs), IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateAll(0, kCount));
  for (int i = 0; i < kCount; i += 2) {
    const EntityKey key = EntityKey::Attribute("code", absl::StrCat("\"c", i, "\""));
    ASSERT_THAT(Host().Delete("thing", key), IsOk());
    ASSERT_THAT(Create(i), IsOk());
  }
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(0, kCount));
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateAll(0, kCount));
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(0, kCount));
  ExpectSound();
}

TEST_F(LookupFilterTest, AConstraintThatIsLaidOnValuesIsKept) {
  ASSERT_NO_FATAL_FAILURE(Open());
  ASSERT_THAT(Host().CreateEntityType("thing", R"([{"name":"code","type":"string"},
      {"name":"keys","type":"plural","attr_defs":[{"name":"key","type":"string"}]}])"),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateAll(0, kCount));
  for (const char* attribute : {"code", "keys.key"}) {
    ASSERT_THAT(Host().SetAttributeConstraints("thing", attribute, R"(["unique"])"), IsOk());
  }
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(0, kCount));
  ExpectSound();
}

}  // namespace
}  // namespace dossier
