// Items 6, 8, 13 and 18 of the promise to existing clients, as far as they are about many records at
// once.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "wire_fixture.h"

namespace dossier::host_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr char kDefs[] = R"([{"name":"email","type":"string","constraints":["unique"]},
                            {"name":"name","type":"string"}])";

// A type of these attributes with no record.
class WireMany : public WireTest {
 protected:
  void SetUp() override {
    Call("/entityType.delete", "type_name=many&commit=true");
    ASSERT_THAT(Call("/entityType.create", std::string("type_name=many&attr_defs=") + kDefs),
                HasSubstr(kOk));
  }

  static std::string BulkCreate(const std::string& records, const std::string& more = "") {
    return Call("/entity.bulkCreate", "type_name=many&all_attributes=" + Encoded(records) + more);
  }

  static std::string Count(const std::string& filter = "") {
    const std::string form =
        "type_name=many" + (filter.empty() ? "" : "&filter=" + Encoded(filter));
    return Member(Call("/entity.count", form), "total_count");
  }
};

TEST_F(WireMany, Item06_BulkCreateTakesWhatItDoesNotKnow) {
  EXPECT_THAT(BulkCreate(R"([{"name":"a"}])", "&include_record=true&timeout=10"), HasSubstr(kOk));
  EXPECT_EQ(Count(), "1");
}

TEST_F(WireMany, Item08_BulkDeleteAndPurgeActOnlyWithACommit) {
  for (const char* call : {"/entity.bulkDelete", "/entity.purge"}) {
    const std::string form = "type_name=many&filter=name='a'";
    for (const char* commit : {"true", "1"}) {
      ASSERT_THAT(BulkCreate(R"([{"name":"a"},{"name":"a"}])"), HasSubstr(kOk));
      for (const char* none : {"", "&commit=", "&commit=false"}) {
        EXPECT_THAT(Call(call, form + none), HasSubstr(kOk));
        EXPECT_EQ(Count("name = 'a'"), "2") << call << none;
      }
      EXPECT_THAT(Call(call, form + "&commit=" + commit), HasSubstr(kOk));
      EXPECT_EQ(Count("name = 'a'"), "0") << call << commit;
    }
  }
}

TEST_F(WireMany, Item13_BulkCreateAnswersIdsAndErrorsInOrder) {
  const std::string records = R"([{"email":"a"},{"email":"a"},{"nothing":1},{"email":"b"}])";
  const std::string error = R"(\{"stat":"error","code":[0-9]+,[^{}]*\})";
  const std::string smart = BulkCreate(records, "&commit_each=smart");
  EXPECT_THAT(
      smart, MatchesRegex(R"(\{.*"results":\[[0-9]+,)" + error + "," + error + R"(,[0-9]+\].*\})"));
  EXPECT_THAT(smart, MatchesRegex(R"(\{.*"uuid_results":\["[0-9a-f-]{36}",)" + error + "," + error +
                                  R"(,"[0-9a-f-]{36}"\].*\})"));
  EXPECT_EQ(Count(), "2");
  EXPECT_THAT(BulkCreate(R"([{"email":"c"},{"email":"a"}])", "&commit_each=true"),
              HasSubstr("\"code\":361"));
  EXPECT_EQ(Count(), "3");
  EXPECT_THAT(BulkCreate(R"([{"email":"d"},{"email":"a"}])", "&commit_each=false"),
              HasSubstr("\"code\":361"));
  EXPECT_EQ(Count(), "3") << "all or nothing";
}

TEST_F(WireMany, Item18_CreatedLongAgoInBulk) {
  EXPECT_THAT(BulkCreate(R"([{"email":"old","created":"1875-07-24 01:02:03 +0000"}])"),
              HasSubstr(kOk));
  EXPECT_EQ(Count("created < '1900-01-01'"), "1");
}

}  // namespace
}  // namespace dossier::host_test
