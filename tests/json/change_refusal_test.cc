// ChangedRecord: what it refuses, with which error and where.
#include <gtest/gtest.h>

#include <string>

#include "record/read_everything.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::HasError;
using testing::HasErrorAt;
using testing::IsOk;
using testing::TestRecords;
using enum Mode;

constexpr std::string_view kShape =
    "name:string age:integer active:boolean born:date seen:dateTime address:ipAddress extra:json "
    "height:decimal home{city:string geo{lat:decimal}} "
    "statuses[text:string replies[text:string]] tags[tag:string] short:string~";

// Its elements are 101 (reply 102) and the tag 103.
constexpr std::string_view kOld =
    R"({"name":"Ada","statuses":[{"text":"s","replies":[{"text":"r"}]}],"tags":["x"]})";

struct Row {
  std::string name;
  Mode mode;
  std::string path;
  std::string value;
  int code;
  std::string where;  // the path of the attribute; of error 200 the argument
};

void ExpectRefusal(const Row& row) {
  SCOPED_TRACE(row.name);
  TestRecords records(kShape);
  const std::string old = records.Create(kOld).value();
  const auto changed = row.mode == kCreate ? records.Create(row.value)
                                           : records.Apply(old, row.mode, row.path, row.value);
  ASSERT_THAT(changed, HasError(row.code));
  const ErrorDetail detail = *DetailOf(changed.status());
  EXPECT_EQ(row.code == 200 ? detail.argument_name : detail.attribute_name, row.where);
}

TEST(Refusal, OfTypes) {
  for (const Row& row : {
           Row{"number for a string", kUpdate, "/name", "5", 341, "/name"},
           Row{"array for a string", kUpdate, "/", R"({"name":[]})", 341, "/name"},
           Row{"string for an integer", kUpdate, "/age", R"("5")", 341, "/age"},
           Row{"fraction for an integer", kUpdate, "/age", "1.5", 340, "/age"},
           Row{"2^63 for an integer", kUpdate, "/age", "9223372036854775808", 340, "/age"},
           Row{"2^63 with a fraction", kUpdate, "/age", "9223372036854775808.0", 340, "/age"},
           Row{"a hair above 1", kUpdate, "/age", "1.00000000000000000001", 340, "/age"},
           Row{"a hair below 1", kUpdate, "/age", "0.99999999999999999999", 340, "/age"},
           Row{"1e-400 for an integer", kUpdate, "/age", "1e-400", 340, "/age"},
           Row{"an endless exponent", kUpdate, "/age", "1e99999999999999999999", 340, "/age"},
           Row{"1e2147483647", kUpdate, "/age", "1e2147483647", 340, "/age"},
           Row{"1e19 for an integer", kUpdate, "/age", "1e19", 340, "/age"},
           Row{"1e400 for an integer", kUpdate, "/age", "1e400", 340, "/age"},
           Row{"number for a boolean", kUpdate, "/active", "1", 341, "/active"},
           Row{"text for a boolean", kUpdate, "/active", R"("yes")", 340, "/active"},
           Row{"True for a boolean", kUpdate, "/active", R"("True")", 340, "/active"},
           Row{"number for a date", kUpdate, "/born", "5", 341, "/born"},
           Row{"no date", kUpdate, "/born", R"("2003-02-29")", 342, "/born"},
           Row{"no time", kUpdate, "/seen", R"("25:00")", 342, "/seen"},
           Row{"empty time", kUpdate, "/seen", R"("")", 342, "/seen"},
           Row{"five octets", kUpdate, "/address", R"("1.2.3.4.5")", 200, "/address"},
           Row{"octet 256", kUpdate, "/address", R"("1.2.3.256")", 200, "/address"},
           Row{"octet with a zero before", kUpdate, "/address", R"("1.2.3.04")", 200, "/address"},
           Row{"octet missing", kUpdate, "/address", R"("1..3.4")", 200, "/address"},
           Row{"string for a decimal", kUpdate, "/height", R"("1")", 341, "/height"},
           Row{"exponent past the bound", kUpdate, "/height", "1e1000001", 340, "/height"},
           Row{"exponent below the bound", kUpdate, "/height", "0.5E-1000001", 340, "/height"},
           Row{"exponent past 64 bits", kUpdate, "/height", "1e+9223372036854775808", 340,
               "/height"},
           Row{"exponent past 64 bits of nothing", kUpdate, "/height", "0e-99999999999999999999",
               340, "/height"},
           Row{"401 digits", kUpdate, "/height", std::string(401, '1'), 340, "/height"},
           Row{"json too deep", kUpdate, "/extra", std::string(65, '[') + std::string(65, ']'), 340,
               "/extra"},
           Row{"text too long", kUpdate, "/short", R"("12345")", 363, "/short"},
           Row{"array for an object", kUpdate, "/home", "[]", 341, "/home"},
           Row{"string for an object", kUpdate, "/", R"({"home":{"geo":"x"}})", 341, "/home/geo"},
           Row{"object for a plural", kUpdate, "/tags", "{}", 341, "/tags"},
           Row{"string for a plural", kUpdate, "/tags", R"("")", 341, "/tags"},
           Row{"string for an element of two", kUpdate, "/statuses", R"(["x"])", 341, "/statuses"},
           Row{"number for an element", kUpdate, "/tags", "[5]", 341, "/tags"},
           Row{"null for an element", kUpdate, "/tags", "[null]", 341, "/tags"},
           Row{"array for an element", kReplace, "/tags", "[[]]", 341, "/tags"},
           Row{"null for an element at its path", kUpdate, "/tags#103", "null", 341, "/tags#103"},
           Row{"bare string for an element at its path", kUpdate, "/tags#103", R"("x")", 341,
               "/tags#103"},
           Row{"array for the record", kUpdate, "/", "[]", 341, "/"},
           Row{"null for the record", kReplace, "/", "null", 341, "/"},
           Row{"a string for a new record", kCreate, "", R"("x")", 341, "/"},
       }) {
    ExpectRefusal(row);
  }
}

