#include "linear/objects.h"

#include <algorithm>
#include <array>

namespace dossier::linear {
namespace {

using What = Call::What;

// Of a write that a record takes.
Record Written(const Record& before, const Seen& seen) {
  const Call& call = seen.call;
  if (call.what == What::kDelete) return {};
  const bool is_whole = call.what != What::kUpdate;
  Record after = is_whole ? Record{} : before;
  // The engine chose them.
  after.id = call.what == What::kCreate ? seen.record.id : before.id;
  after.last_updated = seen.record.last_updated;
  after.slot = is_whole ? call.slot : before.slot;
  after.number = after.twin = call.number;
  if (is_whole || call.code) after.code = call.code.value_or(kNone);
  if (call.counter) after.counter = *call.counter;
  if (call.appends) after.items = Appended(after.items, call.number);
  return after;
}

// Whether the record is there that the call means.
bool IsMeant(const Record& record, const Call& call) {
  return record.id != 0 && (call.by != Call::By::kId || record.id == call.id);
}

}  // namespace

std::optional<Record> SlotObject::After(const Record& record, const Seen& seen) {
  const Call& call = seen->call;
  const auto same_if = [&](bool is_so) { return is_so ? std::optional(record) : std::nullopt; };
  if (call.what == What::kCreate) {
    if (seen->answer == Answer::kSlotTaken) return same_if(record.id != 0);
    if (seen->answer == Answer::kCodeTaken) return record;  // the slot, too, perhaps
    if (record.id != 0) return std::nullopt;
  } else {
    if (seen->answer == Answer::kNotFound) return same_if(!IsMeant(record, call));
    if (!IsMeant(record, call)) return std::nullopt;
    const bool has_changed = call.if_last_updated && *call.if_last_updated != record.last_updated;
    if (seen->answer == Answer::kChanged) return same_if(has_changed);
    if (has_changed) return std::nullopt;
    if (seen->answer == Answer::kCodeTaken) return same_if(call.code != record.code);
  }
  if (seen->answer != Answer::kOk) return std::nullopt;
  if (call.what == What::kGet) return same_if(seen->record == record);
  const Record after = Written(record, *seen);
  if (after != seen->record) return std::nullopt;
  if (after.id != 0 && after.last_updated <= record.last_updated) return std::nullopt;
  return after;
}

Checker<SlotObject>::Calls SlotObject::CallsOn(int slot, const History& history) {
  Checker<SlotObject>::Calls calls;
  for (const Timed<linear::Seen>& timed : history) {
    const int of =
        timed.seen.call.by == Call::By::kCode ? timed.seen.record.slot : timed.seen.call.slot;
    if (of == slot) calls.push_back({&timed.seen, timed.begun, timed.ended});
  }
  return calls;
}

std::optional<CodeObject::State> CodeObject::After(const State& state, const Seen& seen) {
  const int holder = state.holder;
  const auto same_if = [&](bool is_so) { return is_so ? std::optional(state) : std::nullopt; };
  switch (seen.what) {
    case What::kClaimed:
      if (holder != kNone && holder != seen.slot) return std::nullopt;
      return State{seen.slot};
    case What::kRefused:
      return same_if(holder != kNone && holder != seen.slot);
    case What::kReleased:
      return holder == seen.slot ? State{} : state;
    case What::kFound:
      return same_if(seen.slot != kNone && holder == seen.slot);
    case What::kNotFound:
      return same_if(holder == kNone);
  }
  return std::nullopt;
}

std::optional<CodeObject::Seen> SeenOfCode(int code, const Seen& seen) {
  using What = CodeObject::What;
  const Call& call = seen.call;
  if (seen.answer == Answer::kNotFound && call.by_code == code) return {{What::kNotFound}};
  if (seen.answer == Answer::kCodeTaken && call.code == code) return {{What::kRefused, call.slot}};
  if (seen.answer != Answer::kOk) return std::nullopt;
  if (call.has_value() && call.code == code) return {{What::kClaimed, call.slot}};
  const bool may_hold_another = call.what == Call::What::kReplace || call.code;
  if (call.what == Call::What::kDelete || (call.has_value() && may_hold_another)) {
    return {{What::kReleased, call.slot}};
  }
  // That a record does not show the code by which it was found is never right.
  if (call.by_code == code || seen.record.code == code) {
    return {{What::kFound, seen.record.code == code ? seen.record.slot : kNone}};
  }
  return std::nullopt;
}

Checker<CodeObject>::Calls CodeObject::CallsOn(int code, const History& history) {
  Checker<CodeObject>::Calls calls;
  std::array<bool, kSlotCount> has_claimed{};
  for (const Timed<linear::Seen>& timed : history) {
    const auto seen = SeenOfCode(code, timed.seen);
    if (!seen) continue;
    if (seen->what == What::kClaimed) has_claimed[static_cast<size_t>(seen->slot)] = true;
    calls.push_back({*seen, timed.begun, timed.ended});
  }
  // Who never had it releases nothing.
  std::erase_if(calls, [&](const auto& timed) {
    return timed.seen.what == What::kReleased && !has_claimed[static_cast<size_t>(timed.seen.slot)];
  });
  return calls;
}

}  // namespace dossier::linear
