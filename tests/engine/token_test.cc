// Tokens through the engine's own calls, while they, their records and their clients go.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const EntityKey kNobody = EntityKey::Id(999);

class TokenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Open());
    Session host = engine_->HostSession();
    ASSERT_THAT(host.CreateEntityType("user", R"([{"name":"n","type":"integer"},
                                {"name":"email","type":"string","constraints":["unique"]}])"),
                IsOk());
    for (const char* id : {"owner", "phone"}) {
      ASSERT_THAT(
          host.AddClient({.client_id = id,
                          .client_secret = "secret",
                          .description = "",
                          .features = {std::string(id) == "owner" ? "owner" : "login_client"}}),
          IsOk());
    }
    // A login client writes nothing unless it is told what.
    ASSERT_THAT(host.SetAccessSchema("user", "phone", "write_with_token", {"n", "email"}), IsOk());
    ASSERT_THAT(host.Create("user", R"({"n":1,"email":"a@example.com"})"), IsOk());
    ASSERT_THAT(host.Create("user", R"({"n":2,"email":"b@example.com"})"), IsOk());
  }

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20,
                                .clock = [this] { return now_; }});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  Session Owner() { return engine_->ClientSession("owner", "secret").value(); }
  std::string Issue(uint64_t id, const AccessOptions& options = {}) {
    return Owner().IssueAccessToken("user", EntityKey::Id(id), options).value();
  }

  TemporaryDirectory top_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::unique_ptr<Engine> engine_;
};

TEST_F(TokenTest, ReachesItsRecordByEveryCallAndNoOther) {
  const std::string token = Issue(1, {.client_id = "phone"});
  Session session = engine_->TokenSession(token).value();
  EXPECT_TRUE(session.has_token());
  EXPECT_FALSE(Owner().has_token());
  EXPECT_FALSE(engine_->HostSession().has_token());
  for (const EntityKey& key : {EntityKey::Id(2), kNobody, EntityKey::Uuid("nonsense"),
                               EntityKey::Attribute("email", "\"b@example.com\"")}) {
    EXPECT_THAT(session.Get("nothing", key, {.path = "n"}), IsOkAndHolds("1"));
    EXPECT_THAT(session.Update("nothing", key, R"({"n":1})"), IsOk());
    EXPECT_THAT(session.Replace("", key, "1", {.path = "n"}), IsOk());
    EXPECT_THAT(session.EntityType("nothing"), IsOkAndHolds(HasSubstr("\"user\"")));
    EXPECT_THAT(session.Get("user", key.InPlural("/list")), HasError(200));
    EXPECT_THAT(session.Delete("user", key.InPlural("/list")), HasError(200));
  }
  EXPECT_THAT(session.Create("user", "{}"), HasError(403));
  EXPECT_THAT(session.IssueAccessToken("user", EntityKey::Id(1)), HasError(403));
  EXPECT_THAT(session.IssueCreationToken("user"), HasError(403));
  EXPECT_THAT(session.DeleteAccess("user", EntityKey::Id(1)), HasError(403));
  EXPECT_THAT(session.EntityTypeNames(), HasError(403));
  EXPECT_THAT(session.DeleteEntityType("user"), HasError(403));
  EXPECT_THAT(session.ReclaimSpace(), HasError(403));
  EXPECT_THAT(session.AddClient("", {"owner"}), HasError(403));
  EXPECT_THAT(session.AddClient(Client{.client_id = "x", .client_secret = "y"}), HasError(403));
  EXPECT_THAT(session.SetFeatures("", {"owner"}), HasError(403));
  EXPECT_THAT(session.Clients(), HasError(403));
  EXPECT_THAT(Owner().Get("user", EntityKey::Id(2), {.path = "n"}), IsOkAndHolds("2"));
  EXPECT_THAT(session.Delete("user", EntityKey::Id(2)), IsOk());
  EXPECT_THAT(session.Get("user", EntityKey::Id(2)), HasError(413));
  EXPECT_THAT(Owner().Get("user", EntityKey::Id(1)), HasError(310));
  EXPECT_THAT(Owner().Get("user", EntityKey::Id(2)), IsOk());
}

TEST_F(TokenTest, BindsSessionsThatAreOpen) {
  Session hour = engine_->TokenSession(Issue(1)).value();
  Session day = engine_->TokenSession(Issue(1, {.lifetime = absl::Hours(24)})).value();
  Session creation = engine_->TokenSession(Owner().IssueCreationToken("user").value()).value();
  EXPECT_THAT(creation.Create("", "{}"), IsOk());
  now_ += absl::Hours(1);
  EXPECT_THAT(hour.Get("", kNobody), HasError(414));
  EXPECT_THAT(creation.Create("", "{}"), HasError(417));
  EXPECT_THAT(day.Update("", kNobody, R"({"n":5})"), IsOk());
  EXPECT_THAT(Owner().DeleteAccess("user", EntityKey::Id(1)), IsOk());
  EXPECT_THAT(day.Update("", kNobody, R"({"n":6})"), HasError(413));
  EXPECT_THAT(day.Clients(), HasError(413));
  EXPECT_THAT(Owner().Get("user", EntityKey::Id(1), {.path = "n"}), IsOkAndHolds("5"));
}

