// Sizes, connections and broken requests, against the real host over real sockets.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "host_fixture.h"
#include "http_client.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public HostTest {};

TEST_F(ConnectionTest, LongUrls) {
  for (const size_t bytes : {13'000, 32 << 10}) {
    const std::string email = "url" + std::to_string(bytes) + "@example.com";
    const std::string target = "/entity.create?padding=" + std::string(bytes, 'x') +
                               R"(&type_name=user&attributes={"email":")" + email + R"("})";
    EXPECT_THAT(Exchange(port_, Get(target)).body, HasSubstr(kOk)) << bytes;
    EXPECT_THAT(Read(email), HasSubstr(email)) << bytes;
  }
  EXPECT_EQ(Exchange(port_, Get("/entity?padding=" + std::string(1 << 20, 'x'))).status, 414);
}

TEST_F(ConnectionTest, ManyParameters) {
  std::string url = "/entity.create?";
  for (int i = 0; i < 400; ++i) url += "p" + std::to_string(i) + "=v&";
  url += R"(type_name=user&attributes={"email":"many@example.com"})";
  EXPECT_THAT(Exchange(port_, Get(url)).body, HasSubstr(kOk));
  std::string form;
  for (size_t i = 2; i < kParameterCountMax; ++i) form += "p" + std::to_string(i) + "=v&";
  form += R"(type_name=user&attributes={"email":"most@example.com"})";
  EXPECT_THAT(Exchange(port_, Post("/entity.create", form)).body, HasSubstr(kOk));
}

TEST_F(ConnectionTest, BodyOfFourMegabytes) {
  const std::string text(4'000'000, 'x');
  const Answer answer = Exchange(
      port_, Post("/entity.create", R"(type_name=user&attributes={"email":"4mb@example.com")"
                                    R"(,"aboutMe":")" +
                                        text + "\"}"));
  EXPECT_THAT(answer.body, HasSubstr(kOk));
  EXPECT_THAT(Read("4mb@example.com"), HasSubstr("\"aboutMe\":\"" + text + "\""));
}

TEST_F(ConnectionTest, LargestBodyIsTaken) {
  std::string body = "type_name=user&attributes={}&padding=";
  body.resize(kRequestBytesMax, 'x');
  EXPECT_THAT(Exchange(port_, Post("/entity.create", body)).body, HasSubstr(kOk));
}

TEST_F(ConnectionTest, LargerBodyIsRefused) {
  std::string body = "type_name=user&attributes={}&padding=";
  body.resize(kRequestBytesMax + 1, 'x');
  Connection connection(port_);
  EXPECT_TRUE(connection.Send(Post("/entity.create", body)));
  const Answer answer = connection.Read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.Header("Content-Type"), "application/json");
  EXPECT_THAT(answer.body,
              ::testing::MatchesRegex(
                  R"(\{"stat":"error","code":413,"error":"content_too_large","error_description":)"
                  R"("client intended to send too large body: 5242881 bytes","request_id":)"
                  R"("[a-z0-9]{16}"\})"));
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectionTest, LargerBodyIsRefusedBeforeItIsSent) {
  for (const std::string_view expect : {"", "Expect: 100-continue\r\n"}) {
    Connection connection(port_);
    connection.Send("POST /entity HTTP/1.1\r\n" + std::string(expect) +
                    "Content-Length: 6291456\r\n\r\n");
    const Answer answer = connection.Read();
    EXPECT_EQ(answer.status, 413);
    EXPECT_THAT(answer.body, HasSubstr("client intended to send too large body: 6291456 bytes"));
  }
}

TEST_F(ConnectionTest, LargerBodyOfUnknownLengthIsRefused) {
  Connection connection(port_);
  connection.Send("POST /entity HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(connection.Send(chunk));
  EXPECT_TRUE(connection.Send("0\r\n\r\n"));
  const Answer answer = connection.Read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("client intended to send too large body: "));
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectionTest, ConnectionServesManyRequests) {
  Connection connection(port_);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(connection.Send(Get("/entity?type_name=user&id=" + std::to_string(900'000 + i))));
    EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":310")) << i;
    ASSERT_TRUE(connection.Send(Post("/entity.create", "type_name=user&attributes={}")));
    EXPECT_THAT(connection.Read().body, HasSubstr(kOk)) << i;
  }
}

TEST_F(ConnectionTest, PipelinedRequestsAreAnsweredInOrder) {
  Connection connection(port_);
  connection.Send(Get("/nowhere") + Post("/entity.create", "type_name=user&attributes={}") +
                  Get("/entity?type_name=user&id=987654"));
  EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":404"));
  EXPECT_THAT(connection.Read().body, HasSubstr(kOk));
  EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":310"));
}

