// Where indexes and claims lead for a filter: which parts of it they know, and what they must not take
// for more than it is.
#include "query/look_ups.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "filter/filter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

constexpr char kAttrDefs[] = R"([
  {"name":"name","type":"string"},
  {"name":"code","type":"string","case-sensitive":true},
  {"name":"age","type":"integer"},
  {"name":"plain","type":"integer"},
  {"name":"born","type":"date"},
  {"name":"email","type":"string","constraints":["unique"]},
  {"name":"p","type":"plural","attr_defs":[
    {"name":"n","type":"integer"},{"name":"u","type":"integer","constraints":["unique"]}]}])";

// All but `plain`, `email` and `p.u` have an index, ready or not.
EntityType Type(bool is_ready) {
  const EntityType declared = *EntityType::Declare(TypeId{7}, "thing", kAttrDefs);
  IndexList indexes = declared.indexes();
  for (const Attribute& attribute : declared.root()) {
    const Attribute& indexed = attribute.name == "p" ? (*attribute.children)[0] : attribute;
    if (indexed.name == "plain" || indexed.name == "email") continue;
    indexes.push_back({.number = indexed.number, .since = 2, .is_ready = is_ready});
  }
  return declared.NextIndexes(indexes);
}

// "between /age 1": how much it promises, of which indexes, and how many claims and ranges it has.
std::vector<std::string> Shown(const std::string& text, bool is_ready = true) {
  const EntityType type = Type(is_ready);
  const auto filter = ParseFilter(text, type.root(), /*now=*/0, /*readable=*/nullptr, "filter");
  EXPECT_THAT(filter, testing::IsOk()) << text;
  const char* const kRanks[] = {"unique", "equal", "between", "null", "from", "not null"};
  std::vector<std::string> shown;
  for (const LookUp& look_up : LookUpsOf(filter->root, type, HashKey{})) {
    std::string& one = shown.emplace_back(kRanks[static_cast<size_t>(look_up.rank)]);
    for (const IndexRange& range : look_up.ranges) absl::StrAppend(&one, " ", PathOf(*range.index));
    for (size_t i = 0; i < look_up.claims.size(); ++i) one += " claim";
  }
  return shown;
}

TEST(LookUps, OfEachFilter) {
  using Strings = std::vector<std::string>;
  const struct {
    const char* filter;
    Strings look_ups;
  } rows[] = {
      {"", {}},
      {"plain = 5", {}},
      {"age = 5", {"equal /age"}},
      {"age != 5", {"not null /age /age"}},  // what is below and what is above
      {"name != 'x'", {"not null /name /name"}},
      {"created != '2001-01-01'", {"not null /created /created"}},
      {"p.n != 5", {"not null /p/n /p/n"}},
      {"plain != 5", {}},
      {"age < 5", {"from /age"}},
      {"age is null", {"null /age"}},
      {"age is not null", {"not null /age"}},
      {"name = 'x'", {"equal /name /name"}},  // as it is, and in another case
      {"code = 'x'", {"equal /code"}},
      {"email = 'x'", {"unique claim"}},
      {"email > 'x'", {}},
      {"p.u = 5", {"unique claim"}},
      {"uuid = '00000000-0000-4000-8000-0000000000AB'", {"unique claim"}},
      {"uuid = 'no uuid'", {"unique"}},  // nowhere
      {"uuid > '0'", {}},
      {"not (uuid = '00000000-0000-4000-8000-0000000000ab')", {}},
      {"created > '2001-01-01'", {"from /created"}},
      {"lastUpdated is null", {}},
      {"age = plain", {}},
      {"age > 2 and age <= 7", {"between /age"}},
      {"age > 2 and plain = 3 and age <= 7 and born = '2001-01-01'",
       {"equal /born", "between /age"}},
      {"email = 'x' and age = 3", {"unique claim", "equal /age"}},
      // Two elements may hold one bound each.
      {"p.n > 2 and p.n < 7", {"from /p/n", "from /p/n"}},
      {"p.n is null", {}},
      {"p is null", {}},
      {"age = 1 or age = 2 or born > '2001-01-01'", {"from /age /age /born"}},
      {"age = 1 or plain = 2", {}},
      {"(age = 1 or plain = 2) and code = 'x'", {"equal /code"}},
      {"age = 1 or (plain = 2 and code = 'x')", {"equal /age /code"}},
      {"email = 'x' or age > 5", {"from /age claim"}},
      // The claim stands beside the bound, which must not be narrowed for it.
      {"(email = 'x' or age > 5) and age < 3", {"from /age claim", "from /age"}},
      // Nulls too are not what they are compared with.
      {"not (age = 5)", {"not null /age /age /age"}},
      {"not (age != 5)", {"null /age /age"}},
      {"not (name != 'x')", {"null /name /name /name"}},
      {"not (age >= 5)", {"from /age /age"}},
      {"not (age is null)", {"not null /age"}},
      {"not (age is not null)", {"null /age"}},
      {"not (plain = 5)", {}},
      {"not (email = 'x')", {}},
      {"not (created < '2001-01-01')", {"from /created"}},
      {"not (created < '2001-01-01') and not (created > '2002-01-01')", {"between /created"}},
      {"not (lastUpdated is not null)", {}},
      {"not (age > 5) and age > 2", {"from /age /age", "from /age"}},
      {"not (age = 1 or plain = 2)", {"not null /age /age /age"}},
      {"not (age = 1 and plain = 2)", {}},
      {"not (age = 1 and not (code = 'x'))", {"not null /age /age /age /code"}},
      {"not (not (age = 5))", {"equal /age"}},
      {"(age = 5) = (code = 'x')", {}},
      // A record without elements has no row.
      {"not (p.n = 5)", {}},
      {"not (p.n is null)", {}},
      {"not (p.n is not null)", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(Shown(row.filter), row.look_ups) << row.filter;
}

TEST(LookUps, OfAnIndexThatIsNotReadyAreNone) {
  EXPECT_THAT(Shown("age = 5", /*is_ready=*/false), ::testing::IsEmpty());
  EXPECT_THAT(Shown("created > '2001-01-01'", /*is_ready=*/false), ::testing::SizeIs(1));
}

// What is told apart is what the index can tell apart: of values that were cut it knows none.
TEST(LookUps, UnequalToWhatIsCutIsAnyValue) {
  EXPECT_EQ(Shown(absl::StrCat("code != '", std::string(128, 'x'), "'")),
            std::vector<std::string>{"not null /code /code"});
  EXPECT_EQ(Shown(absl::StrCat("code != '", std::string(129, 'x'), "'")),
            std::vector<std::string>{"not null /code"});
}

// A bound that contradicts the other leaves no row.
TEST(LookUps, ContradictionsHaveNoRows) {
  const EntityType type = Type(/*is_ready=*/true);
  const auto filter = ParseFilter("age > 7 and age < 2", type.root(), 0, nullptr, "filter");
  ASSERT_THAT(filter, testing::IsOk());
  const auto look_ups = LookUpsOf(filter->root, type, HashKey{});
  ASSERT_THAT(look_ups, ::testing::SizeIs(1));
  EXPECT_GE(look_ups[0].ranges[0].keys.begin, look_ups[0].ranges[0].keys.end);
}

}  // namespace
}  // namespace dossier
