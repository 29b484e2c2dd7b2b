// Features, clients and secrets.
#include "access/clients.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "access/features.h"
#include "access/secrets.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

struct FeatureRow {
  const char* feature;
  bool read, write, read_type, admin_type, admin_clients;
};

// Source: section 5 of the entity API's reference, with the owner of the customer's pages.
constexpr FeatureRow kMatrix[] = {
    {"owner", true, true, true, true, true},
    {"access_issuer", false, false, true, false, false},
    {"direct_read_access", true, false, true, false, false},
    {"direct_access", true, true, true, false, false},
    {"login_client", false, false, true, false, false},
};

TEST(Features, AllowWhatTheTableSays) {
  for (const FeatureRow& row : kMatrix) {
    const FeatureSet set = ParseFeatures({row.feature}).value();
    EXPECT_EQ(MayDo(set, Operation::kReadEntity), row.read) << row.feature;
    EXPECT_EQ(MayDo(set, Operation::kWriteEntity), row.write) << row.feature;
    EXPECT_EQ(MayDo(set, Operation::kReadEntityType), row.read_type) << row.feature;
    EXPECT_EQ(MayDo(set, Operation::kAdminEntityType), row.admin_type) << row.feature;
    EXPECT_EQ(MayDo(set, Operation::kAdminClients), row.admin_clients) << row.feature;
    EXPECT_EQ(NameOf(FeatureNamed(row.feature).value()), row.feature);
  }
  for (int operation = 0; operation < 5; ++operation) {
    EXPECT_FALSE(MayDo(0, static_cast<Operation>(operation))) << operation;
  }
}

// Each set allows what one of its members does.
TEST(Features, AddUp) {
  for (const FeatureRow& a : kMatrix) {
    for (const FeatureRow& b : kMatrix) {
      const auto set = ParseFeatures({a.feature, b.feature});
      const bool is_login = std::string(a.feature) == "login_client";
      if (is_login != (std::string(b.feature) == "login_client")) {
        EXPECT_THAT(set, HasError(200)) << a.feature << b.feature;
        continue;
      }
      ASSERT_THAT(set, IsOk());
      EXPECT_EQ(MayDo(*set, Operation::kReadEntity), a.read || b.read);
      EXPECT_EQ(MayDo(*set, Operation::kWriteEntity), a.write || b.write);
      EXPECT_EQ(MayDo(*set, Operation::kAdminClients), a.admin_clients || b.admin_clients);
    }
  }
}

TEST(Features, RefuseOtherNames) {
  for (const char* name : {"", "Owner", "owner ", "direct_access_read", "login", "\xff"}) {
    EXPECT_THAT(ParseFeatures({"owner", name}), HasError(200)) << name;
  }
}

TEST(Secrets, AreTokensThatDiffer) {
  std::set<std::string> seen;
  std::string all;
  for (int i = 0; i < 2000; ++i) {
    const auto token = RandomToken();
    ASSERT_THAT(token, IsOk());
    ASSERT_THAT(*token, MatchesRegex("[a-z0-9]+"));
    ASSERT_THAT(*token, SizeIs(32));
    ASSERT_TRUE(seen.insert(*token).second);
    all += *token;
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()) - all.begin(), 36) << "all characters occur";
}

TEST(Secrets, CompareWhole) {
  const std::pair<std::string, std::string> different[] = {
      {"a", "b"}, {"a", "A"}, {"a", "a "}, {"a", ""}, {std::string("a\0", 2), "a"}, {"ab", "ba"}};
  for (const auto& [a, b] : different) EXPECT_FALSE(SecretsEqual(a, b)) << a << " " << b;
  EXPECT_TRUE(SecretsEqual("", ""));
  EXPECT_TRUE(SecretsEqual("secret", "secret"));
}

class ClientsTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    clients_.reset();
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    auto clients = Clients::Open(*store_);
    ASSERT_THAT(clients, IsOk());
    clients_ = *std::move(clients);
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Clients> clients_;
};

TEST_F(ClientsTest, StayOverReopens) {
  const auto added = clients_->Add("no. 1", {"owner", "direct_access"});
  ASSERT_THAT(added, IsOk());
  ASSERT_THAT(clients_->SetFeatures(added->client_id, {"login_client"}, "other"), IsOk());
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const std::vector<Client> all = clients_->List(0);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].client_id, added->client_id);
  EXPECT_EQ(all[0].client_secret, added->client_secret);
  EXPECT_EQ(all[0].description, "no. 1");
  EXPECT_THAT(all[0].features, ElementsAre("login_client"));
  EXPECT_THAT(all[0].whitelist, ElementsAre("0.0.0.0/0"));
  EXPECT_THAT(clients_->Authenticate(added->client_id, added->client_secret), IsOk());
  EXPECT_THAT(clients_->Authenticate(added->client_id, added->client_secret + "x"), HasError(402));
  EXPECT_THAT(clients_->Authenticate("", ""), HasError(402));
  EXPECT_THAT(clients_->Authorize("gone", Operation::kReadEntity), HasError(402));
  EXPECT_THAT(clients_->Authorize(added->client_id, Operation::kReadEntity), HasError(403));
}

TEST_F(ClientsTest, AreListedByWhatTheyHave) {
  ASSERT_THAT(clients_->Add("", {}), IsOk());
  ASSERT_THAT(clients_->Add("", {"owner"}), IsOk());
  ASSERT_THAT(clients_->Add("", {"owner", "direct_access"}), IsOk());
  EXPECT_THAT(clients_->List(0), SizeIs(3));
  EXPECT_THAT(clients_->List(kOwner), SizeIs(2));
  EXPECT_THAT(clients_->List(kOwner | kDirectAccess), SizeIs(1));
  EXPECT_THAT(clients_->List(kLoginClient), SizeIs(0));
}

TEST_F(ClientsTest, AnOwnerStaysOne) {
  const std::string id = clients_->Add("", {"owner"}).value().client_id;
  EXPECT_THAT(clients_->SetFeatures(id, {}, id), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(id, {"direct_access"}, id), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(id, {"login_client", "owner"}, id), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(id, {"owner", "access_issuer"}, id), IsOk());
  EXPECT_THAT(clients_->SetFeatures(id, {"direct_access"}, "another"), IsOk());
  EXPECT_THAT(clients_->SetFeatures("nobody", {"owner"}, id), HasError(200));
}

TEST_F(ClientsTest, ChangeUnderThreadsOneAfterTheOther) {
  const std::string id = clients_->Add("", {"owner"}).value().client_id;
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_THAT(clients_->SetFeatures(id, {i % 2 == 0 ? "owner" : "direct_access"}, ""),
                    IsOk());
        EXPECT_THAT(clients_->Authorize(id, Operation::kWriteEntity), IsOk());
        EXPECT_THAT(clients_->AddAsGiven({.client_id = absl::StrCat("c", i),
                                          .client_secret = absl::StrCat(number),
                                          .description = "",
                                          .features = {}}),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<Client> before = clients_->List(0);
  ASSERT_THAT(before, SizeIs(21));
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const std::vector<Client> after = clients_->List(0);
  ASSERT_THAT(after, SizeIs(21));
  for (size_t i = 0; i < before.size(); ++i) {  // memory and disk agree on who came last
    EXPECT_EQ(before[i].client_secret, after[i].client_secret);
    EXPECT_EQ(before[i].features, after[i].features);
  }
}

}  // namespace
}  // namespace dossier
