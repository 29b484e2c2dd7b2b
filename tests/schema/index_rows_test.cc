// The rows that records have, and what a change makes of them.
#include "schema/index_rows.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/change.h"
#include "schema/evolution.h"
#include "support/status_matchers.h"
#include "values/constraints.h"
#include "values/index_order.h"

namespace dossier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAttrDefs[] = R"([
  {"name":"name","type":"string"},
  {"name":"code","type":"string","case-sensitive":true},
  {"name":"age","type":"integer"},
  {"name":"o","type":"object","attr_defs":[{"name":"born","type":"date"}]},
  {"name":"p","type":"plural","attr_defs":[{"name":"tag","type":"string"}]}])";

// A type with an index on each of the paths.
EntityType TypeWith(const std::vector<const char*>& paths) {
  const EntityType declared = *EntityType::Declare(TypeId{7}, "thing", kAttrDefs);
  IndexList indexes = declared.indexes();
  for (const char* path : paths) {
    indexes.push_back({.number = (*FindChangeable(declared, path, "path"))->number, .since = 2});
  }
  return declared.NextIndexes(indexes);
}

std::string Record(const EntityType& type, std::string_view json, int64_t updated = 200) {
  EntityId next = 11;
  PlainPasswords passwords;
  const Change change{.mode = Mode::kCreate, .value = json, .argument = "attributes"};
  const RecordHeader header{.type = type.id(),
                            .type_version = type.version(),
                            .id = 10,
                            .created = 100,
                            .last_updated = updated};
  const auto record =
      ChangedRecord(nullptr, type.root(), change, header,
                    {CheckText, [&]() -> absl::StatusOr<EntityId> { return next++; }, &passwords});
  EXPECT_THAT(record, testing::IsOk());
  return std::string(**record);
}

// "2: 03-6164612d.." as the row's part, its ordered form and its id, of indexes that were declared.
std::vector<std::string> Shown(const EntityType& type, const IndexRows& rows) {
  std::vector<std::string> shown;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const Index& index : type.indexes()) {
      if (index.is_of_time() || !rows[i].starts_with(IndexPrefix(type.id(), index.number))) {
        continue;
      }
      const auto row = ParseRow(rows[i], index.kind());
      EXPECT_TRUE(row.has_value()) << i;
      EXPECT_EQ(row->id, 10u);
      shown.push_back(
          absl::StrCat(PathOf(index), " ", static_cast<int>(row->part), " ",
                       absl::BytesToHexString({row->ordered.data(), row->ordered.size()})));
    }
  }
  return shown;
}

IndexChange ChangeOf(const EntityType& type, const std::string& before, const std::string& after) {
  const RecordView old_view = RecordView::Trusted(before);
  const RecordView new_view = RecordView::Trusted(after);
  return ChangeOfIndexes(type, before.empty() ? nullptr : &old_view,
                         after.empty() ? nullptr : &new_view, {});
}

TEST(IndexRows, EveryTypeHasItsTimes) {
  const EntityType type = TypeWith({});
  const IndexChange created = ChangeOf(type, "", Record(type, "{}"));
  ASSERT_THAT(created.dropped, SizeIs(0));
  ASSERT_THAT(created.added, SizeIs(2));
  EXPECT_EQ(absl::BytesToHexString({created.added[0].data(), created.added[0].size()}),
            "0007"
            "0003"
            "01"
            "8000000000000064"
            "000000000000000a");
  EXPECT_EQ(absl::BytesToHexString({created.added[1].data(), created.added[1].size()}),
            "0007"
            "0004"
            "01"
            "80000000000000c8"
            "000000000000000a");
  EXPECT_TRUE(IsPutOnce(created.added[0]));

  const IndexChange updated = ChangeOf(type, Record(type, "{}"), Record(type, "{}", 300));
  ASSERT_THAT(updated.dropped, SizeIs(1));
  ASSERT_THAT(updated.added, SizeIs(1));
  EXPECT_EQ(updated.dropped[0], created.added[1]);

  EXPECT_EQ(ChangeOf(type, Record(type, "{}"), Record(type, "{}")).count(), 0u);
  EXPECT_THAT(ChangeOf(type, Record(type, "{}"), "").dropped, SizeIs(2));
}

TEST(IndexRows, TextsThatFoldHaveOneMore) {
  const EntityType type = TypeWith({"name", "code"});
  const IndexChange change = ChangeOf(type, "", Record(type, R"({"name":"Ada","code":"Ada"})"));
  EXPECT_THAT(Shown(type, change.added),
              ElementsAre("/name 1 4164610000", "/name 3 6164610000", "/code 1 4164610000"));
  EXPECT_FALSE(IsPutOnce(change.added[2]));
}

TEST(IndexRows, NullHasARowButInPlurals) {
  const EntityType type = TypeWith({"name", "age", "o.born", "p.tag"});
  EXPECT_THAT(Shown(type, ChangeOf(type, "", Record(type, R"({"age":7})")).added),
              ElementsAre("/name 2 ", "/age 1 8000000000000007", "/o/born 2 "));
}

TEST(IndexRows, OneValueInSeveralElementsHasOneRow) {
  const EntityType type = TypeWith({"p.tag"});
  const IndexChange change = ChangeOf(
      type, "",
      Record(type, R"({"p":[{"tag":"b"},{"tag":"a"},{"tag":"b"},{"tag":null},{"tag":"B"}]})"));
  EXPECT_THAT(Shown(type, change.added), ElementsAre("/p/tag 1 420000", "/p/tag 1 610000",
                                                     "/p/tag 1 620000", "/p/tag 3 620000"));
}

