// What existing client programs put on the wire, against the real host over real sockets.
// Source: the requests and answers of client programs of the entity API.
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "host_fixture.h"
#include "http_client.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kCredentials[] = "client_id=owner&client_secret=secret";

TEST_F(HostTest, EveryAnswerIsJsonThatNobodyStores) {
  for (const std::string& request : {Get("/entity?type_name=user&id=1"), Get("/nowhere"),
                                     Post("/entity.create", "type_name=user&attributes={}")}) {
    const Answer answer = Exchange(port_, request);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("Content-Type"), "application/json");
    EXPECT_EQ(answer.Header("Cache-Control"), "no-store");
    EXPECT_THAT(answer.body, StartsWith("{"));
  }
}

TEST_F(HostTest, GetAndPostDoTheSame) {
  const std::string get =
      "/entity.create?type_name=user&attributes=" + Encoded(R"({"email":"get@example.com"})");
  EXPECT_THAT(Exchange(port_, Get(get)).body, HasSubstr(kOk));
  EXPECT_THAT(Read("get@example.com"), HasSubstr(R"("email":"get@example.com")"));
  EXPECT_THAT(Create("post@example.com"), HasSubstr(kOk));
  const std::string read =
      "/entity?type_name=user&key_attribute=email&key_value=%22post@example.com%22";
  EXPECT_THAT(Exchange(port_, Get(read)).body, HasSubstr(R"("email":"post@example.com")"));
}

TEST_F(HostTest, ParametersAreSplitOverQueryAndBody) {
  const std::string body = "attributes=" + Encoded(R"({"email":"split@example.com"})");
  const Answer answer =
      Exchange(port_, "POST /entity.create?type_name=user&" + std::string(kCredentials) +
                          " HTTP/1.1\r\n" + Form(body));
  EXPECT_THAT(answer.body, HasSubstr(kOk));
  EXPECT_THAT(Read("split@example.com"), HasSubstr(R"("email":"split@example.com")"));
}

TEST_F(HostTest, GetTakesABody) {
  Create("body@example.com");
  const std::string body =
      "type_name=user&key_attribute=email&key_value=" + Encoded("\"body@example.com\"");
  const Answer answer =
      Exchange(port_, std::string("GET /entity.delete HTTP/1.1\r\n") + kBasic + Form(body));
  EXPECT_THAT(answer.body, HasSubstr(kOk));
  EXPECT_THAT(Read("body@example.com"), HasSubstr("\"code\":310"));
}

// A POST whose parameters are all in its URL, with these headers and this body.
struct BodyCase {
  const char* name;
  const char* headers_and_body;
};

class PostWithNoForm : public HostTest, public ::testing::WithParamInterface<BodyCase> {};

TEST_P(PostWithNoForm, TakesTheParametersOfTheUrl) {
  const std::string email = std::string(GetParam().name) + "@example.com";
  Create(email);
  const Answer answer = Exchange(
      port_,
      "POST /entity?type_name=user&key_attribute=email&key_value=" + Encoded("\"" + email + "\"") +
          " HTTP/1.1\r\n" + kBasic + GetParam().headers_and_body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"email\":\"" + email + "\""));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, PostWithNoForm,
    ::testing::Values(BodyCase{"NoLengthAtAll", "\r\n"},
                      BodyCase{"LengthZero", "Content-Length: 0\r\n\r\n"},
                      BodyCase{"FormOfNothing",
                               "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
                               "Content-Length: 0\r\n\r\n"},
                      BodyCase{"JsonString",
                               "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n\"\""},
                      BodyCase{"JsonThatLooksLikeAForm",
                               "Content-Type: application/json\r\nContent-Length: 5\r\n\r\nid=77"},
                      BodyCase{"NoChunks", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}),
    [](const auto& test) { return test.param.name; });

