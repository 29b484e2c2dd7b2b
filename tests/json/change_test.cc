// ChangedRecord: the table at the top of change.h, row by row.
#include "json/change.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::Dump;
using testing::HasErrorAt;
using testing::IsOk;
using testing::TestRecords;
using enum Mode;

constexpr std::string_view kShape =
    "name:string age:integer extra:json home{city:string geo{lat:decimal lon:decimal}} "
    "statuses[text:string likes:integer replies[text:string by{name:string}]] tags[tag:string]";

// Its elements are 101 (replies 102 and 103), 104 and the tag 105.
constexpr std::string_view kOld =
    R"({"name":"Ada","age":36,"extra":{"a":1},"home":{"city":"L","geo":{"lat":1.5}},
        "statuses":[{"text":"s1","likes":1,"replies":[{"text":"r1"},{"text":"r2"}]},{"text":"s2"}],
        "tags":["x"]})";
constexpr std::string_view kOldDump =
    R"(name=Ada age=36 extra={"a":1} home{city=L geo{lat=1.5}} )"
    "statuses[101{text=s1 likes=1 replies[102{text=r1} 103{text=r2}]} 104{text=s2}] "
    "tags[105{tag=x}]";

struct Row {
  std::string name;
  Mode mode;
  std::string path;
  std::string value;
  std::string difference;  // to the old record; new ids count up from 106
};

void ExpectChange(const Row& row) {
  SCOPED_TRACE(row.name);
  TestRecords records(kShape);
  const std::string old = records.Create(kOld).value();
  const auto changed = records.Apply(old, row.mode, row.path, row.value);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(testing::Difference(old, *changed, records.shape()), row.difference);
  EXPECT_THAT(records.Verify(*changed), IsOk());
}

TEST(Create, SetsWhatIsSaidAndDrawsIdsParentsFirst) {
  TestRecords records(kShape);
  const auto record = records.Create(kOld);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(Dump(*record, records.shape()), kOldDump);
  EXPECT_EQ(records.next_id(), 106u);
  EXPECT_THAT(records.Verify(*record), IsOk());
}

TEST(Create, OfNothingSetsNothing) {
  for (const std::string_view json :
       {R"({})", R"({"name":null,"home":null,"tags":null})", R"({"home":{},"tags":[]})",
        R"({"home":{"city":null,"geo":{"lat":null}},"statuses":null})",
        R"({"id":null,"uuid":null,"created":null,"lastUpdated":null,"parent_id":null})"}) {
    TestRecords records(kShape);
    const auto record = records.Create(json);
    ASSERT_THAT(record, IsOk()) << json;
    EXPECT_EQ(RecordView::Trusted(*record).root().count(), 0u) << json;
    EXPECT_EQ(records.next_id(), 101u) << json;
  }
}

