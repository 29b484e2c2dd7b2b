// Session::AddClient of a client as the host gives it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "dossier/engine.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::HasError;
using testing::IsOk;

class AddClientTest : public ::testing::Test {
 protected:
  AddClientTest() : engine_(*Engine::Open({.directory = directory_.Join("store")})) {}

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(AddClientTest, KeepsTheWhitelist) {
  Client client{.client_id = "a", .client_secret = "b", .features = {"owner"}};
  client.whitelist = {"10.0.0.0/8"};
  EXPECT_THAT(engine_->HostSession().AddClient(client), IsOk());
  EXPECT_THAT(engine_->ClientSession("a", "b"), HasError(403));
  EXPECT_THAT(engine_->ClientSession("a", "b", "11.0.0.1"), HasError(403));
  EXPECT_THAT(engine_->ClientSession("a", "b", "10.0.0.1"), IsOk());
}

TEST_F(AddClientTest, RefusesAWhitelistThatIsNone) {
  Client client{.client_id = "a", .client_secret = "b", .features = {"owner"}};
  client.whitelist = {"10.0.0.0/33"};
  EXPECT_THAT(engine_->HostSession().AddClient(client), HasError(200));
  EXPECT_THAT(engine_->ClientSession("a", "b"), HasError(402));
}

TEST_F(AddClientTest, LeavesAnExistingClientAsItIs) {
  const Client first{.client_id = "a", .client_secret = "b", .features = {"owner"}};
  const Client second{.client_id = "a", .client_secret = "c", .features = {}};
  ASSERT_THAT(engine_->HostSession().AddClient(first), IsOk());
  EXPECT_THAT(engine_->HostSession().AddClient(second), IsOk());
  EXPECT_THAT(engine_->ClientSession("a", "b"), IsOk());
  EXPECT_THAT(engine_->ClientSession("a", "c"), HasError(402));
}

}  // namespace
}  // namespace dossier
