// The objects of a history, as one call after the other changes them: what fills a slot, and who holds a
// code. Source: README.md of the specification, Settled (Time, Atomicity, Unique, Consistency).
#ifndef DOSSIER_TESTS_LINEAR_OBJECTS_H_
#define DOSSIER_TESTS_LINEAR_OBJECTS_H_

#include <optional>

#include "linear/call.h"
#include "linear/checker.h"

namespace dossier::linear {

// The record that fills a slot.
struct SlotObject {
  using State = Record;
  using Seen = const linear::Seen*;
  static std::optional<State> After(const State& state, const Seen& seen);
  // What a history tells of the slot.
  static Checker<SlotObject>::Calls CallsOn(int slot, const History& history);
};

// The slot of the record that holds a code, or kNone.
struct CodeObject {
  struct State {
    int holder = kNone;
    friend bool operator==(const State&, const State&) = default;
    template <typename H>
    friend H AbslHashValue(H hash, const State& state) {
      return H::combine(std::move(hash), state.holder);
    }
  };
  enum class What {
    kClaimed,   // by the slot
    kRefused,   // to the slot, since another has it
    kReleased,  // by the slot, if it had it
    kFound,     // in the slot
    kNotFound,
  };
  struct Seen {
    What what;
    int slot = kNone;
  };
  static std::optional<State> After(const State& state, const Seen& seen);
  static Checker<CodeObject>::Calls CallsOn(int code, const History& history);
};

// What a call does to a code: nothing where it does not touch it.
std::optional<CodeObject::Seen> SeenOfCode(int code, const Seen& seen);

}  // namespace dossier::linear

#endif  // DOSSIER_TESTS_LINEAR_OBJECTS_H_
