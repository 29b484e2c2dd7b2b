// Items 4 and 5 of the promise to existing clients: signatures and tokens.
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/signing.h"
#include "wire_fixture.h"

namespace dossier::host_test {
namespace {

using ::dossier::testing::Signature;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRefused[] = "\"code\":402,";

using Secrets = std::vector<std::pair<std::string, std::string>>;  // by client id

// A host with these clients, each an owner.
class SignedHost {
 public:
  explicit SignedHost(const Secrets& clients, std::vector<std::string> flags = {})
      : host_(Prepare(directory_, clients, std::move(flags))), port_(host_.Port()) {}

  std::string Send(const std::string& request) const { return Exchange(port_, request).body; }

 private:
  static std::vector<std::string> Prepare(const TempDirectory& directory, const Secrets& clients,
                                          std::vector<std::string> flags) {
    auto engine = Engine::Open({.directory = directory.Store()});
    EXPECT_TRUE(engine.ok()) << engine.status();
    for (const auto& [id, secret] : clients) {
      const Client client{
          .client_id = id, .client_secret = secret, .description = "", .features = {"owner"}};
      EXPECT_TRUE((*engine)->HostSession().AddClient(client).ok());
    }
    for (const char* flag : {"--listen=127.0.0.1:0", "--durability=buffered", "--data-dir"}) {
      flags.push_back(flag);
    }
    flags.push_back(directory.Store());
    return flags;
  }

