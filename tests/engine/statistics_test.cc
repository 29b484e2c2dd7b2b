// What an engine tells of itself.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;
using ::testing::MatchesRegex;

uint64_t ValueOf(const Engine& engine, std::string_view name) {
  const std::vector<Statistic> statistics = engine.Statistics();
  const auto found = std::find_if(statistics.begin(), statistics.end(),
                                  [&](const Statistic& s) { return s.name == name; });
  EXPECT_NE(found, statistics.end()) << name;
  return found == statistics.end() ? 0 : found->value;
}

TEST(StatisticsTest, TellOfWhatIsWrittenAndKept) {
  const TemporaryDirectory top;
  auto opened = Engine::Open({.directory = top.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(opened, IsOk());
  Engine& engine = **opened;
  Session session = engine.HostSession();
  ASSERT_THAT(session.CreateEntityType("user", R"([{"name":"text","type":"string"}])"), IsOk());
  EXPECT_EQ(ValueOf(engine, "records"), 0);
  EXPECT_EQ(ValueOf(engine, "record_cache_records"), 0);
  const uint64_t changes = ValueOf(engine, "changes_total");
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(session.Create("user", R"({"text":")" + std::string(1000, 'x') + R"("})"), IsOk());
  }
  EXPECT_EQ(ValueOf(engine, "records"), 10);
  EXPECT_EQ(ValueOf(engine, "record_cache_records"), 10);
  EXPECT_GE(ValueOf(engine, "record_cache_bytes"), 10'000);
  EXPECT_GE(ValueOf(engine, "memtable_bytes"), 10'000);
  EXPECT_GE(ValueOf(engine, "changes_total"), changes + 10);
  EXPECT_EQ(ValueOf(engine, "background_errors_total"), 0);
}

TEST(StatisticsTest, HaveDistinctNamesThatMetricsMayHave) {
  const TemporaryDirectory top;
  auto opened = Engine::Open({.directory = top.path()});
  ASSERT_THAT(opened, IsOk());
  std::vector<std::string> names;
  for (const Statistic& statistic : (*opened)->Statistics()) {
    names.emplace_back(statistic.name);
    EXPECT_THAT(names.back(), MatchesRegex("[a-z_]+"));
    EXPECT_EQ(statistic.name.ends_with("_total"), statistic.is_total) << statistic.name;
    EXPECT_FALSE(statistic.meaning.empty()) << statistic.name;
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(StatisticsTest, ANewEngineIsWell) {
  const TemporaryDirectory top;
  auto opened = Engine::Open({.directory = top.path()});
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT((*opened)->Health(), IsOk());
}

}  // namespace
}  // namespace dossier