TEST(Refusal, OfNames) {
  for (const Row& row : {
           Row{"unknown", kUpdate, "/", R"({"nobody":1})", 223, "/nobody"},
           Row{"unknown, null", kUpdate, "/", R"({"nobody":null})", 223, "/nobody"},
           Row{"unknown in an object", kUpdate, "/home", R"({"name":1})", 223, "/home/name"},
           Row{"unknown in an element", kUpdate, "/statuses", R"([{"tag":"x"}])", 223,
               "/statuses/tag"},
           Row{"id of an object", kUpdate, "/home", R"({"id":1})", 223, "/home/id"},
           Row{"uuid of an element", kUpdate, "/statuses#101", R"({"uuid":null})", 223,
               "/statuses/uuid"},
           Row{"a name with a NUL", kUpdate, "/", R"({"name\u0000":1})", 223,
               std::string("/name\0", 6)},
           Row{"twice", kUpdate, "/", R"({"name":"a","name":"b"})", 200, "value"},
           Row{"twice, null first", kUpdate, "/", R"({"name":null,"name":"b"})", 200, "value"},
           Row{"twice, once escaped", kUpdate, "/", R"({"name":"a","na\u006de":"b"})", 200,
               "value"},
           Row{"reserved twice", kUpdate, "/", R"({"parent_id":null,"parent_id":null})", 200,
               "value"},
           Row{"created twice", kCreate, "", R"({"created":"2001-02-03","created":"2001-02-03"})",
               200, "value"},
           Row{"uuid twice, once escaped", kUpdate, "/", R"({"uuid":null,"uu\u0069d":null})", 200,
               "value"},
           Row{"id twice, once null", kReplace, "/tags", R"([{"id":null,"tag":"a","id":5}])", 200,
               "value"},
           Row{"id of an element twice", kUpdate, "/statuses#101", R"({"id":101,"id":101})", 200,
               "value"},
           Row{"id in an array twice", kUpdate, "/statuses", R"([{"id":101,"\u0069\u0064":101}])",
               200, "value"},
           Row{"escaped id of no element", kUpdate, "/statuses", R"([{"\u0069d":999}])", 310,
               "/statuses#999"},
           Row{"escaped id that is none", kUpdate, "/statuses", R"([{"i\u0064":"101"}])", 341,
               "/statuses/id"},
           Row{"nearly an id", kUpdate, "/statuses", R"([{"\u0049d":101}])", 223, "/statuses/Id"},
           Row{"twice in an element", kCreate, "", R"({"tags":[{"tag":"a","tag":"a"}]})", 200,
               "value"},
           Row{"an element twice", kUpdate, "/tags", R"([{"id":103},{"id":103}])", 200, "value"},
       }) {
    ExpectRefusal(row);
  }
}

