// Records without the values of removed attributes.
#include "record/prune.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "test_records.h"

namespace dossier::testing {
namespace {

constexpr char kBefore[] =
    "a@16:string b@17:integer o@18{c@19:string d@20:string} "
    "p@21[q@22:string r@23:string s@24[t@25:string u@26:integer]]";
constexpr char kRecord[] =
    R"({"a":"x","b":7,"o":{"c":"1","d":"2"},"p":[{"q":"3","r":"4","s":[{"t":"5","u":6}]},{"r":"7"}]})";

struct Row {
  const char* name;
  const char* after;  // the shape
  const char* left;   // of the record; empty: it is not written
};

TEST(PrunedRecord, HasTheValuesOfTheShapeAlone) {
  const Row rows[] = {
      {"nothing is gone", kBefore, ""},
      {"more than there was",
       "a@16:string b@17:integer o@18{c@19:string d@20:string} "
       "p@21[q@22:string r@23:string s@24[t@25:string u@26:integer]] z@40:string",
       ""},
      {"a scalar",
       "b@17:integer o@18{c@19:string d@20:string} "
       "p@21[q@22:string r@23:string s@24[t@25:string u@26:integer]]",
       "b=7 o{c=1 d=2} p[101{q=3 r=4 s[102{t=5 u=6}]} 103{r=7}]"},
      {"an inline value, last of the root", "a@16:string", "a=x"},
      {"a child of an object",
       "a@16:string b@17:integer o@18{d@20:string} "
       "p@21[q@22:string r@23:string s@24[t@25:string u@26:integer]]",
       "a=x b=7 o{d=2} p[101{q=3 r=4 s[102{t=5 u=6}]} 103{r=7}]"},
      {"all children of an object", "a@16:string o@18{n@40:string}", "a=x"},
      {"a child of a plural: its elements stay",
       "a@16:string b@17:integer o@18{c@19:string d@20:string} "
       "p@21[q@22:string s@24[t@25:string u@26:integer]]",
       "a=x b=7 o{c=1 d=2} p[101{q=3 s[102{t=5 u=6}]} 103{}]"},
      {"deep in a plural",
       "a@16:string b@17:integer o@18{c@19:string d@20:string} "
       "p@21[q@22:string r@23:string s@24[u@26:integer]]",
       "a=x b=7 o{c=1 d=2} p[101{q=3 r=4 s[102{u=6}]} 103{r=7}]"},
      {"everything", "n@40:string", "-"},
  };
  TestRecords records(kBefore);
  const auto before = records.Create(kRecord);
  ASSERT_THAT(before, IsOk());
  const RecordView old = RecordView::Trusted(*before);
  for (const Row& row : rows) {
    const Shape shape = MakeShape(row.after);
    const std::optional<std::string> pruned = PrunedRecord(old, shape, 9);
    ASSERT_EQ(pruned.has_value(), row.left[0] != '\0') << row.name;
    if (!pruned) continue;
    EXPECT_EQ(Dump(*pruned, shape), row.left[0] == '-' ? "" : row.left) << row.name;
    const auto view = RecordView::Verify(*pruned, kTestType, kTestId, shape);
    ASSERT_THAT(view, IsOk()) << row.name;
    EXPECT_EQ(view->type_version(), 9u);
    EXPECT_EQ(view->created(), old.created());
    EXPECT_EQ(view->last_updated(), old.last_updated());
    EXPECT_EQ(std::string_view(view->uuid(), 16), std::string_view(old.uuid(), 16));
    EXPECT_LT(pruned->size(), before->size()) << row.name;
    EXPECT_FALSE(PrunedRecord(*view, shape, 9)) << row.name << ": a second time";
  }
}

}  // namespace
}  // namespace dossier::testing
