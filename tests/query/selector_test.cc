// From keys to records and elements: what each key means, and what a store that lies is told.
#include "query/selector.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/change.h"
#include "query/selection.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr TypeId kType{3};
constexpr HashKey kHashKey = {1, 2, 3};
constexpr int64_t kNow = 0;

EntityType MakeType() {
  return *EntityType::Declare(kType, "person", R"([
      {"name":"code","type":"integer","constraints":["unique"]},
      {"name":"email","type":"string","constraints":["unique"]},
      {"name":"friends","type":"plural","attr_defs":[
        {"name":"friends","type":"object","attr_defs":[
          {"name":"name","type":"string","constraints":["unique"]}]},
        {"name":"name","type":"string","constraints":["unique"]},
        {"name":"nick","type":"string"},
        {"name":"pets","type":"plural","attr_defs":[
          {"name":"chip","type":"integer","constraints":["unique"]}]}]},
      {"name":"nick","type":"string"}])");
}

class SelectorTest : public ::testing::Test {
 protected:
  absl::StatusOr<Selector> Parse(const EntityKey& key) const {
    return ParseSelector(key, type_, kHashKey, kNow);
  }
  absl::Status Refusal(std::string_view path, std::string_view value) const {
    return Parse(EntityKey::Attribute(path, value)).status();
  }
  // The attribute that a key in a plural is about; "" for an id, else the error's number.
  std::string AttributeOf(std::string_view plural, std::string_view path) const {
    const auto selector = Parse(EntityKey::Attribute(path, "5").InPlural(plural));
    if (!selector.ok()) return std::to_string(DetailOf(selector.status())->code);
    return selector->claim ? PathOf(*selector->claim->attribute) : "";
  }

  const EntityType type_ = MakeType();
};

TEST_F(SelectorTest, OfAnIdIsTheId) {
  const auto selector = Parse(EntityKey::Id(7));
  ASSERT_THAT(selector, IsOk());
  EXPECT_EQ(selector->id, 7u);
  EXPECT_FALSE(selector->look_up || selector->claim || selector->plural);
  EXPECT_EQ(Parse(EntityKey::Attribute("id", "7"))->id, 7u);
  EXPECT_EQ(Parse(EntityKey::Attribute("/id", " 7 "))->id, 7u);
}

TEST_F(SelectorTest, OfAUuidIsItsLookUp) {
  const std::string uuid = "02b0c68d-7d7a-49d8-a88d-022585b0f877";
  const auto selector = Parse(EntityKey::Uuid(uuid));
  ASSERT_THAT(selector, IsOk());
  EXPECT_EQ(selector->look_up, UuidKey(kType, Uuid::Parse(uuid)->view()));
  EXPECT_FALSE(selector->claim);
  EXPECT_EQ(Parse(EntityKey::Attribute("uuid", '"' + uuid + '"'))->look_up, selector->look_up);
}

TEST_F(SelectorTest, OfAUniqueValueIsItsClaim) {
  const auto selector = Parse(EntityKey::Attribute("email", R"("Ada@example.com")"));
  ASSERT_THAT(selector, IsOk());
  ASSERT_TRUE(selector->claim);
  EXPECT_EQ(PathOf(*selector->claim->attribute), "/email");
  EXPECT_EQ(selector->look_up, selector->claim->key);
  // Bare text stands for itself, and case is folded as in the claims.
  EXPECT_EQ(Parse(EntityKey::Attribute("/email", "ada@example.com"))->look_up, selector->look_up);
  EXPECT_NE(Parse(EntityKey::Attribute("email", "bob@example.com"))->look_up, selector->look_up);
  EXPECT_EQ(PathOf(*Parse(EntityKey::Attribute("friends.name", "x"))->claim->attribute),
            "/friends/name");
}

