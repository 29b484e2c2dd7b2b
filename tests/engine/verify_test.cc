// That Engine::Verify finds what does not agree, each kind of it, and nothing where all does.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schema/index_rows.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::TemporaryDirectory;

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = Engine::Open(Options());
    ASSERT_THAT(engine, IsOk());
    Session session = (*engine)->HostSession();
    ASSERT_THAT(session.CreateEntityType("user", R"([
        {"name":"email","type":"string","constraints":["unique"]},
        {"name":"cards","type":"plural","attr_defs":[
           {"name":"number","type":"string","constraints":["locally-unique"]}]}])"),
                IsOk());
    ASSERT_THAT(session.Create("user", R"({"email":"a@x.org","cards":[{"number":"1"}]})"), IsOk());
    std::string cards;
    for (int i = 0; i < 100; ++i) cards += (i > 0 ? "," : "") + Card(i);
    ASSERT_THAT(session.Create("user", R"({"email":"b@x.org","cards":[)" + cards + "]}"), IsOk());
  }

  static std::string Card(int i) {
    return R"({"number":")" + std::to_string(i) + std::string(50, 'x') + R"("})";
  }

  EngineOptions Options() const {
    return {.directory = top_.path(), .block_cache_bytes = 1u << 20, .large_plural_bytes = 1000};
  }

  // As found after the store was changed behind the engine's back.
  Verification After(const std::function<void(const Store& store, Batch& batch)>& damage) {
    {
      auto store = Store::Open(Options());
      EXPECT_THAT(store, IsOk());
      Batch batch(**store);
      damage(**store, batch);
      EXPECT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
    }
    auto engine = Engine::Open(Options());
    EXPECT_THAT(engine, IsOk());
    const absl::StatusOr<Verification> found = (*engine)->Verify();
    EXPECT_THAT(found, IsOk());
    return found.value_or(Verification());
  }

  static std::vector<Entry> All(const Store& store, Family family) {
    const std::string prefix(Key().Add(uint16_t{1}).view());
    return store.Entries(family, prefix).value();
  }

  TemporaryDirectory top_;
};

TEST_F(VerifyTest, ASoundStoreIsCounted) {
  const Verification found = After([](const Store&, Batch&) {});
  EXPECT_THAT(found.findings, IsEmpty());
  EXPECT_TRUE(found.is_sound());
  EXPECT_EQ(found.record_count, 2u);
  EXPECT_GT(found.chunk_count, 2u);
  EXPECT_EQ(found.claim_count, 2u + 2u + 100u);  // uuids, e-mails, numbers of the large plural
  EXPECT_EQ(found.index_row_count, 4u);          // created and lastUpdated
}

TEST_F(VerifyTest, ADamagedRecordIsNamed) {
  const Verification found = After([](const Store& store, Batch& batch) {
    const Entry record = All(store, Family::kRecords).front();
    std::string bytes(*record.value);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    batch.Put(Family::kRecords, record.key, bytes);
  });
  EXPECT_FALSE(found.is_sound());
  EXPECT_THAT(found.findings.front(), HasSubstr("record 1 "));
}

TEST_F(VerifyTest, ARecordsKeyThatIsCutOffIsFoundAndTheRestIsChecked) {
  const Verification found = After([](const Store& store, Batch& batch) {
    const Entry record = All(store, Family::kRecords).front();
    batch.Put(Family::kRecords, record.key.substr(0, record.key.size() - 1), *record.value);
  });
  EXPECT_THAT(found.findings, ElementsAre("a record's key is damaged"));
  EXPECT_EQ(found.record_count, 2u);
}

TEST_F(VerifyTest, AMissingRecordLeavesEntriesThatLeadNowhere) {
  const Verification found = After([](const Store& store, Batch& batch) {
    batch.Delete(Family::kRecords, All(store, Family::kRecords).front().key);
  });
  EXPECT_THAT(
      found.findings,
      ElementsAre("2 entries of uuids or unique values lead to records that do not have them",
                  "2 rows of indexes name values that no record has"));
}

TEST_F(VerifyTest, AMissingChunkAndAStrayOneAreFound) {
  const Verification missing = After([](const Store& store, Batch& batch) {
    batch.Delete(Family::kElements, All(store, Family::kElements)[1].key);
  });
  EXPECT_FALSE(missing.is_sound());
  const Verification stray = After([](const Store& store, Batch& batch) {
    const Entry chunk = All(store, Family::kElements).front();
    const Key prefix = ChunkPrefix(TypeId{1}, 77, 77, 9);
    batch.Put(Family::kElements, ChunkKey(prefix, 78).view(), *chunk.value);
  });
  EXPECT_THAT(stray.findings, ::testing::Contains(HasSubstr("pieces of large plurals are stored")));
}