TEST(Update, AtTheRoot) {
  const std::string s1 = "101{text=s1 likes=1 replies[102{text=r1} 103{text=r2}]}";
  for (const Row& row : {
           Row{"nothing said", kUpdate, "/", "{}", ""},
           Row{"the same again", kUpdate, "/", R"({"name":"Ada","age":36})", ""},
           Row{"a scalar", kUpdate, "/", R"({"name":"Eve"})", "name=Eve"},
           Row{"null", kUpdate, "/", R"({"name":null})", "-name"},
           Row{"an object is merged", kUpdate, "/", R"({"home":{"geo":{"lon":2}}})",
               "home{city=L geo{lat=1.5 lon=2}}"},
           Row{"an object's child to null", kUpdate, "/", R"({"home":{"city":null}})",
               "home{geo{lat=1.5}}"},
           Row{"an object's last child to null", kUpdate, "/",
               R"({"home":{"city":null,"geo":{"lat":null}}})", "-home"},
           Row{"null for an object", kUpdate, "/", R"({"home":null})", "-home"},
           Row{"an empty object", kUpdate, "/", R"({"home":{}})", ""},
           Row{"json is not merged", kUpdate, "/", R"({"extra":{"b":2}})", R"(extra={"b":2})"},
           Row{"an array adds elements", kUpdate, "/", R"({"tags":["y",{"tag":"z"}]})",
               "tags[105{tag=x} 106{tag=y} 107{tag=z}]"},
           Row{"an empty array adds none", kUpdate, "/", R"({"tags":[]})", ""},
           Row{"null for a plural", kUpdate, "/", R"({"statuses":null})", "-statuses"},
           Row{"an element by its id", kUpdate, "/", R"({"statuses":[{"id":104,"likes":9}]})",
               "statuses[" + s1 + " 104{text=s2 likes=9}]"},
           Row{"an id that comes last", kUpdate, "/", R"({"statuses":[{"likes":9,"id":104}]})",
               "statuses[" + s1 + " 104{text=s2 likes=9}]"},
           Row{"an id of null is a new element", kUpdate, "/",
               R"({"tags":[{"id":null,"tag":"n"}]})", "tags[105{tag=x} 106{tag=n}]"},
           Row{"an id spelled 104.0", kUpdate, "/", R"({"statuses":[{"id":104.0,"text":null}]})",
               "statuses[" + s1 + " 104{}]"},
           Row{"an id spelled 1.04e2", kUpdate, "/", R"({"statuses":[{"id":1.04e2,"text":"e"}]})",
               "statuses[" + s1 + " 104{text=e}]"},
           Row{"merged and new in one array, ids in order", kUpdate, "/",
               R"({"statuses":[{"text":"n"},{"id":101,"likes":null,"replies":[{"text":"n"},
                   {"id":103,"text":"m"}]}]})",
               "statuses[101{text=s1 replies[102{text=r1} 103{text=m} 107{text=n}]} 104{text=s2} "
               "106{text=n}]"},
           Row{"a whole record of its own", kUpdate, "/",
               R"({"id":100,"created":"2001-09-09 01:46:40",
               "uuid":"00000000-0000-0000-0000-000000000000","parent_id":null,"name":"Eve"})",
               "name=Eve"},
       }) {
    ExpectChange(row);
  }
}

TEST(Update, AtAPath) {
  const std::string s1 = "101{text=s1 likes=1 replies[102{text=r1} 103{text=r2}]}";
  for (const Row& row : {
           Row{"a scalar", kUpdate, "/name", R"("Eve")", "name=Eve"},
           Row{"null", kUpdate, "/age", "null", "-age"},
           Row{"an object", kUpdate, "/home", R"({"city":"M"})", "home{city=M geo{lat=1.5}}"},
           Row{"null for an object", kUpdate, "/home", "null", "-home"},
           Row{"an object's object", kUpdate, "/home/geo", R"({"lat":3})",
               "home{city=L geo{lat=3}}"},
           Row{"an object's scalar", kUpdate, "home.geo.lon", "7",
               "home{city=L geo{lat=1.5 lon=7}}"},
           Row{"a scalar that empties its object", kUpdate, "/home/geo/lat", "null",
               "home{city=L}"},
           Row{"json", kUpdate, "/extra", "[1]", "extra=[1]"},
           Row{"json of blanks around", kUpdate, "/extra", " \t{ \"a\" : 1 } \n",
               R"(extra={ "a" : 1 })"},
           Row{"json of a scalar", kUpdate, "/extra", "-1.50e+400", "extra=-1.50e+400"},
           Row{"a plural", kUpdate, "/tags", R"(["y"])", "tags[105{tag=x} 106{tag=y}]"},
           Row{"null for a plural", kUpdate, "/tags", "null", "-tags"},
           Row{"an element", kUpdate, "/statuses#104", R"({"likes":2})",
               "statuses[" + s1 + " 104{text=s2 likes=2}]"},
           Row{"an element that tells its id", kUpdate, "/statuses#104", R"({"id":104,"likes":2})",
               "statuses[" + s1 + " 104{text=s2 likes=2}]"},
           Row{"an element's scalar", kUpdate, "/statuses#104/text", R"("t")",
               "statuses[" + s1 + " 104{text=t}]"},
           Row{"a plural of an element", kUpdate, "/statuses#104/replies", R"([{"text":"n"}])",
               "statuses[" + s1 + " 104{text=s2 replies[106{text=n}]}]"},
           Row{"an element of an element", kUpdate, "/statuses#101/replies#103", R"({"text":"n"})",
               "statuses[101{text=s1 likes=1 replies[102{text=r1} 103{text=n}]} 104{text=s2}]"},
           Row{"an object in an element of an element", kUpdate, "statuses#101.replies#102.by.name",
               R"("B")",
               "statuses[101{text=s1 likes=1 replies[102{text=r1 by{name=B}} 103{text=r2}]} "
               "104{text=s2}]"},
       }) {
    ExpectChange(row);
  }
}

