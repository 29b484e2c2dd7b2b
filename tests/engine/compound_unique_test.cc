// Compound unique properties under threads: no two elements or records come to hold one combination,
// and what a property forbids is what is held.
// Written from the specification, through the public headers.
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;

constexpr char kPairs[] = R"([{"name":"a","type":"string"},{"name":"b","type":"integer"},
    {"name":"p","type":"plural","attr_defs":[{"name":"c","type":"string"},
      {"name":"d","type":"integer"}]}])";
constexpr char kUniquePair[] = R"({"type":"unique","attributes":["a","b"]})";
constexpr char kUniqueElement[] = R"({"type":"unique","attributes":["p.c","p.d"]})";

class CompoundUniqueTest : public ConcurrencyTest {
 protected:
  using Combination = std::pair<std::string, std::string>;

  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("pair", kPairs), IsOk());
  }

  // "x0" to "x3" in either case, and null.
  static std::string Text(std::mt19937& random) {
    const char* const prefix = random() % 2 == 0 ? "\"x" : "\"X";
    return random() % 8 == 0 ? "null" : absl::StrCat(prefix, random() % 4, "\"");
  }
  static std::string Number(std::mt19937& random) {
    return random() % 8 == 0 ? "null" : absl::StrCat(random() % 4);
  }
  static std::string Pair(std::mt19937& random) {
    return absl::StrCat(R"({"a":)", Text(random), R"(,"b":)", Number(random), "}");
  }
  static std::string Elements(std::mt19937& random) {
    std::string elements = "[";
    for (auto i = random() % 3 + 1; i > 0; --i) {
      absl::StrAppend(&elements, R"({"c":)", Text(random), R"(,"d":)", Number(random), "}",
                      i > 1 ? "," : "]");
    }
    return elements;
  }

  absl::Status Step(std::mt19937& random) {
    Session session = Host();
    const EntityKey key = EntityKey::Id(AnyId(random));
    switch (random() % 6) {
      case 0: {
        const auto created = session.Create("pair", Pair(random));
        if (created.ok()) Remember(created->id);
        return created.status();
      }
      case 1:
        return random() % 4 == 0 ? session.Delete("pair", key) : absl::OkStatus();
      case 2:
        return session.Update("pair", key, Text(random), {.path = "a"}).status();
      case 3:
        return session.Update("pair", key, Pair(random)).status();
      case 4:
        return session.Update("pair", key, Elements(random), {.path = "p"}).status();
      default:
        return session.Replace("pair", key, Elements(random), {.path = "p"}).status();
    }
  }

  void Run(int number, int steps) {
    std::mt19937 random(static_cast<unsigned>(number) + 1);
    for (int i = 0; i < steps; ++i) {
      const absl::Status status = Step(random);
      EXPECT_TRUE(status.ok() || HasCode(status, 361) || HasCode(status, 310)) << status;
    }
  }

  static bool HasCode(const absl::Status& status, int code) {
    const std::optional<ErrorDetail> detail = DetailOf(status);
    return detail && detail->code == code;
  }

  uint64_t AnyId(std::mt19937& random) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ids_[random() % ids_.size()];
  }

  void Remember(uint64_t id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ids_.push_back(id);
  }

  uint64_t CreatePair(const std::string& attributes) {
    const auto created = Host().Create("pair", attributes);
    EXPECT_THAT(created, IsOk());
    if (created.ok()) Remember(created->id);
    return created.ok() ? created->id : 0;
  }

  // How often each combination of the two members stands in the records.
  std::map<Combination, int> Combinations(const std::string& first, const std::string& second) {
    std::map<Combination, int> counts;
    for (const uint64_t id : ids_) {
      const auto record = Host().Get("pair", EntityKey::Id(id));
      if (!record.ok()) continue;
      const std::vector<std::string> texts = Scalars(*record, first);
      const std::vector<std::string> numbers = Scalars(*record, second);
      EXPECT_EQ(texts.size(), numbers.size());
      for (size_t i = 0; i < texts.size(); ++i) {
        if (texts[i] == "null" || numbers[i] == "null") continue;
        ++counts[{absl::StrCat("\"x", texts[i].substr(2)), numbers[i]}];
      }
    }
    return counts;
  }

  static bool IsRepeated(const std::map<Combination, int>& counts) {
    for (const auto& [combination, count] : counts) {
      if (count > 1) return true;
    }
    return false;
  }

  // What nobody holds can be taken, what somebody holds cannot.
  void CheckClaims() {
    const auto pairs = Combinations("a", "b");
    const auto elements = Combinations("c", "d");
    EXPECT_FALSE(IsRepeated(pairs));
    EXPECT_FALSE(IsRepeated(elements));
    EXPECT_GT(pairs.size(), 1u);
    EXPECT_GT(elements.size(), 1u);
    for (int text = 0; text < 4; ++text) {
      for (int number = 0; number < 4; ++number) {
        const Combination combination(absl::StrCat("\"x", text, "\""), absl::StrCat(number));
        Expect(pairs.count(combination) > 0, "/a",
               absl::StrCat(R"({"a":)", combination.first, R"(,"b":)", number, "}"));
        Expect(elements.count(combination) > 0, "/p/c",
               absl::StrCat(R"({"p":[{"c":)", combination.first, R"(,"d":)", number, "}]}"));
      }
    }
  }

  void Expect(bool is_held, const std::string& path, const std::string& attributes) {
    const auto created = Host().Create("pair", attributes);
    if (is_held) {
      EXPECT_THAT(created, HasErrorAt(361, path)) << attributes;
    } else {
      ASSERT_THAT(created, IsOk()) << attributes;
      EXPECT_THAT(Host().Delete("pair", EntityKey::Id(created->id)), IsOk());
    }
  }

  std::mutex mutex_;
  std::vector<uint64_t> ids_;
};

