// When a write hashes: once a plain text, for none of its mistakes, with no lock held.
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "json/json_out.h"
#include "parts.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;

constexpr char kAttrDefs[] = R"([
  {"name":"email","type":"string","constraints":["unique"]},
  {"name":"short","type":"string","length":3},
  {"name":"password","type":"password"},
  {"name":"keys","type":"plural","attr_defs":[{"name":"key","type":"password-md5"}]}])";

// The parts of an engine around a hasher of the test's.
class HashingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const EngineOptions options{.directory = top_.path(), .durability = Durability::kBuffered};
    auto store = Store::Open(options);
    ASSERT_THAT(store, IsOk());
    parts_ = std::make_unique<EngineParts>(options, *std::move(store));
    parts_->ids = IdBlocks::Open(*parts_->store).value();
    parts_->registry = Registry::Open(*parts_->store).value();
    parts_->selection = std::make_unique<Selection>(*parts_->store, parts_->records, parts_->hints,
                                                    parts_->claim_locks, parts_->hash_key);
    parts_->grants = Grants::Open(*parts_->store, *parts_->registry).value();
    parts_->mutations = std::make_unique<Mutations>(
        *parts_->store, parts_->records, *parts_->ids, *parts_->selection, *parts_->grants,
        parts_->record_locks, parts_->claim_locks, parts_->hash_key,
        LargeBounds::Of(options.large_plural_bytes),
        [this](std::string_view type, std::string_view text) {
          hashed_.push_back(absl::StrCat(std::string(type), " ", std::string(text)));
          if (while_hashing_) while_hashing_();
          return absl::StatusOr<std::string>(
              absl::StrCat(R"({"type":"password","value":"hash )", hashed_.size(), R"("})"));
        });
    type_ = parts_->registry->Create("user", kAttrDefs).value();
  }

  absl::StatusOr<SharedBytes> Create(std::string_view json) {
    return parts_->mutations->Create(*type_, {.mode = Mode::kCreate, .value = json},
                                     {Durability::kBuffered});
  }
  absl::StatusOr<SharedBytes> Update(EntityId id, std::string_view json,
                                     const Preconditions& preconditions = {}) {
    Selector selector;
    selector.id = id;
    absl::StatusOr<Changed> changed =
        parts_->mutations->Update(*type_, selector, preconditions,
                                  {.mode = Mode::kUpdate, .value = json}, {Durability::kBuffered});
    if (!changed.ok()) return changed.status();
    return std::move(changed->record);
  }
  std::string Json(const SharedBytes& record) const {
    std::string json;
    AppendRecordJson(RecordView::Trusted(*record), type_->root(), nullptr, json);
    return json;
  }
  EntityId NewRecord() { return RecordView::Trusted(**Create("{}")).id(); }

  TemporaryDirectory top_;
  std::unique_ptr<EngineParts> parts_;
  EntityTypePtr type_;
  std::vector<std::string> hashed_;
  std::function<void()> while_hashing_;
};

TEST_F(HashingTest, HashesEachPlainTextOnce) {
  const auto created =
      Create(R"({"keys":[{"key":"a"},{"key":"a"}],"password":"b","email":"a@b.co"})");
  ASSERT_THAT(created, IsOk());
  EXPECT_THAT(hashed_, ::testing::ElementsAre("password-md5 a", "password-md5 a", "password b"));
  EXPECT_THAT(Json(*created), HasSubstr(R"("password":{"type":"password","value":"hash 3"})"));
  const auto updated = Update(RecordView::Trusted(**created).id(), R"({"password":"c"})");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(hashed_.size(), 4u);
  EXPECT_THAT(Json(*updated), HasSubstr(R"("password":{"type":"password","value":"hash 4"})"));
  EXPECT_THAT(Json(*updated), HasSubstr(R"("key":{"type":"password","value":"hash 1"})"));
}

TEST_F(HashingTest, HashesNothingThatIsImported) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(
        Create(R"({"password":{"type":"password-bcrypt","value":"$2a$10$abc"},"short":"x"})"),
        IsOk());
  }
  EXPECT_TRUE(hashed_.empty());
}

TEST_F(HashingTest, HashesNothingForAMistake) {
  const EntityId id = NewRecord();
  EXPECT_THAT(Create(R"({"password":"x","short":"long"})"), HasError(363));
  EXPECT_THAT(Create(R"({"password":"x","nobody":1})"), HasError(223));
  EXPECT_THAT(Create(R"({"password":"x")"), HasError(200));
  EXPECT_THAT(Update(id, R"({"password":"x","short":"long"})"), HasError(363));
  EXPECT_THAT(Update(id, R"({"password":"x"})", {1, std::nullopt}), HasError(330));
  EXPECT_THAT(Update(id + 1, R"({"password":"x"})"), HasError(310));
  EXPECT_TRUE(hashed_.empty());
}

TEST_F(HashingTest, AMistakeBehindATakenValueStaysBehindIt) {
  ASSERT_THAT(Create(R"({"email":"a@b.co"})"), IsOk());
  EXPECT_THAT(Create(R"({"password":"x","email":"a@b.co","short":"long"})"), HasError(361));
  EXPECT_THAT(Create(R"({"password":"","email":"a@b.co"})"), HasError(340));
  EXPECT_TRUE(hashed_.empty());
  EXPECT_THAT(Create(R"({"password":"x","email":"a@b.co"})"), HasError(361));
}

// The hasher itself writes to the same record, which would wait for ever if the record were locked.
TEST_F(HashingTest, AWriteToTheSameRecordPassesAHashThatIsBeingMade) {
  const EntityId id = NewRecord();
  while_hashing_ = [&] {
    std::thread other(
        [&] { EXPECT_THAT(Update(id, R"({"short":"abc","email":"b@b.co"})"), IsOk()); });
    other.join();
    while_hashing_ = nullptr;
  };
  const auto updated = Update(id, R"({"password":"x"})");
  ASSERT_THAT(updated, IsOk());
  EXPECT_THAT(Json(*updated), HasSubstr(R"("short":"abc")")) << "neither write is lost";
  EXPECT_THAT(Json(*updated), HasSubstr(R"("value":"hash 1")"));
}

TEST_F(HashingTest, ARecordThatGoesWhileItsHashIsMadeIsNotFound) {
  const EntityId id = NewRecord();
  while_hashing_ = [&] {
    Selector selector;
    selector.id = id;
    EXPECT_THAT(parts_->mutations->Delete(*type_, selector, {}, {Durability::kBuffered}), IsOk());
  };
  EXPECT_THAT(Update(id, R"({"password":"x"})"), HasError(310));
}

TEST_F(HashingTest, APreconditionIsCheckedAgainAfterTheHash) {
  const auto created = Create("{}");
  ASSERT_THAT(created, IsOk());
  const RecordView record = RecordView::Trusted(**created);
  while_hashing_ = [&] {
    while_hashing_ = nullptr;
    EXPECT_THAT(Update(record.id(), R"({"short":"abc"})"), IsOk());
  };
  EXPECT_THAT(Update(record.id(), R"({"password":"x"})", {std::nullopt, record.last_updated()}),
              HasError(330));
}

}  // namespace
}  // namespace dossier