TEST(Replace, UnsetsWhatIsNotSaid) {
  const std::string s1 = "101{text=s1 likes=1 replies[102{text=r1} 103{text=r2}]}";
  const std::string s2 = "104{text=s2}";
  for (const Row& row : {
           Row{"the record", kReplace, "/", R"({"age":5})",
               "-name age=5 -extra -home -statuses -tags"},
           Row{"an object in the record", kReplace, "/",
               R"({"name":"Ada","age":36,"extra":{"a":1},"home":{"geo":{"lon":1}}})",
               "home{geo{lon=1}} -statuses -tags"},
           Row{"an object", kReplace, "/home", R"({"geo":{}})", "-home"},
           Row{"an object's object", kReplace, "/home/geo", R"({"lon":1})",
               "home{city=L geo{lon=1}}"},
           Row{"a scalar", kReplace, "/home/city", R"("M")", "home{city=M geo{lat=1.5}}"},
           Row{"a plural", kReplace, "/tags", R"(["y","z"])", "tags[106{tag=y} 107{tag=z}]"},
           Row{"a plural, ids ignored", kReplace, "/statuses",
               R"([{"id":104,"text":"a"},{"id":9,"text":"b","replies":[{"id":-1}]}])",
               "statuses[106{text=a} 107{text=b replies[108{}]}]"},
           Row{"a plural with null", kReplace, "/tags", "null", "-tags"},
           Row{"a plural with an empty array", kReplace, "/tags", "[]", "-tags"},
           Row{"a plural with an empty value", kReplace, "/tags", "", "-tags"},
           Row{"a plural with an empty string", kReplace, "/tags", R"("")", "-tags"},
           Row{"an element keeps its id", kReplace, "/statuses#101", R"({"likes":4})",
               "statuses[101{likes=4} " + s2 + "]"},
           Row{"an element that tells its id", kReplace, "/statuses#104", R"({"id":104,"likes":4})",
               "statuses[" + s1 + " 104{likes=4}]"},
           Row{"an element's plural", kReplace, "/statuses#101/replies", R"([{"id":102}])",
               "statuses[101{text=s1 likes=1 replies[106{}]} " + s2 + "]"},
           Row{"an element of an element", kReplace, "/statuses#101/replies#102", "{}",
               "statuses[101{text=s1 likes=1 replies[102{} 103{text=r2}]} " + s2 + "]"},
       }) {
    ExpectChange(row);
  }
}

TEST(Delete, TakesOneElement) {
  struct Deletion {
    std::string path;
    std::string difference;
  };
  for (const auto& [path, difference] :
       {Deletion{"/statuses#101", "statuses[104{text=s2}]"},
        Deletion{"/statuses#101/replies#102",
                 "statuses[101{text=s1 likes=1 replies[103{text=r2}]} "
                 "104{text=s2}]"},
        Deletion{"/tags#105", "-tags"}}) {
    TestRecords records(kShape);
    const std::string old = records.Create(kOld).value();
    const auto changed = records.Apply(old, kUpdate, path, std::nullopt);
    ASSERT_THAT(changed, IsOk()) << path;
    EXPECT_EQ(testing::Difference(old, *changed, records.shape()), difference) << path;
    EXPECT_THAT(records.Verify(*changed), IsOk());
    EXPECT_THAT(records.Apply(*changed, kUpdate, path, std::nullopt), HasErrorAt(310, path));
  }
}

