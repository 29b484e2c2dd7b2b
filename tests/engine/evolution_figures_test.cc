// How long changes of a type take on many records. Not run by default:
//   dossier_engine_test --gtest_also_run_disabled_tests --gtest_filter='EvolutionFigures.*'
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::IsOk;

constexpr int kRecordCount = 1'000'000;

double MillisecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

// Prints how long `call` takes, and the slowest update of a writer that goes on meanwhile.
template <typename Call>
void Time(const char* name, Engine& engine, Call call) {
  std::atomic<bool> is_done = false;
  double slowest = 0;
  int64_t count = 0;
  std::thread writer([&] {
    Session session = engine.HostSession();
    for (uint64_t id = 1; !is_done; id = id % kRecordCount + 1, ++count) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_THAT(session.Update("row", EntityKey::Id(id), R"({"n":1})"), IsOk());
      slowest = std::max(slowest, MillisecondsSince(begin));
    }
  });
  Session session = engine.HostSession();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(call(session), IsOk()) << name;
  const double took = MillisecondsSince(begin);
  is_done = true;
  writer.join();
  std::cout << name << ": " << took << " ms, meanwhile " << count << " updates, the slowest took "
            << slowest << " ms\n";
}

TEST(EvolutionFigures, DISABLED_OfAMillionRecords) {
  const testing::TemporaryDirectory top;
  auto engine = Engine::Open({.directory = top.path(), .durability = Durability::kBuffered});
  ASSERT_THAT(engine, IsOk());
  Session session = (*engine)->HostSession();
  ASSERT_THAT(session.CreateEntityType("row", R"([{"name":"v","type":"string"},
      {"name":"n","type":"integer"},{"name":"text","type":"string"}])"),
              IsOk());
  for (int i = 0; i < kRecordCount; ++i) {
    ASSERT_THAT(session.Create("row", absl::StrCat(R"({"v":"value )", i, R"(","text":")",
                                                   std::string(200, 'x'), "\"}")),
                IsOk());
  }
  Time("addAttribute", **engine, [](Session& s) {
    return s.AddAttribute("row", R"({"name":"a","type":"string"})").status();
  });
  Time("renameAttribute", **engine,
       [](Session& s) { return s.RenameAttribute("row", "a", "b").status(); });
  Time("removeAttribute", **engine,
       [](Session& s) { return s.RemoveAttribute("row", "text").status(); });
  Time("setAttributeConstraints unique", **engine,
       [](Session& s) { return s.SetAttributeConstraints("row", "v", R"(["unique"])").status(); });
  Time("setAttributeConstraints without unique", **engine,
       [](Session& s) { return s.SetAttributeConstraints("row", "v", "[]").status(); });
  Time("ReclaimSpace", **engine, [](Session& s) { return s.ReclaimSpace(); });
}

}  // namespace
}  // namespace dossier