TEST_F(CompoundUniqueTest, ClaimsAgreeWithTheRecordsAfterwards) {
  ASSERT_THAT(Host().AddProperty("pair", kUniquePair), IsOk());
  ASSERT_THAT(Host().AddProperty("pair", kUniqueElement), IsOk());
  for (int i = 0; i < 6; ++i) CreatePair("{}");
  InThreads([&](int number) { Run(number, 250); });
  CheckClaims();
  Open();
  CheckClaims();
}

TEST_F(CompoundUniqueTest, OfTwoWhoTakeOneCombinationOneSucceeds) {
  ASSERT_THAT(Host().AddProperty("pair", kUniquePair), IsOk());
  for (int round = 0; round < 50; ++round) {
    std::mutex mutex;
    int created_count = 0;
    InThreads([&](int) {
      const auto created = Host().Create("pair", absl::StrCat(R"({"a":"same","b":)", round, "}"));
      if (!created.ok()) {
        EXPECT_THAT(created, HasErrorAt(361, "/a"));
        return;
      }
      const std::lock_guard<std::mutex> lock(mutex);
      ++created_count;
    });
    EXPECT_EQ(created_count, 1);
  }
}

// Either it binds, and then no combination stands twice, or it is refused and nothing of it is left.
TEST_F(CompoundUniqueTest, BindsOrRefusesWhileWritersGoOn) {
  for (int i = 0; i < 6; ++i) CreatePair("{}");
  int bound_count = 0;
  InThreads([&](int number) {
    if (number > 0) return Run(number, 300);
    for (int i = 0; i < 20; ++i) {
      const auto added = Host().AddProperty("pair", kUniquePair);
      if (added.ok()) {
        ++bound_count;
        return;
      }
      EXPECT_THAT(added, HasErrorAt(361, "/a"));
    }
  });
  const auto properties = Host().Properties("pair");
  ASSERT_THAT(properties, IsOk());
  if (bound_count > 0) {
    EXPECT_FALSE(IsRepeated(Combinations("a", "b")));
    return;
  }
  EXPECT_EQ(*properties, "[]");
  // Without what stands twice it binds, and then it does so over all that is there.
  for (const uint64_t id : ids_) {
    Host().Update("pair", EntityKey::Id(id), R"({"a":null})").IgnoreError();
  }
  ASSERT_THAT(Host().AddProperty("pair", kUniquePair), IsOk());
  const uint64_t first = CreatePair(R"({"a":"x0","b":0})");
  EXPECT_THAT(Host().Create("pair", R"({"a":"X0","b":0})"), HasErrorAt(361, "/a"));
  EXPECT_THAT(Host().Delete("pair", EntityKey::Id(first)), IsOk());
  EXPECT_THAT(Host().Create("pair", R"({"a":"X0","b":0})"), IsOk());
}

