#include "crash/kill_check.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "dossier/errors.h"

namespace dossier::crash_test {
namespace {

// Where the text behind `text` begins, or the end.
size_t Behind(std::string_view json, std::string_view text, size_t from = 0) {
  const size_t at = json.find(text, from);
  return at == json.npos ? json.size() : at + text.size();
}

int64_t NumberAt(const std::string& json, size_t at) {
  return std::strtoll(json.c_str() + at, nullptr, 10);
}

RecordState StateOf(const std::string& json) {
  RecordState state{.is_there = true,
                    .id = static_cast<uint64_t>(NumberAt(json, Behind(json, R"("id":)"))),
                    .counter = NumberAt(json, Behind(json, R"("counter":)"))};
  const size_t slot = Behind(json, R"("slot":"slot)");
  if (slot < json.size()) state.slot = static_cast<int>(NumberAt(json, slot));
  constexpr std::string_view kN = R"("n":)";
  for (size_t at = Behind(json, kN); at < json.size(); at = Behind(json, kN, at)) {
    state.Append(NumberAt(json, at));
  }
  return state;
}

std::string TextOf(const RecordState& state) {
  if (!state.is_there) return "none";
  return absl::StrCat("id ", state.id, ", counter ", state.counter, ", slot ", state.slot, ", ",
                      state.item_count, " items ", absl::Hex(state.items));
}

absl::Status Differs(size_t key, const std::string& how) {
  return absl::InternalError(absl::StrCat("key ", key, ": ", how));
}

// That the record of the key is as it was left, or as what was under way makes it.
absl::Status CheckRecord(Session& host, size_t key, Ledger& ledger) {
  Entry& entry = ledger.entries[key];
  const auto json = host.Get(kType, EntityKey::Attribute("code", CodeOf(key)));
  const auto detail = DetailOf(json.status());
  if (!json.ok() && (!detail || detail->code != 310)) return json.status();
  const RecordState seen = json.ok() ? StateOf(*json) : RecordState{};
  const bool is_known = entry.phase != Entry::kDone && entry.known.IsSeenAs(seen);
  const bool is_tried = entry.phase != Entry::kIdle && entry.tried.IsSeenAs(seen);
  if (!is_known && !is_tried) {
    return Differs(key,
                   absl::StrCat("is ", TextOf(seen), "; in phase ", entry.phase.load(), " known ",
                                TextOf(entry.known), "; tried ", TextOf(entry.tried)));
  }
  ledger.cut_count += entry.phase == Entry::kTrying;
  ledger.cut_done_count += entry.phase == Entry::kTrying && is_tried;
  entry.known = seen;
  entry.phase = Entry::kIdle;
  if (!seen.is_there) return absl::OkStatus();
  ledger.highest_id = std::max(ledger.highest_id, seen.id);
  if (host.Get(kType, EntityKey::Id(seen.id)) != json) return Differs(key, "another by its id");
  if (seen.slot < 0) return absl::OkStatus();
  const auto by_slot = host.Get(kType, EntityKey::Attribute("slot", SlotName(seen.slot)));
  return by_slot == json ? absl::OkStatus() : Differs(key, "another by its slot");
}

}  // namespace

absl::Status CheckStore(Engine& engine, Ledger& ledger) {
  Session host = engine.HostSession();
  absl::Status status;
  uint64_t there_count = 0;
  for (size_t key = 0; key < kKeyCount && status.ok(); ++key) {
    status = CheckRecord(host, key, ledger);
    there_count += ledger.entries[key].known.is_there;
    ++ledger.compared_count;
  }
  for (const char* filter : {"counter >= 0", "code >= ''"}) {
    if (!status.ok()) return status;
    const auto count = host.Count(kType, {.filter = filter});
    status = count.status();
    if (count.ok() && *count != there_count) {
      return absl::InternalError(absl::StrCat(filter, " finds ", *count, " of ", there_count));
    }
  }
  const auto found = engine.Verify();
  if (!status.ok() || !found.ok()) return status.ok() ? found.status() : status;
  if (!found->is_sound()) return absl::InternalError(found->findings.front());
  if (found->record_count == there_count) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(found->record_count, " records, not ", there_count));
}

}  // namespace dossier::crash_test
