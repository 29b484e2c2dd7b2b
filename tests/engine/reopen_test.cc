// What a caller may say must not keep the store from opening again, and comes back as it was.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

class ReopenTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }
  Session Host() { return engine_->HostSession(); }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

const std::string kOddTexts[] = {
    "",
    "plain",
    "\xff",
    "cut \xc3",
    "overlong \xc0\xaf",
    "surrogate \xed\xa0\x80",
    "past Unicode \xf4\x90\x80\x80",
    std::string("nul \0 in it", 11),
    "quote \" backslash \\ line \n",
    "\xef\xbf\xbf\xf0\x9f\x98\x80",
};

// Each text is either refused or kept; the store opens again either way.
TEST_F(ReopenTest, AfterOddDescriptionsOfClients) {
  for (const std::string& text : kOddTexts) {
    const absl::StatusOr<Client> added = Host().AddClient(text, {"direct_access"});
    ASSERT_NO_FATAL_FAILURE(Reopen()) << text;
    if (!added.ok()) {
      EXPECT_THAT(added, HasError(200)) << text;
      continue;
    }
    const auto clients = Host().Clients();
    ASSERT_THAT(clients, IsOk());
    bool is_kept = false;
    for (const Client& client : *clients) {
      is_kept |= client.client_id == added->client_id && client.description == text;
    }
    EXPECT_TRUE(is_kept) << text;
  }
}

TEST_F(ReopenTest, AfterOddClientsOfTheHost) {
  for (const std::string& text : kOddTexts) {
    const absl::Status id = Host().AddClient(
        {.client_id = text, .client_secret = "s", .description = "", .features = {"owner"}});
    const absl::Status secret = Host().AddClient(
        {.client_id = "x" + text, .client_secret = text, .description = text, .features = {}});
    ASSERT_NO_FATAL_FAILURE(Reopen()) << text;
    EXPECT_EQ(engine_->ClientSession(text, "s").ok(), id.ok()) << text;
    EXPECT_EQ(engine_->ClientSession("x" + text, text).ok(), secret.ok()) << text;
  }
}

TEST_F(ReopenTest, AfterOddNamesOfEntityTypes) {
  for (const std::string& text : kOddTexts) {
    const auto created = Host().CreateEntityType("t" + text, "[]");
    ASSERT_NO_FATAL_FAILURE(Reopen()) << text;
    EXPECT_EQ(Host().EntityType("t" + text).ok(), created.ok()) << text;
    EXPECT_EQ(Host().EntityType("t" + text).value_or(""), created.value_or("")) << text;
  }
}

TEST_F(ReopenTest, AfterOddTextsInDefinitions) {
  int number = 0;
  for (const char* text :
       {R"(\ud800)", R"(\udc00)", R"(\ud800\u0041)", R"(\udc00\ud800)", R"(\u0000)", R"(\uffff)",
        R"(\ud83d\ude00)", "\xff", "\xed\xa0\x80", R"(\")"}) {
    const std::string name = absl::StrCat("type", ++number);
    const auto created = Host().CreateEntityType(
        name, absl::StrCat(R"([{"name":"a","type":"string","description":")", text,
                           R"(","features":[")", text, R"("]}])"));
    ASSERT_NO_FATAL_FAILURE(Reopen()) << text;
    EXPECT_EQ(Host().EntityType(name).ok(), created.ok()) << text;
    EXPECT_EQ(Host().EntityType(name).value_or(""), created.value_or("")) << text;
  }
}

TEST_F(ReopenTest, AfterAHundredTypesWithNumbersThatStay) {
  for (int i = 0; i < 100; ++i) {
    const std::string name = absl::StrCat("type", i);
    ASSERT_THAT(Host().CreateEntityType(name, R"([{"name":"b","type":"plural","attr_defs":[
        {"name":"deep","type":"object","attr_defs":[{"name":"leaf","type":"integer"}]}]},
        {"name":"a","type":"string"}])"),
                IsOk());
    const auto created = Host().Create(name, R"({"a":"x","b":[{"deep":{"leaf":7}}]})");
    ASSERT_THAT(created, IsOk());
    if (i % 25 == 24) {
      ASSERT_NO_FATAL_FAILURE(Reopen());
      const auto json = Host().Get(name, EntityKey::Id(created->id));
      EXPECT_THAT(json, IsOkAndHolds(HasSubstr(R"("leaf":7)")));
    }
  }
}

