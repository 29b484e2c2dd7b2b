// Unique constraints laid on records while they are written: they bind, and then no value stands
// twice and every claim is right, or they are refused, and then nothing of them is left.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
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
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr char kUnique[] = R"(["unique"])";

// Records whose values are "v0" to "v<value_count - 1>" in the attribute `v` and, some, in the
// plural `p`.
class BindingTest : public ConcurrencyTest {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("row", R"([{"name":"v","type":"string"},
        {"name":"p","type":"plural","attr_defs":[{"name":"q","type":"string"}]}])"),
                IsOk());
  }

  static std::string Value(uint64_t number) { return absl::StrCat("\"v", number, "\""); }

  uint64_t CreateRow(const std::string& value) {
    const auto created = Host().Create("row", absl::StrCat("{\"v\":", value, "}"));
    if (!created.ok()) {
      EXPECT_THAT(created, HasErrorAt(361, "/v"));
      return 0;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ids_.push_back(created->id);
    return created->id;
  }

  uint64_t AnyId(std::mt19937& random) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ids_[random() % ids_.size()];
  }

  absl::Status MakeUnique(const std::string& path) {
    return Host().SetAttributeConstraints("row", path, kUnique).status();
  }

  // The record ids that hold each value, nulls left out.
  std::map<std::string, std::vector<uint64_t>> Holders(const std::string& name) {
    std::map<std::string, std::vector<uint64_t>> holders;
    for (const uint64_t id : ids_) {
      const auto record = Host().Get("row", EntityKey::Id(id));
      if (!record.ok()) continue;
      for (const std::string& value : Scalars(*record, name)) {
        if (value != "null") holders[value].push_back(id);
      }
    }
    return holders;
  }

  static uint64_t TooMany(const std::map<std::string, std::vector<uint64_t>>& holders) {
    uint64_t count = 0;
    for (const auto& [value, ids] : holders) count += ids.size() - 1;
    return count;
  }

  // The claims are those of the records, no more and no less.
  void CheckClaims(const std::string& path, const std::string& name, uint64_t value_count) {
    const auto holders = Holders(name);
    EXPECT_EQ(TooMany(holders), 0u);
    for (uint64_t i = 0; i < value_count; ++i) {
      const auto holder = holders.find(Value(i));
      const auto found = Host().Get("row", EntityKey::Attribute(path, Value(i)), {.path = "id"});
      if (holder != holders.end()) {
        EXPECT_THAT(found, IsOkAndHolds(absl::StrCat(holder->second[0]))) << Value(i);
        continue;
      }
      EXPECT_THAT(found, HasError(310)) << Value(i);
      const std::string json = path == "v" ? absl::StrCat("{\"v\":", Value(i), "}")
                                           : absl::StrCat("{\"p\":[{\"q\":", Value(i), "}]}");
      EXPECT_THAT(Host().Create("row", json), IsOk()) << "a claim is left on " << Value(i);
    }
  }

  // Gives all but the first holder of each value another one.
  void CleanUp() {
    for (const auto& [value, ids] : Holders("v")) {
      for (size_t i = 1; i < ids.size(); ++i) {
        ASSERT_THAT(Host().Update("row", EntityKey::Id(ids[i]),
                                  absl::StrCat(R"({"v":"clean)", ids[i], "\"}")),
                    IsOk());
      }
    }
  }

  void BindWhileElementsChange();

  std::mutex mutex_;
  std::vector<uint64_t> ids_;
};

