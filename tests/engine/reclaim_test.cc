// The space of what was removed: it comes back, in pieces, and nobody sees it happen.
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;

constexpr size_t kValueBytes = 2'000;

class ReclaimTest : public ConcurrencyTest {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("row", R"([{"name":"n","type":"integer"},
        {"name":"big","type":"string","constraints":["unique"]},
        {"name":"p","type":"plural","attr_defs":[{"name":"q","type":"string"},
          {"name":"deep","type":"string"}]}])"),
                IsOk());
  }

  // A value that does not compress.
  std::string Big() {
    std::string text;
    for (size_t i = 0; i < kValueBytes; ++i) text += static_cast<char>('a' + random_() % 26);
    return text;
  }

  void Fill(int count) {
    for (int i = 0; i < count; ++i) {
      const auto created =
          Host().Create("row", absl::StrCat(R"({"n":)", i, R"(,"big":")", Big(),
                                            R"(","p":[{"q":"x","deep":")", Big(), R"("}]})"));
      ASSERT_THAT(created, IsOk());
      ids_.push_back(created->id);
    }
  }

  std::string Row(uint64_t id) {
    return Host().Get("row", EntityKey::Id(id)).value_or("no such record");
  }

  ReclaimProgress Reclaim() {
    ReclaimProgress last;
    EXPECT_THAT(Host().ReclaimSpace({.progress =
                                         [&](const ReclaimProgress& progress) {
                                           EXPECT_GE(progress.record_count, last.record_count);
                                           EXPECT_FALSE(last.is_done);
                                           last = progress;
                                         }}),
                IsOk());
    return last;
  }

  std::mt19937 random_{1};
  std::vector<uint64_t> ids_;
};

TEST_F(ReclaimTest, RewritesWhatHoldsRemovedValues) {
  Fill(1'500);
  ASSERT_THAT(Host().RemoveAttribute("row", "big"), IsOk());
  ASSERT_THAT(Host().RemoveAttribute("row", "/p/deep"), IsOk());
  std::vector<std::string> before;
  for (const uint64_t id : ids_) before.push_back(Row(id));
  const ReclaimProgress progress = Reclaim();
  EXPECT_TRUE(progress.is_done);
  EXPECT_EQ(progress.record_count, 1'500u);
  EXPECT_GE(progress.byte_count, 1'500 * 2 * kValueBytes);
  // lastUpdated too: it was no write of anybody.
  for (size_t i = 0; i < ids_.size(); ++i) EXPECT_EQ(Row(ids_[i]), before[i]);
  EXPECT_FALSE(Reclaim().is_done) << "nothing is left to do, and nothing is told";
  Open();
  for (size_t i = 0; i < ids_.size(); ++i) EXPECT_EQ(Row(ids_[i]), before[i]);
  EXPECT_FALSE(Reclaim().is_done);
}

// Where the elements stand outside their records.
class LargeReclaimTest : public ReclaimTest {
 protected:
  void SetUp() override {
    large_plural_bytes_ = 100;
    ReclaimTest::SetUp();
  }
};

TEST_F(LargeReclaimTest, RewritesElementsToo) {
  Fill(100);
  ASSERT_THAT(Host().RemoveAttribute("row", "/p/deep"), IsOk());
  const std::string before = Row(ids_[7]);
  EXPECT_GE(Reclaim().byte_count, 100 * kValueBytes);
  EXPECT_EQ(Row(ids_[7]), before);
  ASSERT_THAT(Host().RemoveAttribute("row", "big"), IsOk());
  EXPECT_GE(Reclaim().byte_count, 100 * kValueBytes);
  ASSERT_THAT(Host().AddAttribute("row", R"({"name":"r","type":"plural","attr_defs":[
      {"name":"s","type":"string"}]})"),
              IsOk());
  for (const uint64_t id : ids_) {
    ASSERT_THAT(
        Host().Update("row", EntityKey::Id(id), absl::StrCat(R"({"r":[{"s":")", Big(), R"("}]})")),
        IsOk());
  }
  ASSERT_THAT(Host().RemoveAttribute("row", "r"), IsOk());
  EXPECT_GE(Reclaim().byte_count, 100 * kValueBytes);
  EXPECT_EQ(Scalars(Row(ids_[7]), "q").size(), 1u);
  Open();
  EXPECT_EQ(Scalars(Row(ids_[7]), "q").size(), 1u);
}

// What its elements claim beside one another goes with them, or the next to leave would meet itself.
TEST_F(LargeReclaimTest, APluralThatComesBackClaimsNothingBesideItsRecord) {
  ASSERT_THAT(Host().CreateEntityType("card", R"([{"name":"p","type":"plural","attr_defs":[
      {"name":"number","type":"string","constraints":["locally-unique"]},
      {"name":"big","type":"string"}]}])"),
              IsOk());
  const std::string number(20, '7');
  const auto element = [&](const char* last) {
    return absl::StrCat(R"({"number":")", number, last, R"(","big":")", Big(), R"("})");
  };
  const auto card =
      Host().Create("card", absl::StrCat(R"({"p":[)", element("1"), ",", element("2"), "]}"));
  ASSERT_THAT(card, IsOk());
  ASSERT_THAT(Host().RemoveAttribute("card", "/p/big"), IsOk());
  EXPECT_TRUE(Reclaim().is_done);
  const auto verified = engine_->Verify();
  ASSERT_THAT(verified, IsOk());
  EXPECT_THAT(verified->findings, ::testing::IsEmpty());

  const EntityKey key = EntityKey::Id(card->id);
  const std::string more(200, '8');
  EXPECT_THAT(Host().Update("card", key, absl::StrCat(R"({"p":[{"number":")", more, R"("}]})")),
              IsOk())
      << "it leaves again";
  EXPECT_THAT(Host().Update("card", key, absl::StrCat(R"({"p":[{"number":")", number, R"(1"}]})")),
              HasError(361));
}

