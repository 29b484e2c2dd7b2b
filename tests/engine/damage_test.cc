// Entries of a closed store overwritten behind the engine's back: what is damaged is said to be,
// what is not goes on, and nothing wrong is answered.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/ids.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr TypeId kType{1};
constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// A store with the entity type `user` and three records, each with a code and a note.
class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(engine_->HostSession().CreateEntityType(
                    "user", R"([{"name":"code","type":"string","constraints":["unique"]},
                                {"name":"note","type":"string"}])"),
                IsOk());
    ASSERT_THAT(engine_->HostSession().AddClient({.client_id = "owner",
                                                  .client_secret = "secret",
                                                  .description = "",
                                                  .features = {"owner"}}),
                IsOk());
    for (const char* code : {"a", "b", "c"}) {
      const auto created = Host().Create("user", absl::StrCat(R"({"code":")", code, R"("})"));
      ASSERT_THAT(created, IsOk());
      ids_.push_back(created->id);
      uuids_.push_back(created->uuid);
    }
    engine_.reset();
  }

  absl::Status TryOpen() {
    absl::StatusOr<std::unique_ptr<Engine>> engine =
        Engine::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    if (!engine.ok()) return engine.status();
    engine_ = *std::move(engine);
    return absl::OkStatus();
  }
  void Open() { ASSERT_THAT(TryOpen(), IsOk()); }

  Session Host() { return engine_->HostSession(); }

  // Changes the closed store without the engine.
  void Edit(const std::function<void(const Store&, Batch&)>& edit) {
    engine_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    Batch batch(**store);
    edit(**store, batch);
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
  }

  void Put(Family family, std::string_view key, const std::string& value) {
    Edit([&](const Store&, Batch& batch) { batch.Put(family, key, value); });
  }
  void Remove(Family family, std::string_view key) {
    Edit([&](const Store&, Batch& batch) { batch.Delete(family, key); });
  }

  std::string Stored(Family family, std::string_view key) {
    engine_.reset();
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    const auto value = (*store)->Get(family, key);
    return value.ok() && *value != nullptr ? std::string(**value) : "";
  }

  std::string StoredRecord(size_t i) { return Stored(Family::kRecords, KeyOf(i).view()); }
  Key KeyOf(size_t i) const { return RecordKey(kType, ids_[i]); }
  Key UuidKeyOf(size_t i) const { return UuidKey(kType, Uuid::Parse(uuids_[i])->view()); }

  absl::StatusOr<std::string> ByCode(const char* code) {
    return Host().Get("user", EntityKey::Attribute("code", absl::StrCat("\"", code, "\"")));
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
  std::vector<uint64_t> ids_;
  std::vector<std::string> uuids_;
};

struct Damage {
  const char* name;
  std::function<std::string(const std::string& good, const std::string& other)> bytes;
};

const Damage kDamages[] = {
    {"garbage", [](auto& good, auto&) { return std::string(good.size(), '\x5a'); }},
    {"emptied", [](auto&, auto&) { return std::string(); }},
    {"cut", [](auto& good, auto&) { return good.substr(0, good.size() / 2); }},
    {"one bit",
     [](auto& good, auto&) {
       std::string flipped = good;
       flipped.back() = static_cast<char>(flipped.back() ^ 4);
       return flipped;
     }},
    {"another record", [](auto&, auto& other) { return other; }},
};

TEST_F(DamageTest, OfARecordIsItsOwnAndRefusesItsWrites) {
  const std::string good = StoredRecord(1), other = StoredRecord(0);
  for (const Damage& damage : kDamages) {
    const std::string bad = damage.bytes(good, other);
    Put(Family::kRecords, KeyOf(1).view(), bad);
    Open();
    Session host = Host();
    const EntityKey keys[] = {EntityKey::Id(ids_[1]), EntityKey::Uuid(uuids_[1]),
                              EntityKey::Attribute("code", "\"b\"")};
    for (const EntityKey& key : keys) {
      EXPECT_THAT(host.Get("user", key), StatusIs(kDataLoss)) << damage.name;
      EXPECT_THAT(host.Update("user", key, R"({"note":"x"})"), StatusIs(kDataLoss)) << damage.name;
      EXPECT_THAT(host.Replace("user", key, R"({"note":"x"})"), StatusIs(kDataLoss)) << damage.name;
      EXPECT_THAT(host.Delete("user", key), StatusIs(kDataLoss)) << damage.name;
    }
    // Its value is neither free nor known to be taken.
    EXPECT_THAT(host.Create("user", R"({"code":"b"})"), StatusIs(kDataLoss)) << damage.name;
    EXPECT_THAT(host.Update("user", EntityKey::Id(ids_[0]), R"({"code":"b"})"),
                StatusIs(kDataLoss));
    // The others go on.
    EXPECT_THAT(ByCode("a"), IsOkAndHolds(HasSubstr(uuids_[0]))) << damage.name;
    EXPECT_THAT(host.Update("user", EntityKey::Id(ids_[2]), R"({"note":"y"})"), IsOk());
    EXPECT_THAT(host.Create("user", R"({"code":"a"})"), HasError(361)) << damage.name;
    EXPECT_EQ(StoredRecord(1), bad) << damage.name;
  }
  Put(Family::kRecords, KeyOf(1).view(), good);
  Open();
  EXPECT_THAT(ByCode("b"), IsOkAndHolds(HasSubstr(uuids_[1])));
}

