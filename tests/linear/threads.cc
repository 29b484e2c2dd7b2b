#include "linear/threads.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "linear/pause.h"

namespace dossier::linear {
namespace {

using What = Call::What;

// That are judged together, so that all threads begin the next one at once.
constexpr uint64_t kHistoriesAtOnce = 16;

// One call in so many is stopped, so late at most.
constexpr int kCallsPerPause = 6;
constexpr int kPauseNanosMax = 20'000;

// The slots and codes of a history: few of them are fought for, many give it variety.
int SlotsOf(uint64_t history) { return 1 + static_cast<int>(history % kSlotCount); }
int CodesOf(uint64_t history) { return 1 + static_cast<int>(history / kSlotCount % kCodeCount); }

struct Stage {
  const Session& session;
  const Player& player;
  uint64_t first;
  uint64_t count;
  std::barrier<> together{kThreadCount};
  std::atomic<uint64_t> moment = 0;
  // By history, then by thread.
  std::array<std::array<History, kThreadCount>, kHistoriesAtOnce> played = {};
};

// One thread of all histories. It knows of each slot what it saw last.
class Actor {
 public:
  Actor(Stage& stage, int number)
      : stage_(stage),
        session_(stage.session),
        number_(number),
        random_(stage.first * kThreadCount + static_cast<uint64_t>(number)) {}

  Report Run() {
    Report report;
    Judge judge(report);
    for (uint64_t done = 0; done < stage_.count; done += kHistoriesAtOnce) {
      const size_t count = std::min(stage_.count - done, kHistoriesAtOnce);
      for (size_t i = 0; i < count; ++i) {
        stage_.together.arrive_and_wait();
        if (i > 0) LookAtTheEnd(i - 1);
        Play(stage_.first + done + i, i);
      }
      stage_.together.arrive_and_wait();
      LookAtTheEnd(count - 1);
      stage_.together.arrive_and_wait();
      for (size_t i = Index(number_); i < count; i += kThreadCount) {
        History all;
        for (const History& history : stage_.played[i]) {
          all.insert(all.end(), history.begin(), history.end());
        }
        judge.JudgeHistory(all);
      }
    }
    return report;
  }

 private:
  void Play(uint64_t history, size_t i) {
    history_ = history;
    seen_last_ = {};
    History& mine = stage_.played[i][Index(number_)];
    mine.clear();
    Make(Create(number_ % SlotsOf(history)), mine);
    for (int n = 1; n < kCallsPerThread; ++n) {
      if (Below(4) == 0) std::this_thread::yield();
      Make(Next(), mine);
    }
  }

  // The last calls: a look at each slot and each code.
  void LookAtTheEnd(size_t i) {
    History& mine = stage_.played[i][Index(number_)];
    const uint64_t next = std::exchange(history_, mine.front().seen.call.history);
    if (number_ < SlotsOf(history_)) Make(Of(What::kGet, number_), mine);
    if (number_ < CodesOf(history_)) Make(ByCode(What::kGet, number_), mine);
    history_ = next;
  }

  void Make(const Call& call, History& mine) {
    if (Below(kCallsPerPause) == 0) pause_.In(500 + Below(kPauseNanosMax));
    const uint64_t begun = ++stage_.moment;
    Seen seen = stage_.player(session_, call);
    const uint64_t ended = ++stage_.moment;
    const int slot = seen.record.id == 0 ? call.slot : seen.record.slot;
    const bool is_known = seen.answer == Answer::kOk || seen.answer == Answer::kNotFound;
    if (is_known && slot != kNone) seen_last_[Index(slot)] = seen.record;
    mine.push_back({std::move(seen), begun, ended});
  }

  Call Next() {
    if (to_count_) return Conditional(*std::exchange(to_count_, std::nullopt));
    const int slot = Below(SlotsOf(history_));
    const int code = Below(CodesOf(history_));
    switch (Below(16)) {
      case 0:
        return Create(slot);
      case 1:
        return seen_last_[Index(slot)].id == 0 ? Create(slot) : WithCode(Conditional(slot), code);
      case 2:
        return ById(What::kDelete, slot);
      case 3:
        return ById(What::kGet, slot);
      case 4:
      case 5:
        return ByCode(What::kGet, code);
      case 6:
        return ByCode(What::kUpdate, code);
      case 7:
        return WithCode(Of(What::kUpdate, slot), kNone);
      case 8:
      case 9:
        return WithCode(Of(What::kUpdate, slot), code);
      case 10:
      case 11:
        return Conditional(slot);
      case 12:
        return ById(What::kUpdate, slot);
      default:
        to_count_ = slot;
        return Of(What::kGet, slot);
    }
  }

  Call Of(What what, int slot) {
    return {.what = what,
            .history = history_,
            .slot = slot,
            .number = ++number_count_ * kThreadCount + number_,
            .appends = what != What::kGet && Below(4) == 0};
  }

  Call ByCode(What what, int code) {
    Call call = Of(what, kNone);
    call.by = Call::By::kCode;
    call.by_code = code;
    return call;
  }

  Call Create(int slot) {
    Call call = Of(What::kCreate, slot);
    return Below(4) == 0 ? call : WithCode(call, Below(CodesOf(history_)));
  }

  // Of the record that was seen last.
  Call ById(What what, int slot) {
    const uint64_t id = seen_last_[Index(slot)].id;
    if (id == 0) return Of(What::kGet, slot);
    Call call = Of(what, slot);
    call.by = Call::By::kId;
    call.id = id;
    return call;
  }

  // A write that counts, if the record still is what was seen last.
  Call Conditional(int slot) {
    const Record& last = seen_last_[Index(slot)];
    if (last.id == 0) return Of(What::kGet, slot);
    // By id: another record in the slot may have been written in the same microsecond.
    Call call = ById(Below(3) == 0 ? What::kReplace : What::kUpdate, slot);
    call.if_last_updated = last.last_updated;
    call.counter = last.counter + 1;
    return call;
  }

  static Call WithCode(Call call, int code) {
    if (call.has_value()) call.code = code;
    return call;
  }

  static size_t Index(int number) { return static_cast<size_t>(number); }
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  Stage& stage_;
  Session session_;
  const int number_;
  std::mt19937_64 random_;
  Pause pause_;
  uint64_t history_ = 0;
  int64_t number_count_ = 0;
  std::array<Record, kSlotCount> seen_last_ = {};
  std::optional<int> to_count_;  // the slot of a record that was read to be counted
};

}  // namespace

Report PlayHistories(const Session& session, const Player& player, uint64_t first, uint64_t count) {
  Stage stage{.session = session, .player = player, .first = first, .count = count};
  std::array<Report, kThreadCount> reports;
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreadCount; ++number) {
    threads.emplace_back([&stage, &reports, number] {
      reports[static_cast<size_t>(number)] = Actor(stage, number).Run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  Report all;
  for (const Report& report : reports) all.Add(report);
  return all;
}

}  // namespace dossier::linear
