#include "damage/look.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dossier::damage_test {
namespace {

// Errors that say that something is damaged; all else that is not there is missing.
bool TellsOfDamage(const absl::Status& status) { return absl::IsDataLoss(status); }

bool IsMissing(const absl::Status& status) { return absl::IsNotFound(status); }

class Looker {
 public:
  Looker(Engine& engine, const Past& past, const Terms& terms)
      : host_(engine.HostSession()), engine_(engine), past_(past), terms_(terms) {}

  Look Run() {
    for (const auto& [id, life] : past_.lives()) ReadById(id, life);
    for (const auto& [id, life] : past_.lives()) ReadByName(id, life);
    for (const char* type : {"person", "thing"}) {
      Export(type);
      for (int bucket = 0; bucket < kBucketCount; ++bucket) Count(type, bucket);
    }
    LookAtClients();
    Verify();
    Judge();
    if (terms_.writes_on) WriteOn();
    return look_;
  }

 private:
  void Wrong(std::string what) {
    if (look_.outcome != Outcome::kWrong) look_ = {Outcome::kWrong, std::move(what)};
  }

  // Whether there is an answer to judge.
  bool HasAnswer(const absl::Status& status, const std::string& of) {
    if (status.ok()) return true;
    if (TellsOfDamage(status)) {
      is_told_ = true;
    } else if (!IsMissing(status)) {
      Wrong(absl::StrCat(of, ": ", std::string(status.ToString())));
    }
    return false;
  }

  void ReadById(uint64_t id, const Past::Life& life) {
    const absl::StatusOr<std::string> record = host_.Get(life.first.type, EntityKey::Id(id));
    const std::string name = absl::StrCat("record ", id);
    if (!HasAnswer(record.status(), name)) return;
    found_[id] = *record;
    sum_ ^= Past::SumOf(id, *record);
    const auto& states = life.records;
    const bool is_right = terms_.may_be_earlier
                              ? std::find(states.begin(), states.end(), *record) != states.end()
                              : states.back() == *record;
    if (!is_right) Wrong(name + " is another than was stored");
  }

  void ReadByName(uint64_t id, const Past::Life& life) {
    const Step& first = life.first;
    for (const EntityKey& key :
         {EntityKey::Uuid(first.uuid), EntityKey::Attribute(first.attribute, first.value)}) {
      const absl::StatusOr<std::string> record = host_.Get(first.type, key);
      const std::string name = absl::StrCat("record ", id, " by its name");
      const auto by_id = found_.find(id);
      if (HasAnswer(record.status(), name)) {
        if (by_id != found_.end() && by_id->second != *record) Wrong(name + " is another");
        if (by_id == found_.end() && *record != life.records.back()) Wrong(name + " is wrong");
      } else if (IsMissing(record.status()) && by_id != found_.end()) {
        hidden_.push_back(name);
      }
    }
  }

  void Export(const std::string& type) {
    uint64_t sum = 0;
    size_t count = 0;
    const absl::Status status = host_.Export(type, {}, [&](std::string_view record) {
      const std::string text(record);
      const uint64_t id = std::strtoull(text.c_str() + text.find("\"id\":") + 5, nullptr, 10);
      sum ^= Past::SumOf(id, text);
      ++count;
      const auto life = past_.lives().find(id);
      if (life == past_.lives().end()) Wrong("a record that never was is exported");
      return absl::OkStatus();
    });
    if (!HasAnswer(status, "an export of " + type)) return;
    uint64_t expected = 0;
    for (const auto& [id, record] : found_) {
      if (past_.lives().at(id).first.type == type) expected ^= Past::SumOf(id, record);
    }
    if (sum != expected) hidden_.push_back("an export of " + type);
  }

  void Count(const std::string& type, int bucket) {
    const std::string filter = absl::StrCat("bucket = ", bucket);
    const absl::StatusOr<uint64_t> count = host_.Count(type, {.filter = filter});
    if (!HasAnswer(count.status(), filter)) return;
    const std::string text = absl::StrCat("\"bucket\":", bucket, ",");
    const auto expected = std::count_if(found_.begin(), found_.end(), [&](const auto& found) {
      return past_.lives().at(found.first).first.type == type &&
             absl::StrContains(found.second, text);
    });
    if (*count != static_cast<uint64_t>(expected)) hidden_.push_back(filter);
  }

  void LookAtClients() {
    if (!engine_.ClientSession(kClientId, kClientSecret).ok()) hidden_.push_back("the client");
  }

  void Verify() {
    const absl::StatusOr<Verification> verified = engine_.Verify();
    if (!HasAnswer(verified.status(), "Verify")) return;
    if (!verified->is_sound()) is_told_ = true;
  }

  void Judge() {
    if (look_.outcome == Outcome::kWrong) return;
    if (is_told_) {
      look_.outcome = Outcome::kTold;
      return;
    }
    const bool is_last = past_.IsLast(sum_);
    if (!is_last && !past_.WasThere(sum_)) return Wrong("it is a state that never was");
    if (!is_last && !terms_.may_be_earlier) return Wrong("what was written last is missing");
    if (is_last && !hidden_.empty()) return Wrong(hidden_.front() + " is not found");
    look_.outcome = is_last ? Outcome::kHarmless : Outcome::kEarlier;
  }

  // What that answers is not judged: that it ends is.
  void WriteOn() {
    host_.Create("thing", R"({"code":1000000})").IgnoreError();
    engine_.Compact().IgnoreError();
  }

  Session host_;
  Engine& engine_;
  const Past& past_;
  const Terms terms_;
  Look look_;
  std::map<uint64_t, std::string> found_;  // by id
  uint64_t sum_ = 0;
  std::vector<std::string> hidden_;  // what is there, and was not found in another way
  bool is_told_ = false;
};

}  // namespace

Past::Past(const History& history) {
  uint64_t sum = 0;
  sums_.push_back(sum);
  for (const Step& step : history) {
    Life& life = lives_[step.id];
    if (life.records.empty()) {
      life.first = step;
    } else {
      sum ^= SumOf(step.id, life.records.back());
    }
    life.records.push_back(step.record);
    sum ^= SumOf(step.id, step.record);
    sums_.push_back(sum);
  }
}

uint64_t Past::SumOf(uint64_t id, const std::string& record) {
  return record.empty() ? 0 : std::hash<std::string>()(absl::StrCat(id, " ", record));
}

bool Past::WasThere(uint64_t sum) const {
  return std::find(sums_.begin(), sums_.end(), sum) != sums_.end();
}

Look LookAt(const std::string& directory, const Past& past, const Terms& terms) {
  const absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(OptionsOf(directory));
  if (!engine.ok()) return {Outcome::kRefused, std::string(engine.status().message())};
  return Looker(**engine, past, terms).Run();
}

}  // namespace dossier::damage_test
