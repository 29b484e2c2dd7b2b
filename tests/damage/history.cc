#include "damage/history.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dossier::damage_test {
namespace {

constexpr char kPerson[] = R"([
  {"name":"email","type":"string","constraints":["unique"]},
  {"name":"bucket","type":"integer"},
  {"name":"note","type":"json"},
  {"name":"cards","type":"plural","attr_defs":[
    {"name":"number","type":"string","constraints":["unique"]},
    {"name":"label","type":"string","constraints":["locally-unique"]}]},
  {"name":"lines","type":"plural","attr_defs":[{"name":"text","type":"string"}]}])";

constexpr char kThing[] = R"([
  {"name":"code","type":"integer","constraints":["unique"]},
  {"name":"bucket","type":"integer"},
  {"name":"price","type":"decimal"},
  {"name":"made","type":"dateTime"},
  {"name":"is_open","type":"boolean"},
  {"name":"note","type":"json"}])";

class Maker {
 public:
  explicit Maker(std::string directory) : directory_(std::move(directory)) {}

  absl::Status Make() {
    absl::Status status = Open();
    status.Update(DeclareTypes());
    status.Update(Write(60));
    if (status.ok()) status = engine_->Compact();
    status.Update(Write(60));
    status.Update(Open());  // what the log has goes into tables
    status.Update(Write(190));
    if (!status.ok()) return status;
    std::this_thread::sleep_for(std::chrono::seconds(3));  // the mark says then what the disk has
    std::filesystem::copy(directory_ + "/closed", directory_ + "/killed",
                          std::filesystem::copy_options::recursive);
    engine_.reset();
    return WriteHistory();
  }

 private:
  absl::Status Open() {
    engine_.reset();
    EngineOptions options = OptionsOf(directory_ + "/closed");
    options.create_if_missing = true;
    options.record_cache_bytes = 1u << 20;  // so that there are deltas
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(options);
    if (engine.ok()) engine_ = *std::move(engine);
    return engine.status();
  }

  Session Host() { return engine_->HostSession(); }

  absl::Status DeclareTypes() {
    absl::Status status = Host().CreateEntityType("person", kPerson).status();
    status.Update(Host().CreateEntityType("thing", kThing).status());
    for (const char* type : {"person", "thing"}) status.Update(Host().AddIndex(type, "bucket"));
    status.Update(Host().AddIndex("person", "cards.label"));
    status.Update(Host().AwaitIndexes());
    status.Update(Host().AddClient({.client_id = kClientId,
                                    .client_secret = kClientSecret,
                                    .description = "",
                                    .features = {"owner"}}));
    return status;
  }

  absl::Status Write(int count) {
    for (int i = 0; i < count; ++i) {
      const size_t what = random_() % 8;
      absl::Status status;
      if (alive_.size() < 10 || what < 3) {
        status = Create();
      } else if (what == 3) {
        status = Delete();
      } else {
        status = Update();
      }
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Create() {
    const bool is_person = random_() % 3 != 0;
    Step made{.type = is_person ? "person" : "thing"};
    const size_t number = ++created_;
    made.attribute = is_person ? "email" : "code";
    made.value = is_person ? absl::StrCat("\"P", number, "@example.com\"") : absl::StrCat(number);
    const absl::StatusOr<Created> created = Host().Create(
        made.type,
        absl::StrCat("{\"", made.attribute, "\":", made.value, ",",
                     is_person ? PartsOfAPerson(number % 3 == 0 ? 30 : 2) : PartsOfAThing(), "}"));
    if (!created.ok()) return created.status();
    made.id = created->id;
    made.uuid = created->uuid;
    alive_.push_back(made);
    return Note(made);
  }

  absl::Status Update() {
    const Step& changed = alive_[random_() % alive_.size()];
    std::string value = absl::StrCat("{\"bucket\":", random_() % kBucketCount);
    if (random_() % 3 == 0) absl::StrAppend(&value, ",\"note\":", Note());
    if (random_() % 2 == 0 && changed.type == "person") {
      absl::StrAppend(&value, ",\"lines\":[", Line(), "]");
    }
    const absl::Status status =
        Host().Update(changed.type, EntityKey::Id(changed.id), value + "}").status();
    return status.ok() ? Note(changed) : status;
  }

  absl::Status Delete() {
    std::swap(alive_[random_() % alive_.size()], alive_.back());
    Step gone = std::move(alive_.back());
    alive_.pop_back();
    const absl::Status status = Host().Delete(gone.type, EntityKey::Id(gone.id));
    gone.record.clear();
    history_.push_back(std::move(gone));
    return status;
  }

  absl::Status Note(Step step) {
    absl::StatusOr<std::string> record = Host().Get(step.type, EntityKey::Id(step.id));
    if (!record.ok()) return record.status();
    step.record = *std::move(record);
    history_.push_back(std::move(step));
    return absl::OkStatus();
  }

  std::string PartsOfAPerson(int elements) {
    std::string cards;
    std::string lines;
    for (int i = 0; i < elements; ++i) {
      absl::StrAppend(&cards, i > 0 ? "," : "", "{\"number\":\"", created_, "-", i,
                      "\",\"label\":\"", i, "\"}");
      absl::StrAppend(&lines, i > 0 ? "," : "", Line());
    }
    return absl::StrCat("\"bucket\":", random_() % kBucketCount, ",\"cards\":[", cards,
                        "],\"lines\":[", lines, "],\"note\":", Note());
  }

  std::string PartsOfAThing() {
    return absl::StrCat("\"bucket\":", random_() % kBucketCount, ",\"price\":", random_() % 1'000,
                        ".50,\"made\":\"2026-11-22 01:02:03\",\"is_open\":true,\"note\":", Note());
  }

  std::string Line() { return absl::StrCat("{\"text\":\"", absl::Hex(random_()), "\"}"); }

  // Now and then more than a block of a table has.
  std::string Note() {
    std::string text = "\"";
    for (size_t left = random_() % 8 == 0 ? 1'500 : random_() % 100; left > 0; --left) {
      absl::StrAppend(&text, absl::Hex(random_()));
    }
    return text + "\"";
  }

  absl::Status WriteHistory() const {
    std::ofstream file(directory_ + "/history");
    for (const Step& step : history_) {
      file << step.type << '\t' << step.id << '\t' << step.uuid << '\t' << step.attribute << '\t'
           << step.value << '\t' << step.record << '\n';
    }
    file.close();
    return file ? absl::OkStatus() : absl::UnavailableError("cannot write the history");
  }

  const std::string directory_;
  std::mt19937_64 random_{11};
  size_t created_ = 0;
  std::vector<Step> alive_;
  History history_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace

EngineOptions OptionsOf(const std::string& directory) {
  return {.directory = directory,
          .create_if_missing = false,
          .block_cache_bytes = 1u << 20,
          .record_cache_bytes = 0,
          .large_plural_bytes = 500};
}

absl::Status MakeStores(const std::string& directory) { return Maker(directory).Make(); }

absl::StatusOr<History> ReadHistory(const std::string& directory) {
  std::ifstream file(directory + "/history");
  History history;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> parts = absl::StrSplit(line, '\t');
    Step step;
    if (parts.size() != 6 || !absl::SimpleAtoi(parts[1], &step.id)) {
      return absl::InternalError("the history is none");
    }
    step.type = parts[0];
    step.uuid = parts[2];
    step.attribute = parts[3];
    step.value = parts[4];
    step.record = parts[5];
    history.push_back(std::move(step));
  }
  if (history.empty()) return absl::InternalError("there is no history");
  return history;
}

}  // namespace dossier::damage_test
