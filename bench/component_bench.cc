// The steps of a call, each alone, on records that stand in the processor's cache.
#include <memory>
#include <string>
#include <vector>

#include "json/json_out.h"
#include "record/path.h"
#include "record/view.h"
#include "record_bytes.h"
#include "schema/claims.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr size_t kSampleCount = 256;
constexpr EntityId kIdStep = 7;  // a record and its six elements

// Some records with what their steps need.
struct Sample {
  explicit Sample(const Workload& workload) : type(ProfileType()) {
    for (size_t n = 0; n < kSampleCount; ++n) {
      profiles.push_back(workload.profiles[n]);
      records.push_back(MakeRecord(type, profiles.back(), 1 + n * kIdStep));
    }
  }

  RecordView record(size_t n) const { return RecordView::Trusted(records[n]); }

  EntityType type;
  std::vector<std::string> profiles;
  std::vector<std::string> records;
  HashKey hash_key{};
};

// `step(sample, n)` returns what must not be optimized away.
template <typename Step>
void Register(const char* name, const std::shared_ptr<const Sample>& sample, Step step) {
  benchmark::RegisterBenchmark(name, [sample, step](benchmark::State& state) mutable {
    size_t n = 0;
    for (auto _ : state) {
      benchmark::DoNotOptimize(step(*sample, n));
      n = (n + 1) % kSampleCount;
    }
  });
}

}  // namespace

void RegisterComponents(const Workload& workload) {
  const auto sample = std::make_shared<const Sample>(workload);
  Register("BM_RecordFromJson/component", sample, [](const Sample& s, size_t n) {
    return MakeRecord(s.type, s.profiles[n], 1 + n * kIdStep).size();
  });
  Register("BM_RecordToJson/component", sample,
           [json = std::string()](const Sample& s, size_t n) mutable {
             json.clear();
             AppendRecordJson(s.record(n), s.type.root(), /*only=*/nullptr, json);
             return json.size();
           });
  Register("BM_Verify/component", sample, [](const Sample& s, size_t n) {
    return RecordView::Verify(s.records[n], s.type.id(), 1 + n * kIdStep, s.type.root()).ok();
  });
  Register("BM_ClaimsOf/component", sample, [](const Sample& s, size_t n) {
    return ClaimsOf(s.record(n), s.type, s.hash_key).size();
  });
  Register("BM_ParsePath/component", sample, [](const Sample& s, size_t) {
    return Path::Parse("/statuses#11905", s.type.root(), "attribute_name").ok();
  });
}

}  // namespace dossier::bench