  TempDirectory directory_;
  HostProgram host_;
  uint16_t port_;
};

std::string Headers(const std::string& client_id, const std::string& signature,
                    const std::string& date) {
  return "Host: test\r\nAuthorization: Signature " + client_id + ":" + signature +
         "\r\nDate: " + date + "\r\n";
}

std::string Now() {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::Now(), absl::UTCTimeZone());
}

TEST_F(WireTest, Item04_BasicAndParametersOfTheQueryAndTheForm) {
  const std::string list = "/entityType.list";
  const std::string credentials = "client_id=owner&client_secret=secret";
  for (const std::string& request :
       {Get(list), Post(list, ""), "GET " + list + "?" + credentials + " HTTP/1.1\r\n\r\n",
        "POST " + list + " HTTP/1.1\r\n" + Form(credentials),
        "POST " + list + "?client_id=owner HTTP/1.1\r\n" + Form("client_secret=secret"),
        "GET " + list + " HTTP/1.1\r\nauthorization:   basic b3duZXI6c2VjcmV0  \r\n\r\n"}) {
    EXPECT_THAT(Exchange(port_, request).body, HasSubstr(kOk)) << request;
  }
}

TEST_F(WireTest, Item04_TokensInTheHeaderTheQueryAndTheBodyWhateverElseComes) {
  ASSERT_THAT(Create("token@example.com"), HasSubstr(kOk));
  const std::string key =
      "type_name=user&key_attribute=email&key_value=" + Encoded("\"token@example.com\"");
  const std::string issued = Exchange(port_, Post("/access/getAccessToken", key)).body;
  const size_t begin = issued.find("\"accessToken\":\"") + 15;
  ASSERT_THAT(issued, HasSubstr("\"accessToken\":\""));
  const std::string token = issued.substr(begin, issued.find('"', begin) - begin);
  const std::string header = "Host: test\r\nAuthorization: OAuth " + token + "\r\n";
  const std::string wanted = R"("email":"token@example.com")";
  EXPECT_THAT(Exchange(port_, "GET /entity HTTP/1.1\r\n" + header + "\r\n").body,
              HasSubstr(wanted));
  EXPECT_THAT(Exchange(port_, "POST /entity?type_name=user&id=1 HTTP/1.1\r\n" + header +
                                  Form("uuid=another&client_id=nobody"))
                  .body,
              HasSubstr(wanted));
  // Beside client credentials, right or wrong, the token rules.
  EXPECT_THAT(Exchange(port_, Get("/entity?access_token=" + token)).body, HasSubstr(wanted));
  EXPECT_THAT(Exchange(port_, "POST /entity HTTP/1.1\r\n" + header +
                                  Form("client_id=owner&client_secret=wrong"))
                  .body,
              HasSubstr(wanted));
  EXPECT_THAT(Exchange(port_, Post("/entity", "access_token=" + token)).body, HasSubstr(wanted));
  EXPECT_THAT(Exchange(port_, Post("/entity.deleteAccess", key)).body, HasSubstr(kOk));
  EXPECT_THAT(Exchange(port_, Get("/entity?access_token=" + token)).body,
              HasSubstr("\"code\":413,"));
}

TEST_F(WireTest, Item05_KnownAnswers) {
  const SignedHost host(
      {{"apkrahlfumwse2e9nvrrotv6vchuptzw", "rylicq8ydkz0vmki3gqaoxbk4gyrr05t"}, {"foo", "bar"}},
      {"--signature-skew-seconds=1000000000"});
  const std::string find =
      Headers("apkrahlfumwse2e9nvrrotv6vchuptzw",
              "+Bf5W9YKRhi5AoVTbxvhzuJXDUQ=", "2016-02-26 19:08:44") +
      Form("filter=" + Encoded("lastUpdated >= '2016-01-01'") + "&entity_type=user");
  EXPECT_THAT(host.Send("POST /entity.find HTTP/1.1\r\n" + find), Not(HasSubstr(kRefused)));
  EXPECT_THAT(host.Send("POST /entity HTTP/1.1\r\n" + find), HasSubstr(kRefused));
  const std::string entity =
      Headers("foo", "G3N5RxCVc0d6rDLmBRGvcg2hCVY=", "2000-01-01 01:01:01") +
      Form("param1=this+is+a+string&param2=10&param3=one%3D1%0Atwo%3D2%2Cthree%3D3");
  EXPECT_THAT(host.Send("POST /entity HTTP/1.1\r\n" + entity), HasSubstr("type_name"));
  EXPECT_THAT(host.Send("POST /entityType HTTP/1.1\r\n" + entity), HasSubstr(kRefused));
}

TEST_F(WireTest, Item05_TheBodyAloneIsSignedInEachMethod) {
  const SignedHost host(Secrets{{"foo", "bar"}});
  const std::string date = Now();
  const std::string body = "attribute_name=x&type_name=user";
  const std::string bare = Headers("foo", Signature("bar", "/entity\n" + date + "\n"), date);
  const std::string with_body = Headers(
      "foo", Signature("bar", "/entity\n" + date + "\nattribute_name=x\ntype_name=user\n"), date);
  const std::string no_record = "missing required argument: uuid";
  for (const std::string method : {"GET", "POST"}) {
    const std::string line = method + " /entity HTTP/1.1\r\n";
    const std::string query = method + " /entity?type_name=user HTTP/1.1\r\n";
    EXPECT_THAT(host.Send(line + with_body + Form(body)), HasSubstr(no_record));
    EXPECT_THAT(host.Send(query + with_body + Form(body)), HasSubstr(no_record));
    EXPECT_THAT(host.Send(query + bare + "\r\n"), HasSubstr(no_record));
    EXPECT_THAT(host.Send(query + bare + "Content-Length: 0\r\n\r\n"), HasSubstr(no_record));
    // A body that is no form has no parameters.
    EXPECT_THAT(
        host.Send(query + bare + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n\"\""),
        HasSubstr(no_record));
    EXPECT_THAT(host.Send(line + bare + Form(body)), HasSubstr(kRefused));
    EXPECT_THAT(host.Send(query + with_body + "\r\n"), HasSubstr(kRefused));
  }
}

TEST_F(WireTest, Item05_ADateOfLongAgoOrNoneIsRefused) {
  const SignedHost host(Secrets{{"foo", "bar"}});
  const std::string old = "2016-02-26 19:08:44";
  EXPECT_THAT(
      host.Send("GET /entityType.list HTTP/1.1\r\n" +
                Headers("foo", Signature("bar", "/entityType.list\n" + old + "\n"), old) + "\r\n"),
      HasSubstr(kRefused));
  EXPECT_THAT(host.Send("GET /entityType.list HTTP/1.1\r\nHost: test\r\nAuthorization: Signature "
                        "foo:" +
                        Signature("bar", "/entityType.list\n\n") + "\r\n\r\n"),
              HasSubstr(kRefused));
}

// As the clients join it: names and values decoded, in an order of their own.
TEST_F(WireTest, Item05_ValuesOfAnyBytesInBothOrdersAndBothEnds) {
  const SignedHost host(Secrets{{"foo", "bar"}});
  const std::string date = Now();
  const std::string form = "a=" + Encoded("1\n2&3=4+5%6") + "&a.b=" + Encoded("ä €") +
                           "&a-b=x&unknown=%26&type_name=user&id=987654";
  // By the joined text "-" and "." come before "=", by the name "a" comes first.
  const std::string by_text =
      "a-b=x\na.b=ä €\na=1\n2&3=4+5%6\nid=987654\ntype_name=user\nunknown=&\n";
  const std::string by_name =
      "a=1\n2&3=4+5%6\na-b=x\na.b=ä €\nid=987654\ntype_name=user\nunknown=&\n";
  for (const std::string& parameters : {by_text, by_name}) {
    const std::string headers =
        Headers("foo", Signature("bar", "/entity\n" + date + "\n" + parameters), date);
    EXPECT_THAT(host.Send("POST /entity HTTP/1.1\r\n" + headers + Form(form)),
                HasSubstr("\"code\":310"));
  }
  for (const char* end : {"\n", "\n\n"}) {
    const std::string headers =
        Headers("foo", Signature("bar", "/entityType.list\n" + date + end), date);
    EXPECT_THAT(
        host.Send("POST /entityType.list HTTP/1.1\r\n" + headers + "Content-Length: 0\r\n\r\n"),
        HasSubstr(kOk));
  }
}

}  // namespace
}  // namespace dossier::host_test
