#include "model/history.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dossier::model {
namespace {

// The ids above `last_id` in a record's JSON. Values of histories have none that are so high.
void AddNewIds(std::string_view record, uint64_t last_id, std::vector<uint64_t>& ids) {
  constexpr std::string_view kMember = "\"id\":";
  for (size_t at = record.find(kMember); at != std::string_view::npos;
       at = record.find(kMember, at + 1)) {
    uint64_t id = 0;
    for (size_t i = at + kMember.size(); i < record.size() && record[i] >= '0' && record[i] <= '9';
         ++i) {
      id = id * 10 + static_cast<uint64_t>(record[i] - '0');
    }
    if (id > last_id) ids.push_back(id);
  }
}

std::string Difference(std::string_view what, const std::string& engine, const std::string& model) {
  if (engine == model) return "";
  return absl::StrCat(std::string(what), "\n  engine: ", engine, "\n  model:  ", model, "\n");
}

std::string ToText(const Outcome& outcome) {
  if (!outcome.ok()) return absl::StrCat("error ", outcome.code, " at '", outcome.at, "'");
  return outcome.answer.empty() ? "done" : outcome.answer;
}

}  // namespace

std::string Both::Step(const Operation& named) {
  const Operation operation = names_.Fill(named);
  const uint64_t meant = model_.Meant(operation);
  StoredTimes stored;
  if (meant != 0) {
    const Record& record = model_.TypeNamed(operation.type)->records.at(meant);
    stored = {record.created, record.last_updated};
  }
  std::vector<NewRecord> made;
  const Outcome engine = subject_.Do(operation, model_.Clock(operation), stored, made);
  last_code_ = engine.code;

  // What the engine chose is read from what it made of its records.
  std::vector<NewRecord> touched = made;
  if (meant != 0) touched.push_back({meant, ""});
  std::vector<std::optional<std::string>> texts;
  Chosen chosen;
  for (const NewRecord& each : touched) {
    texts.push_back(subject_.RecordText(operation.type, each.id));
    if (texts.back().has_value()) AddNewIds(*texts.back(), model_.last_id(), chosen.ids);
  }
  std::sort(chosen.ids.begin(), chosen.ids.end());
  for (const NewRecord& each : made) chosen.uuids.push_back(each.uuid);
  names_.Add(named.number, chosen.ids);
  for (const NewRecord& each : made) names_.AddUuid(each.id, each.uuid);

  const Outcome model = model_.Do(operation, chosen);
  std::string difference = Difference("answers", ToText(engine), ToText(model));
  for (size_t i = 0; i < touched.size(); ++i) {
    difference += Difference(absl::StrCat("record ", touched[i].id), texts[i].value_or("none"),
                             model_.RecordText(operation.type, touched[i].id).value_or("none"));
  }
  if (operation.verb == Verb::kDump || operation.verb == Verb::kReopen) difference += CompareAll();
  return difference;
}

std::string Both::CompareAll() {
  std::string names;
  std::string difference;
  std::vector<NewRecord> none;
  for (const auto& [name, type] : model_.types()) {
    names += name + " ";
    const Operation read = {.verb = Verb::kReadType, .type = name};
    difference += Difference("type", ToText(subject_.Do(read, model_.Clock(read), {}, none)),
                             ToText(model_.Do(read, {})));
    std::string records;
    for (const auto& [id, record] : type.records) {
      absl::StrAppend(&records, scenarios::ToText(record.Whole()), "\n");
    }
    difference +=
        Difference(absl::StrCat("records of ", name), subject_.RecordsText(name), records);
    for (const auto& [client, features] : model_.clients()) {
      for (const char* kind : {"read", "write"}) {
        const Operation schema = {
            .verb = Verb::kReadAccessSchema, .type = name, .path = kind, .value = client};
        difference += Difference(absl::StrCat("schema ", client, " ", kind),
                                 ToText(subject_.Do(schema, model_.Clock(schema), {}, none)),
                                 ToText(model_.Do(schema, {})));
      }
    }
  }
  std::string engine_names;
  for (const std::string& name : subject_.TypeNames()) engine_names += name + " ";
  const Operation list = {.verb = Verb::kListClients};
  difference += Difference("types", engine_names, names);
  difference += Difference("clients", ToText(subject_.Do(list, model_.Clock(list), {}, none)),
                           ToText(model_.Do(list, {})));
  return difference + Difference("findings of Verify", subject_.Findings(), "");
}

std::string Failure(const History& history, size_t configuration) {
  Both both(configuration);
  for (const Operation& operation : history) {
    const std::string difference = both.Step(operation);
    if (!difference.empty()) return absl::StrCat(ToText(operation), "\n", difference);
  }
  return "";
}

History Shrunk(History history, size_t configuration) {
  for (size_t length = history.size() / 2; length > 0; length /= 2) {
    for (size_t begin = 0; begin < history.size();) {
      History shorter = history;
      const size_t end = std::min(begin + length, history.size());
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(begin),
                    shorter.begin() + static_cast<std::ptrdiff_t>(end));
      if (!Failure(shorter, configuration).empty()) {
        history = std::move(shorter);
      } else {
        begin = end;
      }
    }
  }
  return history;
}

std::string ToText(const History& history) {
  std::string text;
  for (const Operation& operation : history) absl::StrAppend(&text, ToText(operation), "\n");
  return text;
}

}  // namespace dossier::model
