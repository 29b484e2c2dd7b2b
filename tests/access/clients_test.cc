// Clients and their secrets.
#include "access/clients.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

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

  void Reopen() { ASSERT_THAT(Open(), IsOk()); }

  absl::Status Open() {
    clients_.reset();
    store_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    auto clients = Clients::Open(*store_, clock_, FeatureReading::kPages, {key_, former_key_});
    if (!clients.ok()) return clients.status();
    clients_ = *std::move(clients);
    return absl::OkStatus();
  }

  void Put(const std::string& client_id, const std::string& bytes) {
    Batch batch(*store_);
    batch.Put(Family::kMeta, MetaKey(MetaTag::kClient, client_id), bytes);
    ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  }

  Client Add(const std::vector<std::string>& features) {
    return clients_->Add(kHost, "", features).value();
  }

  static Caller By(const Client& client) { return {.client_id = client.client_id}; }

  std::string StoredBytes(const std::string& client_id) {
    return std::string(*store_->Get(Family::kMeta, MetaKey(MetaTag::kClient, client_id)).value());
  }

  const Caller kHost = {};
  std::string key_;
  std::string former_key_;
  TemporaryDirectory top_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  Clock clock_{[this] { return now_; }};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Clients> clients_;
};

TEST_F(ClientsTest, StayOverReopens) {
  const auto added = clients_->Add(kHost, "no. 1", {"owner", "direct_access"});
  ASSERT_THAT(added, IsOk());
  const std::string& id = added->client_id;
  ASSERT_THAT(clients_->SetFeatures(kHost, id, {"login_client"}), IsOk());
  ASSERT_THAT(clients_->SetWhitelist(kHost, id, {"10.0.0.0/8"}), IsOk());
  const std::string secret = clients_->ResetSecret(kHost, id, 1).value();
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const auto all = clients_->List(0);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0]->client.client_id, id);
  EXPECT_EQ(all[0]->client.client_secret, secret);
  EXPECT_EQ(all[0]->client.description, "no. 1");
  EXPECT_THAT(all[0]->client.features, ElementsAre("login_client"));
  EXPECT_THAT(all[0]->client.whitelist, ElementsAre("10.0.0.0/8"));
  EXPECT_THAT(clients_->ValidSecrets(id), ElementsAre(secret, added->client_secret));
  EXPECT_THAT(clients_->Authenticate(id, secret, "10.1.2.3"), IsOk());
  EXPECT_THAT(clients_->Authenticate(id, added->client_secret, "10.1.2.3"), IsOk());
  EXPECT_THAT(clients_->Authenticate(id, secret + "x", "10.1.2.3"), HasError(402));
  EXPECT_THAT(clients_->Authenticate("", "", ""), HasError(402));
  EXPECT_THAT(clients_->Authorize({"gone"}, Operation::kReadEntity), HasError(402));
  EXPECT_THAT(clients_->Authorize({id, "10.1.2.3"}, Operation::kReadEntity), HasError(403));
  EXPECT_THAT(clients_->Authorize({id, "10.1.2.3"}, Operation::kReadEntityType), IsOk());
}

TEST_F(ClientsTest, OpenAsTheyWereStoredBefore) {
  Put("a", R"({"client_secret":"s","description":"d","features":["owner"],)"
           R"("whitelist":["0.0.0.0/0"]})");
  ASSERT_NO_FATAL_FAILURE(Reopen());
  EXPECT_THAT(clients_->Authenticate("a", "s", ""), IsOk());
  EXPECT_THAT(clients_->ValidSecrets("a"), ElementsAre("s"));
}

TEST_F(ClientsTest, DamageIsNamed) {
  const char* const kDamaged[] = {
      "",
      "{",
      "[]",
      R"({"client_secret":"s","description":"d","features":["owner"]})",
      R"({"client_secret":1,"description":"d","features":[],"whitelist":["0.0.0.0/0"]})",
      R"({"client_secret":"s","description":"d","features":["x"],"whitelist":["0.0.0.0/0"]})",
      R"({"client_secret":"s","description":"d","features":[1],"whitelist":["0.0.0.0/0"]})",
      R"({"client_secret":"s","description":"d","features":[],"whitelist":["x"]})",
      R"({"client_secret":"s","description":"d","features":[],"whitelist":[]})",
      // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text of two pieces
      R"({"client_secret":"s","description":"d","features":[],"whitelist":["0.0.0.0/0"],)"
      R"("old_secret":{"client_secret":"o"}})",
      R"({"client_secret":"s","description":"d","features":[],"whitelist":["0.0.0.0/0"],)"
      R"("settings":{"a":1}})",
  };
  for (const char* bytes : kDamaged) {
    Put("the-id", bytes);
    const absl::Status status = Open();
    EXPECT_TRUE(absl::IsDataLoss(status)) << bytes << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("the-id"));
  }
}

