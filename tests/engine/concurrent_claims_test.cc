// Unique claims under threads: they agree with the records afterwards.
// Written from the specification, through the public headers.
// Source: README.md of the specification, Settled (Ids, Time, Atomicity, Unique).
#include <algorithm>
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

// Threads that take, drop and swap a few unique values of records that come and go.
class ClaimsTest : public ConcurrencyTest {
 protected:
  static constexpr int kValueCount = 12;
  static constexpr int kStepCount = 250;

  static std::string Value(std::mt19937& random) {
    return absl::StrCat("\"v", random() % kValueCount, "\"");
  }

  void Run(int number) {
    std::mt19937 random(static_cast<unsigned>(number) + 1);
    for (int i = 0; i < kStepCount; ++i) {
      absl::Status status = Step(random);
      std::optional<ErrorDetail> detail = DetailOf(status);
      EXPECT_TRUE(status.ok() || (detail && (detail->code == 361 || detail->code == 310)))
          << status;
    }
  }

  absl::Status Step(std::mt19937& random) {
    Session session = Host();
    EntityKey key = EntityKey::Id(AnyId(random));
    EntityKey key_by_value = EntityKey::Attribute("code", Value(random));
    switch (random() % 8) {
      case 0: {
        absl::StatusOr<Created> created =
            session.Create("thing", absl::StrCat(R"({"code":)", Value(random),
                                                 R"(,"items":[{"key":)", Value(random), "}]}"));
        if (created.ok()) Remember(created->id);
        return created.status();
      }
      case 1:
        return session.Delete("thing", random() % 2 == 0 ? key : key_by_value);
      case 2:
        return session
            .Update("thing", key_by_value, absl::StrCat(R"({"code":)", Value(random), "}"))
            .status();
      case 3:
        return session.Update("thing", key, R"({"code":null})").status();
      case 4:
        return session
            .Update("thing", key, absl::StrCat(R"([{"key":)", Value(random), "}]"),
                    {.path = "items"})
            .status();
      case 5:
        return session
            .Replace(
                "thing", key,
                absl::StrCat(R"([{"key":)", Value(random), R"(},{"key":)", Value(random), "}]"),
                {.path = "items"})
            .status();
      case 6:
        return SwapKeys(session, key);
      default:
        return session.Update("thing", key, absl::StrCat(R"({"code":)", Value(random), "}"))
            .status();
    }
  }

  // Swaps the keys of the first two elements, if they still are what was read.
  static absl::Status SwapKeys(Session& session, const EntityKey& key) {
    absl::StatusOr<std::string> items = session.Get("thing", key, {.path = "items"});
    if (!items.ok()) return items.status();
    std::vector<int64_t> ids = Numbers(*items, "id");
    std::vector<std::string> keys = Keys(*items, "key");
    if (ids.size() < 2 || keys.size() < 2) return absl::OkStatus();
    return session
        .Update("thing", key,
                absl::StrCat(R"([{"id":)", ids[0], R"(,"key":)", keys[1], R"(},{"id":)", ids[1],
                             R"(,"key":)", keys[0], "}]"),
                {.path = "items"})
        .status();
  }

  // The values of the members `name` that are not null, as JSON.
  static std::vector<std::string> Keys(const std::string& json, const std::string& name) {
    std::vector<std::string> keys = Scalars(json, name);
    keys.erase(std::remove(keys.begin(), keys.end(), "null"), keys.end());
    return keys;
  }

  uint64_t AnyId(std::mt19937& random) {
    std::lock_guard<std::mutex> lock(mutex_);
    return ids_[random() % ids_.size()];
  }

  void Remember(uint64_t id) {
    std::lock_guard<std::mutex> lock(mutex_);
    ids_.push_back(id);
  }

  // Every value is held by one record at most, and its claim finds exactly that record.
  void CheckClaims(const std::string& path, const std::string& name) {
    std::map<std::string, uint64_t> holders;
    for (uint64_t id : ids_) {
      absl::StatusOr<std::string> record = Host().Get("thing", EntityKey::Id(id));
      if (!record.ok()) {
        EXPECT_THAT(record, HasError(310));
        continue;
      }
      for (const std::string& value : Keys(*record, name)) {
        EXPECT_TRUE(holders.emplace(value, id).second) << name << " " << value << " is held twice";
      }
    }
    for (int i = 0; i < kValueCount; ++i) {
      std::string value = absl::StrCat("\"v", i, "\"");
      absl::StatusOr<std::string> found =
          Host().Get("thing", EntityKey::Attribute(path, value), {.path = "id"});
      auto holder = holders.find(value);
      if (holder == holders.end()) {
        EXPECT_THAT(found, HasError(310)) << path << " " << value << " is claimed by nobody";
      } else {
        ASSERT_THAT(found, IsOk()) << path << " " << value;
        EXPECT_EQ(*found, absl::StrCat(holder->second)) << path << " " << value;
      }
    }
  }

  std::mutex mutex_;
  std::vector<uint64_t> ids_;
};

TEST_F(ClaimsTest, AgreeWithTheRecordsAfterwards) {
  Open();
  for (int i = 0; i < 6; ++i) ids_.push_back(Create("{}"));
  InThreads([&](int number) { Run(number); });
  for (bool reopened : {false, true}) {
    if (reopened) Open();
    CheckClaims("code", "code");
    CheckClaims("/items/key", "key");
  }
  // What nobody holds can be taken, what somebody holds cannot.
  for (int i = 0; i < kValueCount; ++i) {
    std::string value = absl::StrCat("\"v", i, "\"");
    bool held = Host().Get("thing", EntityKey::Attribute("code", value)).ok();
    absl::StatusOr<Created> created =
        Host().Create("thing", absl::StrCat(R"({"code":)", value, "}"));
    if (held) {
      EXPECT_THAT(created, HasErrorAt(361, "/code"));
    } else {
      EXPECT_THAT(created, IsOk());
    }
  }
}

}  // namespace
}  // namespace dossier
