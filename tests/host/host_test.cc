// HTTP beyond what existing clients put on the wire (wire_*_test.cc have that), against the real host
// over real sockets.
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

constexpr char kCredentials[] = "client_id=owner&client_secret=secret";

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
