#include "linear/call.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dossier/errors.h"

namespace dossier::linear {
namespace {

std::string NameOf(uint64_t history, int number) {
  return absl::StrCat("\"", history, ".", number, "\"");
}

EntityKey KeyOf(const Call& call) {
  switch (call.by) {
    case Call::By::kSlot:
      return EntityKey::Attribute("slot", NameOf(call.history, call.slot));
    case Call::By::kCode:
      return EntityKey::Attribute("code", NameOf(call.history, call.by_code));
    case Call::By::kId:
      break;
  }
  return EntityKey::Id(call.id);
}

std::string ValueOf(const Call& call) {
  std::string json = absl::StrCat("{\"number\":", call.number, ",\"twin\":", call.number);
  const bool is_whole = call.what != Call::What::kUpdate;
  if (is_whole) absl::StrAppend(&json, ",\"slot\":", NameOf(call.history, call.slot));
  if (call.code == kNone) json += ",\"code\":null";
  if (call.code.value_or(kNone) != kNone) {
    absl::StrAppend(&json, ",\"code\":", NameOf(call.history, *call.code));
  }
  if (call.counter) absl::StrAppend(&json, ",\"counter\":", *call.counter);
  if (call.appends) absl::StrAppend(&json, ",\"items\":[{\"n\":", call.number, "}]");
  return json + "}";
}

// The text behind `"name":`, from `at` on, which moves behind it; empty where there is none. For values
// without commas and brackets.
std::string_view Scalar(std::string_view json, std::string_view name, size_t& at) {
  const size_t found = json.find(name, at);
  if (found == json.npos) return {};
  const size_t begin = found + name.size();
  at = json.find_first_of(",]}", begin);
  return json.substr(begin, at - begin);
}

std::string_view Scalar(std::string_view json, std::string_view name) {
  size_t at = 0;
  return Scalar(json, name, at);
}

int64_t Number(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int NameIn(std::string_view text) {
  const size_t dot = text.find('.');
  return dot == text.npos ? kNone : static_cast<int>(Number(text.substr(dot + 1)));
}

// "2000-01-01 00:00:07.000123 +0000". The clock of these tests stays within a day.
int64_t Micros(std::string_view text) {
  const int64_t seconds =
      (Number(text.substr(12)) * 60 + Number(text.substr(15))) * 60 + Number(text.substr(18));
  int64_t micros = 0;
  if (text[20] == '.') {
    const size_t digits = text.find(' ', 21) - 21;
    micros = Number(text.substr(21, digits));
    for (size_t i = digits; i < 6; ++i) micros *= 10;
  }
  return seconds * 1'000'000 + micros;
}

Record RecordOf(std::string_view json) {
  Record record{.id = static_cast<uint64_t>(Number(Scalar(json, R"("id":)"))),
                .slot = NameIn(Scalar(json, R"("slot":)")),
                .code = NameIn(Scalar(json, R"("code":)")),
                .number = Number(Scalar(json, R"("number":)")),
                .twin = Number(Scalar(json, R"("twin":)")),
                .counter = Number(Scalar(json, R"("counter":)")),
                .last_updated = Micros(Scalar(json, R"("lastUpdated":)"))};
  for (size_t at = 0; at < json.size();) {
    const std::string_view n = Scalar(json, R"("n":)", at);
    if (n.empty()) break;
    record.items = Appended(record.items, Number(n));
  }
  return record;
}

Answer AnswerOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (status.ok()) return Answer::kOk;
  if (!detail) return Answer::kOther;
  if (detail->code == 310) return Answer::kNotFound;
  if (detail->code == 330) return Answer::kChanged;
  if (detail->code != 361) return Answer::kOther;
  return detail->attribute_name == "/slot" ? Answer::kSlotTaken : Answer::kCodeTaken;
}

Seen SeenOf(const Call& call, const absl::StatusOr<std::string>& answer) {
  Seen seen{.call = call, .answer = AnswerOf(answer.status())};
  if (answer.ok() && !answer->empty()) seen.record = RecordOf(*answer);
  if (seen.answer == Answer::kOther) seen.error = answer.status().ToString();
  return seen;
}

}  // namespace

Seen Play(Session& session, const Call& call) {
  std::optional<absl::Time> if_last_updated;
  if (call.if_last_updated)
    if_last_updated = kFirstTime + absl::Microseconds(*call.if_last_updated);
  WriteOptions options{.last_updated = if_last_updated, .include_record = true};
  switch (call.what) {
    case Call::What::kCreate: {
      absl::StatusOr<Created> created =
          session.Create(kType, ValueOf(call), {.include_record = true});
      if (!created.ok()) return SeenOf(call, created.status());
      return SeenOf(call, std::move(created->record));
    }
    case Call::What::kGet:
      return SeenOf(call, session.Get(kType, KeyOf(call)));
    case Call::What::kUpdate:
      return SeenOf(call, session.Update(kType, KeyOf(call), ValueOf(call), options));
    case Call::What::kReplace:
      return SeenOf(call, session.Replace(kType, KeyOf(call), ValueOf(call), options));
    case Call::What::kDelete:
      break;
  }
  options.include_record = false;
  const absl::Status deleted = session.Delete(kType, KeyOf(call), options);
  return SeenOf(call, deleted.ok() ? absl::StatusOr<std::string>("") : deleted);
}

uint64_t Appended(uint64_t items, int64_t number) {
  return (items + static_cast<uint64_t>(number)) * 0x9E3779B97F4A7C15;
}

std::string TextOf(const Timed<Seen>& timed) {
  static constexpr const char* kWhats[] = {"create", "get", "update", "replace", "delete"};
  static constexpr const char* kAnswers[] = {"ok",         "not found",  "changed",
                                             "slot taken", "code taken", "other"};
  const Call& call = timed.seen.call;
  std::string text =
      absl::StrCat(timed.begun, "-", timed.ended, " ", kWhats[static_cast<int>(call.what)]);
  if (call.by == Call::By::kCode) absl::StrAppend(&text, " of code ", call.by_code);
  if (call.slot != kNone) absl::StrAppend(&text, " in slot ", call.slot);
  if (call.by == Call::By::kId) absl::StrAppend(&text, " id ", call.id);
  if (call.if_last_updated) absl::StrAppend(&text, " if ", *call.if_last_updated);
  if (call.has_value()) absl::StrAppend(&text, " number ", call.number);
  if (call.counter) absl::StrAppend(&text, " counter ", *call.counter);
  if (call.code) absl::StrAppend(&text, " code ", *call.code);
  if (call.appends) text += " and an item";
  absl::StrAppend(&text, ": ", kAnswers[static_cast<int>(timed.seen.answer)], timed.seen.error);
  const Record& record = timed.seen.record;
  if (record.id == 0) return text;
  absl::StrAppend(&text, ": id ", record.id, " slot ", record.slot, " code ", record.code,
                  " number ", record.number);
  absl::StrAppend(&text, " twin ", record.twin, " counter ", record.counter, " at ",
                  record.last_updated, " items ", absl::Hex(record.items));
  return text;
}

}  // namespace dossier::linear
