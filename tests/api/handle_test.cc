// Whole requests: who sends them, what they may lack, and the form of every answer.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/json_value.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class HandleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Open());
    Session host = engine_->HostSession();
    ASSERT_THAT(
        host.CreateEntityType("user", R"([{"name":"code","type":"string","constraints":["unique"]},
                                {"name":"n","type":"integer"},
                                {"name":"list","type":"plural","attr_defs":[
                                  {"name":"x","type":"string"}]}])"),
        IsOk());
    for (const auto& [id, secret] : {std::pair{"owner", "s:e=c"}, {"ärger", "a b+"}}) {
      ASSERT_THAT(
          host.AddClient(
              {.client_id = id, .client_secret = secret, .description = "", .features = {"owner"}}),
          IsOk());
    }
  }

  void Open() {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  // Every answer is one JSON object with its "stat".
  std::string Send(const Request& request) {
    std::string answer = Api(*engine_).Handle(request);
    const auto json = JsonValue::Parse(answer, "answer");
    EXPECT_THAT(json, IsOk()) << answer;
    EXPECT_TRUE(json.ok() && json->object() != nullptr && json->Find("stat") != nullptr) << answer;
    return answer;
  }
  std::string Send(const std::string& path, const std::string& form,
                   const std::string& authorization = Basic("owner:s:e=c")) {
    Request request{.path = path, .authorization = authorization};
    AddForm(form, request.parameters);
    return Send(request);
  }

  static std::string Basic(const std::string& pair) { return "Basic " + absl::Base64Escape(pair); }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

struct CredentialsRow {
  const char* name;
  std::string authorization;
  std::string form;
  int code;  // 0: let in
};

TEST_F(HandleTest, KnowsItsCallers) {
  const std::string good = absl::Base64Escape("owner:s:e=c");
  const CredentialsRow rows[] = {
      {"header", "Basic " + good, "", 0},
      {"lower case scheme", "basic " + good, "", 0},
      {"upper case scheme", "BASIC " + good, "", 0},
      {"more blanks", "Basic   " + good + "  ", "", 0},
      {"without padding", Basic("owner:s:e=c").substr(0, 6 + 15), "", 0},
      {"id and secret beyond ASCII", Basic("ärger:a b+"), "", 0},
      {"parameters", "", "client_id=owner&client_secret=s:e%3Dc", 0},
      {"parameters, raw", "", "client_id=owner&client_secret=s:e=c", 0},
      {"the last of parameters that repeat", "",
       "client_id=x&client_id=owner&client_secret=x&client_secret=s:e=c", 0},
      {"header before parameters", "Basic " + good, "client_id=x&client_secret=y", 0},
      {"wrong header before right parameters", Basic("owner:wrong"),
       "client_id=owner&client_secret=s:e=c", 402},
      {"none", "", "", 205},
      {"unknown scheme", "Bearer " + good, "", 205},
      {"OAuth", "OAuth token", "", 413},
      {"no scheme", good, "", 205},
      {"scheme alone", "Basic", "", 402},
      {"scheme and blank", "Basic ", "", 402},
      {"no base64", "Basic !!!!", "", 402},
      {"cut base64", "Basic " + good.substr(0, 13), "", 402},
      {"no colon", Basic("owner"), "", 402},
      {"empty pair", Basic(":"), "", 402},
      {"empty id", Basic(":s:e=c"), "", 402},
      {"empty secret", Basic("owner:"), "", 402},
      {"part of the secret", Basic("owner:s"), "", 402},
      {"secret and more", Basic("owner:s:e=c "), "", 402},
      {"nul in the id", Basic(std::string("owner\0:s:e=c", 12)), "", 402},
      {"other case", Basic("Owner:s:e=c"), "", 402},
      {"only an id", "", "client_id=owner", 100},
      {"only a secret", "", "client_secret=s:e=c", 100},
      {"empty parameters", "", "client_id=&client_secret=", 402},
  };
  for (const CredentialsRow& row : rows) {
    const std::string answer = Send("/entityType.list", row.form, row.authorization);
    const std::string wanted =
        row.code == 0 ? R"("stat":"ok")" : absl::StrCat(R"("code":)", row.code, ",");
    EXPECT_THAT(answer, HasSubstr(wanted)) << row.name;
  }
}

struct RequestRow {
  const char* name;
  std::string path;
  std::string form;
  std::string wanted;  // in the answer
};

TEST_F(HandleTest, ReadsArguments) {
  const std::string t = "type_name=user";
  const RequestRow rows[] = {
      {"create", "/entity.create", t + R"(&attributes={"code":"a"})", R"("id":1,"uuid":")"},
      {"read", "/entity", t + "&id=1", R"("code":"a")"},
      {"id with zeros", "/entity", t + "&id=0001", R"("code":"a")"},
      {"id 0", "/entity", t + "&id=0", R"("code":310)"},
      {"last id", "/entity", t + "&id=18446744073709551615", R"("code":310)"},
      {"id past 64 bits", "/entity", t + "&id=18446744073709551616", R"("code":200)"},
      {"negative id", "/entity", t + "&id=-1", R"("code":200)"},
      {"signed id", "/entity", t + "&id=%2B1", R"("code":200)"},
      {"blank before id", "/entity", t + "&id=+1", R"("code":200)"},
      {"empty id", "/entity", t + "&id=", R"("code":200)"},
      {"hex id", "/entity", t + "&id=0x1", R"("code":200)"},
      {"id with a nul", "/entity", t + "&id=1%00", R"("code":200)"},
      {"no selector", "/entity", t, R"("argument_name":"uuid")"},
      {"two selectors", "/entity", t + "&id=1&uuid=x", R"("code":201)"},
      {"one selector twice", "/entity", t + "&id=1&id=1", R"("code":201)"},
      {"value without attribute", "/entity", t + "&key_value=1",
       R"("argument_name":"key_attribute")"},
      {"attribute without value", "/entity", t + "&key_attribute=code",
       R"("argument_name":"key_value")"},
      {"two key values", "/entity", t + "&key_attribute=code&key_value=1&key_value=2",
       R"("code":201)"},
      {"key", "/entity", t + R"(&key_attribute=code&key_value="A")", R"("code":"a")"},
      {"bare key", "/entity", t + "&key_attribute=/code&key_value=a", R"("code":"a")"},
      {"null key", "/entity", t + "&key_attribute=code&key_value=null", R"("code":200)"},
      {"empty key", "/entity", t + "&key_attribute=code&key_value=", R"("code":310)"},
      {"object key", "/entity", t + "&key_attribute=code&key_value={}", R"("code":341)"},
      {"key that is not unique", "/entity", t + "&key_attribute=n&key_value=1", R"("code":200)"},
      {"key that is not there", "/entity", t + "&key_attribute=zz&key_value=1", R"("code":223)"},
      {"key of the root", "/entity", t + "&key_attribute=/&key_value=1", R"("code":200)"},
      {"key id", "/entity", t + "&key_attribute=id&key_value=1", R"("code":"a")"},
      {"key id as text", "/entity", t + R"(&key_attribute=id&key_value="1")", R"("code":200)"},
      {"key id 0", "/entity", t + "&key_attribute=id&key_value=0", R"("code":200)"},
      {"key created", "/entity", t + "&key_attribute=created&key_value=1", R"("code":200)"},
      {"bad uuid", "/entity", t + "&uuid=1", R"(invalid uuid)"},
      {"no type", "/entity", "id=1", R"("argument_name":"type_name")"},
      {"unknown type", "/entity", "id=1&type_name=x", R"("code":222)"},
      {"type that is no UTF-8", "/entity", "id=1&type_name=%FFx",
       "\"type_name\":\"\xef\xbf\xbdx\""},
      {"path that is no UTF-8", "/entity", t + "&id=1&attribute_name=%FE", R"("code":223)"},
      {"flag 1", "/entity.update", t + "&id=1&value={}&include_record=1", R"("result":{)"},
      {"flag true", "/entity.update", t + "&id=1&value={}&include_record=true", R"("result":{)"},
      {"flag 0", "/entity.update", t + "&id=1&value={}&include_record=0", R"({"stat":"ok"})"},
      {"flag empty", "/entity.update", t + "&id=1&value={}&include_record=", R"({"stat":"ok"})"},
      {"flag yes", "/entity.update", t + "&id=1&value={}&include_record=yes", R"("code":200)"},
      {"flag True", "/entity.update", t + "&id=1&value={}&include_record=True", R"("code":200)"},
      {"value and attributes", "/entity.update", t + "&id=1&value={}&attributes={}",
       R"("code":201)"},
      {"neither", "/entity.replace", t + "&id=1", R"("argument_name":"value")"},
      {"attributes for value", "/entity.replace", t + R"(&id=1&attributes={"code":"a"})",
       R"({"stat":"ok"})"},
      {"error names attributes", "/entity.replace", t + "&id=1&attributes={",
       R"("argument_name":"attributes")"},
      {"bad time", "/entity", t + "&id=1&created=soon", R"("argument_name":"created")"},
      {"empty time", "/entity", t + "&id=1&lastUpdated=", R"("code":342)"},
      {"other time", "/entity", t + "&id=1&created=2001-01-01", R"("code":330)"},
      {"projection", "/entity", t + R"(&id=1&attributes=["code"])", R"("result":{"code":"a"})"},
      {"projection of no list", "/entity", t + "&id=1&attributes=code", R"("code":200)"},
      {"projection of numbers", "/entity", t + "&id=1&attributes=[1]", R"("code":200)"},
      {"projection, empty", "/entity", t + "&id=1&attributes=", R"("n":null)"},
      {"delete of a scalar", "/entity.delete", t + "&id=1&attribute_name=code", R"("code":200)"},
      {"delete of a plural", "/entity.delete", t + "&id=1&attribute_name=list", R"("code":200)"},
      {"delete of no element", "/entity.delete", t + "&id=1&attribute_name=list%239",
       R"("code":310)"},
      {"features missing", "/clients/set_features", "", R"("argument_name":"features")"},
      {"features empty", "/clients/set_features", "features=", R"("code":200)"},
      {"unknown feature", "/clients/set_features", R"(features=["emperor"])",
       "emperor is not a valid feature name"},
      {"owner from oneself", "/clients/set_features", "features=[]", R"("code":200)"},
      {"description that is no UTF-8", "/clients/add", "description=%FF", R"("code":200)"},
      {"list by both names", "/clients/list", R"(has_features=["owner"]&features=["login_client"])",
       R"("owner")"},
      {"case of the path", "/Entity", t + "&id=1", R"("code":404)"},
      {"no slash", "entity", t + "&id=1", R"("code":404)"},
      {"slash behind", "/entity/", t + "&id=1", R"("code":404)"},
      {"no path", "", "", R"("code":404)"},
  };
  for (const RequestRow& row : rows) {
    EXPECT_THAT(Send(row.path, row.form), HasSubstr(row.wanted)) << row.name;
  }
}

TEST_F(HandleTest, AnswersEachOperationWithACompactOk) {
  const std::string t = "type_name=user&";
  const std::pair<const char*, std::string> calls[] = {
      {"/entity.create", t + "attributes={\"list\":[{\"x\":\"y\"}]}"},
      {"/entity", t + "id=1"},
      {"/entity.update", t + "id=1&value={}"},
      {"/entity.replace", t + "id=1&value={}"},
      {"/entity.delete", t + "id=1"},
      {"/entityType", t},
      {"/entityType.create", "type_name=other&attr_defs=[]"},
      {"/entityType.list", ""},
      {"/clients/set_features", "features=[\"owner\"]"},
      {"/clients/add", "features=[\"login_client\"]"},
      {"/clients/list", ""},
  };
  for (const auto& [path, form] : calls) {
    EXPECT_THAT(Send(path, form), AllOf(HasSubstr(R"("stat":"ok")"), Not(HasSubstr("request_id"))))
        << path;
  }
}

TEST_F(HandleTest, NamesEachFailedRequestAnew) {
  const std::string one = Send("/entity", ""), two = Send("/entity", "");
  EXPECT_THAT(one, ContainsRegex("\"request_id\":\"[a-z0-9]+\""));
  EXPECT_NE(one, two);
  const size_t at = one.find("\"request_id\":\"") + 14;
  EXPECT_EQ(one.find('"', at) - at, 16u);
}

// The machine's own errors say neither where the store is nor what is in it.
TEST_F(HandleTest, TellsNothingOfDamage) {
  ASSERT_THAT(Send("/entity.create", R"(type_name=user&attributes={"code":"private"})"),
              HasSubstr("ok"));
  engine_.reset();
  {
    auto store = Store::Open({.directory = top_.path()});
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    batch.Put(Family::kRecords, RecordKey(TypeId{1}, 1).view(), "private");
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
  }
  ASSERT_NO_FATAL_FAILURE(Open());
  for (const char* form : {"type_name=user&id=1", "type_name=user&id=1&value={}",
                           R"(type_name=user&attributes={"code":"private"})"}) {
    for (const char* path : {"/entity", "/entity.update", "/entity.create", "/entity.delete"}) {
      const std::string answer = Send(path, form);
      EXPECT_THAT(answer, AllOf(Not(HasSubstr("private")), Not(HasSubstr(top_.path())),
                                Not(HasSubstr("record 1")), Not(HasSubstr("claim"))));
    }
  }
  EXPECT_THAT(Send("/entity", "type_name=user&id=1"),
              AllOf(HasSubstr(R"("code":500)"), HasSubstr(R"("error":"unexpected_error")")));
  // An answer may be ok that has the error of a record: a log hears of it all the same.
  std::vector<std::string> causes;
  const Api api(*engine_, [&](std::string_view, const absl::Status& cause) {
    causes.emplace_back(cause.message().data(), cause.message().size());
  });
  Request request{.path = "/entity.bulkCreate"};
  AddForm(absl::StrCat("client_id=owner&client_secret=s:e=c&type_name=user&all_attributes=",
                       R"([{"code":"private"},{"code":"private"},{"code":"other"}])"),
          request.parameters);
  EXPECT_THAT(api.Handle(request), AllOf(HasSubstr(R"("stat":"ok")"), HasSubstr(R"("code":500)")));
  EXPECT_THAT(causes, ElementsAre(HasSubstr("record 1 ")));
}

}  // namespace
}  // namespace dossier::api