TEST_F(ReclaimTest, GoesOnWhereItWasStoppedAfterReopening) {
  Fill(1'500);
  ASSERT_THAT(Host().RemoveAttribute("row", "big"), IsOk());
  std::stop_source source;
  ReclaimProgress first;
  ASSERT_THAT(Host().ReclaimSpace({.stop = source.get_token(),
                                   .progress =
                                       [&](const ReclaimProgress& progress) {
                                         first = progress;
                                         source.request_stop();
                                       }}),
              IsOk());
  EXPECT_GT(first.record_count, 0u);
  EXPECT_LT(first.record_count, 1'500u);
  EXPECT_FALSE(first.is_done);
  Open();
  const ReclaimProgress second = Reclaim();
  EXPECT_TRUE(second.is_done);
  EXPECT_LT(second.record_count, 1'500u) << "what was done stays done";
  EXPECT_GE(first.byte_count + second.byte_count, 1'500 * kValueBytes);
  EXPECT_LT(first.byte_count + second.byte_count, 1'600 * kValueBytes);
}

TEST_F(ReclaimTest, AnotherRemovalBeginsAnew) {
  Fill(1'100);
  ASSERT_THAT(Host().RemoveAttribute("row", "big"), IsOk());
  std::stop_source source;
  const auto stop = [&](const ReclaimProgress&) { source.request_stop(); };
  ASSERT_THAT(Host().ReclaimSpace({.stop = source.get_token(), .progress = stop}), IsOk());
  ASSERT_THAT(Host().RemoveAttribute("row", "p"), IsOk());
  const ReclaimProgress progress = Reclaim();
  EXPECT_EQ(progress.record_count, 1'100u);
  EXPECT_EQ(Row(ids_[0]).find("\"p\""), std::string::npos);
}

TEST_F(ReclaimTest, TakesNoClaimThatIsInUse) {
  Fill(10);
  const std::string value = absl::StrCat("\"", Big(), "\"");
  ASSERT_THAT(Host().Update("row", EntityKey::Id(ids_[3]), absl::StrCat(R"({"big":)", value, "}")),
              IsOk());
  ASSERT_THAT(Host().SetAttributeConstraints("row", "big", "[]"), IsOk());
  ASSERT_THAT(Host().SetAttributeConstraints("row", "big", R"(["unique"])"), IsOk());
  EXPECT_TRUE(Reclaim().is_done);
  EXPECT_THAT(Host().Get("row", EntityKey::Attribute("big", value), {.path = "n"}),
              IsOkAndHolds("3"));
}

TEST_F(ReclaimTest, GivesBackTheFilesOfADeletedType) {
  Fill(3'000);
  Open();  // into tables
  const auto bytes_on_disk = [&] {
    uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      if (entry.path().extension() == ".sst") bytes += entry.file_size();
    }
    return bytes;
  };
  const uint64_t before = bytes_on_disk();
  ASSERT_GT(before, 3'000 * 2 * kValueBytes / 2);
  ASSERT_THAT(Host().DeleteEntityType("row"), IsOk());
  EXPECT_TRUE(Reclaim().is_done);
  Open();
  EXPECT_LT(bytes_on_disk(), before / 10);
  EXPECT_FALSE(Reclaim().is_done);
}

TEST_F(ReclaimTest, LosesNoWriteThatComesBetween) {
  Fill(600);
  ASSERT_THAT(Host().RemoveAttribute("row", "/p/deep"), IsOk());
  std::vector<int> counts(kThreadCount, 0);
  InThreads([&](int number) {
    if (number == 0) {
      for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(Reclaim().is_done);
        ASSERT_THAT(Host().AddAttribute("row", R"({"name":"brief","type":"string"})"), IsOk());
        for (size_t k = 0; k < 50; ++k) {
          ASSERT_THAT(Host().Update("row", EntityKey::Id(ids_[k]), R"({"brief":"y"})"), IsOk());
        }
        ASSERT_THAT(Host().RemoveAttribute("row", "brief"), IsOk());
      }
      return;
    }
    for (int i = 0; i < 300; ++i) {
      const uint64_t id = ids_[static_cast<size_t>(i % 50)];
      ASSERT_THAT(
          Host().Update("row", EntityKey::Id(id),
                        absl::StrCat(R"([{"q":"t)", number, "-", i, R"("}])"), {.path = "p"}),
          IsOk());
    }
  });
  for (size_t k = 0; k < 50; ++k) {
    // One from Fill, and six of each writer.
    EXPECT_EQ(Scalars(Row(ids_[k]), "q").size(), 1u + 6u * (kThreadCount - 1)) << k;
  }
}

// For a thread of its own: it works whenever there is something to do, and ends at once.
TEST_F(ReclaimTest, WaitsForMoreUntilItIsStopped) {
  Fill(3);
  std::mutex mutex;
  std::condition_variable changed;
  int done_count = 0;
  std::jthread thread([&](const std::stop_token& stop) {
    EXPECT_THAT(Host().ReclaimSpace({.stop = stop,
                                     .waits_for_more = true,
                                     .progress =
                                         [&](const ReclaimProgress& progress) {
                                           const std::lock_guard<std::mutex> lock(mutex);
                                           if (progress.is_done) ++done_count;
                                           changed.notify_all();
                                         }}),
                IsOk());
  });
  for (int i = 1; i <= 3; ++i) {
    ASSERT_THAT(Host().RemoveAttribute("row", i == 1 ? "big" : i == 2 ? "n" : "p"), IsOk());
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return done_count >= i; });
  }
  thread.request_stop();
  thread.join();
  EXPECT_EQ(done_count, 3);
}

TEST_F(ReclaimTest, IsTheOwners) {
  const auto client = Host().AddClient("writer", {"direct_access"});
  ASSERT_THAT(client, IsOk());
  auto session = engine_->ClientSession(client->client_id, client->client_secret);
  ASSERT_THAT(session, IsOk());
  EXPECT_THAT(session->ReclaimSpace(), HasError(403));
}

}  // namespace
}  // namespace dossier