// The key of the one claim in the store that leads to `id` is found by taking each away: claims are
// hashes under the store's key. So the record is changed instead of the claim.
TEST_F(DamageTest, OfAClaimThatLeadsToAMissingRecord) {
  Remove(Family::kRecords, KeyOf(1).view());
  Open();
  const EntityKey key = EntityKey::Attribute("code", "\"b\"");
  EXPECT_THAT(Host().Get("user", key), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Update("user", key, R"({"note":"x"})"), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Delete("user", key), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Create("user", R"({"code":"b"})"), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Get("user", EntityKey::Id(ids_[1])), HasError(310));
}

TEST_F(DamageTest, OfAClaimThatLeadsToARecordWithoutTheValue) {
  // The record as it was before its code changed: the claim on the new code leads to the old state.
  const std::string before = StoredRecord(1);
  Open();
  ASSERT_THAT(Host().Update("user", EntityKey::Id(ids_[1]), R"({"code":"new"})"), IsOk());
  Put(Family::kRecords, KeyOf(1).view(), before);
  Open();
  const EntityKey key = EntityKey::Attribute("code", "\"new\"");
  EXPECT_THAT(Host().Get("user", key), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Update("user", key, R"({"note":"x"})"), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Create("user", R"({"code":"new"})"), StatusIs(kDataLoss));
  EXPECT_THAT(ByCode("a"), IsOk());
}