TEST_F(ClientsTest, AreListedByWhatTheyHave) {
  Add({});
  Add({"owner"});
  Add({"owner", "direct_access"});
  EXPECT_THAT(clients_->List(0), SizeIs(3));
  EXPECT_THAT(clients_->List(kOwner), SizeIs(2));
  EXPECT_THAT(clients_->List(kOwner | kDirectAccess), SizeIs(1));
  EXPECT_THAT(clients_->List(kLoginClient), SizeIs(0));
}

TEST_F(ClientsTest, AnOwnerStaysOne) {
  const Client owner = Add({"owner"});
  const std::string& id = owner.client_id;
  EXPECT_THAT(clients_->SetFeatures(By(owner), id, {}), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(By(owner), id, {"direct_access"}), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(By(owner), id, {"login_client", "owner"}), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(By(owner), "nobody", {"owner"}), HasError(200));
  EXPECT_THAT(clients_->SetFeatures(By(owner), id, {"owner", "access_issuer"}), IsOk());
  EXPECT_THAT(clients_->SetFeatures(By(Add({"owner"})), id, {"direct_access"}), IsOk());
  EXPECT_THAT(clients_->SetFeatures(By(owner), id, {"owner"}), HasError(403));
}

TEST_F(ClientsTest, TheLastOwnerCannotBeDeleted) {
  const Client owner = Add({"owner"});
  const Client other = Add({"direct_access"});
  EXPECT_THAT(clients_->Delete(By(owner), owner.client_id), HasError(200));
  EXPECT_THAT(clients_->Delete(kHost, owner.client_id), HasError(200));
  EXPECT_THAT(clients_->Delete(By(other), other.client_id), HasError(403));
  EXPECT_THAT(clients_->Delete(By(owner), "nobody"), HasError(200));
  EXPECT_THAT(clients_->Delete(By(owner), other.client_id), IsOk());
  EXPECT_THAT(clients_->Delete(By(owner), other.client_id), HasError(200));
  const Client second = Add({"owner", "direct_access"});
  EXPECT_THAT(clients_->Delete(By(owner), owner.client_id), IsOk());
  EXPECT_THAT(clients_->Authorize(By(owner), Operation::kReadEntityType), HasError(402));
  EXPECT_THAT(clients_->Delete(By(second), second.client_id), HasError(200));
  ASSERT_NO_FATAL_FAILURE(Reopen());
  EXPECT_THAT(clients_->List(0), SizeIs(1));
  EXPECT_THAT(clients_->Authenticate(owner.client_id, owner.client_secret, ""), HasError(402));
}

TEST_F(ClientsTest, TwoSecretsAreValidForTheHoursGiven) {
  const Client client = Add({"owner"});
  const std::string& id = client.client_id;
  const auto is_valid = [&](const std::string& secret) {
    return clients_->Authenticate(id, secret, "").ok();
  };
  const std::string second = clients_->ResetSecret(kHost, id, 168).value();
  EXPECT_NE(second, client.client_secret);
  now_ += absl::Hours(168) - absl::Microseconds(1);
  EXPECT_TRUE(is_valid(second));
  EXPECT_TRUE(is_valid(client.client_secret));
  EXPECT_THAT(clients_->ValidSecrets(id), ElementsAre(second, client.client_secret));
  now_ += absl::Microseconds(1);
  EXPECT_TRUE(is_valid(second));
  EXPECT_FALSE(is_valid(client.client_secret));
  EXPECT_FALSE(is_valid("")) << "an old secret that has ended matches nothing";
  EXPECT_THAT(clients_->ValidSecrets(id), ElementsAre(second));

  const std::string third = clients_->ResetSecret(kHost, id, 1).value();
  const std::string fourth = clients_->ResetSecret(kHost, id, 1).value();
  EXPECT_FALSE(is_valid(second)) << "never more than two";
  EXPECT_TRUE(is_valid(third));
  EXPECT_TRUE(is_valid(fourth));
  const std::string fifth = clients_->ResetSecret(kHost, id, 0).value();
  EXPECT_FALSE(is_valid(third));
  EXPECT_FALSE(is_valid(fourth));
  EXPECT_TRUE(is_valid(fifth));
  for (const int64_t hours : {int64_t{-1}, int64_t{169}, int64_t{320}, INT64_MAX, INT64_MIN}) {
    EXPECT_THAT(clients_->ResetSecret(kHost, id, hours), HasError(200)) << hours;
  }
  EXPECT_THAT(clients_->ValidSecrets(id), ElementsAre(fifth));
  EXPECT_THAT(clients_->ValidSecrets("nobody"), IsEmpty());
}

