// Items 17 to 19 of the promise to existing clients: values, filters and pages.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "wire_fixture.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;

struct Written {
  const char* name;
  const char* attribute;  // "birthday", or a path
  const char* given;      // the object that is created with
  const char* read;       // what stands at the attribute
};

class WireValues : public WireTest, public ::testing::WithParamInterface<Written> {};

TEST_P(WireValues, Item18_ReadAsWritten) {
  const Written& value = GetParam();
  const std::string email = std::string(value.name) + "@example.com";
  Make(email, std::string(",") + value.given);
  EXPECT_THAT(At(email, value.attribute), HasSubstr("\"result\":" + std::string(value.read)));
}

INSTANTIATE_TEST_SUITE_P(
    Values, WireValues,
    ::testing::Values(
        Written{"DateWithoutDashes", "birthday", R"("birthday":"19800229")", R"("1980-02-29")"},
        Written{"Date", "birthday", R"("birthday":"1980-02-29")", R"("1980-02-29")"},
        Written{"DateWithATime", "birthday", R"("birthday":"1980-02-29 12:13:14")",
                R"("1980-02-29")"},
        Written{"DateBefore1900", "birthday", R"("birthday":"1875-07-24")", R"("1875-07-24")"},
        Written{"Time", "lastLogin", R"("lastLogin":"2013-08-23 12:38:33")",
                R"("2013-08-23 12:38:33 +0000")"},
        Written{"TimeWithItsZone", "lastLogin", R"("lastLogin":"2013-08-23 12:38:33.475581 +0000")",
                R"("2013-08-23 12:38:33.475581 +0000")"},
        Written{"TimeOfIso8601", "lastLogin", R"("lastLogin":"2013-08-23T14:38:33.475581+02:00")",
                R"("2013-08-23 12:38:33.475581 +0000")"},
        Written{"TimeOfIso8601Zulu", "lastLogin", R"("lastLogin":"2013-08-23T12:38:33Z")",
                R"("2013-08-23 12:38:33 +0000")"},
        Written{"CreatedLongAgo", "created", R"("created":"1875-07-24 01:02:03.000004 +0000")",
                R"("1875-07-24 01:02:03.000004 +0000")"},
        Written{"BooleanAsText", "optIn", R"("optIn":{"status":"true"})", R"({"status":true,)"},
        Written{"NullForText", "givenName", R"("givenName":null)", "null"},
        Written{"NullForAnObject", "optIn", R"("optIn":null)", R"({"status":null,"updated":null})"},
        Written{"NullForAPlural", "statuses", R"("statuses":null)", "[]"},
        Written{"PasswordAsAHash", "password",
                R"("password":{"type":"password-bcrypt","value":)"
                R"("$2a$04$..CA.uOD/eaGAOmJB.yMBuXmBSs0LtKD8Ss2UpvGpC0pSf5QSGZoS"})",
                R"({"type":"password-bcrypt","value":)"
                R"("$2a$04$..CA.uOD/eaGAOmJB.yMBuXmBSs0LtKD8Ss2UpvGpC0pSf5QSGZoS"})"}),
    [](const auto& value) { return value.param.name; });

// A type of its own for searches.
constexpr char kDefs[] = R"([{"name":"email","type":"string","constraints":["unique"]},
  {"name":"name","type":"string"},{"name":"flag","type":"boolean"},{"name":"born","type":"date"},
  {"name":"seen","type":"dateTime"},
  {"name":"address","type":"object","attr_defs":[{"name":"city","type":"string"}]},
  {"name":"clients","type":"plural","attr_defs":[{"name":"clientId","type":"string"}]}])";

class WireSearch : public WireTest {
 protected:
  void SetUp() override {
    Call("/entityType.delete", "type_name=many&commit=true");
    ASSERT_THAT(Call("/entityType.create", std::string("type_name=many&attr_defs=") + kDefs),
                HasSubstr(kOk));
  }

  static void Add(const std::string& attributes) {
    EXPECT_THAT(Call("/entity.create", "type_name=many&attributes=" + Encoded(attributes)),
                HasSubstr(kOk));
  }

  static std::string Count(const std::string& filter) {
    return Member(Call("/entity.count", "type_name=many&filter=" + Encoded(filter)), "total_count");
  }
};

TEST_F(WireSearch, Item17_Filters) {
  Add(R"({"email":"ada@x","name":"Ada","flag":true,"born":"1990-05-06",)"
      R"("seen":"2016-02-26 19:08:44.123456 +0000","address":{"city":"Oslo"},)"
      R"("clients":[{"clientId":"c1"},{"clientId":"c2"}]})");
  Add("{\"email\":\"eve@x\",\"name\":\"O'Neil \\\\ S\xc3\xb6hne\",\"flag\":false,"
      R"("born":"2001-01-01","seen":"2001-01-01 00:00:00 +0000","clients":[]})");
  Add(R"({"email":"nil@x"})");
  const struct {
    const char* filter;
    const char* count;
  } cases[] = {
      {"id>0 and lastUpdated>'2001-01-01'", "3"},
      {"email='ada@x' or email='eve@x'", "2"},
      {"(email='ada@x')AND(flag=true)", "1"},
      {"email = 'ada@x' Or ( name = 'x' aNd ( flag = true or flag = false ) )", "1"},
      {"name = 'O\\'Neil \\\\ S\xc3\xb6hne'", "1"},
      {"name is null", "1"},
      {"name IS NOT NULL", "2"},
      {"clients is null", "2"},
      {"clients is not null", "1"},
      {"address.city = 'oslo'", "1"},
      {"clients.clientId = 'c2'", "1"},
      {"flag = 'true'", "1"},
      {"born = '2001-01-01'", "1"},
      {"born >= '1990-05-06'", "2"},
      {"seen = '2016-02-26 19:08:44.123456'", "1"},
      {"seen = '2016-02-26 19:08:44.123456000 +0000'", "1"},
      {"seen >= '2016-02-26 19:08:44'", "1"},
      {"seen = '2016-02-26T19:08:44.123456Z'", "1"},
      {"seen < '2001-01-02'", "1"},
      {"email >= 'b' and email < 'f'", "1"},
  };
  for (const auto& one : cases) EXPECT_EQ(Count(one.filter), one.count) << one.filter;
}

TEST_F(WireSearch, Item19_PagesByIdUntilOneIsShort) {
  for (int i = 0; i < 25; ++i) Add(R"({"name":"n"})");
  std::string last = "0";
  std::vector<std::string> sizes;
  do {
    const std::string page =
        Call("/entity.find", R"(type_name=many&sort_on=["id"]&max_results=10&attributes=["id"]&)"
                             "filter=" +
                                 Encoded("id > " + last));
    sizes.push_back(Member(page, "result_count"));
    const size_t at = page.rfind("{\"id\":");
    if (at != std::string::npos) last = Member(page.substr(at), "id");
  } while (sizes.back() == "10" && sizes.size() < 10);
  EXPECT_THAT(sizes, ::testing::ElementsAre("10", "10", "5"));
  EXPECT_THAT(Call("/entity.find", "type_name=many&max_results=10000"),
              HasSubstr("\"result_count\":25"));
  EXPECT_THAT(Call("/entity.find", "type_name=many&max_results=10&first_result=20"),
              HasSubstr("\"result_count\":5"));
  EXPECT_THAT(Call("/entity.find", "type_name=many&max_results=10&first_result=25"),
              HasSubstr("\"result_count\":0"));
}

}  // namespace
}  // namespace dossier::host_test
