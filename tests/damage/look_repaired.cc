#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "damage/look.h"

namespace dossier::damage_test {
namespace {

// What a repair told of what it left out.
struct Told {
  std::set<uint64_t> ids;
  bool has_ranges = false;
  bool may_be_older = false;  // a table is lost: what was there before it is back
};

class RepairedLooker {
 public:
  RepairedLooker(Engine& engine, const Past& past, const Terms& terms, const Told& told)
      : engine_(engine), past_(past), terms_(terms), told_(told) {}

  Look Run() {
    const absl::StatusOr<Verification> verified = engine_.Verify();
    if (!verified.ok()) return {Outcome::kWrong, std::string(verified.status().message())};
    if (!verified->is_sound()) return {Outcome::kWrong, verified->findings.front()};
    uint64_t sum = 0;
    for (const auto& [id, life] : past_.lives()) {
      const absl::StatusOr<std::string> record =
          engine_.HostSession().Get(life.first.type, EntityKey::Id(id));
      if (!record.ok() && !absl::IsNotFound(record.status())) {
        return {Outcome::kWrong, std::string(record.status().message())};
      }
      const std::string text = record.value_or("");
      sum ^= Past::SumOf(id, text);
      if (!IsRight(id, life, text)) {
        return {Outcome::kWrong,
                absl::StrCat("record ", id, text.empty() ? " is missing" : " is another")};
      }
    }
    if (!told_.ids.empty() || told_.has_ranges) return {Outcome::kTold};
    if (past_.IsLast(sum)) return {Outcome::kHarmless};
    if (terms_.may_be_earlier && past_.WasThere(sum)) return {Outcome::kEarlier};
    return {Outcome::kWrong, "it is a state that never was"};
  }

 private:
  bool IsRight(uint64_t id, const Past::Life& life, const std::string& record) const {
    const auto& states = life.records;
    if (record == states.back()) return true;
    if (record.empty()) {
      return told_.ids.contains(id) || told_.has_ranges || terms_.may_be_earlier;
    }
    const bool was_there = std::find(states.begin(), states.end(), record) != states.end();
    return was_there && (terms_.may_be_earlier || told_.may_be_older);
  }

  Engine& engine_;
  const Past& past_;
  const Terms& terms_;
  const Told& told_;
};

}  // namespace

Look LookAtRepaired(const std::string& directory, const std::string& mended, const Past& past,
                    const Terms& terms) {
  Told told;
  const auto note = [&](const LeftOut& left_out) {
    told.ids.insert(left_out.id);
    told.has_ranges |= left_out.id == 0;
    told.may_be_older |= absl::StrContains(left_out.reason, "cannot be opened");
    return absl::OkStatus();
  };
  const absl::StatusOr<Repaired> repaired =
      Engine::Repair(OptionsOf(directory), mended, {.left_out = note});
  if (!repaired.ok()) return {Outcome::kRefused, std::string(repaired.status().message())};
  const absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(OptionsOf(mended));
  if (!engine.ok()) return {Outcome::kWrong, std::string(engine.status().message())};
  return RepairedLooker(**engine, past, terms, told).Run();
}

}  // namespace dossier::damage_test