TEST(Refusal, OfIdsAndReservedMembers) {
  for (const Row& row : {
           Row{"an id in create", kCreate, "", R"({"id":5})", 320, "/id"},
           Row{"the coming id in create", kCreate, "", R"({"id":100})", 320, "/id"},
           Row{"a uuid in create", kCreate, "",
               R"({"uuid":"00000000-0000-0000-0000-000000000000"})", 234, "/uuid"},
           Row{"lastUpdated in create", kCreate, "", R"({"lastUpdated":"now"})", 234,
               "/lastUpdated"},
           Row{"created that is no time", kCreate, "", R"({"created":"x"})", 342, "/created"},
           Row{"created that is no text", kCreate, "", R"({"created":5})", 341, "/created"},
           Row{"an element's id in create", kCreate, "", R"({"tags":[{"id":5}]})", 320, "/tags/id"},
           Row{"a deep element's id in create", kCreate, "",
               R"({"statuses":[{"replies":[{"id":"x"}]}]})", 320, "/statuses/replies/id"},
           Row{"another id", kUpdate, "/", R"({"id":101})", 234, "/id"},
           Row{"the id as text", kUpdate, "/", R"({"id":"100"})", 234, "/id"},
           Row{"another uuid", kReplace, "/", R"({"uuid":"00000000-0000-0000-0000-000000000001"})",
               234, "/uuid"},
           Row{"another created", kUpdate, "/", R"({"created":"2001-09-09 01:46:41"})", 234,
               "/created"},
           Row{"another lastUpdated", kUpdate, "/", R"({"lastUpdated":"now"})", 234,
               "/lastUpdated"},
           Row{"a parent", kUpdate, "/", R"({"parent_id":"5"})", 234, "/parent_id"},
           Row{"a reserved path", kUpdate, "/id", "100", 234, "/id"},
           Row{"a reserved path, replaced", kReplace, "/lastUpdated", R"("now")", 234,
               "/lastUpdated"},
           Row{"an unknown element in an array", kUpdate, "/tags", R"([{"id":104}])", 310,
               "/tags#104"},
           Row{"another plural's element", kUpdate, "/tags", R"([{"id":101}])", 310, "/tags#101"},
           Row{"a nested plural's element", kUpdate, "/statuses", R"([{"id":102}])", 310,
               "/statuses#102"},
           Row{"id 0", kUpdate, "/tags", R"([{"id":0}])", 310, "/tags#0"},
           Row{"id -103", kUpdate, "/tags", R"([{"id":-103}])", 310, "/tags#-103"},
           Row{"id 2^63", kUpdate, "/tags", R"([{"id":9223372036854775808}])", 341, "/tags/id"},
           Row{"id of text", kUpdate, "/tags", R"([{"id":"103"}])", 341, "/tags/id"},
           Row{"id of an object", kUpdate, "/tags", R"([{"id":{"id":103}}])", 341, "/tags/id"},
           Row{"id 103.5", kUpdate, "/tags", R"([{"id":103.5}])", 341, "/tags/id"},
           Row{"an escaped name of the id", kReplace, "/tags", R"([{"\u0069d":"103"}])", 341,
               "/tags/id"},
           Row{"an id of text in replace", kReplace, "/tags", R"([{"id":"103"}])", 341, "/tags/id"},
           Row{"an id in a new element's plural", kUpdate, "/statuses",
               R"([{"replies":[{"id":102}]}])", 310, "/statuses/replies#102"},
           Row{"another id at an element's path", kUpdate, "/tags#103", R"({"id":101})", 234,
               "/tags/id"},
           Row{"another id at a replaced element's path", kReplace, "/tags#103", R"({"id":101})",
               234, "/tags/id"},
           Row{"a path to no element", kUpdate, "/tags#9", "{}", 310, "/tags#9"},
           Row{"a path through no element", kReplace, "/statuses#9/text", R"("x")", 310,
               "/statuses#9/text"},
           Row{"a path to another element's", kUpdate, "/statuses#101/replies#103", "{}", 310,
               "/statuses#101/replies#103"},
       }) {
    ExpectRefusal(row);
  }
}

