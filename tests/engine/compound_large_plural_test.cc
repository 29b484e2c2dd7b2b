// Compound unique properties over plurals that have left their records, and the properties' lives.
// Through the public headers.
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;

constexpr char kAttrDefs[] = R"([{"name":"a","type":"string"},{"name":"b","type":"integer"},
    {"name":"p","type":"plural","attr_defs":[{"name":"c","type":"string"},
      {"name":"o","type":"object","attr_defs":[{"name":"d","type":"integer"}]},
      {"name":"q","type":"plural","attr_defs":[{"name":"e","type":"string"},
        {"name":"f","type":"integer"}]}]}])";
constexpr char kOuter[] = R"({"type":"unique","attributes":["/p/c","/p/o/d"]})";
constexpr char kInner[] = R"({"type":"unique","attributes":["/p/q/f","/p/q/e"]})";

class CompoundLargePluralTest : public ConcurrencyTest {
 protected:
  void SetUp() override {
    large_plural_bytes_ = 256;
    Open();
    ASSERT_THAT(Host().CreateEntityType("row", kAttrDefs), IsOk());
  }

  // Elements with c "x" and d from `from` on, each with an inner element with e "y" and f as d.
  static std::string Elements(int from, int count) {
    std::string elements;
    for (int d = from; d < from + count; ++d) {
      absl::StrAppend(&elements, elements.empty() ? "" : ",", R"({"c":"x","o":{"d":)", d,
                      R"(},"q":[{"e":"y","f":)", d, "}]}");
    }
    return absl::StrCat("[", elements, "]");
  }
  static std::string Record(int from, int count) {
    return absl::StrCat(R"({"p":)", Elements(from, count), "}");
  }

  uint64_t Make(const std::string& attributes) {
    const auto created = Host().Create("row", attributes);
    EXPECT_THAT(created, IsOk());
    return created.ok() ? created->id : 0;
  }

  absl::Status Try(const std::string& attributes) {
    return Host().Create("row", attributes).status();
  }
};

TEST_F(CompoundLargePluralTest, HoldsForElementsOutOfSight) {
  ASSERT_THAT(Host().AddProperty("row", kOuter), IsOk());
  ASSERT_THAT(Host().AddProperty("row", kInner), IsOk());
  const uint64_t id = Make(Record(0, 200));
  EXPECT_THAT(Try(R"({"p":[{"c":"X","o":{"d":77}}]})"), HasErrorAt(361, "/p/c"));
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"Y","f":77}]}]})"), HasErrorAt(361, "/p/q/f"));
  // With an element of the record itself that the change does not see.
  EXPECT_THAT(Host().Update("row", EntityKey::Id(id), R"({"p":[{"c":"x","o":{"d":5}}]})"),
              HasErrorAt(361, "/p/c"));
  // Of two attributes one changes: the combination moves.
  const std::string read = Host().Get("row", EntityKey::Id(id), {.path = "p"}).value();
  const int64_t element = Numbers(read, "id")[0];
  ASSERT_THAT(Host().Update("row", EntityKey::Id(id), "1000",
                            {.path = absl::StrCat("/p#", element, "/o/d")}),
              IsOk());
  EXPECT_THAT(Try(R"({"p":[{"c":"x","o":{"d":1000}}]})"), HasErrorAt(361, "/p/c"));
  EXPECT_THAT(Try(R"({"p":[{"c":"x","o":{"d":0}}]})"), IsOk());
  // From large to small, and away.
  ASSERT_THAT(Host().Replace("row", EntityKey::Id(id), Elements(300, 1), {.path = "p"}), IsOk());
  EXPECT_THAT(Try(Record(300, 1)), HasErrorAt(361, "/p/c"));
  const uint64_t other = Make(Record(1, 199));
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"y","f":199}]}]})"), HasErrorAt(361, "/p/q/f"));
  ASSERT_THAT(Host().Delete("row", EntityKey::Id(other)), IsOk());
  EXPECT_THAT(Try(Record(1, 199)), IsOk());
}