TEST_F(SelectorTest, RefusesWhatIsNoKey) {
  EXPECT_THAT(Parse(EntityKey::Uuid("0987098709870987")), HasError(200));
  EXPECT_THAT(Refusal("nothing", "1"), HasErrorAt(223, "/nothing"));
  EXPECT_THAT(Refusal("created", "\"2001\""), HasError(200));
  EXPECT_THAT(Refusal("nick", "\"x\""), HasError(200));
  EXPECT_THAT(Refusal("friends", "\"x\""), HasError(200));
  EXPECT_THAT(Refusal("/", "\"x\""), HasError(200));
  EXPECT_THAT(Refusal("friends#5/name", "\"x\""), HasError(200));
  EXPECT_THAT(Refusal("email", "null"), HasError(200));
  EXPECT_THAT(Refusal("email", "5"), HasErrorAt(341, "/email"));
  EXPECT_THAT(Refusal("code", "\"5\""), HasErrorAt(341, "/code"));
  EXPECT_THAT(Refusal("code", "1.5"), HasErrorAt(340, "/code"));
  EXPECT_THAT(Refusal("code", "five"), HasError(200));
  EXPECT_THAT(Refusal("id", "\"5\""), HasError(200));
  EXPECT_THAT(Refusal("id", "0"), HasError(200));
  EXPECT_THAT(Refusal("uuid", "5"), HasError(200));
  EXPECT_THAT(Refusal("uuid", "\"5\""), HasError(200));
}

// A path begins at the element or at the record; with a slash before it the record comes first.
TEST_F(SelectorTest, KeysInAPluralAreAboutWhatIsBelowIt) {
  EXPECT_EQ(AttributeOf("/friends", "id"), "");
  EXPECT_EQ(AttributeOf("friends", "/id"), "");
  EXPECT_EQ(AttributeOf("/friends", "pets/chip"), "/friends/pets/chip");
  EXPECT_EQ(AttributeOf("/friends", "/pets.chip"), "/friends/pets/chip");
  EXPECT_EQ(AttributeOf("/friends", "friends/pets/chip"), "/friends/pets/chip");
  EXPECT_EQ(AttributeOf("/friends.pets", "chip"), "/friends/pets/chip");
  EXPECT_EQ(AttributeOf("/friends/pets", "/friends/pets/chip"), "/friends/pets/chip");
  EXPECT_EQ(AttributeOf("/friends", "nothing"), "223");
  EXPECT_EQ(AttributeOf("/friends", "/friends/nothing"), "223");
  EXPECT_EQ(AttributeOf("/friends", "code"), "223");
  EXPECT_EQ(AttributeOf("/friends", "/code"), "200");
  EXPECT_EQ(AttributeOf("/friends", "nick"), "200");
  EXPECT_EQ(AttributeOf("/friends", ""), "200");
  EXPECT_EQ(AttributeOf("/friends", "/"), "200");
  EXPECT_EQ(AttributeOf("/friends/pets", "/friends/name"), "200");
  const auto claim_of = [&](std::string_view path) {
    return PathOf(*Parse(EntityKey::Attribute(path, "x").InPlural("/friends"))->claim->attribute);
  };
  EXPECT_EQ(claim_of("/friends/name"), "/friends/name");
  EXPECT_EQ(claim_of("friends/name"), "/friends/friends/name");
  EXPECT_EQ(claim_of("/friends/friends/name"), "/friends/friends/name");
}

TEST_F(SelectorTest, RefusesWhatIsNoPlural) {
  for (const std::string_view plural : {"", "/", "email", "friends/friends", "friends#5", "id"}) {
    EXPECT_THAT(Parse(EntityKey::Id(5).InPlural(plural)), HasError(200)) << plural;
  }
  EXPECT_THAT(Parse(EntityKey::Id(5).InPlural("/nothing")), HasErrorAt(223, "/nothing"));
  EXPECT_THAT(Parse(EntityKey::Uuid("02b0c68d-7d7a-49d8-a88d-022585b0f877").InPlural("/friends")),
              HasError(200));
}

// A store whose records are put in by hand, so that its look-ups may lie. With so many bytes of hints:
// each question is asked twice, the second time with what the first has laid, and where there is room
// for one hint only, those of others stand in its place.
class SelectionTest : public SelectorTest, public ::testing::WithParamInterface<size_t> {
 protected:
  void SetUp() override {
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    records_ = std::make_unique<Records>(*store_, 0);
    selection_ = std::make_unique<Selection>(*store_, *records_, hints_, claim_locks_, kHashKey);
  }

