#include "linear/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace dossier::linear {
namespace {

// How many conditional writes of the slot's records the counters do not show. Each raises the counter
// by one from what it read, so no two have one result, and the last record shows how many there were.
uint64_t LostUpdates(const Checker<SlotObject>::Calls& calls) {
  std::map<uint64_t, std::multiset<int64_t>> results;  // by the record's id
  const Timed<const Seen*>* last = nullptr;
  for (const auto& timed : calls) {
    if (last == nullptr || timed.begun > last->begun) last = &timed;
    const Seen& seen = *timed.seen;
    if (seen.call.counter && seen.answer == Answer::kOk) {
      results[seen.record.id].insert(*seen.call.counter);
    }
  }
  uint64_t count = 0;
  for (const auto& [id, counters] : results) {
    const std::set<int64_t> distinct(counters.begin(), counters.end());
    count += counters.size() - distinct.size();
  }
  if (last == nullptr || last->seen->answer != Answer::kOk) return count;
  const Record& record = last->seen->record;
  const auto shown = static_cast<uint64_t>(record.counter);
  const uint64_t done = results[record.id].size();
  return std::max(count, done > shown ? done - shown : shown - done);
}

// How often a record surely had the code from when its claim was answered to when its release began,
// while another surely had it too.
uint64_t Duplicates(const Checker<CodeObject>::Calls& calls) {
  using What = CodeObject::What;
  struct Holding {
    int slot;
    uint64_t begun;
    uint64_t ended;
  };
  std::vector<Holding> holdings;
  for (const auto& claim : calls) {
    if (claim.seen.what != What::kClaimed) continue;
    Holding holding{claim.seen.slot, claim.ended, UINT64_MAX};
    for (const auto& release : calls) {
      const bool may_release = release.seen.what == What::kReleased &&
                               release.seen.slot == claim.seen.slot && release.ended > claim.begun;
      if (may_release) holding.ended = std::min(holding.ended, release.begun);
    }
    if (holding.begun < holding.ended) holdings.push_back(holding);
  }
  uint64_t count = 0;
  for (size_t i = 0; i < holdings.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      count += holdings[i].slot != holdings[j].slot && holdings[i].begun < holdings[j].ended &&
               holdings[j].begun < holdings[i].ended;
    }
  }
  return count;
}

// How many calls began while another was under way.
template <typename Calls>
uint64_t Overlapping(const Calls& calls) {
  return static_cast<uint64_t>(std::count_if(calls.begin(), calls.end(), [&](const auto& timed) {
    return std::any_of(calls.begin(), calls.end(), [&](const auto& other) {
      return other.begun < timed.begun && timed.begun < other.ended;
    });
  }));
}

}  // namespace

void Judge::JudgeHistory(const History& history) {
  JudgeCalls(history);
  for (int slot = 0; slot < kSlotCount; ++slot) JudgeSlot(slot, history);
  for (int code = 0; code < kCodeCount; ++code) JudgeCode(code, history);
}

void Judge::JudgeSlot(int slot, const History& history) {
  const auto calls = SlotObject::CallsOn(slot, history);
  report_.overlapping_count += Overlapping(calls);
  const std::string which = absl::StrCat("slot ", slot);
  Note(report_.slot_violation_count, !slots_.IsLinearizable(calls), which, history);
  Note(report_.lost_update_count, LostUpdates(calls), "lost update in " + which, history);
}

void Judge::JudgeCode(int code, const History& history) {
  const auto calls = CodeObject::CallsOn(code, history);
  report_.overlapping_count += Overlapping(calls);
  const std::string which = absl::StrCat("code ", code);
  Note(report_.code_violation_count, !codes_.IsLinearizable(calls), which, history);
  Note(report_.duplicate_count, Duplicates(calls), "duplicate of " + which, history);
}

void Judge::JudgeCalls(const History& history) {
  ++report_.history_count;
  report_.call_count += history.size();
  uint64_t torn_count = 0;
  uint64_t other_count = 0;
  for (const Timed<Seen>& timed : history) {
    const Seen& seen = timed.seen;
    report_.write_count += seen.call.is_write() && seen.answer == Answer::kOk;
    report_.refused_count += seen.answer == Answer::kChanged || seen.answer == Answer::kSlotTaken ||
                             seen.answer == Answer::kCodeTaken;
    torn_count += seen.record.number != seen.record.twin;
    other_count += seen.answer == Answer::kOther;
  }
  Note(report_.torn_read_count, torn_count, "torn read", history);
  Note(report_.other_answer_count, other_count, "an answer that was not expected", history);
}

void Judge::Note(uint64_t& count, uint64_t more, const std::string& what, const History& history) {
  count += more;
  if (more == 0 || !report_.first_violation.empty()) return;
  History by_time = history;
  std::sort(by_time.begin(), by_time.end(),
            [](const auto& a, const auto& b) { return a.begun < b.begun; });
  report_.first_violation = what + "\n";
  for (const Timed<Seen>& timed : by_time) report_.first_violation += TextOf(timed) + "\n";
}

void Report::Add(const Report& other) {
  history_count += other.history_count;
  call_count += other.call_count;
  write_count += other.write_count;
  refused_count += other.refused_count;
  overlapping_count += other.overlapping_count;
  slot_violation_count += other.slot_violation_count;
  code_violation_count += other.code_violation_count;
  lost_update_count += other.lost_update_count;
  duplicate_count += other.duplicate_count;
  torn_read_count += other.torn_read_count;
  other_answer_count += other.other_answer_count;
  if (first_violation.empty()) first_violation = other.first_violation;
}

std::string TextOf(const Report& report) {
  std::string text =
      absl::StrCat(report.history_count, " histories of ", report.call_count, " calls, ",
                   report.write_count, " writes done, ", report.refused_count, " refused, ",
                   report.overlapping_count, " overlaps: not linearizable ");
  absl::StrAppend(&text, report.slot_violation_count, " records and ", report.code_violation_count,
                  " unique values, lost updates ", report.lost_update_count, ", duplicates ",
                  report.duplicate_count, ", torn reads ", report.torn_read_count);
  if (report.other_answer_count > 0) {
    absl::StrAppend(&text, ", other answers ", report.other_answer_count);
  }
  return text;
}

}  // namespace dossier::linear
