// A change of constraints that a crash interrupts: opening the store leaves nothing of it. The store
// is copied as it is on disk at each step, and the copies are opened.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mutation/evolution.h"
#include "mutation/mutations.h"
#include "schema/evolution.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

EngineOptions OptionsOf(const std::string& directory) {
  return {.directory = directory,
          .durability = Durability::kBuffered,
          .block_cache_bytes = 1u << 20,
          .record_cache_bytes = 1u << 20};
}

// The rooms below the engine, wired as the engine does, on the type `row` with the string `v`.
class BindingRecoveryTest : public ::testing::Test {
 protected:
  // Makes the store, with records whose `v` are `values`, and opens its parts.
  void Make(const std::vector<std::string>& values, const char* constraints = "[]") {
    {
      auto engine = Engine::Open(OptionsOf(live()));
      ASSERT_THAT(engine, IsOk());
      Session host = (*engine)->HostSession();
      ASSERT_THAT(
          host.CreateEntityType(
              "row", absl::StrCat(R"([{"name":"v","type":"string","constraints":)", constraints,
                                  R"(},{"name":"p","type":"plural","attr_defs":[
                                          {"name":"q","type":"string"}]}])")),
          IsOk());
      for (const std::string& value : values) {
        ASSERT_THAT(host.Create("row", absl::StrCat(R"({"v":")", value, R"("})")), IsOk());
      }
      auto key = host.Get("row", EntityKey::Id(1));
      ASSERT_THAT(key, IsOk());
    }
    auto store = Store::Open(OptionsOf(live()));
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    const auto stored = store_->Get(Family::kMeta, MetaKey(MetaTag::kHashKey));
    ASSERT_THAT(stored, IsOk());
    std::copy((*stored)->begin(), (*stored)->end(), hash_key_.begin());
    ids_ = *IdBlocks::Open(*store_);
    registry_ = *Registry::Open(*store_);
    records_ = std::make_unique<Records>(*store_, 1u << 20);
    selection_ = std::make_unique<Selection>(*store_, *records_, hints_, claim_locks_, hash_key_);
    grants_ = *Grants::Open(*store_, *registry_);
    mutations_ = std::make_unique<Mutations>(*store_, *records_, *ids_, *selection_, *grants_,
                                             record_locks_, claim_locks_, hash_key_, LargeBounds(),
                                             /*hash_password=*/nullptr);
  }

  StoredRecords Stored() {
    return {*store_,       *records_,    *ids_,     *registry_,
            record_locks_, claim_locks_, hash_key_, LargeBounds()};
  }

  std::string live() const { return top_.path() + "/live"; }
  std::string copy() const { return top_.path() + "/copy"; }

  // What a crash at this moment would leave.
  void Crash() { std::filesystem::copy(live(), copy()); }

  // Binds `constraints` to the attribute at `path`, by versions that `with` and `without` see.
  absl::Status BindTo(const std::string& path, const std::string& constraints,
                      const std::function<void(const EntityType&)>& with,
                      const std::function<void()>& without, std::string_view rest = {}) {
    AttributeNumber number = 0;
    std::string attribute_path;
    std::shared_ptr<Building> building;
    {
      const EntityTypePtr type = *registry_->Find("row");
      const Attribute* attribute = *FindChangeable(*type, path, "attribute_name");
      number = attribute->number;
      attribute_path = PathOf(*attribute);
      auto target = *WithConstraints(*type, *attribute, constraints);
      const bool is_unique = FindNumber(target.root(), number)->unique && !attribute->unique;
      building = std::make_shared<Building>(
          is_unique ? ClaimNumbers{.unique = {number}} : ClaimNumbers{.local = {number}},
          is_unique ? nullptr : std::make_shared<const EntityType>(std::move(target)));
    }
    building_ = building.get();
    const auto next_with = [&](const EntityType& current) {
      with(current);
      return WithConstraints(current, *FindNumber(current.root(), number), constraints);
    };
    const auto next_without = [&](const EntityType& current) {
      without();
      return WithConstraints(current, *FindNumber(current.root(), number), "[]");
    };
    return Bind(Stored(),
                {"row", building, number, "[]", attribute_path, next_with, next_without, rest});
  }

  absl::Status CreateRow(const EntityType& type, std::string_view value) {
    const std::string json = absl::StrCat(R"({"v":")", std::string(value), R"("})");
    const Change change{.mode = Mode::kCreate, .value = json, .argument = "attributes", .now = 1};
    const auto created =
        mutations_->Create(type, change, Terms{.durability = Durability::kBuffered});
    if (created.ok()) last_id_ = RecordView::Trusted(**created).id();
    return created.status();
  }

  // The copy opens, has no constraint on `v`, no claim of it, and takes a constraint anew.
  void ExpectNothingIsLeft() {
    auto engine = Engine::Open(OptionsOf(copy()));
    ASSERT_THAT(engine, IsOk());
    Session host = (*engine)->HostSession();
    EXPECT_THAT(host.EntityType("row", true), IsOkAndHolds(Not(HasSubstr("unique"))));
    // A claim that was left would keep its value from these, or lead to a record that is gone.
    ASSERT_THAT(host.Delete("row", EntityKey::Id(1)), IsOk());
    ASSERT_THAT(host.Update("row", EntityKey::Id(2), R"({"v":"two"})"), IsOk());
    const auto created = host.Create("row", R"({"v":"one"})");
    ASSERT_THAT(created, IsOk());
    ASSERT_THAT(host.SetAttributeConstraints("row", "v", R"(["unique"])"), IsOk());
    EXPECT_THAT(host.Get("row", EntityKey::Attribute("v", "\"one\""), {.path = "id"}),
                IsOkAndHolds(absl::StrCat(created->id)));
    EXPECT_THAT(host.Create("row", R"({"v":"two"})"), HasErrorAt(361, "/v"));
    engine->reset();
    auto store = Store::Open(OptionsOf(copy()));
    ASSERT_THAT(store, IsOk());
    EXPECT_THAT((*store)->MetaEntries(MetaTag::kUnfinished), IsOkAndHolds(::testing::IsEmpty()));
  }

  TemporaryDirectory top_;
  HashKey hash_key_{};
  std::unique_ptr<Store> store_;
  LockTable record_locks_;
  LockTable claim_locks_;
  LookupHints hints_{1u << 16};
  std::unique_ptr<IdBlocks> ids_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<Selection> selection_;
  std::unique_ptr<Grants> grants_;
  std::unique_ptr<Mutations> mutations_;
  Building* building_ = nullptr;
  EntityId last_id_ = 0;  // of the record that CreateRow made last
};

