// Items 1 to 8 of the promise to existing clients, but for 4 and 5: how requests come.
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "wire_fixture.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCredentials[] = "client_id=owner&client_secret=secret";

// A call in one of the ways in which parameters come.
struct Way {
  const char* name;
  const char* method;
  bool is_in_query;     // the parameters
  bool is_split;        // the credentials in the query, the rest in the body
  const char* headers;  // further ones
};

class WireParameters : public WireTest, public ::testing::WithParamInterface<Way> {
 protected:
  static std::string Send(const std::string& path, const std::string& form) {
    const Way& way = GetParam();
    const std::string all = std::string(kCredentials) + "&" + form;
    const std::string query = way.is_in_query ? all : way.is_split ? kCredentials : "";
    const std::string body = way.is_in_query ? "" : way.is_split ? form : all;
    std::string request = std::string(way.method) + " " + path;
    if (!query.empty()) request += "?" + query;
    request += " HTTP/1.1\r\nHost: test\r\n" + std::string(way.headers);
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return Exchange(port_, request + "\r\n" + body).body;
  }
};

TEST_P(WireParameters, Item01_EveryEndpointTakesThem) {
  const std::string email = std::string(GetParam().name) + "@example.com";
  const std::string key =
      "type_name=user&key_attribute=email&key_value=" + Encoded("\"" + email + "\"");
  const std::string value = "&attributes=" + Encoded(R"({"email":")" + email + "\"}");
  EXPECT_THAT(Send("/entity.create", "type_name=user" + value), HasSubstr(kOk));
  EXPECT_THAT(Send("/entity.update", key + "&value=" + Encoded(R"({"givenName":"A"})")),
              HasSubstr(kOk));
  EXPECT_THAT(Send("/entity", key), HasSubstr(R"("givenName":"A")"));
  EXPECT_THAT(Send("/entity.replace", key + value), HasSubstr(kOk));
  EXPECT_THAT(Send("/entity", key), HasSubstr(R"("givenName":null)"));
  EXPECT_THAT(Send("/entityType", "type_name=user"), HasSubstr(R"("schema":{)"));
  EXPECT_THAT(Send("/clients/list", ""), HasSubstr(R"("client_id":"owner")"));
  EXPECT_THAT(Send("/entity.delete", key), HasSubstr(kOk));
  EXPECT_THAT(Send("/entity", key), HasSubstr("\"code\":310"));
}

constexpr char kFormType[] = "Content-Type: application/x-www-form-urlencoded\r\n";

INSTANTIATE_TEST_SUITE_P(Ways, WireParameters,
                         ::testing::Values(Way{"GetQuery", "GET", true, false, ""},
                                           Way{"PostQuery", "POST", true, false,
                                               "Content-Length: 0\r\n"},
                                           Way{"PostForm", "POST", false, false, kFormType},
                                           Way{"GetWithAForm", "GET", false, false, kFormType},
                                           Way{"PostSplit", "POST", false, true, kFormType},
                                           Way{"GetSplit", "GET", false, true, kFormType}),
                         [](const auto& way) { return way.param.name; });

