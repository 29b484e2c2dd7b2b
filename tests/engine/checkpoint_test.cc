// That a checkpoint is a whole store of one moment, and no part of the one it was made from.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::HasError;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::TemporaryDirectory;

class CheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    engine_ = Open("store");
    ASSERT_THAT(engine_->HostSession().CreateEntityType("user", R"([
        {"name":"email","type":"string","constraints":["unique"]},
        {"name":"tags","type":"plural","attr_defs":[{"name":"tag","type":"string"}]}])"),
                IsOk());
  }

  std::unique_ptr<Engine> Open(const std::string& name) {
    auto engine = Engine::Open({.directory = top_.Join(name),
                                .durability = Durability::kBuffered,
                                .large_plural_bytes = 500});
    EXPECT_THAT(engine, IsOk());
    return engine.ok() ? *std::move(engine) : nullptr;
  }

  static void Fill(Engine& engine, int begin, int end) {
    for (int i = begin; i < end; ++i) {
      std::string tags;
      for (int n = 0; n < i % 50; ++n)
        absl::StrAppend(&tags, n > 0 ? "," : "", R"({"tag":"t)", n, "\"}");
      ASSERT_THAT(engine.HostSession().Create(
                      "user", absl::StrCat(R"({"email":"u)", i, R"(@x.org","tags":[)", tags, "]}")),
                  IsOk());
    }
  }

  static std::string Everything(Engine& engine) {
    auto found = engine.HostSession().Find("user", {.sort_on = {"id"}, .max_results = 10'000});
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->records : "";
  }

  static void ExpectSound(Engine& engine) {
    const auto verified = engine.Verify();
    ASSERT_THAT(verified, IsOk());
    EXPECT_THAT(verified->findings, IsEmpty());
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(CheckpointTest, HoldsWhatTheStoreHeldAndGoesOnByItself) {
  Fill(*engine_, 0, 300);
  const std::string then = Everything(*engine_);
  ASSERT_THAT(engine_->Checkpoint(top_.Join("copy")), IsOk());
  Fill(*engine_, 300, 400);
  const std::string now = Everything(*engine_);

  const auto copy = Open("copy");
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(Everything(*copy), then);
  ExpectSound(*copy);
  Fill(*copy, 350, 360);
  EXPECT_THAT(copy->HostSession().Create("user", R"({"email":"U1@X.ORG"})"), HasError(361));
  EXPECT_THAT(copy->HostSession().Purge("user"), IsOk());
  EXPECT_THAT(copy->HostSession().ReclaimSpace(), IsOk());
  EXPECT_EQ(Everything(*engine_), now) << "what happens to the copy is the copy's";
  engine_.reset();
  engine_ = Open("store");
  EXPECT_EQ(Everything(*engine_), now);
  ExpectSound(*engine_);
}

TEST_F(CheckpointTest, IsSoundWhateverIsWrittenMeanwhile) {
  constexpr int kCopies = 5;
  const auto count_in = [](Engine& engine) {
    return engine.HostSession().Count("user").value_or(0);
  };
  std::atomic<bool> is_over = false;
  std::thread writer([&] {
    for (int i = 0; !is_over; i += 10) Fill(*engine_, i, i + 10);
  });
  std::vector<uint64_t> acknowledged;
  for (int i = 0; i < kCopies; ++i) {
    acknowledged.push_back(count_in(*engine_));
    EXPECT_THAT(engine_->Checkpoint(top_.Join(absl::StrCat("copy", i))), IsOk());
  }
  is_over = true;
  writer.join();
  acknowledged.push_back(count_in(*engine_));
  // Looked at only now: what is written meanwhile would take ever longer to look at.
  for (int i = 0; i < kCopies; ++i) {
    const auto copy = Open(absl::StrCat("copy", i));
    ASSERT_NE(copy, nullptr);
    ExpectSound(*copy);
    EXPECT_GE(count_in(*copy), acknowledged[i]) << "what was acknowledged before is in it";
    EXPECT_LE(count_in(*copy), acknowledged.back());
  }
}

TEST_F(CheckpointTest, TakesNoDirectoryThatIsThere) {
  std::filesystem::create_directory(top_.Join("there"));
  EXPECT_EQ(engine_->Checkpoint(top_.Join("there")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(engine_->Checkpoint(top_.Join("store")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(engine_->Checkpoint(top_.Join("store/FORMAT/copy")).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::is_empty(top_.Join("there")));
  ASSERT_THAT(engine_->Checkpoint(top_.Join("new/copy")), IsOk());
  EXPECT_EQ(std::filesystem::status(top_.Join("new/copy")).permissions(),
            std::filesystem::perms::owner_all);
  // Nothing unfinished is left beside what was made and what was refused.
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(top_.path())) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("store", "there", "new"));
}

}  // namespace
}  // namespace dossier