TEST(IndexRows, AChangeIsADifference) {
  const EntityType type = TypeWith({"name", "age", "p.tag"});
  const IndexChange change =
      ChangeOf(type, Record(type, R"({"name":"x","age":1,"p":[{"tag":"a"},{"tag":"b"}]})"),
               Record(type, R"({"name":"x","p":[{"tag":"b"},{"tag":"c"}]})", 300));
  EXPECT_THAT(Shown(type, change.dropped),
              ElementsAre("/age 1 8000000000000001", "/p/tag 1 610000"));
  EXPECT_THAT(Shown(type, change.added), ElementsAre("/age 2 ", "/p/tag 1 630000"));
}

TEST(IndexRows, DamagedKeysAreNone) {
  const EntityType type = TypeWith({"age"});
  const IndexChange change = ChangeOf(type, "", Record(type, R"({"age":7})"));
  const std::string row(change.added[2]);
  ASSERT_TRUE(ParseRow(row, Kind::kInteger).has_value());
  ASSERT_TRUE(ParseRow(row + std::string(16, 'c'), Kind::kInteger).has_value());
  EXPECT_EQ(ParseRow(row + "c", Kind::kInteger), std::nullopt);
  for (size_t size = 0; size < row.size(); ++size) {
    EXPECT_EQ(ParseRow(std::string_view(row).substr(0, size), Kind::kInteger), std::nullopt)
        << size;
  }
  for (const char part : {'\0', '\3', '\4', '\xff'}) {
    std::string other = row;
    other[4] = part;
    EXPECT_EQ(ParseRow(other, Kind::kInteger), std::nullopt) << int{part};
  }
}

TEST(Indexes, AreStoredWithTheType) {
  const EntityType type = TypeWith({"name", "p.tag"});
  const auto loaded = EntityType::Load(type.id(), type.Stored());
  ASSERT_THAT(loaded, testing::IsOk());
  EXPECT_EQ(loaded->Stored(), type.Stored());
  ASSERT_THAT(loaded->indexes(), SizeIs(4));
  EXPECT_EQ(PathOf(loaded->indexes()[3]), "/p/tag");
  EXPECT_FALSE(loaded->indexes()[3].is_ready);
  EXPECT_TRUE(loaded->indexes()[3].is_in_plural());
}

TEST(Indexes, GoWithTheirAttributeAndNotWithItsName) {
  const EntityType type = TypeWith({"name", "p.tag"});
  const auto renamed = WithName(type, "p.tag", "label");
  ASSERT_THAT(renamed, testing::IsOk());
  ASSERT_THAT(renamed->indexes(), SizeIs(4));
  EXPECT_EQ(PathOf(renamed->indexes()[3]), "/p/label");
  const auto removed = WithoutAttribute(*renamed, *renamed->root().FindNamed("p"));
  ASSERT_THAT(removed, testing::IsOk());
  ASSERT_THAT(removed->indexes(), SizeIs(3));
  EXPECT_EQ(PathOf(removed->indexes()[2]), "/name");
}

// What was stored before there were indexes has those of the times to build, and none else.
TEST(Indexes, OfAnOlderStoreAreStillToBeBuilt) {
  std::string stored = TypeWith({}).Stored();
  const size_t begin = stored.find(R"(,"indexes":[)");
  ASSERT_NE(begin, stored.npos);
  stored.erase(begin, stored.find(']', begin) + 1 - begin);
  const auto loaded = EntityType::Load(TypeId{7}, stored);
  ASSERT_THAT(loaded, testing::IsOk());
  ASSERT_THAT(loaded->indexes(), SizeIs(2));
  for (const Index& index : loaded->indexes()) EXPECT_FALSE(index.is_ready);
}

TEST(Indexes, DamagedOnesAreRefused) {
  const std::string stored = TypeWith({"name"}).Stored();
  const size_t begin = stored.find(R"("indexes":[)");
  const size_t size = stored.find(']', begin) + 1 - begin;
  for (const char* indexes : {
           "7",
           "[]",
           R"([{"number":3,"since":1,"state":"ready"}])",
           R"([{"number":4,"since":1,"state":"ready"},{"number":3,"since":1,"state":"ready"}])",
           R"([{"number":3,"since":1,"state":"ready"},{"number":4,"since":0,"state":"ready"}])",
           R"([{"number":3,"since":1,"state":"ready"},{"number":4,"since":1,"state":"done"}])",
           R"([{"number":2,"since":1,"state":"ready"},{"number":3,"since":1,"state":"ready"},)"
           R"({"number":4,"since":1,"state":"ready"}])",
           R"([{"number":3,"since":1,"state":"ready"},{"number":4,"since":1,"state":"ready"},)"
           R"({"number":999,"since":1,"state":"ready"}])",
       }) {
    std::string damaged = stored;
    damaged.replace(begin, size, absl::StrCat(R"("indexes":)", indexes));
    EXPECT_THAT(EntityType::Load(TypeId{7}, damaged),
                testing::StatusIs(absl::StatusCode::kDataLoss))
        << indexes;
  }
}

}  // namespace
}  // namespace dossier
