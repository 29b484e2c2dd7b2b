// RocksDB alone: BM_<Call>/floor_record and BM_<Call>/floor_json. What it does, floor.h says.
#include <memory>
#include <string>
#include <vector>

#include "floor.h"
#include "workload.h"

namespace dossier::bench {
namespace {

// What kNewStatus takes in the JSON (and a comma), and in the record: an object's header, a text, a
// time, two entries, and the element's place in the plural.
constexpr auto kStatusJsonBytes = static_cast<ptrdiff_t>(kNewStatus.size()) + 1;
constexpr ptrdiff_t kStatusRecordBytes = 6 + 24 + 8 + 2 * 4 + 12;

// The entries of one form, and a settled store of them, made at the first use.
class LoadedFloor {
 public:
  LoadedFloor(const Workload& workload, bool as_json) : workload_(workload), as_json_(as_json) {}

  const std::vector<Entries>& entries() {
    if (entries_.empty()) entries_ = MakeEntries(workload_, as_json_);
    return entries_;
  }
  const std::string& directory() {
    if (path_.empty()) {
      path_ = directory_.Join("loaded");
      Floor floor(path_);
      for (const Entries& each : entries()) floor.Create(each);
      floor.Settle();
    }
    return path_;
  }

 private:
  const Workload& workload_;
  bool as_json_;
  testing::TemporaryDirectory directory_;
  std::string path_;
  std::vector<Entries> entries_;
};

class Registration {
 public:
  Registration(const Workload& workload, bool as_json)
      : workload_(workload),
        form_(as_json ? "/floor_json" : "/floor_record"),
        loaded_(std::make_shared<LoadedFloor>(workload, as_json)) {}

  void AddCreate() {
    const auto run = [loaded = loaded_, &workload = workload_](benchmark::State& state) {
      const testing::TemporaryDirectory directory;
      Floor floor(directory.Join("new"));
      const std::vector<Entries>& entries = loaded->entries();
      Measure(state, workload.rising, [&](uint32_t n) { return floor.Create(entries[n]); });
    };
    benchmark::RegisterBenchmark(("BM_Create" + form_).c_str(), run)
        ->Iterations(kRecordCount)
        ->Unit(benchmark::kMicrosecond);
  }

  template <typename Call>
  void Add(const std::string& name, Call call) {
    const auto run = [call, loaded = loaded_, &workload = workload_](benchmark::State& state) {
      const DirectoryCopy copy(loaded->directory());
      Floor floor(copy.path());
      const std::vector<Entries>& entries = loaded->entries();
      for (const Entries& each : entries) {  // fills the block cache
        if (!floor.ReadBy(each.uuid_key)) Fail("RocksDB", "a record is missing");
      }
      Measure(state, workload.shuffled, [&](uint32_t n) { return call(floor, entries[n]); });
    };
    benchmark::RegisterBenchmark((name + form_).c_str(), run)
        ->Iterations(kCallCount)
        ->Unit(benchmark::kMicrosecond);
  }

 private:
  const Workload& workload_;
  std::string form_;
  std::shared_ptr<LoadedFloor> loaded_;
};

}  // namespace

void RegisterFloor(const Workload& workload) {
  for (const bool as_json : {false, true}) {
    Registration form(workload, as_json);
    const ptrdiff_t element_bytes = as_json ? kStatusJsonBytes : kStatusRecordBytes;
    // Any claim costs what the email's does.
    form.AddCreate();
    form.Add("BM_GetById", [](Floor& floor, const Entries& e) { return floor.Read(e); });
    form.Add("BM_GetByUuid",
             [](Floor& floor, const Entries& e) { return floor.ReadBy(e.uuid_key); });
    form.Add("BM_GetByEmail",
             [](Floor& floor, const Entries& e) { return floor.ReadBy(e.claim_keys[0]); });
    form.Add("BM_Update", [](Floor& floor, const Entries& e) { return floor.Rewrite(e, 0); });
    form.Add("BM_UpdateIfUnchanged",
             [](Floor& floor, const Entries& e) { return floor.RewriteBy(e.claim_keys[0], e); });
    form.Add("BM_Append", [element_bytes](Floor& floor, const Entries& e) {
      return floor.Rewrite(e, element_bytes);
    });
    form.Add("BM_ChangeElement",
             [](Floor& floor, const Entries& e) { return floor.Rewrite(e, 0); });
    form.Add("BM_DeleteElement", [element_bytes](Floor& floor, const Entries& e) {
      return floor.Rewrite(e, -element_bytes);
    });
    form.Add("BM_Replace", [](Floor& floor, const Entries& e) { return floor.Rewrite(e, 0); });
    form.Add("BM_Delete", [](Floor& floor, const Entries& e) { return floor.Delete(e); });
  }
}

}  // namespace dossier::bench
