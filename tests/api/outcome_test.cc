// What an answer tells a log beside its text.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::Contains;
using ::testing::HasSubstr;

class OutcomeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = Engine::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    ASSERT_THAT(engine_->HostSession().CreateEntityType("user", "[]"), IsOk());
    ASSERT_THAT(engine_->HostSession().AddClient(
                    {.client_id = "owner", .client_secret = "secret", .features = {"owner"}}),
                IsOk());
  }

  Outcome Answer(const std::string& path, const std::string& form) const {
    Request request{.path = path};
    AddForm(form, request.parameters);
    return Api(*engine_).Answer(request);
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

constexpr char kOwner[] = "client_id=owner&client_secret=secret&type_name=user";

TEST_F(OutcomeTest, OfACallThatWentWell) {
  const Outcome outcome = Answer("/entity.create", std::string(kOwner) + "&attributes={}");
  EXPECT_EQ(outcome.operation, "entity.create");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.client_id, "owner");
  EXPECT_EQ(outcome.request_id.size(), 16);
  EXPECT_NE(outcome.request_id,
            Answer("/entity.create", std::string(kOwner) + "&attributes={}").request_id);
  EXPECT_THAT(outcome.body, HasSubstr(R"("stat":"ok")"));
}

TEST_F(OutcomeTest, OfARefusedCall) {
  const Outcome outcome = Answer("/entity", std::string(kOwner) + "&id=77");
  EXPECT_EQ(outcome.operation, "entity");
  EXPECT_EQ(outcome.code, 310);
  EXPECT_EQ(outcome.client_id, "owner");
  EXPECT_THAT(outcome.body, HasSubstr(R"("request_id":")" + outcome.request_id + "\""));
}

TEST_F(OutcomeTest, NamesNoClientThatHasNotProvedToBeIt) {
  const Outcome wrong = Answer("/entity", "client_id=owner&client_secret=x&type_name=user&id=1");
  EXPECT_EQ(wrong.code, 402);
  EXPECT_EQ(wrong.client_id, "");
  const Outcome none = Answer("/entity", "type_name=user&id=1");
  EXPECT_EQ(none.code, 205);
  EXPECT_EQ(none.client_id, "");
}

TEST_F(OutcomeTest, NamesNoOperationThatThereIsNot) {
  for (const char* path : {"/entity.frobnicate", "/", "", "entity"}) {
    const Outcome outcome = Answer(path, kOwner);
    EXPECT_EQ(outcome.operation, "") << path;
    EXPECT_EQ(outcome.code, 404) << path;
  }
}

TEST_F(OutcomeTest, OperationNamesAreDistinctAndAnswered) {
  std::vector<std::string_view> names = OperationNames();
  for (const std::string_view name : names) {
    EXPECT_EQ(Answer("/" + std::string(name), "").operation, name);
  }
  EXPECT_THAT(names, Contains("entity.update"));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace dossier::api
