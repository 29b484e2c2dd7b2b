// Grants: what stands in memory and in the store, and how it ends.
#include "access/grants.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dossier/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kHour = int64_t{3600} * 1'000'000;
constexpr TypeId kUser{1};
constexpr RecordName kAda{kUser, 1};
constexpr RecordName kKarim{kUser, 2};

class GrantsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    OpenStore();
    ASSERT_THAT(Registry::Open(*store_).value()->Create("user", "[]"), IsOk());
    ASSERT_NO_FATAL_FAILURE(Reopen());
  }

  void OpenStore() {
    grants_.reset();
    registry_.reset();
    store_.reset();
    auto store = Store::Open({.directory = top_.path()});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }
  void Reopen() {
    OpenStore();
    registry_ = Registry::Open(*store_).value();
    auto grants = Grants::Open(*store_, *registry_);
    ASSERT_THAT(grants, IsOk());
    grants_ = *std::move(grants);
  }

  std::string Issue(const RecordName& record, int64_t expires, std::string_view client_id = "c") {
    return grants_->Issue({client_id, "user", record, expires}, now_, Durability::kBuffered)
        .value();
  }
  std::vector<std::pair<std::string, std::string>> Stored() const {
    return store_->MetaEntries(MetaTag::kGrant).value();
  }

  TemporaryDirectory top_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Grants> grants_;
  int64_t now_ = 0;
};

TEST_F(GrantsTest, AreFoundByTheirTokensAlone) {
  const std::string token = Issue(kAda, kHour);
  const std::string other = Issue(kKarim, kHour, "other");
  EXPECT_NE(token, other);
  for (const bool is_reopened : {false, true}) {
    if (is_reopened) {
      ASSERT_NO_FATAL_FAILURE(Reopen());
    }
    const auto grant = grants_->Find(token, 0);
    ASSERT_THAT(grant, IsOk());
    EXPECT_EQ((*grant)->record, kAda);
    EXPECT_EQ((*grant)->client_id, "c");
    EXPECT_EQ((*grant)->type_name, "user");
    EXPECT_TRUE((*grant)->is_of_record());
    EXPECT_EQ(grants_->Find(other, 0).value()->record, kKarim);
    for (const std::string& wrong :
         {std::string(), token.substr(1), token + "a", " " + token, std::string(1 << 20, 'a'),
          std::string(DigestOf(token).data(), 32)}) {
      EXPECT_THAT(grants_->Find(wrong, 0), HasError(413));
    }
  }
}

TEST_F(GrantsTest, LeaveNoTokenInTheStore) {
  const std::string token = Issue(kAda, kHour);
  const auto stored = Stored();
  ASSERT_THAT(stored, SizeIs(1));
  const auto& [key, value] = stored.front();
  for (const std::string& part : {token, token.substr(0, 8), token.substr(24)}) {
    EXPECT_THAT(key, Not(HasSubstr(part)));
    EXPECT_THAT(value, Not(HasSubstr(part)));
  }
}

TEST_F(GrantsTest, ExpireAtTheirInstant) {
  const std::string access = Issue(kAda, kHour);
  const std::string creation = Issue({kUser, 0}, kHour);
  for (const bool is_reopened : {false, true}) {
    if (is_reopened) {
      ASSERT_NO_FATAL_FAILURE(Reopen());
    }
    EXPECT_THAT(grants_->Find(access, kHour - 1), IsOk());
    EXPECT_THAT(grants_->Find(access, kHour), HasError(414));
    EXPECT_THAT(grants_->Find(creation, kHour - 1), IsOk());
    EXPECT_THAT(grants_->Find(creation, kHour), HasError(417));
  }
}

TEST_F(GrantsTest, AreForgottenADayAfterTheyExpired) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.push_back(Issue(i % 2 ? kAda : RecordName{kUser, 0}, kHour));
  now_ = kHour + 24 * kHour - 1;
  const std::string later = Issue(kKarim, now_ + kHour);
  EXPECT_THAT(Stored(), SizeIs(101));
  EXPECT_THAT(grants_->Find(tokens[1], now_), HasError(414));
  now_ += 1;
  Issue(kKarim, now_ + kHour);
  EXPECT_THAT(Stored(), SizeIs(102 - 64));  // some at a time
  Issue(kKarim, now_ + kHour);
  EXPECT_THAT(Stored(), SizeIs(3));
  EXPECT_THAT(grants_->Find(tokens[1], now_), HasError(413));
  EXPECT_THAT(grants_->Find(later, now_), IsOk());
  ASSERT_NO_FATAL_FAILURE(Reopen());
  EXPECT_THAT(grants_->Find(tokens[1], now_), HasError(413));
  EXPECT_THAT(grants_->Find(later, now_), IsOk());
}

TEST_F(GrantsTest, OfOneRecordAreBounded) {
  const std::string others = Issue(kKarim, 1);
  std::vector<std::string> tokens;
  for (size_t i = 0; i < kTokensPerRecordMax; ++i) {
    tokens.push_back(Issue(kAda, kHour + (i == 7 ? -1 : static_cast<int64_t>(i))));
  }
  for (const std::string& token : tokens) ASSERT_THAT(grants_->Find(token, 0), IsOk());
  const std::string last = Issue(kAda, kHour * 2);
  EXPECT_THAT(grants_->Find(tokens[7], 0), HasError(413));  // the first to expire
  EXPECT_THAT(grants_->Find(tokens[0], 0), IsOk());
  EXPECT_THAT(grants_->Find(last, 0), IsOk());
  EXPECT_THAT(grants_->Find(others, 0), IsOk());
  EXPECT_THAT(Stored(), SizeIs(kTokensPerRecordMax + 1));
}

