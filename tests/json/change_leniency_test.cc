// ChangedRecord with leniency: what is a mistake, and what does not count, is as if it were null.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/errors.h"
#include "json/change.h"
#include "record/test_records.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using testing::Dump;
using testing::HasError;
using testing::IsOk;
using testing::TestRecords;
using enum Mode;

constexpr std::string_view kShape =
    "name:string age:integer home{city:string zip:string} list[tag:string n:integer] "
    "words[word:string]";

// A record with two elements, 101 and 102, in `list`; then an update of it.
struct Updated {
  std::string dump = {};
  Leniency leniency;
};

Updated Update(std::string_view value, size_t scalars_max = SIZE_MAX) {
  TestRecords records(kShape);
  records.set_next_id(101);
  const std::string old = records
                              .Create(R"({"name":"a","age":1,"home":{"city":"c","zip":"z"},
                      "list":[{"tag":"x","n":1},{"tag":"y","n":2}]})")
                              .value();
  Updated updated{.leniency = {.scalars_max = scalars_max}};
  records.set_leniency(&updated.leniency);
  const auto changed = records.Apply(old, kUpdate, "/", value);
  EXPECT_THAT(changed, IsOk()) << value;
  if (changed.ok()) {
    EXPECT_THAT(records.Verify(*changed), IsOk()) << value;
    updated.dump = Dump(*changed, records.shape());
  }
  return updated;
}

TEST(Leniency, CountsTheScalarsOfTheText) {
  const Updated all = Update(
      R"({"words":["w"],"list":[{"n":5,"id":102},{"tag":"new"}],"age":null,"home":{"zip":"0"}})");
  EXPECT_EQ(all.dump,
            "name=a home{city=c zip=0} list[101{tag=x n=1} 102{tag=y n=5} 104{tag=new}] "
            "words[103{word=w}]");
  EXPECT_EQ(all.leniency.scalars, 4u);
  EXPECT_FALSE(all.leniency.is_over);
}

// What stands behind them is given, not kept.
TEST(Leniency, TakesScalarsBehindTheMostAsNull) {
  constexpr std::string_view kValue =
      R"({"age":7,"list":[{"id":102,"tag":"t"},{"id":101,"n":9}],"home":{"city":"d"},"words":["w"]})";
  EXPECT_EQ(Update(kValue, 0).dump, "name=a home{zip=z} list[101{tag=x} 102{n=2}] words[103{}]");
  EXPECT_EQ(Update(kValue, 1).dump,
            "name=a age=7 home{zip=z} list[101{tag=x} 102{n=2}] words[103{}]");
  EXPECT_EQ(Update(kValue, 3).dump,
            "name=a age=7 home{zip=z} list[101{tag=x n=9} 102{tag=t n=2}] words[103{}]");
  const Updated all = Update(kValue, 5);
  EXPECT_EQ(
      all.dump,
      "name=a age=7 home{city=d zip=z} list[101{tag=x n=9} 102{tag=t n=2}] words[103{word=w}]");
  EXPECT_FALSE(all.leniency.is_over);
}

struct Row {
  std::string_view value;
  std::string_view dump;
  size_t scalars;
};

TEST(Leniency, PassesOverMistakes) {
  const Row rows[] = {
      {R"({"age":2,"name":3,"home":{"city":"d"}})",
       "age=2 home{zip=z} list[101{tag=x n=1} 102{tag=y n=2}]", 1},
      {R"({"age":2,"nobody":{"a":[1]},"name":"b"})",
       "age=2 home{city=c zip=z} list[101{tag=x n=1} 102{tag=y n=2}]", 1},
      {R"({"age":2,"age":3,"name":"b"})",
       "age=2 home{city=c zip=z} list[101{tag=x n=1} 102{tag=y n=2}]", 1},
      {R"({"home":5,"age":2})", "name=a list[101{tag=x n=1} 102{tag=y n=2}]", 0},
      {R"({"home":{"zip":[1,{"a":2}],"city":"d"},"name":"b"})",
       "age=1 list[101{tag=x n=1} 102{tag=y n=2}]", 0},
      {R"({"list":[{"id":102,"n":"one","tag":"t"},{"id":101,"tag":"u"}]})",
       "name=a age=1 home{city=c zip=z} list[101{n=1} 102{}]", 0},
      {R"({"list":[{"id":7,"tag":"t"},{"id":102,"tag":"u"}]})",
       "name=a age=1 home{city=c zip=z} list[101{tag=x n=1} 102{n=2}]", 0},
      {R"({"list":[{"tag":"t","id":102},{"id":102,"n":3},{"id":"x"},5,{"id":101,"n":7}]})",
       "name=a age=1 home{city=c zip=z} list[101{tag=x} 102{tag=t n=2}]", 1},
      {R"({"list":"none","name":"b"})", "age=1 home{city=c zip=z}", 0},
      {R"({"id":5,"uuid":7,"name":"b"})",
       "age=1 home{city=c zip=z} list[101{tag=x n=1} 102{tag=y n=2}]", 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.value);
    const Updated updated = Update(row.value);
    EXPECT_EQ(updated.dump, row.dump);
    EXPECT_EQ(updated.leniency.scalars, row.scalars);
    EXPECT_TRUE(updated.leniency.is_over);
  }
}

TEST(Leniency, PassesOverWhatIsMissing) {
  TestRecords records("name:string* age:integer list[tag:string* n:integer]");
  Leniency leniency;
  records.set_leniency(&leniency);
  const auto record = records.Create(R"({"age":1,"list":[{"n":2},{"tag":"t","n":3}]})");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(leniency.scalars, 2u);
  EXPECT_TRUE(leniency.is_over);
}

TEST(Leniency, PassesOverWhatIsAgainstARule) {
  TestRecords records("odd:integer filled:string name:string");
  ValueRules odd;
  odd.check = [](const Attribute& attribute, const ValueView&, int64_t) {
    return errors::RuleViolation(PathOf(attribute), "not");
  };
  odd.judges_null = true;
  ValueRules filled;
  filled.default_value = "f";
  records.PutRules({{16, std::make_shared<const ValueRules>(odd)},
                    {17, std::make_shared<const ValueRules>(filled)}});
  Leniency first;
  records.set_leniency(&first);
  auto record = records.Create(R"({"name":"a","odd":2})");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(Dump(*record, records.shape()), "name=a");
  EXPECT_EQ(first.scalars, 1u);
  // Not given: judged behind all that is.
  Leniency behind;
  records.set_leniency(&behind);
  record = records.Create(R"({"name":"a"})");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(behind.scalars, 1u);
  EXPECT_TRUE(behind.is_over);
}

// The path itself is no part of the text.
TEST(Leniency, RefusesAPathThatLeadsNowhere) {
  TestRecords records(kShape);
  const std::string old = records.Create(R"({"list":[{"tag":"x"}]})").value();
  Leniency leniency;
  records.set_leniency(&leniency);
  EXPECT_THAT(records.Apply(old, kUpdate, "/list#999", R"({"tag":"y"})"), HasError(310));
}

}  // namespace
}  // namespace dossier