TEST_F(CompoundLargePluralTest, BindsOverElementsOutOfSight) {
  const uint64_t first = Make(Record(0, 100));
  const uint64_t second = Make(Record(99, 100));
  const auto refused = Host().AddProperty("row", kInner);
  ASSERT_THAT(refused, HasErrorAt(361, "/p/q/f"));
  EXPECT_EQ(DetailOf(refused.status())->holder_id, first);
  EXPECT_THAT(refused.status().ToString(),
              ::testing::HasSubstr(absl::StrCat("has 1 stored values that are there already; the "
                                                "first: record ",
                                                second, " has one of record ", first)));
  ASSERT_THAT(Host().Delete("row", EntityKey::Id(first)), IsOk());
  ASSERT_THAT(Host().AddProperty("row", kInner), IsOk());
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"y","f":150}]}]})"), HasErrorAt(361, "/p/q/f"));
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"y","f":50}]}]})"), IsOk());
}

// Claims of one property are never another's, whichever numbers came and went.
TEST_F(CompoundLargePluralTest, NumbersAreNeverGivenTwice) {
  constexpr char kPair[] = R"({"type":"unique","attributes":["a","b"]})";
  const uint64_t one = Make(R"({"a":"v","b":1})");
  const uint64_t two = Make(R"({"a":"V","b":1})");
  ASSERT_THAT(Host().AddProperty("row", kPair), HasErrorAt(361, "/a"));
  ASSERT_THAT(Host().AddAttribute("row", R"({"name":"later","type":"string"})"), IsOk());
  ASSERT_THAT(Host().SetAttributeConstraints("row", "later", R"(["unique"])"), IsOk());
  ASSERT_THAT(Host().Update("row", EntityKey::Id(one), R"({"a":"w","later":"v"})"), IsOk());
  ASSERT_THAT(Host().AddProperty("row", kPair), IsOk());
  EXPECT_THAT(Host().Update("row", EntityKey::Id(two), R"({"later":"V"})"),
              HasErrorAt(361, "/later"));
  EXPECT_THAT(Host().Update("row", EntityKey::Id(two), R"({"a":"W"})"), HasErrorAt(361, "/a"));
  Open();
  ASSERT_THAT(Host().RemoveAttribute("row", "b"), IsOk());
  EXPECT_THAT(Host().Properties("row"), IsOkAndHolds(std::string("[]")));
  ASSERT_THAT(Host().AddAttribute("row", R"({"name":"b","type":"integer"})"), IsOk());
  ASSERT_THAT(Host().AddProperty("row", kPair), IsOk());
  ASSERT_THAT(Host().ReclaimSpace({}), IsOk());
  EXPECT_THAT(Host().Update("row", EntityKey::Id(one), R"({"b":1})"), IsOk());
  EXPECT_THAT(Host().Update("row", EntityKey::Id(two), R"({"a":"W","b":1})"),
              HasErrorAt(361, "/a"));
  EXPECT_THAT(Host().Update("row", EntityKey::Id(two), R"({"b":1})"), IsOk());
}

// The property goes with an object that has one of its attributes, and with the plural.
TEST_F(CompoundLargePluralTest, GoesWithWhatHasItsAttributes) {
  ASSERT_THAT(Host().AddProperty("row", kOuter), IsOk());
  ASSERT_THAT(Host().AddProperty("row", kInner), IsOk());
  Make(Record(0, 100));
  ASSERT_THAT(Host().RemoveAttribute("row", "/p/o"), IsOk());
  EXPECT_THAT(Try(R"({"p":[{"c":"x"}]})"), IsOk());
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"y","f":50}]}]})"), HasErrorAt(361, "/p/q/f"));
  ASSERT_THAT(Host().ReclaimSpace({}), IsOk());
  EXPECT_THAT(Try(R"({"p":[{"q":[{"e":"y","f":51}]}]})"), HasErrorAt(361, "/p/q/f"));
  ASSERT_THAT(Host().RemoveAttribute("row", "p"), IsOk());
  EXPECT_THAT(Host().Properties("row"), IsOkAndHolds(std::string("[]")));
  EXPECT_THAT(Host().DeleteEntityType("row", /*pretend=*/false), IsOk());
}

}  // namespace
}  // namespace dossier
