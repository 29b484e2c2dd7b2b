// That the rows of indexes say what the records do, whatever was written, declared and interrupted.
#include <atomic>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/index_agreement.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IndexesAgree;
using ::dossier::testing::IsOk;
using ::dossier::testing::IsOkAndHolds;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAttrDefs[] = R"([
  {"name":"name","type":"string"},
  {"name":"code","type":"string","case-sensitive":true},
  {"name":"age","type":"integer"},
  {"name":"sum","type":"decimal"},
  {"name":"isNew","type":"boolean"},
  {"name":"born","type":"date"},
  {"name":"seen","type":"dateTime"},
  {"name":"at","type":"ipAddress"},
  {"name":"o","type":"object","attr_defs":[{"name":"city","type":"string"}]},
  {"name":"p","type":"plural","attr_defs":[
    {"name":"tag","type":"string"},
    {"name":"q","type":"plural","attr_defs":[{"name":"n","type":"integer"}]}]}])";

const std::vector<std::string> kPaths = {"name", "code", "age",    "sum",   "isNew", "born",
                                         "seen", "at",   "o.city", "p.tag", "p.q.n"};

// A store with the type `row`, and what happens to it by chance.
class RandomWrites {
 public:
  RandomWrites(const std::string& directory, uint64_t seed) : directory_(directory), random_(seed) {
    Open();
    EXPECT_THAT(host().CreateEntityType("row", kAttrDefs), IsOk());
  }

  void Open() {
    engine_.reset();
    auto opened = Engine::Open({.directory = directory_,
                                .durability = Durability::kBuffered,
                                .block_cache_bytes = 1u << 20,
                                .record_cache_bytes = 1u << 16,
                                .large_plural_bytes = 256});
    ASSERT_THAT(opened, IsOk());
    engine_ = *std::move(opened);
  }
  void Close() { engine_.reset(); }

  Session host() { return engine_->HostSession(); }

  void WriteOne() {
    const size_t n = Below(10);
    if (ids_.empty() || n < 2) return Create();
    const EntityKey key = EntityKey::Id(ids_[Below(ids_.size())]);
    absl::Status status;
    if (n < 6) {
      status = host().Update("row", key, Value()).status();
    } else if (n == 6) {
      status = host().Replace("row", key, Value()).status();
    } else if (n == 7) {
      status = host().Update("row", key, Elements(), {.path = "p"}).status();
    } else if (n == 8) {
      DeleteFirstElement(key);
    } else {
      status = host().Delete("row", key);
    }
    EXPECT_TRUE(status.ok() || DetailOf(status)->code == 310) << status;
  }

  size_t Below(size_t end) { return random_() % end; }

 private:
  void Create() {
    const auto created = host().Create("row", Value());
    ASSERT_THAT(created, IsOk());
    ids_.push_back(created->id);
  }

  void DeleteFirstElement(const EntityKey& key) {
    const auto p = host().Get("row", key, {.path = "p"});
    const size_t at = p.ok() ? p->find(R"("id":)") : std::string::npos;
    if (at == std::string::npos) return;
    const size_t begin = at + 5;
    const std::string id = p->substr(begin, p->find_first_of(",}", begin) - begin);
    EXPECT_THAT(host().Delete("row", key, {.path = "p#" + id}), IsOk());
  }

  std::string Text() {
    static const std::vector<std::string> kTexts = {
        R"("ada")",      R"("Ada")", R"("ADA")", R"("")",
        R"("a\u0000b")", R"("ß")",   "null",     absl::StrCat("\"", std::string(300, 'x'), "\"")};
    return kTexts[Below(kTexts.size())];
  }

  std::string Elements() {
    std::string elements = "[";
    for (size_t count = Below(6); count > 0; --count) {
      absl::StrAppend(&elements, elements.size() > 1 ? "," : "", R"({"tag":)", Text(), R"(,"q":[)",
                      Below(2) == 0 ? "" : absl::StrCat(R"({"n":)", Below(5), R"(},{"n":7})"),
                      "]}");
    }
    return elements + "]";
  }