TEST_F(HostTest, BodyWithoutTypeIsAForm) {
  const std::string body = R"(type_name=user&attributes={"email":"untyped@example.com"})";
  Exchange(port_, std::string("POST /entity.create HTTP/1.1\r\n") + kBasic +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(Read("untyped@example.com"), HasSubstr("untyped@example.com"));
}

TEST_F(HostTest, FormMayNameItsCharset) {
  const std::string body = R"(type_name=user&attributes={"email":"charset@example.com"})";
  Exchange(port_, std::string("POST /entity.create HTTP/1.1\r\n") + kBasic +
                      "content-type: Application/X-WWW-Form-URLencoded; charset=utf-8\r\n"
                      "content-length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(Read("charset@example.com"), HasSubstr("charset@example.com"));
}

TEST_F(HostTest, MultipartFieldsAreParameters) {
  const std::string body =
      "--edge\r\nContent-Disposition: form-data; name=\"type_name\"\r\n\r\nuser\r\n"
      "--edge\r\nContent-Disposition: form-data; name=\"attributes\"\r\n\r\n"
      "{\"email\":\"parts@example.com\"}\r\n--edge--\r\n";
  Exchange(port_, std::string("POST /entity.create HTTP/1.1\r\n") + kBasic +
                      "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(Read("parts@example.com"), HasSubstr("parts@example.com"));
}

TEST_F(HostTest, ChunkedBody) {
  const Answer answer =
      Exchange(port_, std::string("POST /entity.create HTTP/1.1\r\n") + kBasic +
                          "Content-Type: application/x-www-form-urlencoded\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n"
                          "e\r\ntype_name=user\r\nc\r\n&attributes=\r\n"
                          "1F;extension=1\r\n{\"email\":\"chunked@example.com\"}\r\n0\r\n\r\n");
  EXPECT_THAT(answer.body, HasSubstr(kOk));
  EXPECT_THAT(Read("chunked@example.com"), HasSubstr("chunked@example.com"));
}

TEST_F(HostTest, TextThatIsNotEncodedPassesAsItIs) {
  const std::string attributes = R"({"email":"raw@example.com","displayName":"#1+{of}+"})";
  Exchange(port_, Post("/entity.create", "type_name=user&attributes=" + attributes));
  EXPECT_THAT(Read("raw@example.com"), HasSubstr(R"("displayName":"#1 {of} ")"));
  const Answer read = Exchange(
      port_, Get(R"(/entity?type_name=user&key_attribute=email&key_value="raw@example.com")"));
  EXPECT_THAT(read.body, HasSubstr(R"("displayName":"#1 {of} ")"));
}

TEST_F(HostTest, QueryKeepsPlusPercentAndHash) {
  const std::string attributes =
      R"({"email":"plus%2Bsign%40example.com","displayName":"a+b%2Bc%20d%23e#f"})";
  Exchange(port_, Get("/entity.create?type_name=user&attributes=" + attributes));
  EXPECT_THAT(Read("plus+sign@example.com"), HasSubstr(R"("displayName":"a b+c d#e#f")"));
}

TEST_F(HostTest, TargetMayNameTheServer) {
  const std::string target = "http://test:1/entity?type_name=user&id=987654";
  EXPECT_THAT(Exchange(port_, Get(target)).body, HasSubstr("\"code\":310"));
}

TEST_F(HostTest, UnknownEndpoint) {
  const Answer answer = Exchange(port_, Post("/entity.frobnicate", "type_name=user"));
  EXPECT_EQ(answer.status, 200);
  for (const std::string_view part :
       {R"("code":404)", R"("error":"invalid_api_method")",
        R"("error_description":"This API endpoint does not exist")", R"("stat":"error")"}) {
    EXPECT_THAT(answer.body, HasSubstr(std::string(part)));
  }
}

TEST_F(HostTest, Credentials) {
  const std::string read = "/entity?type_name=user&id=987654";
  const auto answer = [&](const std::string& query, const std::string& header,
                          const std::string& form) {
    return Exchange(port_, "POST " + read + query + " HTTP/1.1\r\n" + header + Form(form)).body;
  };
  const std::string wrong = "Authorization: Basic b3duZXI6d3Jvbmc=\r\n";  // owner:wrong
  EXPECT_THAT(answer("", "", ""), HasSubstr("\"code\":205"));
  EXPECT_THAT(answer("", wrong, ""), HasSubstr("\"code\":402"));
  EXPECT_THAT(answer("", "", "client_id=owner&client_secret=wrong"), HasSubstr("\"code\":402"));
  EXPECT_THAT(answer("", "", "client_id=nobody&client_secret=x"), HasSubstr("\"code\":402"));
  EXPECT_THAT(answer("", kBasic, ""), HasSubstr("\"code\":310"));
  EXPECT_THAT(answer("", "", kCredentials), HasSubstr("\"code\":310"));
  EXPECT_THAT(answer(std::string("&") + kCredentials, "", ""), HasSubstr("\"code\":310"));
}

TEST_F(HostTest, ClientWithoutTheFeature) {
  const std::string reader = "client_id=reader&client_secret=secret&type_name=user";
  const auto post = [&](std::string_view path, const std::string& form) {
    return Exchange(port_, "POST " + std::string(path) + " HTTP/1.1\r\n" + Form(form)).body;
  };
  EXPECT_THAT(post("/entity", reader + "&id=987654"), HasSubstr("\"code\":310"));
  EXPECT_THAT(post("/entity.create", reader + R"(&attributes={"email":"no@example.com"})"),
              HasSubstr("\"code\":403"));
  EXPECT_THAT(Read("no@example.com"), HasSubstr("\"code\":310"));
}

// The address that counts is that of the connection, whatever the headers say.
TEST_F(HostTest, ClientMayCallFromItsAddressesAlone) {
  const auto set = [&](const std::string& whitelist) {
    return Exchange(port_, Post("/clients/set_whitelist",
                                "for_client_id=reader&whitelist=" + Encoded(whitelist)))
        .body;
  };
  const auto read = [&] {
    return Exchange(port_,
                    "POST /entity HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\n" +
                        Form("client_id=reader&client_secret=secret&type_name=user&id=987654"))
        .body;
  };
  EXPECT_THAT(set(R"(["10.0.0.0/8"])"), HasSubstr(kOk));
  EXPECT_THAT(read(), HasSubstr("\"code\":403"));
  EXPECT_THAT(set(R"(["10.0.0.0/8","127.0.0.1"])"), HasSubstr(kOk));
  EXPECT_THAT(read(), HasSubstr("\"code\":310"));
  EXPECT_THAT(Exchange(port_, Post("/clients/clear_whitelist", "for_client_id=reader")).body,
              HasSubstr(kOk));
}

TEST_F(HostTest, ATrustedProxySaysWhereAClientCallsFrom) {
  const TempDirectory directory;
  HostProgram host({"--data-dir", directory.Store(), "--listen", "127.0.0.1:0", "--owner-client-id",
                    "owner", "--owner-client-secret", "secret", "--trusted-proxies",
                    "10.0.0.0/8,127.0.0.1", "--log=requests"});
  const uint16_t port = host.Port();
  const auto call = [&](const std::string& headers) {
    return Exchange(port, "GET /entity?type_name=user&id=987654 HTTP/1.1\r\n" +
                              std::string(kBasic) + headers + "\r\n")
        .body;
  };
  const std::string set = "for_client_id=owner&whitelist=" + Encoded(R"(["192.0.2.0/24"])");
  EXPECT_THAT(Exchange(port, Post("/clients/set_whitelist", set)).body, HasSubstr("\"code\":200"))
      << "the caller's own address would be shut out";
  EXPECT_THAT(Exchange(port,
                       "POST /clients/set_whitelist HTTP/1.1\r\nX-Forwarded-For: "
                       "192.0.2.7\r\n" +
                           std::string(kBasic) + Form(set))
                  .body,
              HasSubstr(kOk));
  for (const char* headers :
       {"X-Forwarded-For: 192.0.2.7\r\n", "x-forwarded-for: 6.6.6.6, 192.0.2.7, 10.0.0.3\r\n",
        "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.7\r\n"}) {
    EXPECT_THAT(call(headers), HasSubstr("\"code\":310")) << headers;
  }
  for (const char* headers :
       {"", "X-Forwarded-For: 192.0.2.7, 6.6.6.6\r\n", "X-Forwarded-For: unknown\r\n",
        "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 6.6.6.6\r\n"}) {
    EXPECT_THAT(call(headers), HasSubstr("\"code\":403")) << headers;
  }
  EXPECT_EQ(host.Stop(), 0);
  EXPECT_THAT(host.output(), HasSubstr(R"("peer":"192.0.2.7"})"));
  EXPECT_THAT(host.output(), HasSubstr(R"("peer":"6.6.6.6"})"));
}

TEST_F(HostTest, OneOfManyClientsGetsTheUniqueValue) {
  std::vector<std::string> answers(10);
  std::vector<std::thread> clients;
  clients.reserve(answers.size());
  for (std::string& answer : answers) {
    clients.emplace_back([&answer] { answer = Create("unique@example.com"); });
  }
  for (std::thread& client : clients) client.join();
  int created = 0;
  for (const std::string& answer : answers) {
    created += answer.find(kOk) != std::string::npos;
    if (answer.find(kOk) == std::string::npos) {
      EXPECT_THAT(answer, HasSubstr("\"code\":361"));
    }
  }
  EXPECT_EQ(created, 1);
}

}  // namespace
}  // namespace dossier::host_test
