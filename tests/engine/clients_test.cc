// Clients that change while they call, and while others change them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::testing::AnyOf;
using ::testing::SizeIs;

constexpr char kType[] = R"([{"name":"n","type":"integer"}])";

class ChangingClientsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = Engine::Open({.directory = directory_.Join("store"),
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    ASSERT_THAT(engine_->HostSession().CreateEntityType("thing", kType), IsOk());
  }

  Session Open(const Client& client) {
    return engine_->ClientSession(client.client_id, client.client_secret).value();
  }

  Client Add(const std::vector<std::string>& features) {
    return engine_->HostSession().AddClient("", features).value();
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
};

// Runs the steps in threads of their own, as close together as can be.
void AtOnce(const std::vector<std::function<void()>>& steps) {
  std::atomic<size_t> ready = 0;
  std::vector<std::thread> threads;
  for (const auto& step : steps) {
    threads.emplace_back([&, step] {
      ++ready;
      while (ready < steps.size()) std::this_thread::yield();
      step();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ChangingClientsTest, OfTwoOwnersThatDeleteEachOtherOneStays) {
  for (int round = 0; round < 50; ++round) {
    const Client a = Add({"owner"});
    const Client b = Add({"owner"});
    Session by_a = Open(a);
    Session by_b = Open(b);
    absl::Status a_says;
    absl::Status b_says;
    AtOnce({[&] { a_says = by_a.DeleteClient(b.client_id); },
            [&] { b_says = by_b.DeleteClient(a.client_id); }});
    ASSERT_NE(a_says.ok(), b_says.ok());
    EXPECT_THAT(a_says.ok() ? b_says : a_says, HasError(402)) << "the loser is gone";
    const std::string winner = a_says.ok() ? a.client_id : b.client_id;
    const auto owners = engine_->HostSession().Clients({"owner"});
    ASSERT_THAT(owners, IsOk());
    ASSERT_THAT(*owners, SizeIs(1));
    EXPECT_EQ(owners->front().client_id, winner);
    EXPECT_THAT(engine_->HostSession().DeleteClient(winner), HasError(200));
    ASSERT_THAT(engine_->HostSession().SetFeatures(winner, {}), IsOk());
    ASSERT_THAT(engine_->HostSession().DeleteClient(winner), IsOk());
  }
}

TEST_F(ChangingClientsTest, OfTwoOwnersThatTakeItFromEachOtherOneStays) {
  const Client a = Add({"owner"});
  const Client b = Add({"owner"});
  Session by_a = Open(a);
  Session by_b = Open(b);
  for (int round = 0; round < 50; ++round) {
    absl::Status a_says;
    absl::Status b_says;
    AtOnce({[&] { a_says = by_a.SetFeatures(b.client_id, {"direct_access"}); },
            [&] { b_says = by_b.SetFeatures(a.client_id, {}); }});
    ASSERT_NE(a_says.ok(), b_says.ok());
    EXPECT_THAT(a_says.ok() ? b_says : a_says, HasError(403));
    const auto owners = engine_->HostSession().Clients({"owner"});
    ASSERT_THAT(owners, IsOk());
    ASSERT_THAT(*owners, SizeIs(1));
    for (const Client& client : {a, b}) {
      ASSERT_THAT(engine_->HostSession().SetFeatures(client.client_id, {"owner"}), IsOk());
    }
  }
}

// Once a change of features has returned, every call does what they allow and nothing else.
TEST_F(ChangingClientsTest, FeaturesBindCallsThatBeginLater) {
  const Client writer = Add({"direct_access"});
  const EntityKey key =
      EntityKey::Id(engine_->HostSession().Create("thing", R"({"n":0})").value().id);
  constexpr int kOver = -1;
  // Rises: 4 k: it may write; 4 k + 2: it may not; odd: that is being changed.
  std::atomic<int> moment = 0;
  std::atomic<int> last_settled = -1;  // a moment in which a whole call took place
  const auto call_until_over = [&] {
    Session session = Open(writer);
    for (int before = moment; before != kOver; before = moment) {
      const absl::Status status = session.Update("thing", key, R"({"n":1})").status();
      if (before % 2 == 0 && moment == before) {
        if (before % 4 == 0) {
          EXPECT_THAT(status, IsOk());
        } else {
          EXPECT_THAT(status, HasError(403));
        }
        last_settled = before;
      } else {
        EXPECT_THAT(status, AnyOf(IsOk(), HasError(403)));
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(call_until_over);
  for (int round = 0; round < 100; ++round) {
    while (last_settled != moment) std::this_thread::yield();
    ++moment;
    const char* feature = moment % 4 == 1 ? "direct_read_access" : "direct_access";
    EXPECT_THAT(engine_->HostSession().SetFeatures(writer.client_id, {feature}), IsOk());
    ++moment;
  }
  moment = kOver;
  for (std::thread& thread : threads) thread.join();
}

// Somebody who follows the resets is let in at every moment; the secret before the last never is.
TEST_F(ChangingClientsTest, ResetsOfTheSecretLetTheOldOneFinish) {
  const Client client = Add({"direct_access"});
  std::mutex mutex;
  std::string newest = client.client_secret;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!is_over) {
        std::string secret;
        {
          const std::lock_guard<std::mutex> lock(mutex);
          secret = newest;
          // The next reset waits for this lock: at most one lies between.
          EXPECT_THAT(engine_->ClientSession(client.client_id, secret), IsOk());
        }
        EXPECT_THAT(engine_->ClientSession(client.client_id, secret + "x"), HasError(402));
      }
    });
  }
  std::string last = newest;
  for (int round = 0; round < 100; ++round) {
    const auto secret = engine_->HostSession().ResetSecret(client.client_id, 1);
    ASSERT_THAT(secret, IsOk());
    std::string before;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      before = std::exchange(newest, *secret);
    }
    EXPECT_THAT(engine_->ClientSession(client.client_id, before), IsOk());
    if (round > 0) {
      EXPECT_THAT(engine_->ClientSession(client.client_id, last), HasError(402));
    }
    last = before;
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ChangingClientsTest, ASessionOfADeletedClientIsNobodys) {
  const Client client = Add({"owner"});
  Add({"owner"});
  Session session = Open(client);
  Session copy = session;
  ASSERT_THAT(session.Create("thing", "{}"), IsOk());
  ASSERT_THAT(engine_->HostSession().DeleteClient(client.client_id), IsOk());
  EXPECT_THAT(session.Create("thing", "{}"), HasError(402));
  EXPECT_THAT(copy.Get("thing", EntityKey::Id(1)), HasError(402));
  EXPECT_THAT(session.Clients(), HasError(402));
  EXPECT_THAT(session.AddClient("", {"owner"}), HasError(402));
  EXPECT_THAT(session.SetSettings({{"a", "1"}}), HasError(402));
  EXPECT_THAT(session.ReadAllSettings(), HasError(402));
  EXPECT_THAT(session.DeleteClient(client.client_id), HasError(402));
  EXPECT_THAT(engine_->ClientSession(client.client_id, client.client_secret), HasError(402));
}

TEST_F(ChangingClientsTest, ASessionIsHeldToTheAddressesOfTheMoment) {
  const Client client = Add({"owner"});
  Session inside =
      engine_->ClientSession(client.client_id, client.client_secret, "10.0.0.1").value();
  Session outside =
      engine_->ClientSession(client.client_id, client.client_secret, "11.0.0.1").value();
  ASSERT_THAT(inside.SetWhitelist("", {"10.0.0.0/8"}), IsOk());
  EXPECT_THAT(inside.Create("thing", "{}"), IsOk());
  EXPECT_THAT(outside.Create("thing", "{}"), HasError(403));
  EXPECT_THAT(outside.ClearWhitelist(""), HasError(403));
  ASSERT_THAT(inside.ClearWhitelist(""), IsOk());
  EXPECT_THAT(outside.Create("thing", "{}"), IsOk());
}

TEST_F(ChangingClientsTest, AHostNamesTheClientItMeans) {
  Session host = engine_->HostSession();
  EXPECT_THAT(host.SetFeatures("", {}), HasError(100));
  EXPECT_THAT(host.SetDescription("", "x"), HasError(100));
  EXPECT_THAT(host.SetWhitelist("", {"0.0.0.0/0"}), HasError(100));
  EXPECT_THAT(host.ClearWhitelist(""), HasError(100));
  EXPECT_THAT(host.ResetSecret("", 1), HasError(100));
  EXPECT_THAT(host.DeleteClient(""), HasError(100));
  EXPECT_THAT(host.ReadSettings(SettingsScope::kBoth), HasError(100));
  EXPECT_THAT(host.ReadSettings(SettingsScope::kDefault), IsOk());
  EXPECT_THAT(host.SetSettings({{"a", "1"}}), HasError(100));
  EXPECT_THAT(host.DeleteSetting("a"), HasError(100));
}

TEST_F(ChangingClientsTest, SettingsHaveABound) {
  Session host = engine_->HostSession();
  const std::string id = Add({}).client_id;
  const std::string half(500'000, 'x');
  EXPECT_THAT(host.SetSettings({{"a", half}, {"b", half}}, id), IsOk());
  EXPECT_THAT(host.SetSettings({{"c", half}}, id), HasError(200));
  EXPECT_THAT(host.SetDefaultSettings({{"a", half}, {"b", half}, {"c", half}}), HasError(200));
  EXPECT_THAT(host.SetSettings({{"a", "small"}, {"c", half}}, id), IsOk());
  EXPECT_THAT(host.ReadSettings(SettingsScope::kClient, id).value(), SizeIs(3));
  EXPECT_THAT(host.ReadSettings(SettingsScope::kDefault).value(), SizeIs(0));
}

// Each writer's keys all arrive: changes of one client's settings do not lose each other.
TEST_F(ChangingClientsTest, SettingsOfManyWritersAddUp) {
  const std::string id = Add({}).client_id;
  std::vector<std::function<void()>> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 20; ++i) {
        const Settings items = {{absl::StrCat(writer, "-", i), "x"}};
        EXPECT_THAT(engine_->HostSession().SetSettings(items, id), IsOk());
        EXPECT_THAT(engine_->HostSession().SetDefaultSettings(items), IsOk());
      }
    });
  }
  AtOnce(writers);
  Session host = engine_->HostSession();
  EXPECT_THAT(host.ReadSettings(SettingsScope::kClient, id).value(), SizeIs(80));
  EXPECT_THAT(host.ReadSettings(SettingsScope::kDefault).value(), SizeIs(80));
}

}  // namespace
}  // namespace dossier
