// Whether what several threads saw of one object can have happened one call after the other.
//
// The algorithm of Wing and Gong ("Testing and verifying concurrent objects", 1993) with the memory of
// Lowe ("Testing for linearizability", 2017): calls are put in an order as long as the object allows
// each; where none of those that may come next fits, the last one is taken back; and what was reached
// once, the same calls behind it and the same state, is not tried again. A history of many objects is
// linearizable where that of each is (Herlihy and Wing, 1990), so each is checked alone, as Porcupine and
// Knossos do it: that is what makes it fast.
#ifndef DOSSIER_TESTS_LINEAR_CHECKER_H_
#define DOSSIER_TESTS_LINEAR_CHECKER_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace dossier::linear {

// Of one object in one history.
inline constexpr size_t kCallsMax = 128;

// What one thread asked and saw, and when: no two moments of a history are the same.
template <typename Seen>
struct Timed {
  Seen seen;
  uint64_t begun = 0;
  uint64_t ended = 0;
};

// Object::State is the object's state, at first State{}, which has == and AbslHashValue; Object::Seen
// what one call saw; Object::After(state, seen) the state behind the call, nothing where it cannot have
// seen that. Not thread-safe; keeps its memory from one history to the next.
template <typename Object>
class Checker {
 public:
  using State = typename Object::State;
  using Calls = std::vector<Timed<typename Object::Seen>>;

  bool IsLinearizable(const Calls& calls) {
    if (calls.size() > kCallsMax) std::abort();
    Arrange(calls);
    State state{};
    Place at = events_[kHead].next;
    while (at != kHead) {
      const Event event = events_[at];
      if (event.is_end) {  // of a call that fits nowhere before this
        if (taken_.empty()) return false;
        std::tie(at, state) = std::move(taken_.back());
        taken_.pop_back();
        PutBack(at);
        at = events_[at].next;
        continue;
      }
      std::optional<State> next = Object::After(state, calls[event.call].seen);
      if (next && IsNew(event.call, *next)) {
        taken_.emplace_back(at, std::exchange(state, *std::move(next)));
        TakeOut(at);
        at = events_[kHead].next;
      } else {
        at = event.next;
      }
    }
    return true;
  }

 private:
  // The begin or the end of a call, in a list by time of those that have no place yet.
  using Place = size_t;
  struct Event {
    size_t call;
    bool is_end;
    Place end = 0;  // of a begin: where its end is
    Place previous = 0;
    Place next = 0;
  };
  static constexpr Place kHead = 0;

  void Arrange(const Calls& calls) {
    moments_.clear();
    for (size_t call = 0; call < calls.size(); ++call) {
      moments_.emplace_back(calls[call].begun, call, false);
      moments_.emplace_back(calls[call].ended, call, true);
    }
    std::sort(moments_.begin(), moments_.end());
    events_.assign(1, Event{});
    std::array<Place, kCallsMax> begins;
    for (const auto& [moment, call, is_end] : moments_) {
      const Place at = events_.size();
      if (is_end) events_[begins[call]].end = at;
      if (!is_end) begins[call] = at;
      events_.push_back({.call = call, .is_end = is_end, .previous = at - 1});
      events_[at - 1].next = at;
    }
    events_[kHead].previous = events_.size() - 1;
    taken_.clear();
    reached_.clear();
    placed_ = {};
  }

  // Whether these calls, with this one, have not led to this state yet.
  bool IsNew(size_t call, const State& state) {
    Placed placed = placed_;
    placed[call / 64] |= uint64_t{1} << call % 64;
    return reached_.emplace(placed, state).second;
  }

  void TakeOut(Place begin) {
    placed_[events_[begin].call / 64] ^= uint64_t{1} << events_[begin].call % 64;
    for (const Place at : {begin, events_[begin].end}) {
      events_[events_[at].previous].next = events_[at].next;
      events_[events_[at].next].previous = events_[at].previous;
    }
  }

  void PutBack(Place begin) {
    placed_[events_[begin].call / 64] ^= uint64_t{1} << events_[begin].call % 64;
    for (const Place at : {events_[begin].end, begin}) {
      events_[events_[at].previous].next = at;
      events_[events_[at].next].previous = at;
    }
  }

  using Placed = std::array<uint64_t, kCallsMax / 64>;  // a bit a call

  std::vector<std::tuple<uint64_t, size_t, bool>> moments_;
  std::vector<Event> events_;
  std::vector<std::pair<Place, State>> taken_;  // begins, with the state before each
  Placed placed_ = {};
  absl::flat_hash_set<std::pair<Placed, State>> reached_;
};

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_CHECKER_H_