TEST_F(WireTest, Item02_PostsWithoutABody) {
  Make("bare@example.com");
  const std::string line =
      R"(POST /entity?type_name=user&key_attribute=email&key_value="bare@example.com" HTTP/1.1)"
      "\r\n" +
      std::string(kBasic);
  for (const char* rest :
       {"Content-Length: 0\r\n\r\n", "\r\n", "Content-Type: application/json\r\n\r\n",
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n\"\"",
        "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        "Content-Type: application/json\r\nContent-Length: 5\r\n\r\nid=77",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n",
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\n"}) {
    Connection connection(port_);
    connection.Send(line + rest);
    EXPECT_THAT(connection.Read().body, HasSubstr(R"("email":"bare@example.com")")) << rest;
    connection.Send(Get("/entityType.list"));  // and the connection goes on
    EXPECT_THAT(connection.Read().body, HasSubstr(kOk)) << rest;
  }
}

TEST_F(WireTest, Item02_FormsThatNameTheirCharsetOrNoType) {
  for (const char* type : {"", "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
                           "Content-Type: Application/X-WWW-Form-Urlencoded;charset=UTF-8\r\n"}) {
    const std::string form = "type_name=user&id=987654";
    const std::string request = "POST /entity HTTP/1.1\r\n" + std::string(kBasic) + type +
                                "Content-Length: " + std::to_string(form.size()) + "\r\n\r\n";
    EXPECT_THAT(Exchange(port_, request + form).body, HasSubstr("\"code\":310")) << type;
  }
}

TEST_F(WireTest, Item02_BodiesThatAreNotPercentEncoded) {
  EXPECT_THAT(Call("/entity.create", R"(type_name=user&attributes={"email":"raw@example.com",)"
                                     R"("displayName":"#1+{of}+[x]","statuses":[{"status":"a"}]})"),
              HasSubstr(kOk));
  EXPECT_THAT(At("raw@example.com"), HasSubstr(R"("displayName":"#1 {of} [x]")"));
}

TEST_F(WireTest, Item03_Sizes) {
  const std::string url = R"(/entity.create?type_name=user&attributes={"email":"url@example.com"})"
                          "&padding=" +
                          std::string(13'000, 'x');
  EXPECT_THAT(Exchange(port_, Get(url)).body, HasSubstr(kOk));
  const std::string text(4'000'000, 'x');
  Make("body@example.com", R"(,"aboutMe":")" + text + "\"");
  EXPECT_THAT(At("body@example.com", "aboutMe"), HasSubstr("\"" + text + "\""));
  std::string elements;
  for (int i = 0; i < 500; ++i) {
    elements += std::string(i == 0 ? "" : ",") + R"({"identifier":"f)" + std::to_string(i) + "\"}";
  }
  Make("nested@example.com",
       R"(,"profiles":[{"identifier":"p","domain":"d","friends":[)" + elements + "]}]");
  const std::string profiles = At("nested@example.com", "profiles");
  for (const char* friend_name : {"f0", "f250", "f499"}) {
    EXPECT_THAT(profiles, HasSubstr(R"("identifier":")" + std::string(friend_name) + "\""));
  }
}

TEST_F(WireTest, Item03_TenThreadsKeepTheirConnections) {
  std::vector<std::string> wrong(10);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([t, &wrong] {
      Connection connection(port_);
      for (int i = 0; i < 20; ++i) {
        const std::string email = "t" + std::to_string(t) + "-" + std::to_string(i);
        connection.Send(
            Post("/entity.create", R"(type_name=user&attributes={"email":")" + email + "\"}"));
        const std::string created = connection.Read().body;
        connection.Send(Post("/entity", Key(email)));
        const std::string read = connection.Read().body;
        if (read.find(R"("email":")" + email + "\"") == std::string::npos)
          wrong[t] += created + read;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(std::string()));
}

TEST_F(WireTest, Item03_ConnectionsCloseWhenAsked) {
  Connection connection(port_);
  connection.Send("GET /entityType.list HTTP/1.1\r\nConnection: close\r\n" + std::string(kBasic) +
                  "\r\n");
  const Answer answer = connection.Read();
  EXPECT_THAT(answer.body, HasSubstr(kOk));
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_TRUE(connection.Ends());
}

TEST_F(WireTest, Item03_EveryRequestTwice) {
  const std::string create = R"(type_name=user&attributes={"email":"twice@example.com"})";
  EXPECT_THAT(Call("/entity.create", create), HasSubstr(kOk));
  EXPECT_THAT(Call("/entity.create", create), HasSubstr("\"code\":361"));
  const std::string key = Key("twice@example.com");
  for (const char* path : {"/entity.update", "/entity.replace"}) {
    EXPECT_THAT(Call(path, key + R"(&value={"email":"twice@example.com","givenName":"A"})"),
                HasSubstr(kOk));
    EXPECT_THAT(Call(path, key + R"(&value={"email":"twice@example.com","givenName":"A"})"),
                HasSubstr(kOk));
  }
  EXPECT_EQ(At("twice@example.com"), At("twice@example.com"));
  EXPECT_THAT(Call("/entity.delete", key), HasSubstr(kOk));
  EXPECT_THAT(Call("/entity.delete", key), HasSubstr("\"code\":310"));
}

TEST_F(WireTest, Item06_WhatIsNotKnownIsPassedOver) {
  Make("unknown@example.com");
  const std::string form = Key("unknown@example.com") + "&apid_uri=x&timeout=10&token=abc&=&x&a=b";
  const Answer answer =
      Exchange(port_, "POST /entity HTTP/1.1\r\nX-Application-Id: abc\r\nX-Other: \r\n" +
                          std::string(kBasic) + Form(form));
  EXPECT_THAT(answer.body, HasSubstr(R"("email":"unknown@example.com")"));
}

TEST_F(WireTest, Item07_ValueAndAttributesAreTwoNamesOfOneThing) {
  const std::string made = Make("names@example.com", R"(,"statuses":[{"status":"s"}])");
  const std::string key = Key("names@example.com");
  int count = 0;
  for (const char* path : {"/entity.update", "/entity.replace"}) {
    for (const char* name : {"value", "attributes"}) {
      const std::string text = "t" + std::to_string(++count);
      EXPECT_THAT(Call(path, key + "&" + name + R"(={"email":"names@example.com","givenName":")" +
                                 text + "\"}"),
                  HasSubstr(kOk));
      EXPECT_THAT(At("names@example.com", "givenName"), HasSubstr("\"" + text + "\""));
      EXPECT_THAT(Call(path, key + "&" + name + R"(={"city":")" + text +
                                 R"("}&attribute_name=/primaryAddress)"),
                  HasSubstr(kOk));
      EXPECT_THAT(At("names@example.com", "primaryAddress.city"), HasSubstr("\"" + text + "\""));
    }
  }
}

