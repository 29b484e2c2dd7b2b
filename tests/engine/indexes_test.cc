// That the rows of indexes say what the records do, whatever was written, declared and interrupted.
#include <atomic>
#include <string>
#include <thread>

#include "dossier/engine.h"
#include "engine/random_rows.h"
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
using ::dossier::testing::kPaths;
using ::dossier::testing::RandomRows;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Indexes, SayWhatTheRecordsDo) {
  for (const uint64_t seed : {1, 2, 3}) {
    const TemporaryDirectory top;
    RandomRows store(top.path(), seed);
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
  RandomRows store(top.path(), 4);
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
  RandomRows store(top.path(), 6);
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
  RandomRows store(top.path(), 7);
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
    RandomRows store(top.path(), 8);
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
