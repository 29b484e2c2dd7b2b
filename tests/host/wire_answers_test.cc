// Items 9 to 16 of the promise to existing clients: what answers look like.
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "wire_fixture.h"

namespace dossier::host_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kTime[] = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6} [+]0000";

TEST_F(WireTest, Item09_ErrorsAreHttp200) {
  for (const std::string& request :
       {Post("/entity", "type_name=user&id=987654"), Post("/entity", "type_name=nothing&id=1"),
        Post("/entity.create", "type_name=user&attributes={"), Get("/entity.frobnicate"),
        std::string("GET /entity?type_name=user&id=1 HTTP/1.1\r\n\r\n"),
        std::string("GET /entity HTTP/1.1\r\nAuthorization: Basic eDp5\r\n\r\n")}) {
    const Answer answer = Exchange(port_, request);
    EXPECT_EQ(answer.status, 200) << request;
    EXPECT_THAT(answer.body, HasSubstr(R"("stat":"error")")) << request;
  }
}

TEST_F(WireTest, Item09_EndpointsThatThereAreNot) {
  for (const char* path : {"/entity.frobnicate", "/", "/entity/", "/clients", "/Entity"}) {
    for (const std::string& request : {Get(path), Post(path, "type_name=user")}) {
      EXPECT_EQ(Exchange(port_, request).body,
                R"({"code":404,"error":"invalid_api_method","error_description":)"
                R"("This API endpoint does not exist","stat":"error"})")
          << path;
    }
  }
}

TEST_F(WireTest, Item09_NoCredentials) {
  EXPECT_THAT(Exchange(port_, "GET /entity?type_name=user&id=1 HTTP/1.1\r\n\r\n").body,
              AllOf(HasSubstr(R"("code":205,"error":"invalid_auth_method")"),
                    HasSubstr("\"error_description\":\"no authentication provided, for example "
                              "client_id and client_secret\"")));
}

TEST_F(WireTest, Item10_TypeCacheAndCompactJsonOnEveryAnswer) {
  Make("compact@example.com", R"(,"display":{ "a" : [ 1, 2 ] })");
  for (const std::string& request :
       {Post("/entity", Key("compact@example.com")), Post("/entity", "type_name=user&id=987654"),
        Get("/nowhere"), Post("/entityType", "type_name=user"), Get("/clients/list")}) {
    const Answer answer = Exchange(port_, request);
    EXPECT_EQ(answer.Header("Content-Type"), "application/json") << request;
    EXPECT_EQ(answer.Header("Cache-Control"), "no-store") << request;
    EXPECT_THAT(answer.body,
                ::testing::AnyOf(HasSubstr(R"("stat":"ok")"), HasSubstr(R"("stat":"error")")))
        << request;
    EXPECT_THAT(answer.body, Not(HasSubstr("\": "))) << request;
    EXPECT_THAT(answer.body, Not(HasSubstr("\n"))) << request;
  }
}

TEST_F(WireTest, Item10_GzipOnlyWhereItIsAskedFor) {
  Make("coded@example.com", R"(,"aboutMe":")" + std::string(5'000, 'x') + "\"");
  const auto coding = [](const std::string& header) {
    const std::string form = Key("coded@example.com");
    return Exchange(port_, "POST /entity HTTP/1.1\r\n" + std::string(kBasic) + header + Form(form))
        .Header("Content-Encoding");
  };
  for (const char* header : {"Accept-Encoding: gzip\r\n", "Accept-Encoding: gzip, deflate, br\r\n",
                             "accept-encoding: deflate;q=0.5, gzip;q=0.8, identity;q=0.1\r\n",
                             "Accept-Encoding: gzip;q=1.0,*;q=0\r\n"}) {
    EXPECT_EQ(coding(header), "gzip") << header;
  }
  for (const char* header : {"", "Accept-Encoding: identity\r\n", "Accept-Encoding: \r\n",
                             "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: deflate\r\n",
                             "Accept-Encoding: identity;q=1, *;q=0\r\n"}) {
    EXPECT_EQ(coding(header), "") << header;
  }
}

TEST_F(WireTest, Item11_EveryErrorHasItsMembers) {
  for (const std::string& answer :
       {Call("/entity", "type_name=user&id=987654"), Call("/entity", "type_name=nothing&id=1"),
        Call("/entity", "type_name=user"), Call("/entity.create", "type_name=user&attributes={")}) {
    EXPECT_THAT(answer, MatchesRegex(R"(\{"stat":"error","code":[0-9]+,"error":"[a-z_]+",)"
                                     R"("error_description":"[^"]+",.*"request_id":"[^"]+".*\})"));
  }
  const std::string unknown =
      Call("/entity.create", R"(type_name=user&attributes={"firstNames":1})");
  EXPECT_THAT(unknown,
              AllOf(HasSubstr("\"code\":223,"), HasSubstr(R"("attribute_name":"/firstNames")"),
                    HasSubstr("\"attribute does not exist: /firstNames\"")));
}

