// That what look-ups are remembered for changes no answer, whatever becomes of values and records.
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;

constexpr char kDefs[] = R"([
    {"name":"a","type":"string"},{"name":"b","type":"integer"},
    {"name":"code","type":"string","constraints":["unique"]},
    {"name":"keys","type":"plural","attr_defs":[
     {"name":"key","type":"string","constraints":["unique"]}]},
    {"name":"n","type":"integer"}])";

EntityKey Code(const std::string& code) {
  return EntityKey::Attribute("code", absl::StrCat("\"", code, "\""));
}
EntityKey KeyIn(const std::string& key) {
  return EntityKey::Attribute("keys.key", absl::StrCat("\"", key, "\""));
}

// With so many bytes for records, a 32nd of which is for hints: none, one hint, all there could be.
class LookupHintsTest : public ::testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("thing", kDefs), IsOk());
  }

  void Open(size_t large_plural_bytes = EngineOptions().large_plural_bytes) {
    engine_.reset();
    auto engine = Engine::Open({.directory = top_.path(),
                                .durability = Durability::kBuffered,
                                .record_cache_bytes = GetParam(),
                                .large_plural_bytes = large_plural_bytes});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }

  Session Host() { return engine_->HostSession(); }

  Created Create(std::string_view json) {
    const auto created = Host().Create("thing", json);
    EXPECT_THAT(created, IsOk());
    return created.value_or(Created());
  }
  absl::Status Update(const EntityKey& key, std::string_view json) {
    return Host().Update("thing", key, json).status();
  }
  // Asked three times: of the store, by what that left behind, and beside another's.
  absl::StatusOr<uint64_t> Find(const EntityKey& key) {
    const auto once = FindOnce(key);
    EXPECT_EQ(FindOnce(key), once);
    FindOnce(Code("another")).IgnoreError();
    EXPECT_EQ(FindOnce(key), once);
    return once;
  }
  absl::StatusOr<uint64_t> FindOnce(const EntityKey& key) {
    const auto id = Host().Get("thing", key, {.path = "id"});
    if (!id.ok()) return id.status();
    return std::stoull(*id);
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(RecordBytes, LookupHintsTest, ::testing::Values(0, 300, 8u << 20));

TEST_P(LookupHintsTest, AreOutlivedByNoRecord) {
  Create(R"({"code":"another"})");
  const Created first = Create(R"({"code":"c","keys":[{"key":"k"}]})");
  const std::array keys{Code("c"), Code("C"), KeyIn("k"), EntityKey::Uuid(first.uuid)};
  for (const EntityKey& key : keys) EXPECT_THAT(Find(key), IsOkAndHolds(first.id));
  ASSERT_THAT(Host().Delete("thing", Code("c")), IsOk());
  for (const EntityKey& key : keys) {
    EXPECT_THAT(Find(key), HasError(310));
    EXPECT_THAT(Update(key, R"({"n":1})"), HasError(310));
    EXPECT_THAT(Host().Delete("thing", key), HasError(310));
  }
  const Created second = Create(R"({"code":"c","keys":[{"key":"k"}]})");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(second.id));
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(second.id));
  EXPECT_THAT(Find(EntityKey::Uuid(first.uuid)), HasError(310));
}

TEST_P(LookupHintsTest, DoNotHoldAValueBackThatMoves) {
  const Created a = Create(R"({"code":"c","keys":[{"key":"k"}]})");
  const Created b = Create("{}");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(a.id));
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(a.id));
  ASSERT_THAT(Host().Replace("thing", EntityKey::Id(a.id), R"({"code":"d"})"), IsOk());
  EXPECT_THAT(Find(Code("c")), HasError(310));
  EXPECT_THAT(Update(Code("c"), R"({"n":1})"), HasError(310));
  ASSERT_THAT(Update(EntityKey::Id(b.id), R"({"code":"c","keys":[{"key":"k"}]})"), IsOk());
  ASSERT_THAT(Update(Code("c"), R"({"n":2})"), IsOk());
  EXPECT_THAT(Host().Get("thing", EntityKey::Id(b.id), {.path = "n"}), IsOkAndHolds("2"));
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(b.id));
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(b.id));
  EXPECT_THAT(Find(Code("d")), IsOkAndHolds(a.id));
  ASSERT_THAT(Update(KeyIn("k"), R"({"keys":[{"key":"j"}]})"), IsOk());
  EXPECT_THAT(Find(KeyIn("j")), IsOkAndHolds(b.id));
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(b.id)) << "update adds to a plural";
}