TEST_F(ConnectionTest, ConnectionClosesWhenAsked) {
  Connection connection(port_);
  connection.Send("GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(connection.Read().status, 200);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectionTest, OldHttpClosesByItself) {
  Connection connection(port_);
  connection.Send("GET /nowhere HTTP/1.0\r\n\r\n");
  EXPECT_EQ(connection.Read().status, 200);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectionTest, OtherMethodsAreRefusedAsJson) {
  for (const std::string_view method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const Answer answer =
        Exchange(port_, std::string(method) + " /entity HTTP/1.1\r\n" + kBasic + Form("id=1"));
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.Header("Allow"), "GET, POST") << method;
    EXPECT_EQ(answer.Header("Content-Type"), "application/json") << method;
    EXPECT_THAT(answer.body, HasSubstr("\"stat\":\"error\"")) << method;
  }
}

TEST_F(ConnectionTest, ServesOthersWhileSomeSendNothing) {
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < 100; ++i) {
    idle.push_back(std::make_unique<Connection>(port_));
    ASSERT_TRUE(idle.back()->Send("POST /entity HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"));
  }
  EXPECT_THAT(Create("busy@example.com"), HasSubstr(kOk));
}

// A client may say that it sends nothing more and still wants its answer: netcat does, and some
// proxies. Older connections change in what order the library looks at a connection.
TEST_F(ConnectionTest, WhoClosesHisSendingSideBehindTheRequestGetsTheAnswer) {
  std::vector<std::unique_ptr<Connection>> older;
  for (int i = 0; i < 16; ++i) older.push_back(std::make_unique<Connection>(port_));
  for (int i = 0; i < 400; ++i) {
    const std::string email = "half" + std::to_string(i) + "@example.com";
    Connection connection(port_);
    connection.Send(Post("/entity.create?include_record=true",
                         R"(type_name=user&attributes={"email":")" + email + R"("})"));
    connection.HalfClose();
    ASSERT_THAT(connection.Read().body, HasSubstr(email)) << i;
    ASSERT_TRUE(connection.Ends()) << i;
  }
  Connection connection(port_);
  connection.Send(Get("/nowhere") + Post("/entity.create", "type_name=user&attributes={}") +
                  Get("/entity?type_name=user&id=987654"));
  connection.HalfClose();
  EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":404"));
  EXPECT_THAT(connection.Read().body, HasSubstr(kOk));
  EXPECT_THAT(connection.Read().body, HasSubstr("\"code\":310"));
  EXPECT_TRUE(connection.Ends());
}

// Another server on the way may see the end of the body somewhere else: what comes behind is nobody's
// request.
TEST_F(ConnectionTest, BodiesOfTwoLengthsAreRefusedAndNothingFollows) {
  const std::string smuggled =
      Post("/entity.create", R"(type_name=user&attributes={"email":"smuggled@example.com"})");
  for (const std::string_view headers :
       {"Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\ncontent-length: 5, 6\r\n",
        "Content-Length: 5\r\nX-Other: y\r\nCONTENT-LENGTH: +5\r\n",
        "Content-Length: 5\r\nContent-Length: \r\n",
        "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"}) {
    Connection connection(port_);
    const std::string body = headers.starts_with("Transfer") ? "5\r\nhello\r\n0\r\n\r\n" : "hello";
    connection.Send("POST /entity HTTP/1.1\r\n" + std::string(headers) + "\r\n" + body + smuggled);
    EXPECT_EQ(connection.Read().status, 400) << headers;
    EXPECT_TRUE(connection.Ends()) << headers;
  }
  EXPECT_THAT(Read("smuggled@example.com"), HasSubstr("\"code\":310"));
}

TEST_F(ConnectionTest, OneLengthGivenTwiceIsOneLength) {
  const std::string form = "type_name=user&attributes={}";
  const std::string length = "Content-Length: " + std::to_string(form.size()) + "\r\n";
  const Answer answer = Exchange(port_, "POST /entity.create HTTP/1.1\r\n" + std::string(kBasic) +
                                            length + length + "\r\n" + form);
  EXPECT_THAT(answer.body, HasSubstr(kOk));
}