TEST_F(WireTest, Item11_WordsThatClientsTest) {
  Make("words@example.com");
  EXPECT_THAT(Call("/entity", "type_name=user&id=987654"),
              AllOf(HasSubstr("\"code\":310,"), HasSubstr("not found")));
  EXPECT_THAT(
      Call("/entity.create", R"(type_name=user&attributes={"email":"words@example.com"})"),
      AllOf(HasSubstr("\"code\":361,"), HasSubstr("\"Attempted to update a duplicate value\"")));
  // What clients look for in the text of one error is in no other.
  const std::string others[] = {
      Call("/entity", "type_name=nothing&id=1"),
      Call("/entity", "type_name=user&id=x"),
      Call("/entity", "type_name=user&uuid=x"),
      Call("/entity", "type_name=user"),
      Call("/entity", "id=1"),
      Call("/entity.create", "type_name=user&attributes={"),
      Call("/entity.create", "type_name=user&attributes=[]"),
      Call("/entity.create", R"(type_name=user&attributes={"nothing":1})"),
      Call("/entity.create", R"(type_name=user&attributes={"birthday":"x"})"),
      Call("/entity.create",
           R"(type_name=user&attributes={"gender":")" + std::string(200, 'x') + "\"}"),
      Call("/entity.create", R"(type_name=user&attributes={"id":7})"),
      Call("/entity.update", Key("words@example.com") + "&value={}&lastUpdated=2001-01-01"),
      Call("/entity.update", Key("words@example.com") + "&value=7"),
      Call("/entity", Key("words@example.com") + "&attribute_name=/nothing"),
      Call("/entityType.create", "type_name=user&attr_defs=[]"),
      Call("/entity.create", R"(type_name=user&attributes={"email":"words@example.com"})"),
      Exchange(port_, "GET /entity HTTP/1.1\r\nAuthorization: Basic eDp5\r\n\r\n").body,
      Exchange(port_, "GET /entity HTTP/1.1\r\nAuthorization: OAuth x\r\n\r\n").body,
      Exchange(port_, "GET /entity HTTP/1.1\r\n\r\n").body,
      Exchange(port_, Get("/nowhere")).body,
  };
  for (const std::string& answer : others) {
    EXPECT_THAT(answer, HasSubstr(R"("stat":"error")"));
    for (const char* words :
         {"not found", "malformed", "not a valid id", "too large", "for_client_id"}) {
      EXPECT_THAT(answer, Not(HasSubstr(words)));
    }
  }
}

