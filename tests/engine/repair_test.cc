// Engine::Repair: what it keeps of a damaged store, what it leaves out and tells of.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kAttrDefs[] = R"([
  {"name":"email","type":"string","constraints":["unique"]},
  {"name":"age","type":"integer"},
  {"name":"cards","type":"plural","attr_defs":[
    {"name":"number","type":"string","constraints":["locally-unique"]}]},
  {"name":"lines","type":"plural","attr_defs":[{"name":"text","type":"string"}]}])";

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class RepairTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto engine = Engine::Open(Options("store"));
    ASSERT_THAT(engine, IsOk());
    Session host = (*engine)->HostSession();
    ASSERT_THAT(host.CreateEntityType("user", kAttrDefs), IsOk());
    ASSERT_THAT(host.AddIndex("user", "age"), IsOk());
    ASSERT_THAT(host.AwaitIndexes(), IsOk());
    ASSERT_THAT(host.AddClient({.client_id = "owner",
                                .client_secret = "secret",
                                .description = "",
                                .features = {"owner"}}),
                IsOk());
    for (int i = 0; i < 40; ++i) Create(host, i);
  }

  void Create(Session& host, int i) {
    std::string cards;
    std::string lines;
    for (int n = 0; n < (i % 10 == 3 ? 40 : 2); ++n) {
      absl::StrAppend(&cards, n > 0 ? "," : "", R"({"number":"card )", n, R"("})");
      absl::StrAppend(&lines, n > 0 ? "," : "", R"({"text":"line )", n, R"("})");
    }
    const auto created =
        host.Create("user", absl::StrCat(R"({"email":"p)", i, R"(@x.org","age":)", i % 5,
                                         R"(,"cards":[)", cards, R"(],"lines":[)", lines, "]}"));
    ASSERT_THAT(created, IsOk());
    ids_.push_back(created->id);
    const auto record = host.Get("user", EntityKey::Id(created->id));
    ASSERT_THAT(record, IsOk());
    records_[created->id] = *record;
  }

  EngineOptions Options(const std::string& name) const {
    return {.directory = top_.Join(name),
            .block_cache_bytes = 1u << 20,
            .record_cache_bytes = 0,
            .large_plural_bytes = 500};
  }

  // Changes the closed store without the engine.
  void Edit(const std::function<void(const Store& store, Batch& batch)>& edit) {
    const auto store = Store::Open(Options("store"));
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    edit(**store, batch);
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
  }

  static std::vector<Entry> All(const Store& store, Family family) {
    return store.Entries(family, Key().Add(uint16_t{1}).view()).value();
  }

  // Repairs, and makes sure of what holds for every repair: the new store is sound, has each record as
  // it was or tells of it, and goes on.
  Repaired Repair() {
    std::map<uint64_t, LeftOut> left_out;
    const auto note = [&](const LeftOut& each) {
      left_out[each.id] = each;
      return absl::OkStatus();
    };
    absl::StatusOr<Repaired> repaired =
        Engine::Repair(Options("store"), top_.Join("mended"), {.left_out = note});
    EXPECT_THAT(repaired, IsOk());
    if (!repaired.ok()) return {};
    EXPECT_THAT(repaired->after.findings, IsEmpty());
    EXPECT_EQ(Names(), (std::vector<std::string>{"mended", "store"})) << "something is left";
    engine_.reset();
    engine_ = Engine::Open(Options("mended")).value();
    EXPECT_THAT(engine_->Verify()->findings, IsEmpty());
    EXPECT_THAT(engine_->ClientSession("owner", "secret"), IsOk());
    for (const auto& [id, record] : records_) {
      if (left_out.contains(id)) {
        EXPECT_THAT(Host().Get("user", EntityKey::Id(id)), HasError(310)) << id;
        left_out_records_.push_back(left_out[id]);
      } else {
        EXPECT_THAT(Host().Get("user", EntityKey::Id(id)), IsOkAndHolds(record)) << id;
      }
    }
    const uint64_t kept = records_.size() - left_out_records_.size();
    EXPECT_THAT(Host().Count("user", {.filter = "age >= 0"}), IsOkAndHolds(kept));
    const auto created = Host().Create("user", R"({"email":"new@x.org","cards":[{"number":"1"}]})");
    EXPECT_THAT(created, IsOk());
    EXPECT_GT(created->id, ids_.back());
    return *std::move(repaired);
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(top_.path())) {
      names.push_back(file.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Session Host() { return engine_->HostSession(); }

  // The tables of the closed store that have `text` in them, after all of it was put into tables.
  std::vector<fs::path> TablesWith(const std::string& text) {
    Engine::Open(Options("store")).value()->HostSession();  // the log goes into tables
    std::vector<fs::path> tables;
    for (const auto& file : fs::directory_iterator(top_.Join("store"))) {
      const bool is_table = file.path().extension() == ".sst";
      if (is_table && Read(file.path()).find(text) != std::string::npos) {
        tables.push_back(file.path());
      }
    }
    return tables;
  }

  TemporaryDirectory top_;
  std::vector<uint64_t> ids_;
  std::map<uint64_t, std::string> records_;
  std::unique_ptr<Engine> engine_;
  std::vector<LeftOut> left_out_records_;
};

TEST_F(RepairTest, ASoundStoreIsCopiedAndStaysAsItIs) {
  std::map<std::string, std::string> before;
  for (const auto& file : fs::directory_iterator(top_.Join("store"))) {
    before[file.path()] = Read(file.path());
  }
  const Repaired repaired = Repair();
  EXPECT_THAT(repaired.before.findings, IsEmpty());
  EXPECT_EQ(repaired.before.record_count, 40u);
  EXPECT_EQ(repaired.before.claim_count, repaired.after.claim_count);
  EXPECT_EQ(repaired.before.chunk_count, repaired.after.chunk_count);
  EXPECT_EQ(repaired.before.index_row_count, repaired.after.index_row_count);
  EXPECT_EQ(repaired.left_out_count, 0u);
  for (const auto& [path, bytes] : before) EXPECT_EQ(Read(path), bytes) << path;
}

TEST_F(RepairTest, LookUpsAndRowsAreMadeAnew) {
  Edit([](const Store& store, Batch& batch) {
    std::vector<std::string> keys;
    EXPECT_THAT(store.VisitLookUps(
                    [&](std::string_view key, EntityId) {
                      keys.emplace_back(key);
                      return true;
                    },
                    nullptr),
                IsOk());
    for (size_t i = 0; i < keys.size(); i += 3) {
      i % 2 == 0 ? batch.Delete(Family::kLookup, keys[i])
                 : batch.Put(Family::kLookup, keys[i], IdValue(77'777).view());
    }
    const std::vector<Entry> rows = All(store, Family::kIndex);
    for (size_t i = 0; i < rows.size(); i += 3) {
      batch.Delete(Family::kIndex, rows[i].key);
      std::string stray = rows[i].key;
      stray.back() = static_cast<char>(stray.back() + 100);
      batch.Put(Family::kIndex, stray, "");
    }
  });
  const Repaired repaired = Repair();
  EXPECT_GT(repaired.before.finding_count, 30u);
  EXPECT_EQ(repaired.left_out_count, 0u);
  for (int i = 0; i < 40; ++i) {
    const EntityKey key = EntityKey::Attribute("email", absl::StrCat("\"P", i, "@X.org\""));
    EXPECT_THAT(Host().Get("user", key), IsOkAndHolds(records_[ids_[static_cast<size_t>(i)]]));
  }
}

TEST_F(RepairTest, ADamagedRecordAndOneWithoutItsElementsAreLeftOut) {
  Edit([&](const Store& store, Batch& batch) {
    const Key key = RecordKey(TypeId{1}, ids_[5]);
    std::string bytes(**store.Get(Family::kRecords, key.view()));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    batch.Put(Family::kRecords, key.view(), bytes);
    batch.Put(Family::kRecords, std::string(key.view()) + "x", bytes);
    // Of the plural without unique values, which nothing but their number misses.
    for (const Entry& chunk : All(store, Family::kElements)) {
      if (chunk.key.substr(2, 8) != Key().Add(ids_[3]).view()) continue;
      if (chunk.value->find("line ") != std::string::npos) {
        batch.Delete(Family::kElements, chunk.key);
        break;
      }
    }
  });
  const Repaired repaired = Repair();
  EXPECT_THAT(repaired.before.findings, Contains(HasSubstr("a large plural has")));
  EXPECT_EQ(repaired.left_out_count, 3u);  // the key that is none, too
  ASSERT_THAT(left_out_records_, SizeIs(2));
  EXPECT_THAT(left_out_records_[0].reason, HasSubstr("elements too few"));
  EXPECT_THAT(left_out_records_[1].reason, HasSubstr("its checksum differs"));
}

// The younger one can be imported, once its value is another.
TEST_F(RepairTest, OfTwoRecordsWithOneValueTheOlderIsKept) {
  // With another key of claims, nobody who writes sees that the value is taken.
  Edit([](const Store&, Batch& batch) {
    batch.Put(Family::kMeta, MetaKey(MetaTag::kHashKey), std::string(16, 'k'));
  });
  {
    const auto engine = Engine::Open(Options("store"));
    const auto twin = (*engine)->HostSession().Create("user", R"({"email":"P7@X.ORG","age":1})");
    ASSERT_THAT(twin, IsOk());
    ids_.push_back(twin->id);
    records_[twin->id] = *(*engine)->HostSession().Get("user", EntityKey::Id(twin->id));
  }
  const Repaired repaired = Repair();
  EXPECT_EQ(repaired.left_out_count, 1u);
  ASSERT_THAT(left_out_records_, SizeIs(1));
  EXPECT_EQ(left_out_records_[0].id, ids_.back());
  EXPECT_EQ(left_out_records_[0].reason,
            absl::StrCat("its value at /email is that of record ", ids_[7]));
  EXPECT_EQ(left_out_records_[0].record, records_[ids_.back()]);
}

TEST_F(RepairTest, TheKeyOfClaimsAndTheCountersMayBeLost) {
  Edit([](const Store&, Batch& batch) {
    for (const MetaTag tag : {MetaTag::kHashKey, MetaTag::kNextId, MetaTag::kNextTypeId}) {
      batch.Delete(Family::kMeta, MetaKey(tag));
    }
  });
  EXPECT_THAT(Engine::Open(Options("store")), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(Repair().left_out_count, 0u);
}

TEST_F(RepairTest, ATypeWithoutADefinitionIsToldOf) {
  Edit([](const Store&, Batch& batch) {
    batch.Put(Family::kMeta, EntityTypeKey(TypeId{1}), R"({"name":"user")");
  });
  const auto repaired = Engine::Repair(Options("store"), top_.Join("mended"));
  ASSERT_THAT(repaired, IsOk());
  EXPECT_TRUE(repaired->after.is_sound());
  EXPECT_EQ(repaired->after.record_count, 0u);
  std::vector<std::string> reasons;
  for (const LeftOut& each : repaired->left_out) reasons.push_back(each.reason);
  EXPECT_THAT(reasons, Contains(HasSubstr("definition of entity type number 1 is damaged")));
  EXPECT_THAT(reasons, Contains(HasSubstr("40 records of entity type number 1")));
}

// Of a table with several blocks, one that is damaged takes no others with it.
TEST_F(RepairTest, ABlockThatCannotBeReadIsLeaptOver) {
  {
    const auto engine = Engine::Open(Options("store"));
    Session host = (*engine)->HostSession();
    for (int i = 40; i < 1'000; ++i) Create(host, i);
  }
  const std::vector<fs::path> tables = TablesWith("p700@x.org");
  ASSERT_THAT(tables, SizeIs(1));
  std::string bytes = Read(tables[0]);
  bytes[bytes.find("p700@x.org")] ^= 1;
  Write(tables[0], bytes);
  const Repaired repaired = Repair();
  ASSERT_THAT(left_out_records_, Not(IsEmpty()));
  EXPECT_LT(left_out_records_.size(), 200u);
  // Which they are is known by their uuids.
  EXPECT_EQ(repaired.left_out_count, left_out_records_.size() + 1);
  EXPECT_THAT(repaired.left_out[0].reason, HasSubstr("of entity type user cannot be read"));
}

TEST_F(RepairTest, ATableThatCannotBeOpenedIsToldOf) {
  const std::vector<fs::path> tables = TablesWith("p7@x.org");
  ASSERT_THAT(tables, SizeIs(1));
  for (const bool is_removed : {false, true}) {
    if (is_removed) {
      fs::remove(tables[0]);
    } else {
      Write(tables[0], "short");
    }
    EXPECT_THAT(Engine::Open(Options("store")), StatusIs(absl::StatusCode::kDataLoss));
    fs::remove_all(top_.Join("mended"));
    const auto repaired = Engine::Repair(Options("store"), top_.Join("mended"));
    ASSERT_THAT(repaired, IsOk());
    EXPECT_TRUE(repaired->after.is_sound());
    ASSERT_THAT(repaired->left_out, SizeIs(1));
    EXPECT_EQ(repaired->left_out[0].reason,
              absl::StrCat("the table ", tables[0].filename().string(),
                           " cannot be opened: of records from id ", ids_.front(),
                           " of entity type user to id ", ids_.back(),
                           " of entity type user what it has is lost, and what was there before it "
                           "is back"));
    EXPECT_EQ(repaired->after.record_count, 0u);
  }
}

TEST_F(RepairTest, CurrentAndFormatAreMended) {
  Write(top_.Join("store/CURRENT"), "MANIFEST-999999\n");
  fs::remove(top_.Join("store/FORMAT"));
  EXPECT_EQ(Repair().left_out_count, 0u);
}

TEST_F(RepairTest, RefusesWhatIsNoDamagedStore) {
  fs::create_directory(top_.Join("there"));
  EXPECT_THAT(Engine::Repair(Options("store"), top_.Join("there")),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Engine::Repair(Options("nowhere"), top_.Join("mended")),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Engine::Repair(Options("there"), top_.Join("mended")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("MANIFEST")));
  {
    const auto engine = Engine::Open(Options("store"));
    EXPECT_THAT(Engine::Repair(Options("store"), top_.Join("mended")),
                StatusIs(absl::StatusCode::kUnavailable));
  }
  Write(top_.Join("store/FORMAT"), "dossier store, format 999\n");
  EXPECT_THAT(Engine::Repair(Options("store"), top_.Join("mended")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("format 999")));
  EXPECT_EQ(Names(), (std::vector<std::string>{"store", "there"}));
}

}  // namespace
}  // namespace dossier
