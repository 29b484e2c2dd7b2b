// Chunks of a closed store changed behind the engine's back: a large plural whose elements are
// damaged says so, and never answers with what is left of them.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
constexpr size_t kElements = 30;

class LargePluralDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(Host().CreateEntityType("list", R"([{"name":"title","type":"string"},
        {"name":"items","type":"plural","attr_defs":[{"name":"text","type":"string"}]}])"),
                IsOk());
    std::string items;
    for (size_t n = 0; n < kElements; ++n) {
      absl::StrAppend(&items, n == 0 ? "" : ",", R"({"text":"number )", n, R"("})");
    }
    const auto created =
        Host().Create("list", absl::StrCat(R"({"title":"t","items":[)", items, "]}"));
    ASSERT_THAT(created, IsOk());
    id_ = created->id;
    engine_.reset();
  }

  void Open() {
    auto engine = Engine::Open(
        {.directory = directory_.path(), .block_cache_bytes = 1u << 20, .large_plural_bytes = 400});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
  }
  Session Host() { return engine_->HostSession(); }
  EntityKey key() const { return EntityKey::Id(id_); }

  // Changes the chunks of the closed store.
  void Edit(const std::function<void(const std::vector<Entry>&, Batch&)>& edit) {
    auto store = Store::Open({.directory = directory_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    const auto chunks = (*store)->Entries(Family::kElements, "");
    ASSERT_THAT(chunks, IsOk());
    ASSERT_GE(chunks->size(), 3u);
    Batch batch(**store);
    edit(*chunks, batch);
    ASSERT_THAT((*store)->Commit(batch, Durability::kSynced), IsOk());
  }

  // The last element is in the first chunk of the family; the first one in the last.
  std::string ElementPath(size_t n) const { return absl::StrCat("/items#", id_ + 1 + n); }

  void ExpectTheWholeIsRefused() {
    EXPECT_THAT(Host().Get("list", key()), StatusIs(kDataLoss));
    EXPECT_THAT(Host().Get("list", key(), {.path = "/items"}), StatusIs(kDataLoss));
    EXPECT_THAT(Host().Delete("list", key()), StatusIs(kDataLoss));
    EXPECT_THAT(Host().Replace("list", key(), "[]", {.path = "/items"}), StatusIs(kDataLoss));
    EXPECT_THAT(Host().Get("list", key(), {.path = "/title"}), IsOkAndHolds("\"t\""));
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
  uint64_t id_ = 0;
};

TEST_F(LargePluralDamage, AnyFlippedByteOfAChunkIsFound) {
  size_t size = 0;
  Edit([&](const std::vector<Entry>& chunks, Batch&) { size = chunks.back().value->size(); });
  for (size_t at = 0; at < size; at += 7) {
    const auto flip = [&](const std::vector<Entry>& chunks, Batch& batch) {
      std::string damaged(*chunks.back().value);
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      batch.Put(Family::kElements, chunks.back().key, damaged);
    };
    Edit(flip);
    Open();
    EXPECT_THAT(Host().Get("list", key()), StatusIs(kDataLoss)) << "byte " << at;
    EXPECT_THAT(Host().Get("list", key(), {.path = ElementPath(0)}), StatusIs(kDataLoss));
    EXPECT_THAT(Host().Update("list", key(), R"({"text":"new"})", {.path = ElementPath(0)}),
                StatusIs(kDataLoss));
    EXPECT_THAT(Host().Get("list", key(), {.path = ElementPath(kElements - 1)}), IsOk());
    engine_.reset();
    Edit(flip);
  }
  Open();
  EXPECT_THAT(Host().Get("list", key()), IsOk());
}

TEST_F(LargePluralDamage, AChunkThatIsCutShortIsFound) {
  Edit([](const std::vector<Entry>& chunks, Batch& batch) {
    batch.Put(Family::kElements, chunks[0].key, chunks[0].value->substr(0, 3));
    batch.Put(Family::kElements, chunks[1].key, "");
  });
  Open();
  ExpectTheWholeIsRefused();
}

TEST_F(LargePluralDamage, AChunkInAnotherOnesPlaceIsFound) {
  Edit([](const std::vector<Entry>& chunks, Batch& batch) {
    batch.Put(Family::kElements, chunks[0].key, *chunks[1].value);
    batch.Put(Family::kElements, chunks[1].key, *chunks[0].value);
  });
  Open();
  ExpectTheWholeIsRefused();
}

TEST_F(LargePluralDamage, AMissingChunkIsFound) {
  Edit([](const std::vector<Entry>& chunks, Batch& batch) {
    batch.Delete(Family::kElements, chunks[1].key);
  });
  Open();
  EXPECT_THAT(Host().Get("list", key()), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Get("list", key(), {.path = "/items"}), StatusIs(kDataLoss));
  EXPECT_THAT(Host().Get("list", key(), {.path = ElementPath(0)}), IsOk());
}

TEST_F(LargePluralDamage, WithoutItsLastChunkItTakesNoElement) {
  Edit([](const std::vector<Entry>& chunks, Batch& batch) {
    batch.Delete(Family::kElements, chunks.front().key);
  });
  Open();
  EXPECT_THAT(Host().Update("list", key(), R"([{"text":"more"}])", {.path = "/items"}),
              StatusIs(kDataLoss));
  EXPECT_THAT(Host().Get("list", key(), {.path = ElementPath(0)}), IsOk());
}

}  // namespace
}  // namespace dossier
