// All records of a type deleted at once, beside those who read and write them.
#include <algorithm>
#include <atomic>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/concurrency.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;

class PurgeTest : public ConcurrencyTest {};

std::string Code(int number) { return absl::StrCat(R"({"code":"c)", number, R"("})"); }

EntityKey ByCode(int number) {
  return EntityKey::Attribute("code", absl::StrCat("\"c", number, "\""));
}

TEST_F(PurgeTest, LeavesOtherTypesAndFreesValues) {
  Open();
  ASSERT_THAT(Host().CreateEntityType("other", kThingAttrDefs), IsOk());
  const uint64_t id = Create(Code(1));
  const auto other = Host().Create("other", Code(1));
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(Host().Purge("thing", /*pretend=*/true), IsOk());
  EXPECT_EQ(Read(id, "code"), "\"c1\"");
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  EXPECT_THAT(Host().Get("thing", EntityKey::Id(id)), HasError(310));  // it was cached
  EXPECT_THAT(Host().Get("thing", ByCode(1)), HasError(310));
  EXPECT_THAT(Host().Get("other", ByCode(1), {.path = "id"}),
              IsOkAndHolds(absl::StrCat(other->id)));
  EXPECT_GT(Create(Code(1)), other->id);
  ASSERT_THAT(Host().ReclaimSpace(), IsOk());
  EXPECT_THAT(Host().Get("thing", ByCode(1)), IsOk());
  EXPECT_THAT(Host().Purge("nosuch"), HasError(222));
}

TEST_F(PurgeTest, TakesTheElementsOfLargePlurals) {
  large_plural_bytes_ = 1;
  Open();
  const uint64_t id = Create(R"({"items":[{"key":"k1","n":1},{"key":"k2","n":2}]})");
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  EXPECT_THAT(Host().Get("thing", EntityKey::Id(id)), HasError(310));
  const uint64_t again = Create(R"({"items":[{"key":"k2"}]})");
  EXPECT_EQ(Scalars(Read(again, "items"), "key"), std::vector<std::string>{"\"k2\""});
}

TEST_F(PurgeTest, GivesBackSpace) {
  Open();
  const std::string big(2'000, 'x');
  for (int i = 0; i < 2'000; ++i) Create(absl::StrCat(R"({"code":")", i, big, R"("})"));
  Open();
  const auto bytes = [&] {
    for (const Statistic& statistic : engine_->Statistics()) {
      if (statistic.name == "table_file_bytes") return statistic.value;
    }
    return uint64_t{0};
  };
  const uint64_t before = bytes();
  ASSERT_THAT(Host().Purge("thing"), IsOk());
  ASSERT_THAT(Host().ReclaimSpace(), IsOk());
  EXPECT_LT(bytes(), before / 10);
}

// Writers and readers go on while the type is purged again and again: no answer but those that a
// purge explains, and in the end what the claims say is what the records say.
TEST_F(PurgeTest, BesideWritersAndReaders) {
  Open();
  constexpr int kCodes = 40;
  std::atomic<bool> is_over = false;
  std::atomic<int> wrong = 0;
  const auto check = [&](const absl::Status& status, std::initializer_list<int> codes) {
    const std::optional<ErrorDetail> detail = DetailOf(status);
    if (status.ok()) return;
    if (!detail || std::find(codes.begin(), codes.end(), detail->code) == codes.end()) {
      ++wrong;
      ADD_FAILURE() << status;
    }
  };
  std::thread purger([&] {
    for (int i = 0; i < 200; ++i) check(Host().Purge("thing"), {});
    is_over = true;
  });
  std::vector<std::thread> others;
  for (int thread = 0; thread < 3; ++thread) {
    others.emplace_back([&, thread] {
      for (int i = thread; !is_over && wrong == 0; ++i) {
        const int number = i * 7 % kCodes;
        check(Host().Create("thing", Code(number)).status(), {361});
        check(Host().Get("thing", ByCode(number)).status(), {310});
        check(Host().Update("thing", ByCode(number), R"({"counter":1})").status(), {310});
        check(Host().Update("thing", ByCode(number), Code(number + 1)).status(), {310, 361});
        check(Host().Delete("thing", ByCode(number + 1)), {310});
      }
    });
  }
  purger.join();
  for (std::thread& other : others) other.join();
  for (int number = 0; number <= kCodes; ++number) {
    const auto id = Host().Get("thing", ByCode(number), {.path = "id"});
    const auto created = Host().Create("thing", Code(number));
    EXPECT_EQ(created.ok(), !id.ok()) << number << created.status();
  }
}

}  // namespace
}  // namespace dossier