TEST_F(WireTest, Item07_ElementsByTheirIdInEachSpelling) {
  for (const char* mark : {"#", "%23"}) {
    for (const char* slash : {"", "/"}) {
      const std::string email = "element" + std::string(mark == std::string("#") ? "1" : "2") +
                                (*slash == '/' ? "s" : "") + "@example.com";
      const std::string made = Make(email, R"(,"statuses":[{"status":"a"},{"status":"b"}])");
      const std::string id = Member(made.substr(made.find("\"statuses\":")), "id");
      const std::string path = "&attribute_name=" + std::string(slash) + "statuses" + mark + id;
      const std::string read = "statuses" + std::string(mark) + id;
      EXPECT_THAT(Call("/entity.update", Key(email) + path + R"(&value={"status":"c"})"),
                  HasSubstr(kOk));
      EXPECT_THAT(At(email, read), HasSubstr(R"("status":"c")"));
      EXPECT_THAT(Call("/entity.replace", Key(email) + path + R"(&value={"status":"d"})"),
                  HasSubstr(kOk));
      EXPECT_THAT(At(email, read), HasSubstr(R"("status":"d")"));
      EXPECT_THAT(Call("/entity.delete", Key(email) + path), HasSubstr(kOk));
      EXPECT_THAT(At(email, read), HasSubstr("\"code\":310"));
      EXPECT_THAT(At(email, "statuses"), HasSubstr(R"("status":"b")"));
    }
  }
}

TEST_F(WireTest, Item07_BooleansListsAndEscapes) {
  for (const char* flag : {"true", "1"}) {
    const std::string email = "flag" + std::string(flag);
    EXPECT_THAT(Call("/entity.create", R"(type_name=user&attributes={"email":")" + email +
                                           "\"}&include_record=" + flag),
                HasSubstr(R"("result":{)"));
  }
  EXPECT_THAT(Call("/entity.create", "type_name=user&attributes={}&include_record=false"),
              Not(HasSubstr("result")));
  EXPECT_THAT(Call("/entity.create",
                   R"(type_name=user&attributes={"email":"esc","displayName":"\u00e4\/b",)"
                   R"("statuses":[],"photos":[]})"),
              HasSubstr(kOk));
  EXPECT_THAT(At("esc"), HasSubstr("\"displayName\":\"\xc3\xa4/b\""));
  EXPECT_THAT(At("esc", "statuses"), HasSubstr(R"("result":[])"));
  EXPECT_THAT(Call("/entity.update", Key("esc") + R"(&value={"statuses":[{"status":"x"}]})"),
              HasSubstr(kOk));
  EXPECT_THAT(Call("/entity.replace", Key("esc") + "&attribute_name=/statuses&value=[]"),
              HasSubstr(kOk));
  EXPECT_THAT(At("esc", "statuses"), HasSubstr(R"("result":[])"));
}

TEST_F(WireTest, Item08_EntityTypesGoOnlyWithACommit) {
  EXPECT_THAT(
      Call("/entityType.create", R"(type_name=gone&attr_defs=[{"name":"a","type":"string"}])"),
      HasSubstr(kOk));
  for (const char* commit : {"", "&commit=", "&commit=false", "&commit=0"}) {
    EXPECT_THAT(Call("/entityType.delete", std::string("type_name=gone") + commit), HasSubstr(kOk));
    EXPECT_THAT(Call("/entityType.list", ""), HasSubstr("\"gone\"")) << commit;
  }
  for (const char* commit : {"true", "1"}) {
    EXPECT_THAT(Call("/entityType.delete", std::string("type_name=gone&commit=") + commit),
                HasSubstr(kOk));
    EXPECT_THAT(Call("/entityType.list", ""), Not(HasSubstr("\"gone\""))) << commit;
    Call("/entityType.create", R"(type_name=gone&attr_defs=[{"name":"a","type":"string"}])");
  }
}

}  // namespace
}  // namespace dossier::host_test