TEST_F(ClientsTest, MayCallFromTheirAddressesAlone) {
  const Client client = Add({"owner"});
  const std::string& id = client.client_id;
  const auto authenticate = [&](std::string_view address) {
    return clients_->Authenticate(id, client.client_secret, address);
  };
  EXPECT_THAT(authenticate(""), IsOk());
  ASSERT_THAT(clients_->SetWhitelist(kHost, id, {"192.0.2.0/24", "2001:db8::/32"}), IsOk());
  EXPECT_THAT(authenticate("192.0.2.7"), IsOk());
  EXPECT_THAT(authenticate("::ffff:192.0.2.7"), IsOk());
  EXPECT_THAT(authenticate("2001:db8:1::1"), IsOk());
  EXPECT_THAT(authenticate("192.0.3.1"), HasError(403));
  EXPECT_THAT(authenticate("2001:db9::"), HasError(403));
  EXPECT_THAT(authenticate(""), HasError(403));
  EXPECT_THAT(authenticate("no address"), HasError(403));
  EXPECT_THAT(clients_->Authenticate(id, "wrong", "192.0.3.1"), HasError(402));
  // Sessions that are open too.
  EXPECT_THAT(clients_->Authorize({id, "192.0.2.7"}, Operation::kReadEntity), IsOk());
  EXPECT_THAT(clients_->Authorize({id, "192.0.3.7"}, Operation::kReadEntity), HasError(403));
}

// Source: clients/set_whitelist: an owner's own list must have the address of the call.
TEST_F(ClientsTest, NobodyLocksItselfOut) {
  const Client owner = Add({"owner"});
  const Client other = Add({"owner"});
  const Caller caller{owner.client_id, "192.0.2.7"};
  EXPECT_THAT(clients_->SetWhitelist(caller, owner.client_id, {"10.0.0.0/8"}), HasError(200));
  EXPECT_THAT(clients_->SetWhitelist(By(owner), owner.client_id, {"10.0.0.0/8"}), HasError(200));
  EXPECT_THAT(clients_->SetWhitelist(caller, other.client_id, {"10.0.0.0/8"}), IsOk());
  EXPECT_THAT(clients_->SetWhitelist(caller, owner.client_id, {"192.0.2.7"}), IsOk());
  EXPECT_THAT(clients_->Authorize(caller, Operation::kAdminClients), IsOk());
}

TEST_F(ClientsTest, WithAKeySecretsAreSealedOnDisk) {
  const Client before = Add({"owner"});
  ASSERT_THAT(StoredBytes(before.client_id), HasSubstr(before.client_secret));
  const std::string second = clients_->ResetSecret(kHost, before.client_id, 5).value();
  key_ = "0123456789abcdef";
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const Client after = Add({"login_client"});
  for (int i = 0; i < 2; ++i) {
    for (const std::string& secret : {before.client_secret, second, after.client_secret}) {
      EXPECT_THAT(StoredBytes(before.client_id), Not(HasSubstr(secret)));
      EXPECT_THAT(StoredBytes(after.client_id), Not(HasSubstr(secret)));
    }
    EXPECT_THAT(clients_->ValidSecrets(before.client_id),
                ElementsAre(second, before.client_secret));
    EXPECT_THAT(clients_->ValidSecrets(after.client_id), ElementsAre(after.client_secret));
    ASSERT_NO_FATAL_FAILURE(Reopen());
  }
  // One client's secret is none for another.
  Put(before.client_id, StoredBytes(after.client_id));
  EXPECT_TRUE(absl::IsDataLoss(Open()));
}