TEST_F(BindingRecoveryTest, FromLooseWithAllItsClaims) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  ASSERT_THAT(BindTo(
                  "v", R"(["unique"])", [&](const EntityType&) { Crash(); }, [] { FAIL(); }),
              IsOk());
  ExpectNothingIsLeft();
}

TEST_F(BindingRecoveryTest, FromGoingBack) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "One"}));
  EXPECT_THAT(BindTo(
                  "v", R"(["unique"])", [](const EntityType&) { FAIL(); }, [&] { Crash(); }),
              HasErrorAt(361, "/v"));
  ExpectNothingIsLeft();
}

// A writer notes a suspect in the last moment of the loose version: the bound one goes back.
TEST_F(BindingRecoveryTest, FromBoundThatGoesBack) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  const auto late = [&](const EntityType& loose) {
    EXPECT_FALSE(loose.is_building_bound());
    EXPECT_THAT(CreateRow(loose, "ONE"), IsOk());
  };
  const absl::Status refused = BindTo("v", R"(["unique"])", late, [&] { Crash(); });
  ASSERT_THAT(refused, HasErrorAt(361, "/v"));
  EXPECT_EQ(DetailOf(refused)->holder_id, 1u);
  {
    auto engine = Engine::Open(OptionsOf(copy()));
    ASSERT_THAT(engine, IsOk());
    EXPECT_THAT((*engine)->HostSession().Delete("row", EntityKey::Id(last_id_)), IsOk());
  }
  EXPECT_THAT(CreateRow(**registry_->Find("row"), "one"), IsOk()) << "it is as it was";
  ExpectNothingIsLeft();
}

// A suspect that is none any more does not stop it.
TEST_F(BindingRecoveryTest, ALateSuspectMayBeNone) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  const auto late = [&](const EntityType&) { building_->NoteSuspect(2); };
  EXPECT_THAT(BindTo("v", R"(["unique"])", late, [] { FAIL(); }), IsOk());
  EXPECT_THAT(CreateRow(**registry_->Find("row"), "other"), HasErrorAt(361, "/v"));
}

// A record that another writer freed meanwhile, in the bound version: its claim comes by the visit.
TEST_F(BindingRecoveryTest, ALateSuspectTakesTheClaimThatIsFree) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  const auto late = [&](const EntityType& loose) {
    EXPECT_THAT(CreateRow(loose, "ONE"), IsOk());
    Selector first;
    first.id = 1;
    EXPECT_THAT(mutations_->Delete(loose, first, {}, Terms{.durability = Durability::kBuffered}),
                IsOk());
  };
  EXPECT_THAT(BindTo("v", R"(["unique"])", late, [] { FAIL(); }), IsOk());
  EXPECT_THAT(CreateRow(**registry_->Find("row"), "one"), HasErrorAt(361, "/v"));
}

