// Passwords through the engine: its option, and elements that have left their record.
#include <string>
#include <vector>

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

TEST(Password, TheCostOfBcryptIsAnOptionWithBounds) {
  for (const int cost : {3, 17, -1}) {
    TemporaryDirectory top;
    EXPECT_THAT(Engine::Open({.directory = top.path(), .bcrypt_cost = cost}), HasError(200));
  }
  TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path(), .bcrypt_cost = 5});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("user", DefaultUserAttrDefs()), IsOk());
  const auto created = host.Create("user", R"({"password":"x"})", {.include_record = true});
  ASSERT_THAT(created, IsOk());
  EXPECT_THAT(created->record,
              HasSubstr(R"("password":{"type":"password-bcrypt","value":"$2a$05$)"));
}

TEST(Password, IsCheckedInAnElementThatHasLeftItsRecord) {
  TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path(), .large_plural_bytes = 512});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("vault", R"([{"name":"name","type":"string"},
                  {"name":"keys","type":"plural","attr_defs":[
                    {"name":"key","type":"password"}]}])"),
              IsOk());
  std::string keys;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&keys, i == 0 ? "" : ",", R"({"key":{"type":"password-base64","value":")",
                    i == 42 ? "UGFzczEyMw==" : "eA==", "\"}}");
  }
  const auto created = host.Create("vault", absl::StrCat(R"({"name":"v","keys":[)", keys, "]}"));
  ASSERT_THAT(created, IsOk());
  const auto check = [&](uint64_t element, const char* text) {
    GetOptions options;
    options.path = "name";
    options.password_attribute = absl::StrCat("/keys#", element, "/key");
    options.password_value = text;
    return host.Get("vault", EntityKey::Id(created->id), options);
  };
  const uint64_t element = created->id + 43;
  EXPECT_THAT(check(element, "Pass123"), IsOkAndHolds("\"v\""));
  EXPECT_THAT(check(element, "x"), HasError(350));
  EXPECT_THAT(check(element + 1, "x"), IsOkAndHolds("\"v\""));
  EXPECT_THAT(check(element + 1, "Pass123"), HasError(350));
  EXPECT_THAT(check(created->id + 101, "x"), HasError(310));
}

}  // namespace
}  // namespace dossier