TEST(Engines, OfTwoDirectoriesShareNothing) {
  const TemporaryDirectory one, two;
  auto first = Engine::Open({.directory = one.path(), .block_cache_bytes = 1u << 20});
  auto second = Engine::Open({.directory = two.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  constexpr char kDefs[] = R"([{"name":"code","type":"string","constraints":["unique"]}])";
  for (auto* engine : {&*first, &*second}) {
    ASSERT_THAT((*engine)->HostSession().CreateEntityType("user", kDefs), IsOk());
    const auto created = (*engine)->HostSession().Create("user", R"({"code":"x"})");
    ASSERT_THAT(created, IsOk());
    EXPECT_EQ(created->id, 1u);
  }
  ASSERT_THAT((*first)->HostSession().Delete("user", EntityKey::Id(1)), IsOk());
  EXPECT_THAT((*second)->HostSession().Get("user", EntityKey::Id(1)), IsOk());
  EXPECT_THAT((*first)->HostSession().Get("user", EntityKey::Id(1)), HasError(310));
}

// A buffered call is kept over a close as a synced one is; each call may name its own.
TEST_F(ReopenTest, KeepsCallsOfEachDurability) {
  ASSERT_THAT(Host().CreateEntityType("user", R"([{"name":"n","type":"integer"}])"), IsOk());
  for (const Durability durability : {Durability::kBuffered, Durability::kSynced}) {
    const auto created = Host().Create("user", R"({"n":1})", {.durability = durability});
    ASSERT_THAT(created, IsOk());
    const EntityKey key = EntityKey::Id(created->id);
    ASSERT_THAT(Host().Update("user", key, R"({"n":2})", {.durability = durability}), IsOk());
    Reopen();
    EXPECT_THAT(Host().Get("user", key, {.path = "n"}), IsOkAndHolds("2"));
    ASSERT_THAT(Host().Delete("user", key, {.durability = durability}), IsOk());
    Reopen();
    EXPECT_THAT(Host().Get("user", key), HasError(310));
  }
}

// --- sessions
// -------------------------------------------------------------------------------------

TEST_F(ReopenTest, SessionsFollowTheirFeaturesAtOnce) {
  ASSERT_THAT(Host().CreateEntityType("user", R"([{"name":"n","type":"integer"}])"), IsOk());
  const auto client = Host().AddClient("reader", {"direct_read_access"});
  ASSERT_THAT(client, IsOk());
  auto session = engine_->ClientSession(client->client_id, client->client_secret);
  ASSERT_THAT(session, IsOk());
  Session copy = *session;
  EXPECT_THAT(copy.Create("user", "{}"), HasError(403));
  ASSERT_THAT(Host().SetFeatures(client->client_id, {"direct_access"}), IsOk());
  EXPECT_THAT(copy.Create("user", "{}"), IsOk());
  ASSERT_THAT(Host().SetFeatures(client->client_id, {}), IsOk());
  EXPECT_THAT(copy.Create("user", "{}"), HasError(403));
  EXPECT_THAT(session->EntityType("user"), HasError(403));
  ASSERT_THAT(Host().SetFeatures(client->client_id, {"owner"}), IsOk());
  EXPECT_THAT(copy.EntityTypeNames(), IsOk());
  EXPECT_THAT(copy.SetFeatures("", {"direct_access"}), HasError(200));
  EXPECT_THAT(copy.SetFeatures("", {"owner", "direct_access"}), IsOk());
  EXPECT_THAT(copy.SetFeatures("nobody", {"owner"}), HasError(200));
}

TEST_F(ReopenTest, OnlyTheHostNamesAClientsSecret) {
  const Client given{
      .client_id = "given", .client_secret = "first", .description = "", .features = {"owner"}};
  ASSERT_THAT(Host().AddClient(given), IsOk());
  Client again = given;
  again.client_secret = "second";
  again.features = {};
  ASSERT_THAT(Host().AddClient(again), IsOk()) << "nothing changes where the id exists";
  EXPECT_THAT(engine_->ClientSession("given", "second"), HasError(402));
  auto owner = engine_->ClientSession("given", "first");
  ASSERT_THAT(owner, IsOk());
  EXPECT_THAT(owner->AddClient(Client{
                  .client_id = "x", .client_secret = "y", .description = "", .features = {}}),
              HasError(403));
  for (const Client& refused :
       {Client{.client_id = "", .client_secret = "y", .description = "", .features = {}},
        Client{.client_id = "x", .client_secret = "", .description = "", .features = {}}}) {
    EXPECT_THAT(Host().AddClient(refused), HasError(100));
  }
  EXPECT_THAT(Host().SetFeatures("", {"owner"}), HasError(100)) << "the host is no client";
  EXPECT_THAT(engine_->ClientSession("", ""), HasError(402));
  EXPECT_THAT(engine_->ClientSession("given", ""), HasError(402));
  EXPECT_THAT(engine_->ClientSession("GIVEN", "first"), HasError(402));
}

}  // namespace
}  // namespace dossier