TEST_F(BindingRecoveryTest, FromLocallyUniqueThatIsBoundAndNotThrough) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  const auto late = [&](const EntityType&) { building_->NoteSuspect(1); };
  ASSERT_THAT(BindTo("/p/q", R"(["locally-unique"])", late, [] { FAIL(); }), IsOk());
  EXPECT_THAT((*registry_->Find("row"))->SchemaJson(true), HasSubstr("locally-unique"));
  // Again, with a violation that comes late.
  const auto without = [](const EntityType& current, Batch&) {
    return WithConstraints(current, *FindNumber(current.root(), 18), "[]");
  };
  ASSERT_THAT(registry_->Change("row", without), IsOk());
  const auto violation = [&](const EntityType& loose) {
    const Change change{.mode = Mode::kCreate,
                        .value = R"({"p":[{"q":"x"},{"q":"x"}]})",
                        .argument = "attributes",
                        .now = 1};
    EXPECT_THAT(mutations_->Create(loose, change, Terms{.durability = Durability::kBuffered}),
                IsOk());
  };
  EXPECT_THAT(BindTo("/p/q", R"(["locally-unique"])", violation, [&] { Crash(); }),
              HasErrorAt(361, "/p/q"));
  ExpectNothingIsLeft();
}

// unique is gone and its claims are not.
TEST_F(BindingRecoveryTest, FromTakingUniqueAway) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}, R"(["required","unique"])"));
  const auto change = [](const EntityType& current, Batch& batch) {
    batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, current.id(), 16), "[]");
    return WithConstraints(current, *current.root().FindNamed("v"), "[]");
  };
  ASSERT_THAT(registry_->Change("row", change), IsOk());
  EXPECT_THAT(CreateRow(**registry_->Find("row"), "one"), IsOk());
  Crash();
  auto engine = Engine::Open(OptionsOf(copy()));
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  EXPECT_THAT(host.SetAttributeConstraints("row", "v", R"(["unique"])"), HasErrorAt(361, "/v"));
  ASSERT_THAT(host.Delete("row", EntityKey::Id(1)), IsOk());
  EXPECT_THAT(host.SetAttributeConstraints("row", "v", R"(["unique"])"), IsOk());
}

// locally-unique is bound, unique is still there: the change from one to the other is finished.
TEST_F(BindingRecoveryTest, FromOneConstraintToTheOther) {
  ASSERT_NO_FATAL_FAILURE(Make({"one"}));
  const auto ignore = [](const EntityType&) {};
  ASSERT_THAT(BindTo("/p/q", R"(["unique"])", ignore, [] { FAIL(); }), IsOk());
  ASSERT_THAT(BindTo(
                  "/p/q", R"(["unique","locally-unique"])", ignore, [] { FAIL(); },
                  R"(["locally-unique"])"),
              IsOk());
  const auto create = [&] {
    const Change change{
        .mode = Mode::kCreate, .value = R"({"p":[{"q":"x"}]})", .argument = "attributes", .now = 1};
    return mutations_->Create(**registry_->Find("row"), change,
                              Terms{.durability = Durability::kBuffered});
  };
  ASSERT_THAT(create(), IsOk());
  EXPECT_THAT(create(), HasErrorAt(361, "/p/q")) << "unique goes last";
  Crash();
  for (int i = 0; i < 2; ++i) {
    auto engine = Engine::Open(OptionsOf(copy()));
    ASSERT_THAT(engine, IsOk());
    Session host = (*engine)->HostSession();
    EXPECT_THAT(host.EntityType("row", true), IsOkAndHolds(HasSubstr(R"(["locally-unique"])")));
    EXPECT_THAT(host.Create("row", R"({"p":[{"q":"x"}]})"), IsOk());
    EXPECT_THAT(host.Create("row", R"({"p":[{"q":"x"},{"q":"X"}]})"), HasErrorAt(361, "/p/q"));
  }
}