// Nothing but their number misses elements that have no claims.
TEST_F(VerifyTest, AMissingChunkOfAPlainPluralIsFound) {
  {
    const auto engine = Engine::Open(Options());
    Session session = (*engine)->HostSession();
    ASSERT_THAT(session.CreateEntityType("list", R"([{"name":"lines","type":"plural","attr_defs":[
                    {"name":"text","type":"string"}]}])"),
                IsOk());
    std::string lines;
    for (int i = 0; i < 100; ++i)
      lines += (i > 0 ? "," : "") + (R"("line )" + std::to_string(i)) + '"';
    ASSERT_THAT(session.Create("list", R"({"lines":[)" + lines + "]}"), IsOk());
  }
  const Verification missing = After([](const Store& store, Batch& batch) {
    const std::string prefix(Key().Add(uint16_t{2}).view());
    const std::vector<Entry> chunks = store.Entries(Family::kElements, prefix).value();
    ASSERT_GT(chunks.size(), 2u);
    batch.Delete(Family::kElements, chunks[1].key);
  });
  EXPECT_THAT(missing.findings, ElementsAre(HasSubstr("elements too few")));
}

TEST_F(VerifyTest, RecordsOfNoTypeAreFound) {
  const Verification found = After([](const Store& store, Batch& batch) {
    const Entry record = All(store, Family::kRecords).front();
    batch.Put(Family::kRecords, RecordKey(TypeId{9}, 1).view(), *record.value);
  });
  EXPECT_THAT(found.findings,
              ElementsAre("there are records of entity type number 9, which is not there"));
}

TEST_F(VerifyTest, IdsThatWillBeGivenAgainAreFound) {
  const Verification found = After([](const Store&, Batch& batch) {
    batch.Put(Family::kMeta, MetaKey(MetaTag::kNextId), IdValue(2).view());
  });
  EXPECT_THAT(found.findings, ElementsAre("record 3: its id has not been given yet"));
}

// What no record leads to any more is read when tables are merged.
TEST_F(VerifyTest, ATableIsFoundThatIsDamagedBelowNewerEntries) {
  {
    const auto engine = Engine::Open(Options());
    ASSERT_THAT((*engine)->Compact(), IsOk());
    Session session = (*engine)->HostSession();
    const EntityKey key = EntityKey::Id(1);
    ASSERT_THAT(session.Replace("user", key, R"({"email":"c@x.org"})"), IsOk());
  }
  EXPECT_TRUE(After([](const Store&, Batch&) {}).is_sound());
  int damaged = 0;
  for (const auto& file : std::filesystem::directory_iterator(top_.path())) {
    if (file.path().extension() != ".sst") continue;
    std::fstream table(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(table)), {});
    const size_t at = bytes.find("a@x.org");
    if (at == std::string::npos) continue;
    table.clear();
    table.seekp(static_cast<std::streamoff>(at));
    table.put('A');
    ++damaged;
  }
  ASSERT_EQ(damaged, 1);
  auto engine = Engine::Open(Options());
  ASSERT_THAT(engine, IsOk());
  const absl::StatusOr<Verification> found = (*engine)->Verify();
  if (found.ok()) {
    EXPECT_THAT(found->findings, ElementsAre(HasSubstr(".sst")));
  } else {
    EXPECT_TRUE(absl::IsDataLoss(found.status()));
  }
}

TEST_F(VerifyTest, AMissingClaimAndAWrongOneAreNamed) {
  const auto claim_of = [](const Store& store, EntityId id) {
    std::string found;
    EXPECT_THAT(store.VisitLookUps(
                    [&](std::string_view key, EntityId holder) {
                      if (holder == id && key[0] == static_cast<char>(LookupTag::kClaim)) {
                        found = key;
                      }
                      return true;
                    },
                    nullptr),
                IsOk());
    return found;
  };
  const Verification missing = After(
      [&](const Store& store, Batch& batch) { batch.Delete(Family::kLookup, claim_of(store, 1)); });
  EXPECT_THAT(missing.findings, ElementsAre("record 1: its value at /email leads to no record"));
  const Verification wrong = After([&](const Store& store, Batch& batch) {
    batch.Put(Family::kLookup, claim_of(store, 3), IdValue(1).view());
  });
  EXPECT_THAT(wrong.findings,
              ::testing::Contains("record 3: its value at /email leads to record 1"));
}

TEST_F(VerifyTest, AMissingIndexRowAndAStrayOneAreFound) {
  const Verification missing = After([](const Store& store, Batch& batch) {
    batch.Delete(Family::kIndex, All(store, Family::kIndex).front().key);
  });
  EXPECT_THAT(missing.findings, ElementsAre(HasSubstr("record 1: the index of /created")));
  const Verification stray = After([](const Store& store, Batch& batch) {
    std::string row = All(store, Family::kIndex).back().key;
    row.back() = static_cast<char>(row.back() + 1);
    batch.Put(Family::kIndex, row, "");
  });
  EXPECT_THAT(stray.findings,
              ::testing::Contains("1 rows of indexes name values that no record has"));
}

}  // namespace
}  // namespace dossier
