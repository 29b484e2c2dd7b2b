// What is answered at once, and what is left for a thread that may take longer.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr char kDefs[] = R"([{"name":"email","type":"string","constraints":["unique"]},
                            {"name":"text","type":"string"},
                            {"name":"word","type":"password-bcrypt"},
                            {"name":"list","type":"plural","attr_defs":[
                              {"name":"text","type":"string"}]}])";

class AtOnceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine =
        Engine::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20, .bcrypt_cost = 4});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    Session host = engine_->HostSession();
    ASSERT_THAT(host.CreateEntityType("user", kDefs), IsOk());
    ASSERT_THAT(host.AddClient({.client_id = "a", .client_secret = "b", .features = {"owner"}}),
                IsOk());
    ASSERT_THAT(host.Create("user", R"({"email":"small","text":"x","word":"pw","list":[{}]})"),
                IsOk());
    const std::string text(kReadAtOnceBytesMax, 'x');
    ASSERT_THAT(host.Create("user", absl::StrCat(R"({"email":"long","text":")", text, "\"}")),
                IsOk());
    ASSERT_THAT(host.Create("user", absl::StrCat(R"({"email":"plural","list":[{"text":")",
                                                 text.substr(0, 9'000), "\"}]}")),
                IsOk());
  }

  // Also makes sure that, at once or not, the answer is the same but for its request id.
  std::optional<Outcome> AtOnce(const std::string& path, const std::string& form) const {
    Request request{.path = path};
    AddForm("client_id=a&client_secret=b&type_name=user&" + form, request.parameters);
    std::optional<Outcome> at_once = Api(*engine_).AnswerAtOnce(request);
    if (at_once && path == "/entity") {
      Outcome whole = Api(*engine_).Answer(request);
      EXPECT_EQ(at_once->code, whole.code);
      EXPECT_EQ(at_once->operation, whole.operation);
      EXPECT_EQ(at_once->client_id, whole.client_id);
      EXPECT_EQ(at_once->body.size(), whole.body.size());
      if (whole.code == 0) {
        EXPECT_EQ(at_once->body, whole.body);
      }
    }
    return at_once;
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

constexpr char kSmall[] = R"(key_attribute=email&key_value="small")";

TEST_F(AtOnceTest, ASmallRecordIsRead) {
  for (const char* more : {"", "&attribute_name=/list", R"(&attributes=["text"])"}) {
    const auto outcome = AtOnce("/entity", std::string(kSmall) + more);
    ASSERT_TRUE(outcome) << more;
    EXPECT_THAT(outcome->body, HasSubstr(R"("stat":"ok")")) << more;
  }
}

TEST_F(AtOnceTest, ErrorsAreAnswered) {
  for (const char* form : {"id=987654", "id=x", "id=1&attribute_name=/nothing",
                           R"(key_attribute=email&key_value="nobody")", "access_token=none&id=1"}) {
    const auto outcome = AtOnce("/entity", form);
    ASSERT_TRUE(outcome) << form;
    EXPECT_NE(outcome->code, 0) << form;
    EXPECT_THAT(outcome->body, HasSubstr(outcome->request_id)) << form;
  }
}

TEST_F(AtOnceTest, WhatReadsMuchIsNot) {
  EXPECT_FALSE(AtOnce("/entity", R"(key_attribute=email&key_value="long")"));
  EXPECT_FALSE(AtOnce("/entity", R"(key_attribute=email&key_value="plural")"));
  EXPECT_FALSE(AtOnce("/entity", "id=1&entity_path=/list"));
}

TEST_F(AtOnceTest, WhatComputesIsNotHoweverItIsWritten) {
  for (const char* question : {"&password_attribute=word&password_value=pw",
                               "&password_attribute=word&password%5Fvalue=pw",
                               "&p%61ssword_attribute=word&password_valu%65=wrong",
                               "&%70assword%5fattribute=%77ord&%70assword%5fvalue=pw"}) {
    EXPECT_FALSE(AtOnce("/entity", std::string(kSmall) + question)) << question;
  }
}

TEST_F(AtOnceTest, WhatWritesIsNotAndDoesNothing) {
  for (const char* path : {"/entity.update", "/entity.replace", "/entity.delete", "/entity.create",
                           "/entityType", "/clients/list", "/nowhere"}) {
    EXPECT_FALSE(AtOnce(path, std::string(kSmall) + R"(&value={"text":"new"}&attributes={})"))
        << path;
  }
  EXPECT_THAT(AtOnce("/entity", kSmall)->body, HasSubstr(R"("text":"x")"));
}

}  // namespace
}  // namespace dossier::api