  // Of a record whose elements have the ids that follow.
  std::string Bytes(EntityId id, std::string_view json, uint32_t type_version = 0) const {
    EntityId next = id + 1;
    const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
    const auto check = [](const Attribute&, std::string_view) { return absl::OkStatus(); };
    const Change change{.mode = Mode::kCreate, .value = json};
    const auto bytes =
        ChangedRecord(nullptr, type_.root(), change,
                      {.type = kType, .type_version = type_version, .id = id}, {check, new_id});
    EXPECT_THAT(bytes, IsOk());
    return bytes.ok() ? std::string(**bytes) : "";
  }
  void PutBytes(EntityId id, std::string_view bytes) {
    Batch batch(*store_);
    batch.Put(Family::kRecords, RecordKey(kType, id).view(), bytes);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }
  // With its claims.
  void Put(EntityId id, std::string_view json) {
    const std::string bytes = Bytes(id, json);
    Batch batch(*store_);
    batch.Put(Family::kRecords, RecordKey(kType, id).view(), bytes);
    for (const Claim& claim : ClaimsOf(RecordView::Trusted(bytes), type_, kHashKey)) {
      batch.Put(Family::kLookup, claim.view(), IdValue(id).view());
    }
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  absl::StatusOr<Found> Find(const EntityKey& key, std::string_view below) const {
    const auto selector = Parse(key);
    if (!selector.ok()) return selector.status();
    const auto path = ParsePath(below, *selector, type_);
    if (!path.ok()) return path.status();
    const auto found = selection_->Find(*selector, type_, *path, /*only=*/nullptr);
    const auto again = selection_->Find(*selector, type_, *path, /*only=*/nullptr);
    EXPECT_EQ(found.status(), again.status());
    if (found.ok() && again.ok()) {
      EXPECT_EQ(*found->record, *again->record);
      EXPECT_EQ(ToText(found->path), ToText(again->path));
    }
    return again;
  }
  void Hint(const EntityKey& key, EntityId id) { hints_.Set(*Parse(key)->look_up, id); }
  void Delete(Family family, std::string_view key) {
    Batch batch(*store_);
    batch.Delete(family, key);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }
  // The record's id.
  absl::StatusOr<EntityId> Find(const EntityKey& key) const {
    const auto found = Find(key, "");
    if (!found.ok()) return found.status();
    return RecordView::Trusted(*found->record).id();
  }
  // The path of the element that the key means, in the record that Find finds.
  std::string PathFound(const EntityKey& key, std::string_view below) const {
    const auto found = Find(key, below);
    return found.ok() ? ToText(found->path) : std::string(found.status().message());
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Records> records_;
  LookupHints hints_{GetParam()};
  LockTable claim_locks_;
  std::unique_ptr<Selection> selection_;
};

INSTANTIATE_TEST_SUITE_P(HintBytes, SelectionTest, ::testing::Values(0, 8, 1u << 20));

EntityKey Chip(std::string_view value) { return EntityKey::Attribute("/friends/pets/chip", value); }

TEST_P(SelectionTest, FindsRecords) {
  Put(10, R"({"code":1,"friends":[{"name":"Bob"}]})");
  Put(20, R"({"code":2})");
  EXPECT_THAT(Find(EntityKey::Id(10)), IsOkAndHolds(10u));
  EXPECT_THAT(Find(EntityKey::Attribute("code", "2")), IsOkAndHolds(20u));
  EXPECT_THAT(Find(EntityKey::Attribute("friends/name", "bob")), IsOkAndHolds(10u));
  EXPECT_THAT(Find(EntityKey::Id(11)), HasError(310));
  EXPECT_THAT(Find(EntityKey::Id(0)), HasError(310));
  EXPECT_THAT(Find(EntityKey::Attribute("code", "3")), HasError(310));
  EXPECT_THAT(Find(EntityKey::Uuid("02b0c68d-7d7a-49d8-a88d-022585b0f877")), HasError(310));
}

TEST_P(SelectionTest, FindsElementsAndWhereTheyAre) {
  // Elements: friends 11 (pets 12, 13) and 14; friend 21 (pet 22).
  Put(10, R"({"friends":[{"name":"Bob","pets":[{"chip":1},{"chip":2}]},{"name":"Jane"}]})");
  Put(20, R"({"friends":[{"friends":{"name":"Eve"},"pets":[{"chip":3}]}]})");
  Put(30, "{}");
  EXPECT_EQ(PathFound(EntityKey::Id(14).InPlural("/friends"), ""), "/friends#14");
  EXPECT_EQ(PathFound(EntityKey::Id(11).InPlural("/friends"), "nick"), "/friends#11/nick");
  EXPECT_EQ(PathFound(EntityKey::Id(21).InPlural("friends"), "/pets#22"), "/friends#21/pets#22");
  EXPECT_EQ(PathFound(EntityKey::Id(13).InPlural("/friends/pets"), "/"), "/friends#11/pets#13");
  EXPECT_EQ(PathFound(EntityKey::Attribute("friends/name", "eve").InPlural("/friends"), ""),
            "/friends#21");
  EXPECT_EQ(PathFound(Chip("3").InPlural("/friends/pets"), "chip"), "/friends#21/pets#22/chip");
  // The friend that has the pet.
  EXPECT_EQ(PathFound(Chip("2").InPlural("/friends"), ""), "/friends#11");
  for (const EntityId id : {0, 10, 12, 15, 20, 22, 30, 1'000}) {
    EXPECT_THAT(Find(EntityKey::Id(id).InPlural("/friends")), HasError(310)) << id;
  }
  EXPECT_THAT(Find(EntityKey::Id(UINT64_MAX).InPlural("/friends")), HasError(310));
  EXPECT_THAT(Find(EntityKey::Id(11).InPlural("/friends/pets")), HasError(310));
  EXPECT_THAT(Find(Chip("4").InPlural("/friends")), HasError(310));
}

// Wherever a guess leads: it is followed to what is meant alone.
TEST_P(SelectionTest, IsNotMisledByAHint) {
  Put(10, R"({"code":1,"friends":[{"name":"Bob"}]})");
  Put(20, R"({"code":2,"email":"1"})");
  Put(30, "{}");
  PutBytes(40, "damaged");
  // Written by a later version, which may keep no claims on codes.
  PutBytes(50, Bytes(50, R"({"code":1})", type_.version() + 1));
  const auto code = EntityKey::Attribute("code", "1");
  const auto name = EntityKey::Attribute("/friends/name", "bob");
  const auto uuid = EntityKey::Uuid("02b0c68d-7d7a-49d8-a88d-022585b0f877");
  for (const EntityId id : {1, 10, 20, 30, 40, 50}) {
    SCOPED_TRACE(id);
    Hint(code, id);
    EXPECT_THAT(Find(code), IsOkAndHolds(10u));
    Hint(name, id);
    EXPECT_THAT(Find(name), IsOkAndHolds(10u));
    Hint(name, id);
    EXPECT_EQ(PathFound(EntityKey(name).InPlural("/friends"), ""), "/friends#11");
    Hint(uuid, id);
    EXPECT_THAT(Find(uuid), HasError(310));
    Hint(EntityKey::Attribute("code", "7"), id);
    EXPECT_THAT(Find(EntityKey::Attribute("code", "7")), HasError(310));
  }
}

TEST_P(SelectionTest, FindsAValueWhereItIsNow) {
  const auto code = EntityKey::Attribute("code", "1");
  Put(10, R"({"code":1})");
  EXPECT_THAT(Find(code), IsOkAndHolds(10u));
  Put(10, "{}");
  Put(20, R"({"code":1})");
  EXPECT_THAT(Find(code), IsOkAndHolds(20u));
  Put(20, R"({"code":2})");
  Delete(Family::kLookup, Parse(code)->look_up->view());
  EXPECT_THAT(Find(code), HasError(310));
  Put(10, R"({"code":1})");
  EXPECT_THAT(Find(code), IsOkAndHolds(10u));
  Delete(Family::kRecords, RecordKey(kType, 10).view());
  Delete(Family::kLookup, Parse(code)->look_up->view());
  EXPECT_THAT(Find(code), HasError(310));
}

// What else would say that it was not the store that was asked?
TEST_P(SelectionTest, FollowsAHintWithoutTheStore) {
  Put(10, R"({"code":1})");
  const auto code = EntityKey::Attribute("code", "1");
  const auto uuid = EntityKey::Uuid("00000000-0000-0000-0000-000000000000");
  EXPECT_THAT(Find(code), IsOkAndHolds(10u));
  Delete(Family::kLookup, Parse(code)->look_up->view());
  if (GetParam() == 0) {
    EXPECT_THAT(Find(code), HasError(310));
  } else if (GetParam() == 8) {
    EXPECT_THAT(Find(uuid), IsOkAndHolds(10u)) << "the last that was remembered";
    EXPECT_THAT(Find(code), HasError(310));
  } else {
    EXPECT_THAT(Find(uuid), IsOkAndHolds(10u));
    EXPECT_THAT(Find(code), IsOkAndHolds(10u));
  }
}

// More than one step of the search, with records of another type before and behind.
TEST_P(SelectionTest, FindsElementsAmongManyRecords) {
  const std::string filling = R"({"nick":")" + std::string(1 << 16, 'x') + R"("})";
  Put(10, R"({"friends":[{"name":"Bob"}]})");
  for (EntityId id = 100; id < 150; ++id) Put(id, filling);
  // As if the element had been added last.
  EntityId next = 1'000;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  const auto check = [](const Attribute&, std::string_view) { return absl::OkStatus(); };
  const auto bytes = ChangedRecord(nullptr, type_.root(),
                                   {.mode = Mode::kCreate, .value = R"({"friends":[{},{}]})"},
                                   {.type = kType, .id = 11}, {check, new_id});
  Batch batch(*store_);
  batch.Put(Family::kRecords, RecordKey(kType, 11).view(), **bytes);
  batch.Put(Family::kRecords, RecordKey(TypeId{2}, 999).view(), "of another type");
  batch.Put(Family::kRecords, RecordKey(TypeId{4}, 12).view(), "of another type");
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  EXPECT_THAT(Find(EntityKey::Id(1'001).InPlural("/friends")), IsOkAndHolds(11u));
  EXPECT_THAT(Find(EntityKey::Id(1'002).InPlural("/friends")), HasError(310));
}

TEST_P(SelectionTest, SaysThatALookUpLies) {
  Put(10, R"({"code":1,"friends":[{"name":"Bob"}]})");
  const auto lie = [&](const EntityKey& key, EntityId id) {
    Batch batch(*store_);
    batch.Put(Family::kLookup, Parse(key)->look_up->view(), IdValue(id).view());
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  };
  const auto uuid = EntityKey::Uuid("02b0c68d-7d7a-49d8-a88d-022585b0f877");
  const auto name = EntityKey::Attribute("name", "Eve").InPlural("/friends");
  lie(EntityKey::Attribute("code", "2"), 10);
  lie(EntityKey::Attribute("email", "x"), 77);
  lie(uuid, 10);
  lie(name, 10);
  const auto kLoss = absl::StatusCode::kDataLoss;
  EXPECT_THAT(Find(EntityKey::Attribute("code", "2")), StatusIs(kLoss, HasSubstr("/code")));
  EXPECT_THAT(Find(EntityKey::Attribute("email", "x")), StatusIs(kLoss, HasSubstr("record 77")));
  EXPECT_THAT(Find(uuid), StatusIs(kLoss, HasSubstr("a uuid")));
  EXPECT_THAT(Find(name), StatusIs(kLoss, HasSubstr("/friends/name")));
}

// Damage to a record that may have the element is told, unless another has it.
TEST_P(SelectionTest, SaysThatARecordOnTheWayIsDamaged) {
  Put(10, R"({"friends":[{"name":"Bob"}]})");
  Put(20, R"({"friends":[{"name":"Eve"}]})");
  Batch batch(*store_);
  batch.Put(Family::kRecords, RecordKey(kType, 15).view(), "damaged");
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  EXPECT_THAT(Find(EntityKey::Id(21).InPlural("/friends")), IsOkAndHolds(20u));
  EXPECT_THAT(Find(EntityKey::Id(11).InPlural("/friends")), IsOkAndHolds(10u));
  EXPECT_THAT(Find(EntityKey::Id(16).InPlural("/friends")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("15")));
  EXPECT_THAT(Find(EntityKey::Id(12).InPlural("/friends")), HasError(310));
}

}  // namespace
}  // namespace dossier