TEST_P(LookupHintsTest, OfWhatIsOutOfSightAreNotFollowed) {
  const Created a = Create(R"({"code":"c","keys":[{"key":"k"}]})");
  const Created b = Create("{}");
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(a.id));
  Open(/*large_plural_bytes=*/1);
  // From here on what is written to keys leaves its record.
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(a.id));
  ASSERT_THAT(Update(EntityKey::Id(a.id), R"({"keys":[{"key":"j"}]})"), IsOk());
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(a.id));
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(a.id));
  ASSERT_THAT(Host().Replace("thing", EntityKey::Id(a.id), "[]", {.path = "keys"}), IsOk());
  EXPECT_THAT(Find(KeyIn("k")), HasError(310));
  ASSERT_THAT(Update(EntityKey::Id(a.id), R"({"keys":[{"key":"i"}]})"), IsOk());
  ASSERT_THAT(Update(EntityKey::Id(b.id), R"({"keys":[{"key":"k"}]})"), IsOk());
  EXPECT_THAT(Find(KeyIn("k")), IsOkAndHolds(b.id));
  ASSERT_THAT(Update(KeyIn("k"), R"({"n":5})"), IsOk());
  EXPECT_THAT(Host().Get("thing", EntityKey::Id(b.id), {.path = "n"}), IsOkAndHolds("5"));
  EXPECT_THAT(Find(KeyIn("j")), HasError(310));
  EXPECT_THAT(Find(KeyIn("i")), IsOkAndHolds(a.id));
}

TEST_P(LookupHintsTest, DoNotOutliveAPurgeNorAnOpening) {
  const Created first = Create(R"({"code":"c"})");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(first.id));
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  EXPECT_THAT(Find(Code("c")), HasError(310));
  EXPECT_THAT(Find(EntityKey::Uuid(first.uuid)), HasError(310));
  const Created second = Create(R"({"code":"c"})");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(second.id));
  Open();
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(second.id));
  EXPECT_THAT(Find(EntityKey::Uuid(second.uuid)), IsOkAndHolds(second.id));
  ASSERT_THAT(Host().DeleteEntityType("thing"), IsOk());
  ASSERT_THAT(Host().CreateEntityType("thing", kDefs), IsOk());
  EXPECT_THAT(Find(Code("c")), HasError(310));
  EXPECT_THAT(Find(Code("c")), HasError(310));
}

// A record with the id or the uuid of one that is gone.
TEST_P(LookupHintsTest, OfNamesThatComeAgain) {
  const std::string uuid = "0b7d8ae4-8f0a-4b4e-9d3c-000000000001";
  const auto import = [&](std::string_view row) {
    const std::array rows{row};
    const auto outcomes = Host().Import("thing", rows);
    ASSERT_THAT(outcomes, IsOk());
    ASSERT_THAT(outcomes->front(), IsOk());
  };
  import(absl::StrCat(R"({"id":1000,"code":"c","uuid":")", uuid, R"("})"));
  EXPECT_THAT(Find(EntityKey::Uuid(uuid)), IsOkAndHolds(1000u));
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(1000u));
  ASSERT_THAT(Host().Delete("thing", EntityKey::Id(1000)), IsOk());
  import(R"({"id":1000,"code":"d"})");
  EXPECT_THAT(Find(EntityKey::Uuid(uuid)), HasError(310));
  EXPECT_THAT(Find(Code("c")), HasError(310));
  import(absl::StrCat(R"({"id":2000,"code":"c","uuid":")", uuid, R"("})"));
  EXPECT_THAT(Find(EntityKey::Uuid(uuid)), IsOkAndHolds(2000u));
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(2000u));
  EXPECT_THAT(Find(Code("d")), IsOkAndHolds(1000u));
}