TEST_F(WireTest, Item12_ReservedAttributes) {
  const std::string made = Make("reserved@example.com");
  EXPECT_THAT(made, MatchesRegex(R"(.*"id":[0-9]+,"uuid":"[0-9a-f-]{36}",.*)"));
  const std::string read = At("reserved@example.com");
  EXPECT_EQ(Member(read, "id"), Member(made, "id"));
  EXPECT_THAT(Member(read, "uuid"), MatchesRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  EXPECT_THAT(Member(read, "created"), MatchesRegex(kTime));
  EXPECT_THAT(Member(read, "lastUpdated"), MatchesRegex(kTime));
}

TEST_F(WireTest, Item12_EveryAttributeIsThere) {
  Make("whole@example.com");
  EXPECT_THAT(At("whole@example.com"),
              AllOf(HasSubstr(R"("givenName":null)"), HasSubstr(R"("statuses":[])"),
                    HasSubstr(R"("optIn":{"status":null,"updated":null})"),
                    HasSubstr(R"("consents":{"marketing":{"granted":null,)"),
                    HasSubstr(R"("properties":{"managedBy":[]})")));
}

TEST_F(WireTest, Item12_AttributesAreChosenByPath) {
  Make("chosen@example.com",
       R"(,"primaryAddress":{"city":"Oslo","zip":"1"},"statuses":[{"status":"a"},{"status":"b"}])");
  EXPECT_THAT(Call("/entity", Key("chosen@example.com") + R"(&attributes=["primaryAddress.city"])"),
              HasSubstr(R"("result":{"primaryAddress":{"city":"Oslo"}})"));
  EXPECT_THAT(
      At("chosen@example.com", "statuses"),
      MatchesRegex(R"(.*"result":\[\{"id":[0-9]+,"status":"a",.*\{"id":[0-9]+,"status":"b".*)"));
}

TEST_F(WireTest, Item13_CreateAnswersScalarsUnlessAskedForMore) {
  const std::string form = R"(type_name=user&attributes={"givenName":"A"})";
  EXPECT_THAT(Call("/entity.create", form),
              MatchesRegex(R"(\{"id":[0-9]+,"uuid":"[0-9a-f-]{36}","stat":"ok"\})"));
  EXPECT_THAT(
      Call("/entity.create", form + "&include_record=true"),
      MatchesRegex(
          R"(\{"id":[0-9]+,"uuid":"[^"]+","result":\{.*"givenName":"A".*\},"stat":"ok"\})"));
}

TEST_F(WireTest, Item14_EntityTypesAnswerTheirSchema) {
  const auto is_schema_of = [](const std::string& name) {
    return MatchesRegex(R"(\{"schema":\{("name":")" + name + R"(",)?"attr_defs":\[.*\](,"name":")" +
                        name + R"(")?\},"stat":"ok"\})");
  };
  EXPECT_THAT(
      Call("/entityType.create", R"(type_name=thing&attr_defs=[{"name":"a","type":"string"}])"),
      is_schema_of("thing"));
  const std::string whole = Call("/entityType", "type_name=thing");
  EXPECT_THAT(whole, is_schema_of("thing"));
  for (const char* name : {"id", "uuid", "created", "lastUpdated"}) {
    EXPECT_THAT(whole, HasSubstr(R"("name":")" + std::string(name) + "\""));
  }
  const std::string own = Call("/entityType", "type_name=thing&remove_reserved=true");
  EXPECT_THAT(own, AllOf(is_schema_of("thing"), HasSubstr(R"("name":"a")"),
                         Not(HasSubstr(R"("name":"uuid")"))));
  EXPECT_THAT(
      Call("/entityType.addAttribute", R"(type_name=thing&attr_def={"name":"b","type":"integer"})"),
      is_schema_of("thing"));
  EXPECT_THAT(Call("/entityType.setAttributeConstraints",
                   R"(type_name=thing&attribute_name=a&constraints=["unique"])"),
              is_schema_of("thing"));
  EXPECT_THAT(Call("/entityType.setAttributeDescription",
                   R"(type_name=thing&attribute_name=a&description="what \"a\" is")"),
              AllOf(is_schema_of("thing"), HasSubstr(R"("description":"what \"a\" is")")));
  EXPECT_THAT(Call("/entityType.setAttributeDescription",
                   "type_name=thing&attribute_name=a&description=bare"),
              HasSubstr("\"code\":200,"));
  // A key_value is JSON too.
  EXPECT_THAT(Call("/entity.create", R"(type_name=thing&attributes={"a":"x"})"), HasSubstr(kOk));
  EXPECT_THAT(Call("/entity", R"(type_name=thing&key_attribute=a&key_value="x")"), HasSubstr(kOk));
  EXPECT_THAT(Call("/entityType.renameAttribute", "type_name=thing&source_name=b&target_name=c"),
              is_schema_of("thing"));
  EXPECT_THAT(Call("/entityType.removeAttribute", "type_name=thing&attribute_name=c"),
              is_schema_of("thing"));
}

TEST_F(WireTest, Item14_RulesGoByTheirUuidAlone) {
  EXPECT_THAT(
      Call("/entityType.create", R"(type_name=ruled&attr_defs=[{"name":"a","type":"string"}])"),
      HasSubstr(kOk));
  const std::string added =
      Call("/entityType.addRule", R"(type_name=ruled&attributes=["/a"]&definition="to-upper")");
  EXPECT_THAT(added, HasSubstr(kOk));
  EXPECT_THAT(Call("/entityType.rules", "type_name=ruled"), HasSubstr(Member(added, "uuid")));
  EXPECT_THAT(Call("/entityType.removeRule", "uuid=" + Member(added, "uuid")), HasSubstr(kOk));
  EXPECT_THAT(Call("/entityType.rules", "type_name=ruled"), Not(HasSubstr(Member(added, "uuid"))));
}

TEST_F(WireTest, Item14_ClientsByFeaturesAndANewSecret) {
  const std::string added =
      Call("/clients/add", R"(description=a shop&features=["access_issuer"])");
  const std::string id = Member(added, "client_id");
  ASSERT_NE(id, "") << added;
  for (const char* name : {"has_features", "features"}) {
    EXPECT_THAT(Call("/clients/list", std::string(name) + R"(=["access_issuer"])"),
                AllOf(HasSubstr(id), Not(HasSubstr(R"("client_id":"owner")"))));
    EXPECT_THAT(Call("/clients/list", std::string(name) + R"(=["owner"])"),
                AllOf(Not(HasSubstr(id)), HasSubstr(R"("client_id":"owner")")));
  }
  const std::string reset = Call("/clients/reset_secret", "hours_to_live=1&for_client_id=" + id);
  EXPECT_THAT(Member(reset, "new_secret"), MatchesRegex("[a-z0-9]{32}"));
  EXPECT_THAT(Exchange(port_, "POST /entityType HTTP/1.1\r\n" +
                                  Form("type_name=user&client_id=" + id +
                                       "&client_secret=" + Member(reset, "new_secret")))
                  .body,
              HasSubstr(kOk));
}

TEST_F(WireTest, Item15_Properties) {
  EXPECT_THAT(
      Call("/entityType.create", R"(type_name=owned&attr_defs=[{"name":"a","type":"string"}])"),
      HasSubstr(kOk));
  const std::string added = Call(
      "/entityType.addProperty",
      R"(type_name=owned&property={"type":"rule","attributes":["/a"],"definition":"to-upper"})");
  const std::string uuid = Member(added, "uuid");
  EXPECT_THAT(added, HasSubstr(kOk));
  EXPECT_THAT(Call("/entityType.properties", "type_name=owned"), HasSubstr(uuid));
  EXPECT_THAT(Call("/entityType.removeProperty", "type_name=owned&uuid=" + uuid), HasSubstr(kOk));
  EXPECT_THAT(Call("/entityType.properties", "type_name=owned"), Not(HasSubstr(uuid)));
}

TEST_F(WireTest, Item15_Settings) {
  EXPECT_THAT(Call("/settings/set", "key=wire&value=one&for_client_id=reader"), HasSubstr(kOk));
  EXPECT_THAT(Call("/settings/set_default", "key=wire_d&value=two"), HasSubstr(kOk));
  EXPECT_THAT(Call("/settings/set_multi", R"(items={"wire_m":"three"}&for_client_id=reader)"),
              HasSubstr(kOk));
  EXPECT_THAT(Call("/settings/get", "key=wire&for_client_id=reader"),
              HasSubstr(R"("result":"one")"));
  EXPECT_THAT(Call("/settings/get_default", "key=wire_d"), HasSubstr(R"("result":"two")"));
  EXPECT_THAT(Call("/settings/get_multi", R"(keys=["wire","wire_d"]&for_client_id=reader)"),
              AllOf(HasSubstr(R"("wire":"one")"), HasSubstr(R"("wire_d":"two")")));
  EXPECT_THAT(Call("/settings/get_all", ""),
              AllOf(HasSubstr(R"("client_settings":{)"), HasSubstr(R"("wire":"one")"),
                    HasSubstr(R"("default_settings":{)"), HasSubstr(R"("wire_d":"two")")));
  EXPECT_THAT(Call("/settings/items", "for_client_id=reader"), HasSubstr(R"("wire_m":"three")"));
  EXPECT_THAT(Call("/settings/keys", "for_client_id=reader"), HasSubstr(R"("wire_m")"));
  for (const char* key : {"wire", "wire_m"}) {
    EXPECT_THAT(Call("/settings/delete", "for_client_id=reader&key=" + std::string(key)),
                HasSubstr(kOk));
  }
  EXPECT_THAT(Call("/settings/delete_default", "key=wire_d"), HasSubstr(kOk));
  EXPECT_THAT(Call("/settings/get_all", ""), Not(HasSubstr("wire")));
}

TEST_F(WireTest, Item15_AccessTokensComeAndGo) {
  Make("access@example.com");
  const std::string token =
      Member(Call("/access/getAccessToken", Key("access@example.com")), "accessToken");
  ASSERT_NE(token, "");
  const auto read = [&] { return Exchange(port_, Get("/entity?access_token=" + token)).body; };
  EXPECT_THAT(read(), HasSubstr(R"("email":"access@example.com")"));
  EXPECT_THAT(Call("/entity.deleteAccess", Key("access@example.com")), HasSubstr(kOk));
  EXPECT_THAT(read(), HasSubstr("\"code\":413,"));
}

TEST_F(WireTest, Item15_PasswordsAreChecked) {
  Make("checked@example.com", R"(,"password":"right word")");
  const std::string question = Key("checked@example.com") + "&password_attribute=password";
  EXPECT_THAT(Call("/entity", question + "&password_value=right word"),
              HasSubstr(R"("email":"checked@example.com")"));
  EXPECT_THAT(Call("/entity", question + "&password_value=wrong"), HasSubstr("\"code\":350,"));
  EXPECT_THAT(Call("/entity", question + "&password%5Fvalue=wrong"), HasSubstr("\"code\":350,"));
}

TEST_F(WireTest, Item16_APasswordReadsAsAnObjectWithItsType) {
  Make("password@example.com", R"(,"password":"a word")");
  EXPECT_THAT(At("password@example.com", "password"),
              AllOf(HasSubstr(R"("type":"password-bcrypt")"), HasSubstr(R"("value":"$2)"),
                    Not(HasSubstr("a word"))));
}

}  // namespace
}  // namespace dossier::host_test
