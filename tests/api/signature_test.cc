// Signed requests: what existing clients sign, and what nobody may get away with.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/signing.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::Signature;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDate[] = "2016-02-26 19:08:44";
const std::string kHead = absl::StrCat("/entityType.list\n", kDate, "\n");

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, &time, &error)) << error;
  return time;
}

class SignatureTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(Open(absl::Minutes(5))); }

  void Open(absl::Duration skew) {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(),
                                .block_cache_bytes = 1u << 20,
                                .signature_skew = skew,
                                .clock = [this] { return now_; }});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    for (const auto& [id, secret] :
         {std::pair{"owner", "s:e=c"}, {"other", "another"}, {"ärger:ä", "ü b+"}}) {
      const Client client{
          .client_id = id, .client_secret = secret, .description = "", .features = {"owner"}};
      ASSERT_THAT(engine_->HostSession().AddClient(client), IsOk());
    }
  }

  // A request of `form` whose signature is over `text`.
  static Request Signed(const std::string& text, const std::string& form,
                        const std::string& client_id = "owner",
                        const std::string& secret = "s:e=c") {
    Request request{
        .path = "/entityType.list",
        .authorization = absl::StrCat("Signature ", client_id, ":", Signature(secret, text)),
        .date = kDate};
    AddForm(form, request.parameters);
    return request;
  }

  bool IsLetIn(const Request& request) {
    const std::string answer = Api(*engine_).Handle(request);
    const bool is_ok = answer.find(R"("stat":"ok")") != std::string::npos;
    EXPECT_TRUE(is_ok || answer.find(R"("code":402,)") != std::string::npos) << answer;
    return is_ok;
  }

  TemporaryDirectory top_;
  absl::Time now_ = At(kDate);
  std::unique_ptr<Engine> engine_;
};

struct KnownAnswer {
  const char* client_id;
  const char* secret;
  const char* path;
  const char* date;
  Parameters parameters;
  const char* signature;
};

// Source: known answers of programs that run against the hosted product.
const KnownAnswer kKnownAnswers[] = {
    {"apkrahlfumwse2e9nvrrotv6vchuptzw",
     "rylicq8ydkz0vmki3gqaoxbk4gyrr05t",
     "/entity.find",
     kDate,
     {{"entity_type", "user"}, {"filter", "lastUpdated >= '2016-01-01'"}},
     "+Bf5W9YKRhi5AoVTbxvhzuJXDUQ="},
    {"foo",
     "bar",
     "/entity",
     "2000-01-01 01:01:01",
     {{"param3", "one=1\ntwo=2,three=3"}, {"param2", "10"}, {"param1", "this is a string"}},
     "G3N5RxCVc0d6rDLmBRGvcg2hCVY="},
};

TEST_F(SignatureTest, KnownAnswers) {
  for (const KnownAnswer& known : kKnownAnswers) {
    ASSERT_THAT(engine_->HostSession().AddClient({.client_id = known.client_id,
                                                  .client_secret = known.secret,
                                                  .description = "",
                                                  .features = {"owner"}}),
                IsOk());
    now_ = At(known.date);
    SignedRequest request{.client_id = known.client_id,
                          .signature = known.signature,
                          .path = known.path,
                          .date = known.date,
                          .parameters = known.parameters};
    EXPECT_THAT(engine_->SignedSession(request), IsOk()) << known.path;
    Request wire{.path = known.path,
                 .parameters = known.parameters,
                 .authorization = absl::StrCat("Signature ", known.client_id, ":", known.signature),
                 .date = known.date};
    EXPECT_THAT(Api(*engine_).Handle(wire), Not(HasSubstr(R"("code":402)"))) << known.path;

    request.path = "/entity.count";
    EXPECT_THAT(engine_->SignedSession(request), HasError(402));
    wire.path = "/entityType";
    EXPECT_THAT(Api(*engine_).Handle(wire), HasSubstr(R"("code":402)"));
  }
}

struct FormRow {
  const char* name;
  std::string form;   // as it is sent
  std::string lines;  // what is signed, behind the date
  bool is_let_in = true;
};