TEST_F(ClientsTest, SealedSecretsOpenWithTheirKeyAlone) {
  key_ = "0123456789abcdef";
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const Client client = Add({"owner"});
  const std::string good = StoredBytes(client.client_id);
  for (const char* key : {"", "0123456789abcdeg", "0123456789abcdef0"}) {
    key_ = key;
    EXPECT_TRUE(absl::IsFailedPrecondition(Open())) << key;
  }
  key_ = "0123456789abcdef";
  const size_t begin = good.find("sealed\":\"") + 9;
  const size_t end = good.find('"', begin);
  for (const size_t at : {begin, begin + 6, begin + 30, begin + 50, end - 4, end - 1}) {
    std::string bad = good;
    bad[at] = bad[at] == 'A' ? 'B' : 'A';
    Put(client.client_id, bad);
    const absl::Status status = Open();
    EXPECT_TRUE(absl::IsDataLoss(status) || (at < begin + 6 && absl::IsFailedPrecondition(status)))
        << at - begin << status;
  }
  for (const char* sealed : {"", "AAAA", "!"}) {
    Put(client.client_id,
        absl::StrCat(R"({"client_secret":{"sealed":")", sealed,
                     R"("},"description":"","features":[],"whitelist":["::1"]})"));
    EXPECT_TRUE(absl::IsDataLoss(Open())) << sealed;
  }
  Put(client.client_id, good);
  ASSERT_NO_FATAL_FAILURE(Reopen());
  EXPECT_THAT(clients_->ValidSecrets(client.client_id), ElementsAre(client.client_secret));
}

TEST_F(ClientsTest, AKeyIsChangedWithTheOneBefore) {
  const std::string old_key = "0123456789abcdef";
  const std::string new_key = "fedcba9876543210";
  const Client plain = Add({"owner"});  // before there was any key
  key_ = old_key;
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const Client client = Add({"owner"});
  const std::string second = clients_->ResetSecret(kHost, client.client_id, 5).value();
  const std::string sealed_before = StoredBytes(client.client_id);
  key_ = new_key;
  former_key_ = "ffffffffffffffff";
  EXPECT_TRUE(absl::IsFailedPrecondition(Open())) << "another key than the one before";
  former_key_ = old_key;
  for (int i = 0; i < 2; ++i) {
    ASSERT_NO_FATAL_FAILURE(Reopen());
    EXPECT_THAT(clients_->ValidSecrets(client.client_id),
                ElementsAre(second, client.client_secret));
    EXPECT_THAT(clients_->ValidSecrets(plain.client_id), ElementsAre(plain.client_secret));
    EXPECT_NE(StoredBytes(client.client_id), sealed_before);
    former_key_ = "";  // from then on the new one is enough
  }
  key_ = old_key;
  EXPECT_TRUE(absl::IsFailedPrecondition(Open())) << "the key before opens nothing any more";
  // What was sealed with the former key is checked like the rest.
  key_ = new_key;
  former_key_ = old_key;
  ASSERT_NO_FATAL_FAILURE(Reopen());
  std::string damaged = sealed_before;
  const size_t at = damaged.find("sealed\":\"") + 9 + 30;
  damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
  Put(client.client_id, damaged);
  EXPECT_TRUE(absl::IsDataLoss(Open()));
}

TEST_F(ClientsTest, AreRefusedWithTextsThatNoAnswerCouldHave) {
  EXPECT_THAT(clients_->Add(kHost, "\xff", {}), HasError(200));
  EXPECT_THAT(clients_->AddAsGiven({.client_id = "a", .client_secret = "\xff"}), HasError(200));
  EXPECT_THAT(clients_->AddAsGiven({.client_id = "\xff", .client_secret = "a"}), HasError(200));
  EXPECT_THAT(clients_->List(0), IsEmpty());
}

TEST_F(ClientsTest, ChangeUnderThreadsOneAfterTheOther) {
  const std::string id = Add({"owner"}).client_id;
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_THAT(clients_->SetFeatures(kHost, id, {i % 2 == 0 ? "owner" : "direct_access"}),
                    IsOk());
        EXPECT_THAT(clients_->Authorize({id}, Operation::kWriteEntity), IsOk());
        EXPECT_THAT(clients_->AddAsGiven({.client_id = absl::StrCat("c", i),
                                          .client_secret = absl::StrCat(number),
                                          .description = "",
                                          .features = {}}),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto before = clients_->List(0);
  ASSERT_THAT(before, SizeIs(21));
  ASSERT_NO_FATAL_FAILURE(Reopen());
  const auto after = clients_->List(0);
  ASSERT_THAT(after, SizeIs(21));
  for (size_t i = 0; i < before.size(); ++i) {  // memory and disk agree on who came last
    EXPECT_EQ(before[i]->client.client_secret, after[i]->client.client_secret);
    EXPECT_EQ(before[i]->client.features, after[i]->client.features);
  }
}

}  // namespace
}  // namespace dossier
