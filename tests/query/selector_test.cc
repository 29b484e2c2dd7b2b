// From keys to records and elements: what each key means, and what a store that lies is told.
#include "query/selector.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/change.h"
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

// A store whose records are put in by hand, so that its look-ups may lie.
class SelectionTest : public SelectorTest {
 protected:
  void SetUp() override {
    auto store = Store::Open({.directory = top_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    records_ = std::make_unique<Records>(*store_, 0);
    selection_ = std::make_unique<Selection>(*store_, *records_, claim_locks_, kHashKey);
  }

  // Its elements have the ids that follow.
  void Put(EntityId id, std::string_view json) {
    EntityId next = id + 1;
    const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
    const auto check = [](const Attribute&, std::string_view) { return absl::OkStatus(); };
    const Change change{.mode = Mode::kCreate, .value = json};
    const auto bytes =
        ChangedRecord(nullptr, type_.root(), change, {.type = kType, .id = id}, {check, new_id});
    ASSERT_THAT(bytes, IsOk());
    Batch batch(*store_);
    batch.Put(Family::kRecords, RecordKey(kType, id).view(), *bytes);
    for (const Claim& claim : ClaimsOf(RecordView::Trusted(*bytes), type_, kHashKey)) {
      batch.Put(Family::kLookup, claim.view(), IdValue(id).view());
    }
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  }

  absl::StatusOr<Found> Find(const EntityKey& key, std::string_view below) const {
    const auto selector = Parse(key);
    if (!selector.ok()) return selector.status();
    const auto path = ParsePath(below, *selector, type_);
    if (!path.ok()) return path.status();
    return selection_->Find(*selector, type_, *path, /*only=*/nullptr);
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
  LockTable claim_locks_;
  std::unique_ptr<Selection> selection_;
};

EntityKey Chip(std::string_view value) { return EntityKey::Attribute("/friends/pets/chip", value); }

TEST_F(SelectionTest, FindsRecords) {
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

TEST_F(SelectionTest, FindsElementsAndWhereTheyAre) {
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

// More than one step of the search, with records of another type before and behind.
TEST_F(SelectionTest, FindsElementsAmongManyRecords) {
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
  batch.Put(Family::kRecords, RecordKey(kType, 11).view(), *bytes);
  batch.Put(Family::kRecords, RecordKey(TypeId{2}, 999).view(), "of another type");
  batch.Put(Family::kRecords, RecordKey(TypeId{4}, 12).view(), "of another type");
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  EXPECT_THAT(Find(EntityKey::Id(1'001).InPlural("/friends")), IsOkAndHolds(11u));
  EXPECT_THAT(Find(EntityKey::Id(1'002).InPlural("/friends")), HasError(310));
}

TEST_F(SelectionTest, SaysThatALookUpLies) {
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
TEST_F(SelectionTest, SaysThatARecordOnTheWayIsDamaged) {
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