TEST_F(SignatureTest, IsOverTheFormInEachOrderThatClientsUse) {
  const FormRow rows[] = {
      {"nothing", "", ""},
      {"nothing, and a line feed", "", "\n"},
      {"nothing, and two line feeds", "", "\n\n", false},
      {"a parameter", "a=1", "a=1\n"},
      {"a parameter, without the last line feed", "a=1", "a=1", false},
      {"a parameter that is not signed", "a=1", "", false},
      {"a parameter that was not sent", "", "a=1\n", false},
      {"sorted alike both ways", "b=2&a=1", "a=1\nb=2\n"},
      {"as sent, but not sorted", "b=2&a=1", "b=2\na=1\n", false},
      {"by whole strings", "a=1&a-b=2", "a-b=2\na=1\n"},
      {"by names", "a-b=2&a=1", "a=1\na-b=2\n"},
      {"by whole strings, upper case first", "a=1&B=2", "B=2\na=1\n"},
      {"without case", "B=2&a=1", "a=1\nB=2\n", false},
      {"a name twice, by whole strings", "a=2&a=1", "a=1\na=2\n"},
      {"a name twice, by names", "a=2&a=1", "a=2\na=1\n"},
      {"a value and one that goes on with a tab", "a=1%09&a=1", "a=1\na=1\t\n"},
      {"percent-encoded", "a=%26%3D%2B%25%0A&b=%C3%A4", "a=&=+%\n\nb=ä\n"},
      {"percent-encoded, and signed so", "a=%26", "a=%26\n", false},
      {"not percent-encoded at all", R"(value={"a":"b c#1"})", "value={\"a\":\"b c#1\"}\n"},
      {"blanks as plus", "a=b+c", "a=b c\n"},
      {"empty value", "a=", "a=\n"},
      {"empty value, no sign", "a", "a=\n"},
      {"JSON and flags", R"(attributes=["x"]&commit=true)", "attributes=[\"x\"]\ncommit=true\n"},
      {"credentials are not signed", "client_id=owner&client_secret=x&a=1", "a=1\n"},
      {"credentials alone", "client_id=owner", ""},
      {"credentials signed", "client_id=owner&a=1", "a=1\nclient_id=owner\n", false},
  };
  for (const FormRow& row : rows) {
    EXPECT_EQ(IsLetIn(Signed(kHead + row.lines, row.form)), row.is_let_in) << row.name;
  }
}

TEST_F(SignatureTest, IsNotOverTheQueryString) {
  Request request = Signed(kHead + "b=2\n", "a=1&b=2");
  EXPECT_FALSE(IsLetIn(request));
  request.query_parameter_count = 1;
  EXPECT_TRUE(IsLetIn(request));
  request = Signed(kHead + "a=1\nb=2\n", "a=1&b=2");
  request.query_parameter_count = 1;
  EXPECT_FALSE(IsLetIn(request));
  request = Signed(kHead, "a=1&b=2");
  request.query_parameter_count = 2;
  EXPECT_TRUE(IsLetIn(request));
  request.query_parameter_count = 3;  // a host that counts wrong
  EXPECT_TRUE(IsLetIn(request));
}

TEST_F(SignatureTest, IsRefusedWhereAnythingDiffers) {
  const std::string good = Signature("s:e=c", kHead);
  const std::string others = Signature("another", kHead);
  std::string flipped = good;
  flipped[3] = flipped[3] == 'A' ? 'B' : 'A';
  const std::pair<const char*, std::string> headers[] = {
      {"one letter changed", "Signature owner:" + flipped},
      {"other client's signature", "Signature owner:" + others},
      {"other client's name", "Signature other:" + good},
      {"nobody", "Signature nobody:" + good},
      {"nobody, with an empty secret", "Signature nobody:" + Signature("", kHead)},
      {"empty id", "Signature :" + good},
      {"case of the id", "Signature Owner:" + good},
      {"cut by a letter", "Signature owner:" + good.substr(0, good.size() - 2)},
      {"cut by half", "Signature owner:" + good.substr(0, 12)},
      {"signature and more", "Signature owner:" + good.substr(0, 27) + "AAAA="},
      {"twice", "Signature owner:" + good + good},
      {"no base64", "Signature owner:!!!!" + good.substr(4)},
      {"hexadecimal", "Signature owner:f817f95bd60a4618b9028553"},
      {"empty signature", "Signature owner:"},
      {"no colon", "Signature owner"},
      {"scheme alone", "Signature"},
      {"the secret itself", "Signature owner:s:e=c"},
      {"two commas", "Signature owner:" + good + ", Signature other:" + others},
      {"nul in the id", std::string("Signature owner\0:", 17) + good},
  };
  ASSERT_TRUE(IsLetIn(Signed(kHead, "")));
  for (const auto& [name, header] : headers) {
    Request request = Signed(kHead, "");
    request.authorization = header;
    EXPECT_FALSE(IsLetIn(request)) << name;
    // What else is right with the request does not help.
    AddForm("client_id=owner&client_secret=s:e%3Dc", request.parameters);
    request.query_parameter_count = request.parameters.size();
    EXPECT_FALSE(IsLetIn(request)) << name;
  }
  Request elsewhere = Signed(kHead, "");
  elsewhere.path = "/clients/list";
  EXPECT_FALSE(IsLetIn(elsewhere));
  EXPECT_FALSE(IsLetIn(Signed(kHead + "a=1\n", "a=2")));
}

TEST_F(SignatureTest, StandsInAHeaderWithOddBlanksAndCase) {
  const std::string signature = Signature("s:e=c", kHead);
  for (const std::string& header :
       {"signature owner:" + signature, "SIGNATURE  owner:" + signature,
        "  Signature owner:" + signature + " ", "Signature\towner:" + signature,
        "Signature owner:" + signature.substr(0, signature.find('='))}) {
    Request request = Signed(kHead, "");
    request.authorization = header;
    EXPECT_TRUE(IsLetIn(request)) << header;
    request.date = absl::StrCat(" ", kDate, " ");
    EXPECT_TRUE(IsLetIn(request)) << header;
  }
  EXPECT_TRUE(IsLetIn(Signed(kHead, "", "ärger:ä", "ü b+")));
}

TEST_F(SignatureTest, IsAsGoodAsItsDate) {
  const absl::Time date = At(kDate);
  const Request request = Signed(kHead, "");
  for (const absl::Duration away : {absl::ZeroDuration(), absl::Minutes(5), -absl::Minutes(5)}) {
    now_ = date + away;
    EXPECT_TRUE(IsLetIn(request)) << away;
    EXPECT_TRUE(IsLetIn(request)) << "again, " << away;  // some clients send everything twice
  }
  for (const absl::Duration away : {absl::Minutes(5) + absl::Microseconds(1),
                                    -absl::Minutes(5) - absl::Microseconds(1), absl::Hours(24)}) {
    now_ = date + away;
    EXPECT_FALSE(IsLetIn(request)) << away;
  }
  ASSERT_NO_FATAL_FAILURE(Open(absl::Hours(24)));
  EXPECT_TRUE(IsLetIn(request));
  ASSERT_NO_FATAL_FAILURE(Open(absl::ZeroDuration()));
  EXPECT_FALSE(IsLetIn(request));
  now_ = date;
  EXPECT_TRUE(IsLetIn(request));
}

TEST_F(SignatureTest, NeedsADateThatSaysWhen) {
  for (const std::string date :
       {"", " ", "now", "today", "infinite-future", "2016-02-26", "19:08:44",
        "Fri, 26 Feb 2016 19:08:44 GMT", "2016-02-26 19:08:44 and more", "2016-02-30 19:08:44",
        "2016-02-26 25:08:44", "2016-02-26 20:08:44 +0100", "1456513724"}) {
    Request request = Signed(absl::StrCat("/entityType.list\n", date, "\n"), "");
    request.date = date;
    EXPECT_FALSE(IsLetIn(request)) << date;
  }
}

TEST_F(SignatureTest, FollowsItsClient) {
  const Request request = Signed(kHead, "");
  ASSERT_TRUE(IsLetIn(request));
  ASSERT_THAT(engine_->HostSession().SetFeatures("owner", {"direct_access"}), IsOk());
  EXPECT_THAT(Api(*engine_).Handle(request), HasSubstr(R"("code":403,)"));
}

}  // namespace
}  // namespace dossier::api
