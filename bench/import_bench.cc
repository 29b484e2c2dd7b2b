// A whole import: a million rows of 1 KB with two unique attributes, in calls of 10,000.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "dossier/engine.h"
#include "support/profiles.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr size_t kRowCount = 1'000'000;
constexpr size_t kRowsPerCall = 10'000;

// The workload's type with a unique code in the place of its unique identifiers.
std::string AttrDefs() {
  std::string defs = absl::StrReplaceAll(std::string(kAttrDefs),
                                         {{R"(["required","unique"])", R"(["required"])"}});
  return defs.insert(1, R"({"name":"code","type":"string","constraints":["unique"]},)");
}

std::vector<std::string> RowsFrom(size_t first, bool with_ids) {
  std::vector<std::string> rows;
  for (size_t n = first; n < first + kRowsPerCall; ++n) {
    const std::string id = with_ids ? absl::StrCat(R"("id":)", n + 1, ",") : "";
    rows.push_back(testing::Profile(n).insert(1, absl::StrCat(id, R"("code":"code-)", n, "\",")));
  }
  return rows;
}

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

double MeanOf(const std::vector<double>& seconds, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; ++i) sum += seconds[i];
  return sum / static_cast<double>(end - begin);
}

void Import(benchmark::State& state, bool with_ids) {
  const testing::TemporaryDirectory directory;
  auto engine =
      Engine::Open({.directory = directory.Join("new"), .durability = Durability::kBuffered});
  if (!engine.ok()) Fail("opening the engine", std::string(engine.status().message()));
  Session session = (*engine)->HostSession();
  if (!session.CreateEntityType("user", AttrDefs()).ok()) Fail("declaring", "refused");
  std::vector<double> seconds;  // of each call
  double cpu_micros = 0;
  size_t refused = 0;
  while (state.KeepRunning()) {
    state.PauseTiming();
    const std::vector<std::string> rows = RowsFrom(seconds.size() * kRowsPerCall, with_ids);
    const std::vector<std::string_view> views(rows.begin(), rows.end());
    state.ResumeTiming();
    const double cpu_before = ProcessCpuMicros();
    const double before = Seconds();
    const auto outcomes = session.Import(
        "user", views, {.name = "bench", .first_row = seconds.size() * kRowsPerCall});
    seconds.push_back(Seconds() - before);
    cpu_micros += ProcessCpuMicros() - cpu_before;
    if (!outcomes.ok()) Fail("importing", std::string(outcomes.status().message()));
    for (const auto& outcome : *outcomes) refused += outcome.ok() ? 0 : 1;
  }
  if (refused > 0) state.SkipWithError("a row was refused: the figure would mean nothing");
  const size_t tenth = std::max<size_t>(seconds.size() / 10, 1);
  const auto rows = static_cast<double>(kRowsPerCall * seconds.size());
  const double all = MeanOf(seconds, 0, seconds.size());
  state.counters["rows_per_second"] = kRowsPerCall / all;
  state.counters["last_tenth"] =
      MeanOf(seconds, 0, tenth) / MeanOf(seconds, seconds.size() - tenth, seconds.size());
  state.counters["process_cpu_us_per_row"] = cpu_micros / rows;
}

}  // namespace

void RegisterImports() {
  for (const bool with_ids : {false, true}) {
    const std::string name = absl::StrCat("BM_Import/engine", with_ids ? "_with_ids" : "");
    benchmark::RegisterBenchmark(name.c_str(),
                                 [with_ids](benchmark::State& state) { Import(state, with_ids); })
        ->Iterations(kRowCount / kRowsPerCall)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace dossier::bench