TEST_F(BindingTest, CountsTheViolationsAndNamesTheFirst) {
  const uint64_t first = CreateRow(Value(1));
  CreateRow(Value(2));
  const uint64_t second = CreateRow("\"V1\"");  // folded, the same
  CreateRow("null");
  CreateRow("null");
  CreateRow(Value(1));
  CreateRow(Value(2));
  const absl::Status refused = MakeUnique("v");
  EXPECT_THAT(refused, HasErrorAt(361, "/v"));
  EXPECT_EQ(DetailOf(refused)->holder_id, first);
  EXPECT_EQ(std::string(refused.message()),
            absl::StrCat("/v has 3 stored values that are there already; the first: record ",
                         second, " has one of record ", first));
  EXPECT_THAT(MakeUnique("v"), HasErrorAt(361, "/v")) << "the same again";
  ASSERT_THAT(Host().Update("row", EntityKey::Id(second), R"({"v":"other"})"), IsOk());
  CleanUp();
  EXPECT_THAT(MakeUnique("v"), IsOk());
  CheckClaims("v", "v", 4);
}

TEST_F(BindingTest, TellsAValueThatOneRecordHasTwice) {
  const auto created = Host().Create("row", R"({"p":[{"q":"a"},{"q":"b"},{"q":"A"}]})");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(std::string(MakeUnique("/p/q").message()),
            absl::StrCat("/p/q has 1 stored values that are there already; the first: record ",
                         created->id, " has one twice"));
  EXPECT_THAT(Host().SetAttributeConstraints("row", "/p/q", R"(["locally-unique"])"),
              HasErrorAt(361, "/p/q"));
}