TEST(Refusal, OfMissingRequiredAttributes) {
  constexpr std::string_view kRequired =
      "name:string* home{city:string* zip:string geo{lat:decimal*}} list[a:string* b:string]";
  struct Required {
    std::string name;
    Mode mode;
    std::string path;
    std::string value;
    std::string missing;  // empty where the change is allowed
  };
  const std::string whole =
      R"({"name":"A","home":{"city":"L","zip":"z","geo":{"lat":1}},"list":[{"a":"x"}]})";
  for (const Required& row : {
           Required{"all there", kReplace, "/", whole, ""},
           Required{"nothing there", kReplace, "/", "{}", "/name"},
           Required{"null", kUpdate, "/", R"({"name":null})", "/name"},
           Required{"null at its path", kUpdate, "/name", "null", "/name"},
           Required{"the object missing", kReplace, "/", R"({"name":"A"})", "/home/city"},
           Required{"the object null", kUpdate, "/", R"({"home":null})", "/home/city"},
           Required{"the object null at its path", kReplace, "/home", "null", "/home/city"},
           Required{"a child missing", kReplace, "/home", R"({"geo":{"lat":1}})", "/home/city"},
           Required{"a child's object missing", kReplace, "/home", R"({"city":"L"})",
                    "/home/geo/lat"},
           Required{"a child's object empty", kReplace, "/home", R"({"city":"L","geo":{}})",
                    "/home/geo/lat"},
           Required{"a child kept", kUpdate, "/home", R"({"zip":null})", ""},
           Required{"no element", kReplace, "/list", "[]", ""},
           Required{"an element without", kUpdate, "/list", R"([{"b":"y"}])", "/list/a"},
           Required{"an element with null", kUpdate, "/list", R"([{"a":null}])", "/list/a"},
           Required{"a merged element", kUpdate, "/list", R"([{"id":101,"b":"y"}])", ""},
           Required{"a merged element to null", kUpdate, "/list", R"([{"id":101,"a":null}])",
                    "/list/a"},
           Required{"a replaced element without", kReplace, "/list#101", R"({"b":"y"})", "/list/a"},
           Required{"an element's own to null", kUpdate, "/list#101/a", "null", "/list/a"},
       }) {
    SCOPED_TRACE(row.name);
    TestRecords records(kRequired);
    const std::string old = records.Create(whole).value();
    const auto changed = records.Apply(old, row.mode, row.path, row.value);
    if (row.missing.empty()) {
      EXPECT_THAT(changed, IsOk());
    } else {
      EXPECT_THAT(changed, HasErrorAt(362, row.missing));
    }
  }
}

// A mistake in what is said comes before what is not said, an earlier one before a later one.
TEST(Refusal, IsOfTheFirstMistakeInTheText) {
  TestRecords records("name:string* age:integer");
  EXPECT_THAT(records.Create(R"({"age":"x"})"), HasErrorAt(341, "/age"));
  EXPECT_THAT(records.Create(R"({"nobody":1,"age":"x"})"), HasErrorAt(223, "/nobody"));
  EXPECT_THAT(records.Create(R"({"age":"x","nobody":1})"), HasErrorAt(341, "/age"));
  EXPECT_THAT(records.Create(R"({"age":"x","nobody":1)"), HasError(200));
}

}  // namespace
}  // namespace dossier