// A unique property on its way, or on its way out: it is gone, and its claims.
TEST_F(BindingRecoveryTest, OfAUniquePropertyAtEachStep) {
  enum class Stage { kLoose, kBound, kRemoved };
  for (const Stage stage : {Stage::kLoose, Stage::kBound, Stage::kRemoved}) {
    const bool is_bound = stage != Stage::kLoose;
    mutations_.reset();
    selection_.reset();
    records_.reset();
    registry_.reset();
    ids_.reset();
    store_.reset();
    std::filesystem::remove_all(live());
    std::filesystem::remove_all(copy());
    ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
    const PropertyRequest request{.attributes = {"v", "w"}, .is_rule = false};
    Property property;
    const auto declare = [&](const EntityType& current, Batch&) -> absl::StatusOr<EntityType> {
      auto wider = WithAttribute(current, R"({"name":"w","type":"integer"})");
      if (!wider.ok()) return wider;
      auto next = WithProperty(*wider, request);
      if (next.ok()) property = next->properties().back();
      return wider->Next({}, next->next_number());
    };
    ASSERT_THAT(registry_->Change("row", declare), IsOk());
    const auto building = std::make_shared<Building>(property);
    const auto publish = [&](const EntityType& current,
                             Batch& batch) -> absl::StatusOr<EntityType> {
      batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, current.id(), property.number),
                kUniqueProperty);
      if (!is_bound) return current.NextBuilding(building, /*is_bound=*/false);
      auto with = WithDeclared(current, property, request);
      if (!with.ok()) return with;
      return with->NextBuilding(building, /*is_bound=*/true);
    };
    ASSERT_THAT(registry_->Change("row", publish), IsOk());
    const auto create = [&] {
      const Change change{
          .mode = Mode::kCreate, .value = R"({"v":"x","w":1})", .argument = "attributes", .now = 1};
      return mutations_
          ->Create(**registry_->Find("row"), change, Terms{.durability = Durability::kBuffered})
          .status();
    };
    ASSERT_THAT(create(), IsOk());
    const absl::Status again = create();
    EXPECT_EQ(again.ok(), !is_bound) << again;
    const auto claims = [&](const Store& store) {
      std::string value(sizeof(uint32_t), '\1');
      value[1] = value[2] = value[3] = '\0';
      value += "x";
      value += std::string("\10\0\0\0", 4) + std::string("\1\0\0\0\0\0\0\0", 8);
      return *store.LookUp(ClaimKey(TypeId{1}, property.number, KeyedHash(value, hash_key_)));
    };
    EXPECT_NE(claims(*store_), std::nullopt);
    if (stage == Stage::kRemoved) {
      const auto remove = [&](const EntityType& current,
                              Batch& batch) -> absl::StatusOr<EntityType> {
        batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, current.id(), property.number),
                  kUniqueProperty);
        auto without = WithoutProperty(current, property.uuid, /*rules_only=*/false);
        if (!without.ok()) return without;
        return without->NextBuilding(nullptr, /*is_bound=*/false);
      };
      ASSERT_THAT(registry_->Change("row", remove), IsOk());
      EXPECT_THAT(create(), IsOk()) << "nothing is forbidden any more";
    }
    Crash();
    {
      auto engine = Engine::Open(OptionsOf(copy()));
      ASSERT_THAT(engine, IsOk());
      EXPECT_THAT((*engine)->HostSession().Properties("row"), IsOkAndHolds(std::string("[]")));
      EXPECT_THAT((*engine)->HostSession().Create("row", R"({"v":"X","w":1})"), IsOk());
    }
    auto store = Store::Open(OptionsOf(copy()));
    ASSERT_THAT(store, IsOk());
    EXPECT_EQ(claims(**store), std::nullopt);
    EXPECT_THAT((*store)->MetaEntries(MetaTag::kUnfinished), IsOkAndHolds(::testing::IsEmpty()));
  }
}

// The attribute itself was removed while it was on its way.
TEST_F(BindingRecoveryTest, OfAnAttributeThatIsGone) {
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  Batch batch(*store_);
  batch.Put(Family::kMeta, AttributeKey(MetaTag::kUnfinished, TypeId{1}, 99), "[]");
  ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  Crash();
  ExpectNothingIsLeft();
}

TEST_F(BindingRecoveryTest, OfDamagedEntriesIsRefused) {
  const struct {
    const char* name;
    std::string key;
    std::string constraints;
  } rows[] = {
      {"short key", MetaKey(MetaTag::kUnfinished, "\1"), "[]"},
      {"no such type", AttributeKey(MetaTag::kUnfinished, TypeId{9}, 16), "[]"},
      {"no JSON", AttributeKey(MetaTag::kUnfinished, TypeId{1}, 16), "["},
      {"unknown constraint", AttributeKey(MetaTag::kUnfinished, TypeId{1}, 16), R"(["url"])"},
  };
  ASSERT_NO_FATAL_FAILURE(Make({"one", "other"}));
  for (const auto& row : rows) {
    Batch put(*store_);
    put.Put(Family::kMeta, row.key, row.constraints);
    ASSERT_THAT(store_->Commit(put, Durability::kSynced), IsOk());
    std::filesystem::remove_all(copy());
    Crash();
    EXPECT_EQ(Engine::Open(OptionsOf(copy())).status().code(), absl::StatusCode::kDataLoss)
        << row.name;
    Batch take_back(*store_);
    take_back.Delete(Family::kMeta, row.key);
    ASSERT_THAT(store_->Commit(take_back, Durability::kSynced), IsOk());
  }
}

}  // namespace
}  // namespace dossier
