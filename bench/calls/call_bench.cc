#include "calls/call_bench.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "calls/threads.h"
#include "latencies.h"
#include "workload.h"

namespace dossier::bench {
namespace {

struct Call {
  const char* name;
  bool (Caller::*make)(size_t n);
  size_t record_count = 1;
};

// A create needs other people: those that are not there.
constexpr Call kCreate = {"Create", &Caller::Create};
constexpr Call kBulkCreate = {"BulkCreate", &Caller::BulkCreate, kBulkCount};
constexpr std::array kCalls = {
    Call{"GetById", &Caller::GetById},
    Call{"GetByUuid", &Caller::GetByUuid},
    Call{"GetByEmail", &Caller::GetByEmail},
    Call{"Update", &Caller::Update},
    Call{"UpdateIfUnchanged", &Caller::UpdateIfUnchanged},
    Call{"Append", &Caller::Append},
    Call{"ChangeElement", &Caller::ChangeElement},
    Call{"DeleteElement", &Caller::DeleteElement},
    Call{"Replace", &Caller::Replace},
    Call{"Delete", &Caller::Delete},
};

constexpr size_t kSyncedBulkFactor = 10;  // records that are created together, to calls otherwise

struct Plan {
  Call call;
  Shape shape;
  int thread_count = 1;
  size_t call_count = 0;  // of all threads
  bool has_latencies = false;

  size_t calls_each() const { return call_count / static_cast<size_t>(thread_count); }
  bool is_create() const {
    return call.make == &Caller::Create || call.make == &Caller::BulkCreate;
  }
  bool is_read() const {
    return call.make == &Caller::GetById || call.make == &Caller::GetByUuid ||
           call.make == &Caller::GetByEmail;
  }
};

// The people of a run, in the order in which calls take them.
People PeopleOf(const Plan& plan) {
  const size_t count = plan.call_count * plan.call.record_count;
  std::vector<uint32_t> numbers(count);
  if (plan.is_create()) {  // those behind the ones that are there
    const size_t first = plan.shape.fits_caches ? 0 : plan.shape.record_count;
    std::iota(numbers.begin(), numbers.end(), static_cast<uint32_t>(first));
  } else {
    numbers = ShuffledNumbers(static_cast<uint32_t>(plan.shape.record_count), count);
  }
  People people;
  for (const uint32_t number : numbers) people.push_back(PersonOf(number, plan.shape.size));
  return people;
}

// An open store for one run: new, a copy of a loaded one or, where many records are only read, the
// loaded one itself.
class Run {
 public:
  Run(const Plan& plan, const Peer& peer, LoadedStores& stores)
      : peer_(peer), run_directory_(stores.NewRun()), people_(PeopleOf(plan)) {
    const bool is_new = plan.is_create() && plan.shape.fits_caches;
    const bool is_loaded_one = plan.is_read() && !plan.shape.fits_caches;
    std::string directory = run_directory_;
    if (is_loaded_one) directory = stores.Find(peer, plan.shape);
    if (!is_loaded_one && !is_new) peer.Copy(stores.Find(peer, plan.shape), directory);
    store_ = peer.Open(directory, plan.shape, people_, !plan.is_create());
    if (!is_new && plan.shape.fits_caches) store_->Warm();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    store_.reset();
    peer_.Remove(run_directory_);
  }

  std::unique_ptr<Caller> Connect() { return store_->Connect(); }
  SharedStopwatch& stopwatch() { return stopwatch_; }