TEST_F(GrantsTest, EndForOneClientOrForAll) {
  const std::string a = Issue(kAda, kHour, "a");
  const std::string b = Issue(kAda, kHour, "b");
  const std::string karims = Issue(kKarim, kHour, "a");
  const std::string creation = Issue({kUser, 0}, kHour, "a");
  const auto held = grants_->Find(a, 0).value();
  ASSERT_THAT(grants_->EndThoseOf(kAda, "nobody"), IsOk());
  EXPECT_THAT(Stored(), SizeIs(4));
  ASSERT_THAT(grants_->EndThoseOf(kAda, "a"), IsOk());
  EXPECT_THAT(grants_->Find(a, 0), HasError(413));
  EXPECT_THAT(CheckGrant(*held, 0), HasError(413));  // of who came before
  EXPECT_THAT(grants_->Find(b, 0), IsOk());
  ASSERT_THAT(grants_->EndThoseOf(kAda, ""), IsOk());
  ASSERT_THAT(grants_->EndThoseOf(kAda, ""), IsOk());
  ASSERT_NO_FATAL_FAILURE(Reopen());
  for (const std::string& token : {a, b}) EXPECT_THAT(grants_->Find(token, 0), HasError(413));
  for (const std::string& token : {karims, creation}) {
    EXPECT_THAT(grants_->Find(token, 0), IsOk());
  }
}

TEST_F(GrantsTest, GoWithTheirRecordOnceThatIsCommitted) {
  const std::string token = Issue(kAda, kHour);
  const std::string other = Issue(kKarim, kHour);
  {
    Batch refused(*store_);
    const Grants::Ending ending(*grants_, kAda, refused);
  }
  EXPECT_THAT(grants_->Find(token, 0), IsOk());
  Batch batch(*store_);
  Grants::Ending ending(*grants_, kAda, batch);
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  ending.AfterCommit();
  EXPECT_THAT(grants_->Find(token, 0), HasError(413));
  EXPECT_THAT(grants_->Find(other, 0), IsOk());
  EXPECT_THAT(Stored(), SizeIs(1));
}

TEST_F(GrantsTest, GoWithTheirType) {
  const std::string token = Issue(kAda, kHour);
  const std::string creation = Issue({kUser, 0}, kHour);
  const std::string other = Issue({TypeId{2}, 3}, kHour);
  grants_->ForgetThoseOf(kUser);
  EXPECT_THAT(grants_->Find(token, 0), HasError(413));
  EXPECT_THAT(grants_->Find(creation, 0), HasError(413));
  EXPECT_THAT(grants_->Find(other, 0), IsOk());
  // A version that knows no grants deletes the type alone.
  ASSERT_NO_FATAL_FAILURE(Reopen());
  EXPECT_THAT(grants_->Find(other, 0), HasError(413));
}

TEST_F(GrantsTest, OfDamagedBytesAreFound) {
  const std::string key = GrantKey(kUser, 1, std::string(32, 'd'));
  const std::string good = R"({"client_id":"c","expires":1})";
  const std::pair<std::string, std::string> damaged[] = {
      {key.substr(0, key.size() - 1), good},
      {key + "d", good},
      {key.substr(0, 1), good},
      {key, ""},
      {key, "{"},
      {key, "[]"},
      {key, "null"},
      {key, "{}"},
      {key, good.substr(0, good.size() - 1)},
      {key, R"({"client_id":1,"expires":1})"},
      {key, R"({"client_id":"c"})"},
      {key, R"({"client_id":"c","expires":"1"})"},
      {key, R"({"client_id":"c","expires":-1})"},
      {key, R"({"client_id":"c","expires":1e30})"},
  };
  for (const auto& [bad_key, bad_value] : damaged) {
    Batch batch(*store_);
    batch.Put(Family::kMeta, bad_key, bad_value);
    ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
    EXPECT_THAT(Grants::Open(*store_, *registry_), StatusIs(absl::StatusCode::kDataLoss))
        << bad_value;
    Batch mend(*store_);
    mend.Delete(Family::kMeta, bad_key);
    ASSERT_THAT(store_->Commit(mend, Durability::kBuffered), IsOk());
  }
  Batch batch(*store_);
  batch.Put(Family::kMeta, key, good);
  ASSERT_THAT(store_->Commit(batch, Durability::kBuffered), IsOk());
  EXPECT_THAT(Grants::Open(*store_, *registry_), IsOk());
}

TEST_F(GrantsTest, EndUnderThreadsForGood) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      const RecordName record{kUser, static_cast<EntityId>(number % 2 + 1)};
      for (int i = 0; i < 100; ++i) {
        const std::string token = Issue(record, kHour, number < 2 ? "a" : "b");
        static_cast<void>(grants_->Find(token, 0));  // another thread may have ended it
        if (i % 10 != 9) continue;
        EXPECT_THAT(grants_->EndThoseOf(record, ""), IsOk());
        EXPECT_THAT(grants_->Find(token, 0), HasError(413));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const RecordName& record : {kAda, kKarim}) {
    EXPECT_THAT(grants_->EndThoseOf(record, ""), IsOk());
  }
  EXPECT_THAT(Stored(), IsEmpty());
}

}  // namespace
}  // namespace dossier
