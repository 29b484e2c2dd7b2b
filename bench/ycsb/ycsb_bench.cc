#include "ycsb/ycsb_bench.h"

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <utility>

#include "calls/threads.h"
#include "support/temporary_directory.h"
#include "workload.h"
#include "ycsb/draws.h"

namespace dossier::bench {
namespace {

constexpr int kScanMax = 100;       // records of a scan: 1 to this, all as often
constexpr size_t kCallsFactor = 5;  // calls of a mix without scans, to those of other benchmarks

// Per cent of each call; what is left are reads. The record is drawn zipfian, in D among the latest.
struct Mix {
  const char* name;
  int update = 0;
  int insert = 0;
  int scan = 0;
  int read_and_update = 0;
  bool is_latest = false;
};

// Source: the core workloads of YCSB (Cooper et al., 2010).
constexpr std::array<Mix, 6> kMixes = {{
    {.name = "A", .update = 50},
    {.name = "B", .update = 5},
    {.name = "C"},
    {.name = "D", .insert = 5, .is_latest = true},
    {.name = "E", .insert = 5, .scan = 95},
    {.name = "F", .read_and_update = 50},
}};

// A loaded table, for one run.
class Run {
 public:
  Run(const MakeTable& make, size_t record_count)
      : table_(make(directory_.Join("table"))), zipfian_(record_count) {
    Draws draws(1);
    const std::unique_ptr<TableCaller> caller = table_->Connect();
    for (uint64_t n = 0; n < record_count; ++n) {
      if (!caller->Insert(KeyOfRecord(n), draws.Record())) Fail("YCSB", "a record is refused");
    }
    begun_ = inserted_ = record_count;
  }

  std::unique_ptr<TableCaller> Connect() { return table_->Connect(); }
  SharedStopwatch& stopwatch() { return stopwatch_; }
  const Zipfian& zipfian() const { return zipfian_; }

  bool InsertNext(TableCaller& caller, Draws& draws) {
    uint64_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      under_way_.insert(number = begun_++);
    }
    const bool is_fine = caller.Insert(KeyOfRecord(number), draws.Record());
    const std::lock_guard lock(mutex_);
    under_way_.erase(number);
    inserted_ = under_way_.empty() ? begun_ : *under_way_.begin();
    return is_fine;
  }
  // A recent record: none that another thread is about to insert.
  uint64_t DrawLatest(Draws& draws) const {
    const uint64_t bound = inserted_;
    const uint64_t back = zipfian_.Draw(draws);
    return back < bound ? bound - 1 - back : 0;
  }

 private:
  testing::TemporaryDirectory directory_;
  std::unique_ptr<Table> table_;
  SharedStopwatch stopwatch_;
  Zipfian zipfian_;
  std::mutex mutex_;                    // of the next two
  uint64_t begun_ = 0;                  // number of the next record
  std::set<uint64_t> under_way_;        // inserts
  std::atomic<uint64_t> inserted_ = 0;  // all below this are
};

class Thread {
 public:
  Thread(Run& run, const Mix& mix, const benchmark::State& state)
      : run_(run),
        mix_(mix),
        draws_(100 + static_cast<uint64_t>(state.thread_index())),
        caller_(run.Connect()) {}

  bool MakeCall() {
    int drawn = static_cast<int>(draws_.Below(100));
    const auto is = [&drawn](int per_cent) { return (drawn -= per_cent) < 0; };
    if (is(mix_.insert)) return run_.InsertNext(*caller_, draws_);
    const std::string key = KeyOfRecord(Record());
    if (is(mix_.update)) return Update(key);
    if (is(mix_.scan)) return caller_->Scan(key, 1 + static_cast<int>(draws_.Below(kScanMax)));
    if (is(mix_.read_and_update)) return caller_->Read(key) && Update(key);
    return caller_->Read(key);
  }

 private:
  uint64_t Record() {
    return mix_.is_latest ? run_.DrawLatest(draws_) : run_.zipfian().DrawScrambled(draws_);
  }
  bool Update(const std::string& key) {
    return caller_->Update(key, draws_.Below(kFieldCount), draws_.Value());
  }

  Run& run_;
  const Mix& mix_;
  Draws draws_;
  std::unique_ptr<TableCaller> caller_;
};

void Measure(benchmark::State& state, Run& run, const Mix& mix) {
  Thread thread(run, mix, state);
  MeasureCalls(state, run.stopwatch(), [&] { return thread.MakeCall(); });
}

}  // namespace

void RegisterYcsb(const std::string& peer, const MakeTable& make, const Settings& settings) {
  for (const Mix& mix : kMixes) {
    for (const int thread_count : {1, 2}) {
      const auto shared = std::make_shared<SharedByThreads<Run>>();
      const auto run = [=, &mix, count = settings.record_count](benchmark::State& state) {
        Run& ready = shared->Join(state, [&] { return std::make_unique<Run>(make, count); });
        Measure(state, ready, mix);
        shared->Leave();
      };
      const std::string name = std::string("BM_Ycsb") + mix.name + '/' + peer;
      auto* registered = benchmark::RegisterBenchmark(name.c_str(), run);
      registered->Unit(benchmark::kMicrosecond)->UseManualTime();
      const size_t call_count = settings.call_count * (mix.scan > 0 ? 1 : kCallsFactor);
      registered->Iterations(
          static_cast<benchmark::IterationCount>(call_count / static_cast<size_t>(thread_count)));
      if (thread_count > 1) registered->Threads(thread_count);
    }
  }
}

}  // namespace dossier::bench