 private:
  const Peer& peer_;
  const std::string run_directory_;
  const People people_;
  std::unique_ptr<Store> store_;
  SharedStopwatch stopwatch_;
};

// Reads the clock twice a call, by which the times of Google Benchmark are too long here.
template <typename MakeCall>
void MeasureLatencies(benchmark::State& state, SharedStopwatch& stopwatch, MakeCall make_call) {
  Latencies latencies;
  MeasureCalls(state, stopwatch, [&] {
    const uint64_t begin = NowNanos();
    const bool is_fine = make_call();
    latencies.Add(NowNanos() - begin);
    return is_fine;
  });
  state.counters["p50_us"] = latencies.Micros(0.5);
  state.counters["p99_us"] = latencies.Micros(0.99);
  state.counters["p99_9_us"] = latencies.Micros(0.999);
  state.counters["longest_us"] = latencies.LongestMicros();
}

// Google Benchmark's CPU time is that of the calling threads; the counter process_cpu_us is of the
// whole process, with RocksDB's background threads as far as they ran within the loop.
void Measure(benchmark::State& state, const Plan& plan, Run& run) {
  const std::unique_ptr<Caller> caller = run.Connect();
  size_t next = plan.calls_each() * static_cast<size_t>(state.thread_index());
  const auto call = [&] { return (*caller.*plan.call.make)(next++); };
  if (plan.has_latencies) return MeasureLatencies(state, run.stopwatch(), call);
  const double before = ProcessCpuMicros();
  MeasureCalls(state, run.stopwatch(), call);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(plan.call.record_count));
  if (plan.thread_count > 1) return;
  state.counters["process_cpu_us"] =
      (ProcessCpuMicros() - before) / static_cast<double>(state.iterations());
}

void Register(const Plan& plan, const std::string& shape_name,
              const std::shared_ptr<const Peer>& peer,
              const std::shared_ptr<LoadedStores>& stores) {
  const auto shared = std::make_shared<SharedByThreads<Run>>();
  const auto run = [plan, peer, stores, shared](benchmark::State& state) {
    Run& ready = shared->Join(state, [&] { return std::make_unique<Run>(plan, *peer, *stores); });
    Measure(state, plan, ready);
    shared->Leave();
  };
  const std::string name = std::string("BM_") + plan.call.name + '/' + peer->name() + shape_name;
  auto* registered = benchmark::RegisterBenchmark(name.c_str(), run);
  registered->Unit(benchmark::kMicrosecond);
  registered->Iterations(static_cast<benchmark::IterationCount>(plan.calls_each()));
  if (plan.thread_count > 1) registered->Threads(plan.thread_count);
  if (plan.thread_count > 1 || plan.shape.is_synced) registered->UseManualTime();
}

// Registers calls in one shape.
class ShapeOf {
 public:
  ShapeOf(std::shared_ptr<const Peer> peer, const Settings& settings,
          std::shared_ptr<LoadedStores> stores)
      : peer_(std::move(peer)), settings_(settings), stores_(std::move(stores)) {}

  // Of synced ones those that write: what reads does not wait for the disk.
  void Add(const std::string& name, const Shape& shape, int thread_count = 1) {
    Register({kCreate, shape, thread_count, CreateCount(shape, thread_count)}, name);
    for (const Call& call : kCalls) {
      const Plan plan{call, shape, thread_count,
                      shape.is_synced ? settings_.synced_call_count : settings_.call_count};
      if (shape.is_synced && plan.is_read()) continue;
      // A large file is copied for each call that writes: one such call must do.
      if (!shape.fits_caches && !plan.is_read() && call.make != &Caller::Update) continue;
      Register(plan, name);
    }
  }

  // Many records in one call, as many in all as are created one by one.
  void AddBulk(const std::string& name, const Shape& shape) {
    const size_t record_count =
        shape.is_synced ? kSyncedBulkFactor * settings_.synced_call_count : shape.record_count;
    Register({kBulkCreate, shape, 1, record_count / kBulkCount}, name);
  }

  // Percentiles, of a call on each record.
  void AddLatencies(const std::string& name, const Shape& shape) {
    Register({kCreate, shape, 1, shape.record_count, true}, name);
    for (const Call& call : kCalls) Register({call, shape, 1, shape.record_count, true}, name);
  }

 private:
  // As many as there are records elsewhere, for a store fills while they go on. Synced ones are
  // soon over where many threads share their waits.
  size_t CreateCount(const Shape& shape, int thread_count) const {
    if (shape.is_synced && thread_count == 1) return settings_.synced_call_count;
    if (shape.is_synced || !shape.fits_caches) return settings_.call_count;
    return shape.record_count;
  }
  void Register(const Plan& plan, const std::string& name) {
    bench::Register(plan, name, peer_, stores_);
  }

  std::shared_ptr<const Peer> peer_;
  const Settings& settings_;
  std::shared_ptr<LoadedStores> stores_;
};

}  // namespace

void RegisterCalls(const std::shared_ptr<const Peer>& peer, const Settings& settings,
                   const std::shared_ptr<LoadedStores>& stores, bool all_shapes) {
  ShapeOf shapes(peer, settings, stores);
  const Shape plain{.record_count = settings.record_count};
  shapes.Add("", plain);
  if (!all_shapes) return;
  shapes.AddBulk("", plain);
  shapes.AddLatencies("/latency", plain);
  Shape shape = plain;
  shape.size = ProfileSize::kSmall;
  shapes.Add("/bytes:512", shape);
  shape.size = ProfileSize::kLarge;
  shapes.Add("/bytes:5120", shape);
  if (settings.large_record_count > 0) {
    shape = {.record_count = settings.large_record_count, .fits_caches = false};
    shapes.Add("/records:" + std::to_string(shape.record_count), shape);
  }
  shape = plain;
  for (const int thread_count : {2, 8, 32}) shapes.Add("", shape, thread_count);
  shape.is_synced = true;
  for (const int thread_count : {1, 2, 8, 32}) shapes.Add("/synced", shape, thread_count);
  shapes.AddBulk("/synced", shape);
}

}  // namespace dossier::bench
