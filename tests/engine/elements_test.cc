// Elements named by a key of their own, under threads: what a call finds is what it writes to.
// Source: README.md of the specification, Settled (Atomicity); entity-api.md 1.1 (entity_path).
#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "dossier/errors.h"
#include "engine/concurrency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;

bool IsError(const absl::Status& status, int code) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail && detail->code == code;
}

// With plurals in their record, and with plurals that have left it.
class ElementsTest : public ConcurrencyTest, public ::testing::WithParamInterface<size_t> {
 protected:
  static constexpr int kFoundMin = 50;  // by each thread that writes

  void SetUp() override {
    Open(/*clock=*/{}, GetParam());
    for (const char* key : {"\"token\"", "null"}) {
      records_.push_back(Create(absl::StrCat(R"({"items":[{"key":)", key, R"(},{"n":0}]})")));
      elements_.push_back(Numbers(Read(records_.back(), "items"), "id"));
    }
  }

  // The value goes from element to element, within a record and to the other one.
  void Move(std::mt19937& random) {
    const size_t record = random() % 2;
    const size_t to = random() % 2;
    const absl::Status status =
        Host()
            .Update("thing", EntityKey::Id(records_[record]),
                    absl::StrCat(R"([{"key":"token","id":)", elements_[record][to],
                                 R"(},{"key":null,"id":)", elements_[record][1 - to], "}]"),
                    {.path = "items"})
            .status();
    if (status.ok()) return;
    EXPECT_TRUE(IsError(status, 361)) << status;
    const absl::Status let_go = Host().Update("thing", token_, R"({"key":null})", {}).status();
    EXPECT_TRUE(let_go.ok() || IsError(let_go, 310)) << let_go;
  }

  // Whether it found the element. Not a read in between: the answer shows what was written to.
  bool Write(int number) {
    const auto written = Host().Update("thing", token_, absl::StrCat(R"({"n":)", number, "}"),
                                       {.include_record = true});
    const auto read = Host().Get("thing", token_);
    for (const auto& element : {written, read}) {
      if (!element.ok()) {
        EXPECT_TRUE(IsError(element.status(), 310)) << element.status();
      } else {
        EXPECT_THAT(*element, ::testing::HasSubstr(R"("key":"token")"));
      }
    }
    return written.ok();
  }

  const EntityKey token_ = EntityKey::Attribute("key", "\"token\"").InPlural("/items");
  std::vector<uint64_t> records_;
  std::vector<std::vector<int64_t>> elements_;
};

INSTANTIATE_TEST_SUITE_P(Plurals, ElementsTest, ::testing::Values(8192, 1));

TEST_P(ElementsTest, AWriteByAValueFindsTheElementThatHasIt) {
  std::atomic<int> writing_count = kThreadCount / 2;
  InThreads([&](int number) {
    std::mt19937 random(static_cast<unsigned>(number) + 1);
    if (number % 2 == 0) {
      while (writing_count > 0) Move(random);
      return;
    }
    for (int found_count = 0; found_count < kFoundMin;) found_count += Write(number) ? 1 : 0;
    --writing_count;
  });
}

// Of many deletions of one element exactly one succeeds, and the record stays.
TEST_P(ElementsTest, AnElementIsDeletedOnce) {
  for (int round = 0; round < 20; ++round) {
    const auto items = Host().Update("thing", EntityKey::Id(records_[0]), R"([{"n":7}])",
                                     {.path = "items", .include_record = true});
    ASSERT_THAT(items, IsOk());
    const auto id = static_cast<uint64_t>(Numbers(*items, "id").back());
    std::atomic<int> deleted_count = 0;
    InThreads([&](int) {
      const absl::Status status = Host().Delete("thing", EntityKey::Id(id).InPlural("items"));
      deleted_count += status.ok() ? 1 : 0;
      EXPECT_TRUE(status.ok() || IsError(status, 310)) << status;
    });
    EXPECT_EQ(deleted_count, 1);
  }
  EXPECT_EQ(Numbers(Read(records_[0], "items"), "id"), elements_[0]);
  EXPECT_THAT(Host().Update("thing", EntityKey::Id(records_[0]).InPlural("items"), "{}"),
              HasError(310));
}

}  // namespace
}  // namespace dossier