  std::string Value() {
    std::string value = "{";
    const auto add = [&](const char* name, const std::string& text) {
      if (Below(3) == 0) return;
      absl::StrAppend(&value, value.size() > 1 ? "," : "", "\"", name, "\":", text);
    };
    const auto or_null = [&](const std::string& text) { return Below(4) == 0 ? "null" : text; };
    add("name", Text());
    add("code", Text());
    add("age", or_null(absl::StrCat(static_cast<int>(Below(9)) - 4)));
    add("sum", or_null(absl::StrCat("1.", Below(9), "0")));
    add("isNew", or_null(Below(2) == 0 ? "true" : "false"));
    add("born", or_null(absl::StrCat("\"19", 60 + Below(9), "-01-02\"")));
    add("seen", or_null(absl::StrCat("\"2020-01-0", 1 + Below(9), " 00:00:00 +0000\"")));
    add("at", or_null(absl::StrCat("\"10.0.0.", Below(9), "\"")));
    add("o", absl::StrCat(R"({"city":)", Text(), "}"));
    add("p", Elements());
    return value + "}";
  }

  const std::string directory_;
  std::mt19937_64 random_;
  std::unique_ptr<Engine> engine_;
  std::vector<EntityId> ids_;
};

TEST(Indexes, SayWhatTheRecordsDo) {
  for (const uint64_t seed : {1, 2, 3}) {
    const TemporaryDirectory top;
    RandomWrites store(top.path(), seed);
    for (size_t i = 0; i < kPaths.size(); i += 2) {
      ASSERT_THAT(store.host().AddIndex("row", kPaths[i]), IsOk());
    }
    for (int i = 0; i < 400; ++i) store.WriteOne();
    for (size_t i = 1; i < kPaths.size(); i += 2) {
      ASSERT_THAT(store.host().AddIndex("row", kPaths[i]), IsOk());
    }
    ASSERT_THAT(store.host().AwaitIndexes(), IsOk());
    EXPECT_THAT(store.host().Indexes("row"), IsOkAndHolds(Not(HasSubstr("building"))));
    for (int i = 0; i < 400; ++i) store.WriteOne();
    store.Close();
    EXPECT_TRUE(IndexesAgree(top.path())) << seed;
  }
}

TEST(Indexes, ComeAndGoWhileWritersGoOn) {
  const TemporaryDirectory top;
  RandomWrites store(top.path(), 4);
  for (int i = 0; i < 300; ++i) store.WriteOne();
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) store.WriteOne();
  });
  const auto for_all = [&](auto call) {
    for (const std::string& path : kPaths) ASSERT_THAT(call(path), IsOk()) << path;
  };
  const auto add = [&](const std::string& path) { return store.host().AddIndex("row", path); };
  const auto remove = [&](const std::string& path) {
    return store.host().RemoveIndex("row", path);
  };
  for_all(add);
  for_all(remove);  // whether they are built or not
  for_all(add);
  EXPECT_THAT(store.host().AwaitIndexes(), IsOk());
  for_all(remove);
  for_all(add);
  EXPECT_THAT(store.host().AwaitIndexes(), IsOk());
  stop = true;
  writer.join();
  store.Close();
  EXPECT_TRUE(IndexesAgree(top.path()));
}

TEST(Indexes, AreBuiltOnWhenTheStoreIsOpenedAgain) {
  const TemporaryDirectory top;
  RandomWrites store(top.path(), 6);
  for (int i = 0; i < 1500; ++i) store.WriteOne();
  for (const std::string& path : kPaths) {
    ASSERT_THAT(store.host().AddIndex("row", path), IsOk());
    store.Open();
    for (int i = 0; i < 5; ++i) store.WriteOne();
  }
  ASSERT_THAT(store.host().AwaitIndexes(), IsOk());
  EXPECT_THAT(store.host().Indexes("row"), IsOkAndHolds(Not(HasSubstr("building"))));
  store.Close();
  EXPECT_TRUE(IndexesAgree(top.path()));
}