TEST_F(TokenTest, AsksForAClientAndALife) {
  Session host = engine_->HostSession();
  EXPECT_THAT(host.IssueAccessToken("user", EntityKey::Id(1)), HasError(100));
  EXPECT_THAT(host.IssueCreationToken("user"), HasError(100));
  EXPECT_THAT(host.IssueAccessToken("user", EntityKey::Id(1), {.client_id = "nobody"}),
              HasError(200));
  for (const absl::Duration lifetime :
       {absl::ZeroDuration(), absl::Milliseconds(999), -absl::Hours(1), absl::InfiniteDuration(),
        absl::Hours(24 * 3651)}) {
    EXPECT_THAT(host.IssueAccessToken("user", EntityKey::Id(1),
                                      {.client_id = "phone", .lifetime = lifetime}),
                HasError(200))
        << lifetime;
  }
  const auto token = host.IssueAccessToken("user", EntityKey::Id(1), {.client_id = "phone"});
  ASSERT_THAT(token, IsOk());
  EXPECT_THAT(engine_->TokenSession(*token), IsOk());
}

// The store of a version that deletes clients and leaves the grants where they are.
TEST_F(TokenTest, IsOfNoUseWithoutItsClient) {
  const std::string phones = Issue(1, {.client_id = "phone"});
  const std::string owners = Issue(1);
  engine_.reset();
  {
    auto store = Store::Open({.directory = top_.path()});
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    batch.Delete(Family::kMeta, MetaKey(MetaTag::kClient, "phone"));
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
  }
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_THAT(engine_->TokenSession(phones), HasError(413));
  EXPECT_THAT(engine_->TokenSession(owners), IsOk());
}

TEST_F(TokenTest, StandsInNoFile) {
  const std::string token = Issue(1);
  const std::string creation = Owner().IssueCreationToken("user").value();
  engine_.reset();
  size_t file_count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top_.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find(token), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(creation), std::string::npos) << entry.path();
    ++file_count;
  }
  EXPECT_GT(file_count, 3u);
}

// Every call that begins when DeleteAccess has returned is refused, and none before.
TEST_F(TokenTest, EndsForEveryThreadAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const std::string token = Issue(1);
    std::atomic<bool> is_over = false;
    std::atomic<int> ok_count = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
      threads.emplace_back([&] {
        for (bool was_over = false; !was_over;) {
          was_over = is_over;
          auto session = engine_->TokenSession(token);
          const absl::Status status =
              session.ok() ? session->Update("", kNobody, R"({"n":7})").status() : session.status();
          if (status.ok()) {
            EXPECT_FALSE(was_over);
            ++ok_count;
          } else {
            EXPECT_THAT(status, HasError(413));
          }
        }
      });
    }
    while (ok_count < 4) std::this_thread::yield();
    EXPECT_THAT(Owner().DeleteAccess("user", EntityKey::Id(1)), IsOk());
    is_over = true;
    for (std::thread& thread : threads) thread.join();
  }
}

// A record that goes while tokens are issued for it leaves none behind.
TEST_F(TokenTest, DoesNotOutliveItsRecordUnderThreads) {
  for (int round = 0; round < 20; ++round) {
    const uint64_t id = engine_->HostSession().Create("user", "{}")->id;
    std::mutex mutex;
    std::vector<std::string> tokens;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
      threads.emplace_back([&] {
        for (;;) {
          auto token = Owner().IssueAccessToken("user", EntityKey::Id(id));
          if (!token.ok()) {
            EXPECT_THAT(token, HasError(310));
            return;
          }
          const std::lock_guard<std::mutex> lock(mutex);
          tokens.push_back(*token);
        }
      });
    }
    for (bool is_busy = false; !is_busy;) {
      const std::lock_guard<std::mutex> lock(mutex);
      is_busy = tokens.size() > 8;
    }
    EXPECT_THAT(Owner().Delete("user", EntityKey::Id(id)), IsOk());
    for (std::thread& thread : threads) thread.join();
    for (const std::string& token : tokens) {
      EXPECT_THAT(engine_->TokenSession(token), HasError(413));
    }
  }
  engine_.reset();
  auto store = Store::Open({.directory = top_.path()});
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->MetaEntries(MetaTag::kGrant).value(), IsEmpty());
}

}  // namespace
}  // namespace dossier