TEST_F(ConnectionTest, GarbageAndHalvesHurtNobody) {
  for (const std::string_view bytes :
       {std::string_view("\0\xff\x16\x03\x01garbage\r\n\r\n", 16), std::string_view("\r\n\r\n"),
        std::string_view("GET\r\n\r\n"), std::string_view("POST /ent"),
        std::string_view("POST /entity HTTP/1.1\r\nContent-Le"),
        std::string_view("POST /entity HTTP/1.1\r\nContent-Length: 100\r\n\r\ntype_name"),
        std::string_view("POST /entity HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
        std::string_view("POST /entity HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        std::string_view("POST /entity HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string_view("GET /%00%ff%zz?%=%&=&&%f HTTP/1.1\r\n\r\n")}) {
    EXPECT_TRUE(Connection(port_).Send(bytes));  // and closes
    EXPECT_THAT(Exchange(port_, Get("/nowhere")).body, HasSubstr("\"code\":404")) << bytes;
  }
  const Answer refused =
      Exchange(port_, "POST /entity HTTP/1.1\r\nConnection: close\r\nContent-Length: -5\r\n\r\n");
  EXPECT_THAT(refused.body, Not(HasSubstr("\"stat\":\"ok\"")));
}

TEST_F(ConnectionTest, RequestsBehindACloseAreNotAnswered) {
  Connection connection(port_);
  connection.Send(
      "GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n" +
      Post("/entity.create", R"(type_name=user&attributes={"email":"late@example.com"})"));
  const Answer answer = connection.Read();
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_TRUE(connection.Ends());
  EXPECT_THAT(Read("late@example.com"), HasSubstr("\"code\":310"));
}

TEST_F(ConnectionTest, OldHttpStaysWhenAsked) {
  Connection connection(port_);
  for (int i = 0; i < 3; ++i) {
    connection.Send("GET /nowhere HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const Answer answer = connection.Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("Connection"), "Keep-Alive");
  }
}

TEST_F(ConnectionTest, HundredPipelinedWritesAreAnsweredInOrder) {
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    const std::string email = "pipe" + std::to_string(i) + "@example.com";
    requests += Post("/entity.create?include_record=true",
                     R"(type_name=user&attributes={"email":")" + email + R"("})");
  }
  Connection connection(port_);
  connection.Send(requests);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(connection.Read().body,
                HasSubstr("\"email\":\"pipe" + std::to_string(i) + "@example.com\""));
  }
}

TEST_F(ConnectionTest, LargeAnswersAreCodedWhereThatIsAskedFor) {
  const std::string text(100'000, 'x');
  Exchange(port_, Post("/entity.create", R"(type_name=user&attributes={"email":"gzip@example.com")"
                                         R"(,"aboutMe":")" +
                                             text + "\"}"));
  const auto read = [](std::string_view accepts, std::string_view attributes) {
    return Exchange(
        port_, "GET /entity?type_name=user&key_attribute=email&key_value=\"gzip@example.com\"" +
                   std::string(attributes) + " HTTP/1.1\r\n" + kBasic + std::string(accepts) +
                   "\r\n");
  };
  const Answer coded = read("Accept-Encoding: br, gzip;q=0.9\r\n", "");
  EXPECT_EQ(coded.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(coded.Header("Vary"), "Accept-Encoding");
  EXPECT_LT(coded.body.size(), 10'000);
  EXPECT_THAT(coded.body, ::testing::StartsWith("\x1f\x8b"));
  for (const std::string_view accepts :
       {"", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip;q=0\r\n",
        "Accept-Encoding: *\r\n"}) {
    const Answer plain = read(accepts, "");
    EXPECT_EQ(plain.Header("Content-Encoding"), "") << accepts;
    EXPECT_THAT(plain.body, HasSubstr(text)) << accepts;
  }
  const Answer tiny = read("Accept-Encoding: gzip\r\n", "&attributes=[\"email\"]");
  EXPECT_EQ(tiny.Header("Content-Encoding"), "");
  EXPECT_THAT(tiny.body, HasSubstr(R"("email":"gzip@example.com")"));
}

}  // namespace
}  // namespace dossier::host_test
