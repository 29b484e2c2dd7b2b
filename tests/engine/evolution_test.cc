// Types that change while records are written: nothing that was acknowledged is lost, and one
// version of the type judges each call. Written through the public headers.
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "dossier/errors.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::testing::HasSubstr;

class EvolutionTest : public ConcurrencyTest {
 protected:
  void SetUp() override { Open(); }

  // Runs `body` in a thread while the other threads call `write` again and again, at least once.
  void WhileWriting(const std::function<void()>& body, const std::function<void(int)>& write) {
    std::atomic<bool> is_done = false;
    InThreads([&](int number) {
      if (number == 0) {
        body();
        is_done = true;
        return;
      }
      do {
        write(number);
      } while (!is_done);
    });
  }
};

TEST_F(EvolutionTest, AnAddedAttributeKeepsWhatWasWrittenToIt) {
  constexpr int kAttributeCount = 60;
  const uint64_t id = Create(R"({"counter":0})");
  std::atomic<int64_t> count = 0;
  const auto add = [&] {
    for (int i = 0; i < kAttributeCount; ++i) {
      ASSERT_THAT(
          Host().AddAttribute("thing", absl::StrCat(R"({"name":"a)", i, R"(","type":"integer"})")),
          IsOk());
      ASSERT_THAT(
          Host().Update("thing", EntityKey::Id(id), absl::StrCat(R"({"a)", i, "\":", i, "}")),
          IsOk());
    }
  };
  // These may hold the version before; a write by it would cut what was written by the next.
  WhileWriting(add, [&](int) {
    ASSERT_THAT(Host().Update("thing", EntityKey::Id(id), "[{}]", {.path = "items"}), IsOk());
    ++count;
  });
  for (int i = 0; i < kAttributeCount; ++i) {
    EXPECT_EQ(Read(id, absl::StrCat("a", i)), absl::StrCat(i)) << i;
  }
  EXPECT_EQ(static_cast<int64_t>(Numbers(Read(id, "items"), "id").size()), count);
  Open();
  EXPECT_EQ(Read(id, "a59"), "59");
}

TEST_F(EvolutionTest, AnAddedAttributeIsNullInEveryRecord) {
  const uint64_t id = Create(R"({"counter":1})");
  ASSERT_THAT(
      Host().AddAttribute(
          "thing", R"({"name":"p","type":"plural","attr_defs":[{"name":"q","type":"string"}]})"),
      IsOk());
  ASSERT_THAT(Host().AddAttribute("thing", R"({"name":"n","type":"integer"})"), IsOk());
  EXPECT_EQ(Read(id, "p"), "[]");
  EXPECT_EQ(Read(id, "n"), "null");
  ASSERT_THAT(Host().Update("thing", EntityKey::Id(id), R"({"p":[{"q":"x"}],"n":5})"), IsOk());
  Open();
  EXPECT_EQ(Read(id, "n"), "5");
  EXPECT_EQ(Scalars(Read(id, "p"), "q"), std::vector<std::string>{"\"x\""});
}

TEST_F(EvolutionTest, ARemovedAttributesValuesDoNotComeBack) {
  const uint64_t id = Create("{}");
  ASSERT_THAT(Host().AddAttribute("thing", R"({"name":"x","type":"integer"})"), IsOk());
  const auto body = [&] {
    for (int i = 0; i < 40; ++i) {
      // In turns a string and an integer: a value of the attribute before would be of the wrong kind.
      const bool is_string = i % 2 == 0;
      ASSERT_THAT(Host().RemoveAttribute("thing", "x"), IsOk());
      ASSERT_THAT(
          Host().AddAttribute("thing", absl::StrCat(R"({"name":"x","type":")",
                                                    is_string ? "string" : "integer", "\"}")),
          IsOk());
      const std::string x = Read(id, "x");
      EXPECT_TRUE(x == "null" || x == (is_string ? "\"s\"" : "7")) << i << ": " << x;
    }
  };
  WhileWriting(body, [&](int number) {
    const auto written =
        Host().Update("thing", EntityKey::Id(id), number % 2 == 0 ? R"({"x":"s"})" : R"({"x":7})");
    if (!written.ok()) {
      EXPECT_THAT(written, ::testing::AnyOf(HasError(223), HasError(341)));
    }
  });
}

