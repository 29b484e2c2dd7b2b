#include "load/worker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "peers/people.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr uint64_t kNanosOfMinute = 60'000'000'000;
constexpr size_t kRecordsMin = 1'000;  // before anything else is done

void Must(const absl::Status& status, std::string_view call) {
  if (!status.ok()) Fail(call, std::string(status.message()));
}

}  // namespace

void LoadFigures::Add(const LoadFigures& others) {
  for (size_t i = 0; i < kLoadCallCount; ++i) {
    latencies[i].Add(others.latencies[i]);
    longest[i].Keep(others.longest[i]);
  }
  minutes.resize(std::max(minutes.size(), others.minutes.size()));
  for (size_t i = 0; i < others.minutes.size(); ++i) {
    minutes[i].call_count += others.minutes[i].call_count;
    minutes[i].longest.Keep(others.minutes[i].longest);
  }
}

LoadWorker::LoadWorker(Session session, uint32_t index, uint32_t thread_count)
    : session_(std::move(session)), step_(thread_count), next_number_(index), draw_(index) {}

void LoadWorker::Run(uint64_t begin_nanos, uint64_t end_nanos) {
  for (uint64_t now = begin_nanos; now < end_nanos; now = NowNanos()) {
    const LoadCall call = Draw();
    const uint64_t nanos = Make(call);
    Note(call, nanos, NowNanos() - begin_nanos);
  }
}

LoadCall LoadWorker::Draw() {
  if (records_.size() < kRecordsMin) return LoadCall::kCreate;
  int drawn = static_cast<int>(draw_() % 100);
  for (const LoadShare& share : kLoadShares) {
    if ((drawn -= share.per_cent) < 0) return share.call;
  }
  return LoadCall::kGet;
}

uint64_t LoadWorker::Make(LoadCall call) {
  if (call == LoadCall::kCreate) return Create();
  const size_t at = draw_() % records_.size();
  if (call == LoadCall::kDelete) return Delete(at);
  const EntityKey key = EntityKey::Id(records_[at].id);
  const std::string value = call == LoadCall::kReplace
                                ? PersonOf(records_[at].number, ProfileSize::kMiddle).replacement
                                : '[' + std::string(kNewStatus) + ']';
  const uint64_t begin = NowNanos();
  switch (call) {
    case LoadCall::kGet:
      Must(session_.Get(kLoadType, key).status(), "get");
      break;
    case LoadCall::kUpdate:
      Must(session_.Update(kLoadType, key, kTwoAttributes).status(), "update");
      break;
    case LoadCall::kAppend:
      Must(session_.Update(kLoadType, key, value, {.path = "/statuses"}).status(), "append");
      break;
    case LoadCall::kReplace:
      Must(session_.Replace(kLoadType, key, value).status(), "replace");
      break;
    case LoadCall::kCreate:
    case LoadCall::kDelete:
      break;
  }
  return NowNanos() - begin;
}

uint64_t LoadWorker::Create() {
  const uint32_t number = next_number_;
  next_number_ += step_;
  const std::string profile = ProfileOf(number, ProfileSize::kMiddle);
  const uint64_t begin = NowNanos();
  const auto created = session_.Create(kLoadType, profile);
  const uint64_t nanos = NowNanos() - begin;
  Must(created.status(), "create");
  records_.push_back({created->id, number});
  return nanos;
}

uint64_t LoadWorker::Delete(size_t at) {
  const uint64_t begin = NowNanos();
  Must(session_.Delete(kLoadType, EntityKey::Id(records_[at].id)), "delete");
  const uint64_t nanos = NowNanos() - begin;
  records_[at] = records_.back();
  records_.pop_back();
  return nanos;
}

void LoadWorker::Note(LoadCall call, uint64_t nanos, uint64_t since_begin) {
  const size_t i = static_cast<size_t>(call);
  const Longest longest{nanos, static_cast<double>(since_begin) * 1e-9};
  figures_.latencies[i].Add(nanos);
  figures_.longest[i].Keep(longest);
  const size_t minute = since_begin / kNanosOfMinute;
  if (minute >= figures_.minutes.size()) figures_.minutes.resize(minute + 1);
  ++figures_.minutes[minute].call_count;
  figures_.minutes[minute].longest.Keep(longest);
}

}  // namespace dossier::bench