// Writers that only create, from so many values that one in some rounds stands twice.
TEST_F(BindingTest, BindsOrRefusesWhileRecordsAreCreated) {
  int bound_count = 0;
  int refused_count = 0;
  for (int round = 0; round < 24; ++round) {
    constexpr uint64_t kPerThread = 40;
    const uint64_t base = static_cast<uint64_t>(round) * 10'000;
    for (uint64_t i = 0; i < 50; ++i) CreateRow(Value(base + i));
    absl::Status status;
    InThreads([&](int number) {
      if (number == 0) {
        status = MakeUnique("v");
        return;
      }
      for (uint64_t i = 0; i < kPerThread; ++i) {
        // One value of each pair of threads is the same, at a time that differs by round.
        const bool is_shared = i == static_cast<uint64_t>(round) + 2 && number < 3;
        CreateRow(Value(base + 1'000 + (is_shared ? 0 : static_cast<uint64_t>(number) * 100 + i)));
      }
    });
    const auto holders = Holders("v");
    if (status.ok()) {
      ++bound_count;
      EXPECT_EQ(TooMany(holders), 0u);
    } else {
      ++refused_count;
      ASSERT_THAT(status, HasErrorAt(361, "/v"));
      EXPECT_GE(TooMany(holders), 1u);
      EXPECT_THAT(std::string(status.message()), HasSubstr("/v has 1 stored values"));
      CleanUp();
      ASSERT_THAT(MakeUnique("v"), IsOk());
    }
    for (const auto& [value, ids] : Holders("v")) {
      ASSERT_THAT(Host().Get("row", EntityKey::Attribute("v", value), {.path = "id"}),
                  IsOkAndHolds(absl::StrCat(ids[0])));
    }
    ASSERT_THAT(Host().SetAttributeConstraints("row", "v", "[]"), IsOk());
  }
  RecordProperty("bound", bound_count);
  RecordProperty("refused", refused_count);
}

// Writers that take, drop, move and swap a few values, so that claims change hands all the time.
TEST_F(BindingTest, BindsOrRefusesWhileValuesMove) {
  constexpr uint64_t kValueCount = 60;
  for (uint64_t i = 0; i < 20; ++i) CreateRow(Value(i));
  for (int round = 0; round < 30; ++round) {
    std::atomic<bool> is_done = false;
    absl::Status status;
    InThreads([&](int number) {
      if (number == 0) {
        status = MakeUnique("v");
        is_done = true;
        return;
      }
      std::mt19937 random(static_cast<unsigned>(round * kThreadCount + number));
      for (int i = 0; i < 10 || !is_done; ++i) {
        const EntityKey key = EntityKey::Id(AnyId(random));
        const std::string value = Value(random() % kValueCount);
        switch (random() % 4) {
          case 0: {
            // One goes, another comes.
            const uint64_t id = AnyId(random);
            const absl::Status deleted = Host().Delete("row", EntityKey::Id(id));
            EXPECT_THAT(deleted, AnyOf(IsOk(), HasError(310)));
            if (!deleted.ok()) break;
            if (CreateRow(value) == 0) CreateRow("null");
            const std::lock_guard<std::mutex> lock(mutex_);
            std::erase(ids_, id);
            break;
          }
          case 1: {
            const auto updated = Host().Update("row", key, R"({"p":null})").status();
            EXPECT_THAT(updated, AnyOf(IsOk(), HasError(310)));
            break;
          }
          case 2: {
            const auto updated = Host().Update("row", key, R"({"v":null})").status();
            EXPECT_THAT(updated, AnyOf(IsOk(), HasError(310)));
            break;
          }
          default: {
            const auto updated =
                Host().Update("row", key, absl::StrCat("{\"v\":", value, "}")).status();
            EXPECT_THAT(updated, AnyOf(IsOk(), HasError(310), HasErrorAt(361, "/v")));
          }
        }
      }
    });
    if (!status.ok()) {
      ASSERT_THAT(status, HasErrorAt(361, "/v"));
      EXPECT_NE(DetailOf(status)->holder_id, 0u);
      CleanUp();
      ASSERT_THAT(MakeUnique("v"), IsOk());
    }
    for (const auto& [value, ids] : Holders("v")) {
      EXPECT_EQ(ids.size(), 1u) << value;
      ASSERT_THAT(Host().Get("row", EntityKey::Attribute("v", value), {.path = "id"}),
                  IsOkAndHolds(absl::StrCat(ids[0])));
    }
    if (round == 29) break;
    ASSERT_THAT(Host().SetAttributeConstraints("row", "v", "[]"), IsOk());
  }
  CheckClaims("v", "v", kValueCount);
  Open();
  EXPECT_EQ(TooMany(Holders("v")), 0u);
}

// The same of a plural, where a record may hold a value twice. Writers append, replace and delete.
void BindingTest::BindWhileElementsChange() {
  constexpr uint64_t kValueCount = 40;
  for (int i = 0; i < 10; ++i) CreateRow("null");
  for (int round = 0; round < 30; ++round) {
    const bool is_local = round % 3 == 2;
    std::atomic<bool> is_done = false;
    absl::Status status;
    InThreads([&](int number) {
      if (number == 0) {
        status = Host()
                     .SetAttributeConstraints("row", "/p/q",
                                              is_local ? R"(["locally-unique"])" : kUnique)
                     .status();
        is_done = true;
        return;
      }
      std::mt19937 random(static_cast<unsigned>(round * kThreadCount + number));
      for (int i = 0; i < 10 || !is_done; ++i) {
        const EntityKey key = EntityKey::Id(AnyId(random));
        const std::string elements = absl::StrCat("[{\"q\":", Value(random() % kValueCount),
                                                  "},{\"q\":", Value(random() % kValueCount), "}]");
        const WriteOptions options{.path = "p"};
        const auto written =
            random() % 3 == 0 ? Host().Update("row", key, elements, options)
                              : Host().Replace("row", key, i % 2 == 0 ? "[]" : elements, options);
        EXPECT_THAT(written, AnyOf(IsOk(), HasErrorAt(361, "/p/q")));
      }
    });
    const auto holders = Holders("q");
    if (!status.ok()) {
      ASSERT_THAT(status, HasErrorAt(361, "/p/q"));
      for (const uint64_t id : ids_) {
        ASSERT_THAT(Host().Replace("row", EntityKey::Id(id), "[]", {.path = "p"}), IsOk());
      }
      ASSERT_THAT(MakeUnique("/p/q"), IsOk());
      for (uint64_t i = 0; i < kValueCount; ++i) {
        EXPECT_THAT(Host().Get("row", EntityKey::Attribute("/p/q", Value(i))), HasError(310));
      }
    } else if (!is_local) {
      EXPECT_EQ(TooMany(holders), 0u);
      for (const auto& [value, ids] : holders) {
        ASSERT_THAT(Host().Get("row", EntityKey::Attribute("/p/q", value), {.path = "id"}),
                    IsOkAndHolds(absl::StrCat(ids[0])));
      }
    } else {
      for (const auto& [value, ids] : holders) {
        EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end()) << value;
      }
    }
    ASSERT_THAT(Host().SetAttributeConstraints("row", "/p/q", "[]"), IsOk());
  }
}

TEST_F(BindingTest, BindsOrRefusesWhileElementsChange) { BindWhileElementsChange(); }

// Where every plural stands outside its record, and a write sees only a part of it.
class LargeBindingTest : public BindingTest {
 protected:
  void SetUp() override {
    large_plural_bytes_ = 1;
    BindingTest::SetUp();
  }
};

TEST_F(LargeBindingTest, BindsOrRefusesWhileElementsChange) { BindWhileElementsChange(); }

TEST_F(LargeBindingTest, FindsWhatIsStoredInChunks) {
  const auto created = Host().Create("row", R"({"p":[{"q":"a"},{"q":"b"}]})");
  ASSERT_THAT(created, IsOk());
  const EntityKey key = EntityKey::Id(created->id);
  for (const char* element : {"c", "d", "A"}) {
    ASSERT_THAT(
        Host().Update("row", key, absl::StrCat(R"([{"q":")", element, R"("}])"), {.path = "p"}),
        IsOk());
  }
  for (const char* constraints : {kUnique, R"(["locally-unique"])"}) {
    EXPECT_THAT(Host().SetAttributeConstraints("row", "/p/q", constraints),
                HasErrorAt(361, "/p/q"));
  }
  const auto elements = Host().Get("row", key, {.path = "p"});
  ASSERT_THAT(elements, IsOk());
  const int64_t last = Numbers(*elements, "id").back();
  ASSERT_THAT(Host().Delete("row", key, {.path = absl::StrCat("p#", last)}), IsOk());
  for (const char* constraints : {R"(["locally-unique"])", kUnique, R"(["locally-unique"])"}) {
    ASSERT_THAT(Host().SetAttributeConstraints("row", "/p/q", constraints), IsOk());
    // An element that the write does not see.
    EXPECT_THAT(Host().Update("row", key, R"([{"q":"B"}])", {.path = "p"}),
                HasErrorAt(361, "/p/q"));
  }
  ASSERT_THAT(Host().SetAttributeConstraints("row", "/p/q", "[]"), IsOk());
  EXPECT_THAT(Host().Update("row", key, R"([{"q":"B"}])", {.path = "p"}), IsOk());
}

// Taking unique away while it is used: calls answer by the one version or by the other.
TEST_F(BindingTest, IsTakenAwayWhileValuesMove) {
  for (uint64_t i = 0; i < 20; ++i) CreateRow(Value(i));
  for (int round = 0; round < 30; ++round) {
    ASSERT_THAT(MakeUnique("v"), IsOk());
    std::atomic<bool> is_done = false;
    InThreads([&](int number) {
      if (number == 0) {
        ASSERT_THAT(Host().SetAttributeConstraints("row", "v", "[]"), IsOk());
        is_done = true;
        return;
      }
      std::mt19937 random(static_cast<unsigned>(round * kThreadCount + number));
      for (int i = 0; i < 10 || !is_done; ++i) {
        const std::string value = Value(random() % 30);
        const auto found = Host().Get("row", EntityKey::Attribute("v", value), {.path = "v"});
        EXPECT_THAT(found, AnyOf(IsOkAndHolds(value), HasError(310), HasError(200)));
        const auto updated =
            Host()
                .Update("row", EntityKey::Id(AnyId(random)), absl::StrCat("{\"v\":", value, "}"))
                .status();
        EXPECT_THAT(updated, AnyOf(IsOk(), HasErrorAt(361, "/v")));
      }
    });
    CleanUp();
  }
}

}  // namespace
}  // namespace dossier