// Whichever comes first: the attribute is gone and the property with it, or it never came to be.
TEST_F(CompoundUniqueTest, GoesWithAnAttributeThatIsRemovedWhileItIsBound) {
  for (int i = 0; i < 300; ++i) CreatePair(absl::StrCat(R"({"a":"y)", i, R"(","b":1})"));
  int added_count = 0;
  for (int round = 0; round < 12; ++round) {
    std::atomic<bool> is_added = false;
    std::thread remover([&] {
      // A little later each round, without a clock: so many calls.
      for (int i = 0; i < round * 8 && !is_added; ++i) {
        Host().Update("pair", EntityKey::Id(ids_[0]), R"({"a":"y"})").IgnoreError();
      }
      EXPECT_THAT(Host().RemoveAttribute("pair", "b"), IsOk());
    });
    const auto added = Host().AddProperty("pair", kUniquePair);
    is_added = true;
    remover.join();
    added_count += added.ok() ? 1 : 0;
    EXPECT_TRUE(added.ok() || DetailOf(added.status())->code == 223) << added.status();
    EXPECT_THAT(Host().Properties("pair"), testing::IsOkAndHolds(std::string("[]")));
    const auto twin = Host().Create("pair", R"({"a":"y7"})");
    ASSERT_THAT(twin, IsOk());
    EXPECT_THAT(Host().Delete("pair", EntityKey::Id(twin->id)), IsOk());
    ASSERT_THAT(Host().AddAttribute("pair", R"({"name":"b","type":"integer"})"), IsOk());
    EXPECT_THAT(Host().ReclaimSpace(), IsOk());
  }
  RecordProperty("added_count", added_count);
  Open();
  EXPECT_THAT(Host().Properties("pair"), testing::IsOkAndHolds(std::string("[]")));
  EXPECT_THAT(Host().Create("pair", R"({"a":"y7","b":1})"), IsOk());
  EXPECT_THAT(Host().Create("pair", R"({"a":"y7","b":1})"), IsOk());
}

TEST_F(CompoundUniqueTest, SaysHowManyViolationsThereAre) {
  for (int i = 0; i < 3; ++i) CreatePair(R"({"a":"x1","b":1})");
  CreatePair(R"({"a":"x2","b":1})");
  const auto added = Host().AddProperty("pair", kUniquePair);
  ASSERT_THAT(added, HasErrorAt(361, "/a"));
  EXPECT_EQ(DetailOf(added.status())->holder_id, ids_[0]) << added.status();
  EXPECT_THAT(Host().Properties("pair"), testing::IsOkAndHolds(std::string("[]")));
  // Nothing of it binds, and nothing of it stands in the way of another try.
  EXPECT_THAT(Host().Create("pair", R"({"a":"x1","b":1})"), IsOk());
  EXPECT_THAT(Host().Update("pair", EntityKey::Id(ids_[0]), R"({"b":7})"), IsOk());
  EXPECT_THAT(Host().AddProperty("pair", kUniquePair), HasError(361));
}

TEST_F(CompoundUniqueTest, GoesWithAnAttribute) {
  ASSERT_THAT(Host().AddProperty("pair", kUniquePair), IsOk());
  CreatePair(R"({"a":"x1","b":1})");
  EXPECT_THAT(Host().Create("pair", R"({"a":"x1","b":1})"), HasErrorAt(361, "/a"));
  ASSERT_THAT(Host().RemoveAttribute("pair", "b"), IsOk());
  EXPECT_THAT(Host().Properties("pair"), testing::IsOkAndHolds(std::string("[]")));
  EXPECT_THAT(Host().Create("pair", R"({"a":"x1"})"), IsOk());
  Open();
  EXPECT_THAT(Host().Create("pair", R"({"a":"x1"})"), IsOk());
}

}  // namespace
}  // namespace dossier