TEST_F(DamageTest, OfAUuidEntry) {
  struct {
    const char* name;
    std::string value;
  } const rows[] = {
      {"of another record", std::string(IdValue(ids_[0]).view())},
      {"of no record", std::string(IdValue(999'999).view())},
      {"short", "1234567"},
      {"empty", ""},
  };
  for (const auto& row : rows) {
    Put(Family::kLookup, UuidKeyOf(1).view(), row.value);
    const std::string before = StoredRecord(0);
    Open();
    const EntityKey key = EntityKey::Uuid(uuids_[1]);
    EXPECT_THAT(Host().Get("user", key), StatusIs(kDataLoss)) << row.name;
    EXPECT_THAT(Host().Update("user", key, R"({"note":"x"})"), StatusIs(kDataLoss)) << row.name;
    EXPECT_THAT(Host().Delete("user", key), StatusIs(kDataLoss)) << row.name;
    EXPECT_THAT(Host().Get("user", EntityKey::Id(ids_[1])), IsOk()) << row.name;
    EXPECT_EQ(StoredRecord(0), before) << row.name;
  }
}

struct MetaRow {
  const char* name;
  std::string key;
  std::string value;
};

std::string TypeText(const char* attr_defs, const char* next_number = "18") {
  return absl::StrCat(R"({"name":"user","version":1,"next_number":)", next_number,
                      R"(,"attr_defs":)", attr_defs, "}");
}

std::vector<MetaRow> DamagedEntries() {
  const std::string type = EntityTypeKey(kType), client = MetaKey(MetaTag::kClient, "owner");
  const std::string ids = MetaKey(MetaTag::kNextId), types = MetaKey(MetaTag::kNextTypeId);
  return {
      {"hash key short", MetaKey(MetaTag::kHashKey), "fifteen bytes.."},
      {"hash key long", MetaKey(MetaTag::kHashKey), "seventeen bytes.."},
      {"hash key empty", MetaKey(MetaTag::kHashKey), ""},
      {"default settings no object", MetaKey(MetaTag::kDefaultSettings), "[]"},
      {"default settings of a number", MetaKey(MetaTag::kDefaultSettings), R"({"a":1})"},
      {"default settings cut", MetaKey(MetaTag::kDefaultSettings), R"({"a":"1")"},
      {"ids short", ids, "1234567"},
      {"ids zero", ids, std::string(8, '\0')},
      {"ids past the end", ids, std::string(8, '\xff')},
      {"types short", types, "1"},
      {"types long", types, "123"},
      {"types zero", types, std::string(2, '\0')},
      {"types that exist", types, std::string("\0\1", 2)},
      {"type empty", type, ""},
      {"type no JSON", type, "{\"name\""},
      {"type no object", type, "[]"},
      {"type without name", type, R"({"version":1,"next_number":18,"attr_defs":[]})"},
      {"type with an empty name", type,
       R"({"name":"","version":1,"next_number":18,"attr_defs":[]})"},
      {"type without attr_defs", type, R"({"name":"user","version":1,"next_number":18})"},
      {"type without numbers", type, TypeText(R"([{"name":"code","type":"string"}])")},
      {"type with a reserved number", type,
       TypeText(R"([{"name":"code","type":"string","number":4}])")},
      {"type with a number twice", type, TypeText(R"([{"name":"code","type":"string","number":16},
                    {"name":"note","type":"string","number":16}])")},
      {"type with a number twice at two levels", type,
       TypeText(R"([{"name":"o","type":"object","number":16,"attr_defs":[
                      {"name":"x","type":"string","number":17}]},
                    {"name":"note","type":"string","number":17}])")},
      {"type with falling numbers", type, TypeText(R"([{"name":"code","type":"string","number":17},
                    {"name":"note","type":"string","number":16}])")},
      {"type with a number that is not drawn yet", type,
       TypeText(R"([{"name":"code","type":"string","number":18}])")},
      {"type of an unknown kind", type, TypeText(R"([{"name":"code","type":"star","number":16}])")},
      {"type key short", std::string("\3\1", 2), TypeText("[]")},
      {"type key long", std::string("\3\0\1\0", 4), TypeText("[]")},
      {"two types of one name", EntityTypeKey(TypeId{2}), TypeText("[]")},
      {"client empty", client, ""},
      {"client no JSON", client, "{"},
      {"client without secret", client, R"({"description":"","features":[],"whitelist":[]})"},
      {"client with a number for a secret", client,
       R"({"client_secret":1,"description":"","features":[],"whitelist":[]})"},
      {"client without features", client,
       R"({"client_secret":"s","description":"","whitelist":[]})"},
      {"client with unknown features", client,
       R"({"client_secret":"s","description":"","features":["emperor"],"whitelist":[]})"},
      {"client with a text for a whitelist", client,
       R"({"client_secret":"s","description":"","features":[],"whitelist":"all"})"},
  };
}

TEST_F(DamageTest, OfTheStoresOwnEntriesRefusesToOpen) {
  for (const MetaRow& row : DamagedEntries()) {
    const std::string good = Stored(Family::kMeta, row.key);
    Put(Family::kMeta, row.key, row.value);
    EXPECT_THAT(TryOpen(), StatusIs(kDataLoss)) << row.name;
    if (good.empty()) {
      Remove(Family::kMeta, row.key);
    } else {
      Put(Family::kMeta, row.key, good);
    }
    EXPECT_THAT(TryOpen(), IsOk()) << row.name << " was mended";
  }
  EXPECT_THAT(ByCode("b"), IsOkAndHolds(HasSubstr(uuids_[1])));
}

// Without them the engine would begin again and overwrite what there is.
TEST_F(DamageTest, OfTheStoresOwnEntriesIsFoundWhereTheyAreGone) {
  for (const MetaTag tag : {MetaTag::kHashKey, MetaTag::kNextId, MetaTag::kNextTypeId}) {
    const std::string good = Stored(Family::kMeta, MetaKey(tag));
    ASSERT_NE(good, "");
    Remove(Family::kMeta, MetaKey(tag));
    EXPECT_THAT(TryOpen(), StatusIs(kDataLoss)) << static_cast<int>(tag);
    Put(Family::kMeta, MetaKey(tag), good);
    EXPECT_THAT(TryOpen(), IsOk()) << static_cast<int>(tag);
  }
}

}  // namespace
}  // namespace dossier
