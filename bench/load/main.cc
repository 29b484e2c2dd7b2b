// dossier-bench-load: minutes of full load, and the longest call in them.
//
//   dossier-bench-load [--minutes=10] [--threads=2] [--commit=TEXT] --out=FILE
//
// Threads make calls of all kinds (worker.h has their shares) as fast as they can on a new store with
// the options that a store has by default, buffered; it grows all the time, soon past its caches.
// Written to FILE: {"context": {"commit": ..}, "load": {..}}, of which report.py makes tables.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "dossier/engine.h"
#include "load/worker.h"
#include "support/temporary_directory.h"
#include "workload.h"

namespace dossier::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Settings {
  double minutes = 10;
  uint32_t thread_count = 2;
  std::string commit = {};
  std::string out = {};
};

Settings TakeArguments(const std::vector<std::string>& arguments) {
  Settings settings;
  for (const std::string& argument : arguments) {
    const std::string value = argument.substr(argument.find('=') + 1);
    if (argument.starts_with("--minutes=")) {
      settings.minutes = std::atof(value.c_str());
    } else if (argument.starts_with("--threads=")) {
      settings.thread_count = static_cast<uint32_t>(std::atoi(value.c_str()));
    } else if (argument.starts_with("--commit=")) {
      settings.commit = value;
    } else if (argument.starts_with("--out=")) {
      settings.out = value;
    } else {
      Fail(argument, "is no argument: --minutes=, --threads=, --commit=, --out=");
    }
  }
  if (settings.minutes <= 0 || settings.thread_count == 0 || settings.out.empty()) {
    Fail("the arguments", "need minutes, threads and the name of a file");
  }
  return settings;
}

Json CallsJson(const LoadFigures& figures) {
  Json calls;
  for (const LoadShare& share : kLoadShares) {
    const auto i = static_cast<size_t>(share.call);
    const Latencies& latencies = figures.latencies[i];
    calls[share.name] = {{"per_cent", share.per_cent},
                         {"calls", latencies.count()},
                         {"p50_us", latencies.Micros(0.5)},
                         {"p99_us", latencies.Micros(0.99)},
                         {"p99_9_us", latencies.Micros(0.999)},
                         {"longest_us", latencies.LongestMicros()},
                         {"longest_at_s", figures.longest[i].at_seconds}};
  }
  return calls;
}

Json MinutesJson(const LoadFigures& figures, double seconds) {
  Json minutes = Json::array();
  for (const LoadMinute& minute : figures.minutes) {
    const double of_it = std::min(60.0, seconds - 60.0 * static_cast<double>(minutes.size()));
    if (of_it <= 0.1) break;  // what was under way at the end
    minutes.push_back({{"calls_per_second", static_cast<double>(minute.call_count) / of_it},
                       {"longest_us", static_cast<double>(minute.longest.nanos) / 1e3},
                       {"longest_at_s", minute.longest.at_seconds}});
  }
  return minutes;
}

double FileBytes(const std::string& directory) {
  double bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
  }
  return bytes;
}

void Run(const Settings& settings) {
  std::ofstream out(settings.out);
  if (!out) Fail(settings.out, "cannot be written");
  const testing::TemporaryDirectory directory;
  const EngineOptions options{.directory = directory.Join("load"),
                              .durability = Durability::kBuffered};
  auto engine = Engine::Open(options);
  if (!engine.ok()) Fail("opening the engine", std::string(engine.status().message()));
  if (!(*engine)->HostSession().CreateEntityType(kLoadType, kAttrDefs).ok()) {
    Fail("declaring the type", "refused");
  }
  std::vector<LoadWorker> workers;
  for (uint32_t i = 0; i < settings.thread_count; ++i) {
    workers.emplace_back((*engine)->HostSession(), i, settings.thread_count);
  }
  const double cpu_before = ProcessCpuMicros();
  const uint64_t begin = NowNanos();
  const uint64_t end = begin + static_cast<uint64_t>(settings.minutes * 60e9);
  std::vector<std::thread> threads;
  for (LoadWorker& worker : workers) {
    threads.emplace_back([&worker, begin, end] { worker.Run(begin, end); });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = static_cast<double>(NowNanos() - begin) * 1e-9;

  LoadFigures figures;
  size_t record_count = 0;
  for (const LoadWorker& worker : workers) {
    figures.Add(worker.figures());
    record_count += worker.record_count();
  }
  const Json load = {{"threads", settings.thread_count},
                     {"seconds", seconds},
                     {"process_cpu_seconds", (ProcessCpuMicros() - cpu_before) / 1e6},
                     {"records", record_count},
                     {"disk_bytes", FileBytes(options.directory)},
                     {"calls", CallsJson(figures)},
                     {"minutes", MinutesJson(figures, seconds)}};
  out << Json{{"context", {{"commit", settings.commit}}}, {"load", load}}.dump(1) << '\n';
}

}  // namespace
}  // namespace dossier::bench

int main(int argc, char** argv) {
  dossier::bench::Run(
      dossier::bench::TakeArguments(std::vector<std::string>(argv + 1, argv + argc)));
  return 0;
}