// Values that go with their attribute, and large plurals that come back into their record.
TEST(Indexes, FollowRecordsThatAreReclaimed) {
  const TemporaryDirectory top;
  RandomWrites store(top.path(), 7);
  for (const std::string& path : kPaths) ASSERT_THAT(store.host().AddIndex("row", path), IsOk());
  for (int i = 0; i < 400; ++i) store.WriteOne();
  ASSERT_THAT(store.host().AwaitIndexes(), IsOk());
  for (const char* path : {"p.tag", "o", "age"}) {
    ASSERT_THAT(store.host().RemoveAttribute("row", path), IsOk());
  }
  EXPECT_THAT(store.host().Indexes("row"), IsOkAndHolds(Not(HasSubstr("/p/tag"))));
  EXPECT_THAT(store.host().Indexes("row"), IsOkAndHolds(HasSubstr("/p/q/n")));
  ASSERT_THAT(store.host().ReclaimSpace(), IsOk());
  store.Close();
  EXPECT_TRUE(IndexesAgree(top.path()));
}

TEST(Indexes, GoWithTheirType) {
  const TemporaryDirectory top;
  {
    RandomWrites store(top.path(), 8);
    for (const std::string& path : kPaths) ASSERT_THAT(store.host().AddIndex("row", path), IsOk());
    for (int i = 0; i < 100; ++i) store.WriteOne();
    ASSERT_THAT(store.host().DeleteEntityType("row"), IsOk());
    EXPECT_THAT(store.host().AddIndex("row", "age"), HasError(222));
    EXPECT_THAT(store.host().Indexes("row"), HasError(222));
  }
  const auto store = Store::Open({.directory = top.path()});
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->HasAny(Family::kIndex), IsOkAndHolds(false));
}

TEST(Indexes, AreRefused) {
  const TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path()});
  ASSERT_THAT(engine, IsOk());
  Session host = (*engine)->HostSession();
  ASSERT_THAT(host.CreateEntityType("row", R"([{"name":"s","type":"string"},
      {"name":"j","type":"json"},{"name":"w","type":"password"},
      {"name":"o","type":"object","attr_defs":[{"name":"x","type":"date"}]},
      {"name":"p","type":"plural","attr_defs":[{"name":"y","type":"date"}]}])"),
              IsOk());
  for (const char* path : {"j", "w", "o", "p", ""}) {
    EXPECT_THAT(host.AddIndex("row", path), HasError(200)) << path;
  }
  EXPECT_THAT(host.AddIndex("row", "none"), HasErrorAt(223, "/none"));
  EXPECT_THAT(host.AddIndex("row", "created"), HasErrorAt(234, "/created"));
  EXPECT_THAT(host.RemoveIndex("row", "lastUpdated"), HasErrorAt(234, "/lastUpdated"));
  EXPECT_THAT(host.AddIndex("row", "p.id"), HasErrorAt(234, "/p/id"));
  EXPECT_THAT(host.RemoveIndex("row", "s"), HasError(200));
  ASSERT_THAT(host.AddIndex("row", "s"), IsOk());
  EXPECT_THAT(host.AddIndex("row", "/s"), HasError(200));
  ASSERT_THAT(host.AwaitIndexes(), IsOk());
  EXPECT_THAT(host.Indexes("row"),
              IsOkAndHolds(R"([{"attribute_name":"/created","state":"ready"},)"
                           R"({"attribute_name":"/lastUpdated","state":"ready"},)"
                           R"({"attribute_name":"/s","state":"ready"}])"));
  ASSERT_THAT(host.RemoveIndex("row", "s"), IsOk());
  ASSERT_THAT(host.AddIndex("row", "s"), IsOk());
}

}  // namespace
}  // namespace dossier