TEST_P(LookupHintsTest, OfAConstraintThatGoesAndComesAgain) {
  const Created a = Create(R"({"code":"c"})");
  const Created b = Create(R"({"code":"d"})");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(a.id));
  ASSERT_THAT(Host().SetAttributeConstraints("thing", "code", "[]"), IsOk());
  EXPECT_THAT(Find(Code("c")), HasError(200));
  ASSERT_THAT(Update(EntityKey::Id(b.id), R"({"code":"c"})"), IsOk());
  ASSERT_THAT(Update(EntityKey::Id(a.id), R"({"code":"d"})"), IsOk());
  ASSERT_THAT(Host().SetAttributeConstraints("thing", "code", R"(["unique"])"), IsOk());
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(b.id));
  EXPECT_THAT(Find(Code("d")), IsOkAndHolds(a.id));
}

// A combination leads nowhere by itself; its claims stand beside those that are looked up.
TEST_P(LookupHintsTest, LeaveCombinationsUnique) {
  ASSERT_THAT(Host().AddProperty("thing", R"({"type":"unique","attributes":["a","b"]})"), IsOk());
  const Created first = Create(R"({"a":"x","b":1,"code":"c"})");
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(first.id));
  EXPECT_THAT(Host().Create("thing", R"({"a":"x","b":1})"), HasError(361));
  ASSERT_THAT(Update(Code("c"), R"({"b":2})"), IsOk());
  Create(R"({"a":"x","b":1})");
  EXPECT_THAT(Update(Code("c"), R"({"b":1})"), HasError(361));
  EXPECT_THAT(Find(Code("c")), IsOkAndHolds(first.id));
}

// One thread moves a value from record to record: it takes it away, at times with the record, and
// gives it to the next. Whoever looks for it sees a record that had it
// at some moment of the look: never one that it had left before.
TEST_P(LookupHintsTest, AreNeverOfAMomentThatIsPast) {
  constexpr size_t kRecordCount = 3;
  constexpr uint64_t kMoveCount = 5'000;
  std::vector<EntityKey> records;
  for (size_t i = 0; i < kRecordCount; ++i) {
    records.push_back(EntityKey::Id(Create(i == 0 ? R"({"code":"c","n":0})" : "{}").id));
  }
  // Moves that have been begun, and those of which both steps were done.
  std::atomic<uint64_t> begun = 0;
  std::atomic<uint64_t> done = 0;
  std::atomic<bool> is_over = false;
  const auto look = [&] {
    uint64_t found_count = 0;
    for (bool is_last = false; !is_last;) {
      is_last = is_over;
      const uint64_t least = done;
      const auto n = Host().Get("thing", Code("c"), {.path = "n"});
      const uint64_t most = begun;
      if (!n.ok()) {
        ASSERT_THAT(n, HasError(310));
        ASSERT_GT(most, least) << "nobody had taken it away";
        continue;
      }
      ASSERT_GE(std::stoull(*n), least);
      ASSERT_LE(std::stoull(*n), most);
      ++found_count;
    }
    EXPECT_GT(found_count, 0u);
  };
  // Its writes go to the record that has the value and to no other.
  const auto write = [&] {
    while (!is_over) {
      const uint64_t least = done;
      const auto after =
          Host().Update("thing", Code("c"), R"({"a":"seen"})", {.include_record = true});
      const uint64_t most = begun;
      if (!after.ok()) {
        ASSERT_THAT(after, HasError(310));
        ASSERT_GT(most, least);
        continue;
      }
      const uint64_t n = std::stoull(after->substr(after->find(R"("n":)") + 4));
      ASSERT_THAT(*after, ::testing::HasSubstr(R"("code":"c")"));
      ASSERT_GE(n, least);
      ASSERT_LE(n, most);
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(look);
  threads.emplace_back(look);
  threads.emplace_back(write);
  for (uint64_t move = 1; move <= kMoveCount; ++move) {
    begun = move;
    const size_t next = move % kRecordCount;
    EntityKey& last = records[(move - 1) % kRecordCount];
    if (move % 4 == 0) {
      EXPECT_THAT(Host().Delete("thing", last), IsOk());
      last = EntityKey::Id(Create("{}").id);
    } else {
      EXPECT_THAT(Update(last, R"({"code":null})"), IsOk());
    }
    EXPECT_THAT(Update(records[next], absl::StrCat(R"({"code":"c","n":)", move, "}")), IsOk());
    done = move;
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace dossier