TEST_F(EvolutionTest, ARenamedAttributeKeepsEveryWrite) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < kThreadCount; ++i) ids.push_back(Create(R"({"code":null})"));
  const auto body = [&] {
    for (int i = 0; i < 40; ++i) {
      ASSERT_THAT(Host().RenameAttribute("thing", i % 2 == 0 ? "email" : "mail",
                                         i % 2 == 0 ? "mail" : "email"),
                  IsOk());
    }
  };
  // `email` is unique: its claims must follow it.
  WhileWriting(body, [&, counts = std::array<int, kThreadCount>()](int number) mutable {
    const int count = ++counts[static_cast<size_t>(number)];
    const std::string value = absl::StrCat("\"", number, "-", count, "\"");
    const EntityKey key = EntityKey::Id(ids[static_cast<size_t>(number)]);
    bool is_written = false;
    while (!is_written) {
      for (const char* name : {"email", "mail"}) {
        if (is_written) break;
        const auto written =
            Host().Update("thing", key, absl::StrCat("{\"", name, "\":", value, "}"));
        is_written = written.ok();
        if (is_written) break;
        EXPECT_THAT(written, HasErrorAt(223, absl::StrCat("/", name)));
      }
    }
    const auto record = Host().Get("thing", key);
    ASSERT_THAT(record, IsOk());
    EXPECT_THAT(*record, ::testing::AnyOf(HasSubstr(absl::StrCat("\"email\":", value)),
                                          HasSubstr(absl::StrCat("\"mail\":", value))));
  });
  // No claim of an older value is left.
  for (int number = 1; number < kThreadCount; ++number) {
    const auto created = Host().Create("thing", absl::StrCat(R"({"email":")", number, "-1\"}"));
    const std::string value = Read(ids[static_cast<size_t>(number)], "email");
    EXPECT_EQ(created.ok(), value != absl::StrCat("\"", number, "-1\"")) << value;
    EXPECT_THAT(Host().Get("thing", EntityKey::Attribute("email", value), {.path = "id"}),
                IsOkAndHolds(absl::StrCat(ids[static_cast<size_t>(number)])));
  }
}

TEST_F(EvolutionTest, ADeletedTypeLeavesNothing) {
  constexpr char kDefs[] = R"([{"name":"v","type":"string","constraints":["unique"]}])";
  std::mutex mutex;
  std::vector<Created> made;
  const auto body = [&] {
    for (int i = 0; i < 25; ++i) {
      ASSERT_THAT(Host().CreateEntityType("brief", kDefs), IsOk());
      ASSERT_THAT(Host().Create("brief", R"({"v":"mine"})"), IsOk()) << "a claim is left";
      ASSERT_THAT(Host().DeleteEntityType("brief"), IsOk());
    }
  };
  WhileWriting(body, [&](int number) {
    const auto created = Host().Create("brief", absl::StrCat(R"({"v":")", number, R"("})"),
                                       {.include_record = true});
    if (!created.ok()) {
      EXPECT_THAT(created, ::testing::AnyOf(HasError(222), HasError(361)));
      return;
    }
    const auto updated = Host().Update("brief", EntityKey::Id(created->id), R"({"v":null})");
    EXPECT_TRUE(updated.ok() || DetailOf(updated.status())->code == 222 ||
                DetailOf(updated.status())->code == 310)
        << updated.status();
    const std::lock_guard<std::mutex> lock(mutex);
    made.push_back(*created);
  });
  EXPECT_THAT(Host().EntityTypeNames(), IsOkAndHolds(std::vector<std::string>{"thing"}));
  Open();
  ASSERT_THAT(Host().CreateEntityType("brief", kDefs), IsOk());
  for (const Created& one : made) {
    EXPECT_THAT(Host().Get("brief", EntityKey::Id(one.id)), HasError(310));
    EXPECT_THAT(Host().Get("brief", EntityKey::Uuid(one.uuid)), HasError(310));
  }
  const auto next = Host().Create("brief", "{}");
  ASSERT_THAT(next, IsOk());
  for (const Created& one : made) EXPECT_LT(one.id, next->id);
}

}  // namespace
}  // namespace dossier