TEST(Create, TakesItsTimeFromTheValue) {
  TestRecords records(kShape);
  const auto record = records.Create(R"({"created":"2003-01-02 18:15:00"})");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(RecordView::Trusted(*record).created(), 1'041'531'300'000'000);
  EXPECT_EQ(RecordView::Trusted(*record).last_updated(), testing::kTestCreated);
}

// What an entity type no longer has leaves a record with the next write of the object that held it.
TEST(Change, LeavesRemovedAttributesBehind) {
  TestRecords before("name:string gone:string age:integer old[a:string]");
  const auto record = before.Create(R"({"name":"A","gone":"g","age":70000,"old":[{"a":"b"}]})");
  for (const Mode mode : {kUpdate, kReplace}) {
    for (const std::string_view path : {"/", "/name"}) {
      TestRecords after("name@16:string age@18:integer");
      const std::string value = path == "/" ? R"({"name":"B","age":70000})" : R"("B")";
      const auto changed = after.Apply(*record, mode, path, value);
      ASSERT_THAT(changed, IsOk());
      EXPECT_EQ(Dump(*changed, before.shape()), "name=B age=70000") << path;
    }
  }
}

TEST(Change, GivesUpWhereNoIdIsToBeHad) {
  const Shape shape = testing::MakeShape("tags[tag:string]");
  const auto none = []() -> absl::StatusOr<EntityId> { return absl::UnavailableError("no ids"); };
  const auto record = ChangedRecord(nullptr, shape, {.mode = kCreate, .value = R"({"tags":["a"]})"},
                                    {}, {testing::CheckLength, none});
  EXPECT_THAT(record, testing::StatusIs(absl::StatusCode::kUnavailable));
}

// The writer is kept between changes: an abandoned one must leave nothing in the next.
TEST(Change, StartsCleanAfterAFailedOne) {
  TestRecords records(kShape);
  const std::string old = records.Create(kOld).value();
  for (const std::string_view value :
       {R"({"name":"x","home":{"geo":{"lat":"no"}}})", R"({"statuses":[{"replies":[{"text":5}]}]})",
        R"({"tags":["a)", "["}) {
    EXPECT_FALSE(records.Apply(old, kUpdate, "/", value).ok()) << value;
    EXPECT_EQ(records.Apply(old, kUpdate, "/", "{}").value(), old) << "after " << value;
  }
}

// Records past the bounds of a narrow object, and a value as large as a request may be.
TEST(Change, MakesLargeRecords) {
  TestRecords records("name:string tags[tag:string] far@5000:string o{p:string far@6000:string}");
  const std::string large(5'000'000, 'x');
  const auto record = records.Create(R"({"name":")" + large + R"(","far":"f","o":{"far":"g"}})");
  ASSERT_THAT(record, IsOk());
  EXPECT_THAT(records.Verify(*record), IsOk());
  EXPECT_EQ(Dump(*record, records.shape()), "name=" + large + " far=f o{far=g}");
  const auto small = records.Apply(*record, kUpdate, "/name", R"("s")");
  ASSERT_THAT(small, IsOk());
  EXPECT_EQ(Dump(*small, records.shape()), "name=s far=f o{far=g}");
  EXPECT_LT(small->size(), 200u);
}

// Each of many elements is merged at once; more than a square of their number would take minutes.
TEST(Change, MergesManyElementsInTime) {
  constexpr int kCount = 200'000;
  TestRecords records("tags[tag:string]");
  std::string json = "[";
  std::string merge = "[";
  for (int i = 0; i < kCount; ++i) {
    json += i == 0 ? "{}" : ",{}";
    merge += (i == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(101 + kCount - 1 - i) + "}";
  }
  const auto record = records.Create("{\"tags\":" + json + "]}");
  ASSERT_THAT(record, IsOk());
  const auto merged = records.Apply(*record, kUpdate, "/tags", merge + "]");
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(testing::Difference(*record, *merged, records.shape()), "");
  EXPECT_EQ(records.next_id(), 101u + kCount);
}

}  // namespace
}  // namespace dossier
