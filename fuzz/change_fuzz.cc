// ChangedRecord: a change is refused with an error of the API, or makes a record that Verify
// accepts and that its own JSON, written back, makes again.
// Shape: the first byte chooses create, update, replace or delete; the path ends at a line feed;
// the value is the rest.
#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "../tests/record/read_everything.h"
#include "check.h"

namespace dossier::fuzz {
namespace {

using testing::Dump;
using testing::TestRecords;

constexpr std::string_view kOld =
    R"({"name":"Ada \"A\"","age":70000,"height":1.50e2,"active":true,"born":"1815-12-10",
        "seen":"2003-01-02 18:15:00.25","address":"127.0.0.1","extra":{"a":[1,null]},
        "home":{"city":"London","geo":{"lat":51.5},"lines":["one","two"]},
        "statuses":[{"text":"a","replies":[{"text":"r","by":{"name":"B","ids":[{"value":3}]}},{}]},
                    {"likes":7}],"tags":["x","y"],
        "secret":{"type":"password-bcrypt","value":"$2a$04$abc"},
        "keys":[{"key":{"type":"password-md5","value":"x","salt":"y"}}]})";

void CheckError(const absl::Status& status) {
  constexpr std::array kCodes = {200, 223, 234, 310, 320, 340, 341, 342, 360, 362, 363};
  const std::optional<ErrorDetail> detail = DetailOf(status);
  Check(detail && std::find(kCodes.begin(), kCodes.end(), detail->code) != kCodes.end(),
        "an error of a change: " + status.ToString());
}

void CheckWrittenBack(TestRecords& records, const std::string& record) {
  const std::string json = records.Json(record);
  const auto updated = records.Apply(record, Mode::kUpdate, "/", json);
  Check(updated.ok(), "update takes the record's own JSON: " + updated.status().ToString());
  Check(records.Json(*updated) == json,
        "update with the record's own JSON changes nothing: " + json);
  const auto replaced = records.Apply(record, Mode::kReplace, "/", json);
  Check(replaced.ok(), "replace takes the record's own JSON: " + replaced.status().ToString());
  const bool is_same =
      Dump(*replaced, records.shape(), false) == Dump(record, records.shape(), false);
  Check(is_same, "replace with the record's own JSON changes ids alone: " + json);
}

// What a lenient change makes is a record; without mistakes it is the same, and what counts of the
// text can be cut anywhere.
void CheckLenient(TestRecords& records, const absl::StatusOr<std::string>& strict, size_t choice,
                  const std::function<absl::StatusOr<std::string>()>& change) {
  Leniency all;
  Leniency some{.scalars_max = choice};
  for (Leniency* leniency : {&all, &some}) {
    records.set_next_id(1000);
    records.set_leniency(leniency);
    const absl::StatusOr<std::string> lenient = change();
    records.set_leniency(nullptr);
    if (!lenient.ok()) {
      CheckError(lenient.status());
      Check(!strict.ok(), "what is taken is taken leniently: " + lenient.status().ToString());
      continue;
    }
    Check(records.Verify(*lenient).ok(), "what a lenient change makes is verified");
    Check(!strict.ok() || leniency == &some || (*lenient == *strict && !leniency->is_over),
          "a change without a mistake is the same leniently");
    Check(strict.ok() || leniency == &some || leniency->is_over, "a mistake is met");
    Check(some.scalars <= choice, "no more counts than shall");
  }
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  using dossier::Mode;
  dossier::testing::TestRecords records(std::string(dossier::testing::kRichShape) +
                                        " secret:password keys[key:password uses:integer]");
  static const std::string old = [&] { return records.Create(kOld).value(); }();
  records.set_next_id(1000);  // above those of the old record
  const std::string_view text = TextOf(data, size);
  if (text.empty()) return 0;
  const int choice = text[0] & 3;
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view path = text.substr(1, std::max<size_t>(end, 1) - 1);
  const std::string_view value = text.substr(std::min(end + 1, text.size()));
  if (choice == 3) {
    const auto parsed = dossier::Path::Parse(path, records.shape(), "attribute_name");
    if (!parsed.ok() || parsed->is_root() || parsed->back().element == 0) return 0;
  }
  const auto change = [&]() -> absl::StatusOr<std::string> {
    if (choice == 0) return records.Create(value);
    if (choice == 3) return records.Apply(old, Mode::kUpdate, path, std::nullopt);
    return records.Apply(old, choice == 1 ? Mode::kUpdate : Mode::kReplace, path, value);
  };
  const absl::StatusOr<std::string> changed = change();
  // Text that is no JSON is no change to be looked at.
  if (changed.ok() || dossier::testing::IsJsonToDom(value)) {
    CheckLenient(records, changed, static_cast<uint8_t>(text[0]) >> 2, change);
  }
  if (!changed.ok()) {
    CheckError(changed.status());
    return 0;
  }
  const bool empties = choice == 2 && value.empty();  // a plural
  Check(choice == 3 || empties || dossier::testing::IsJsonToDom(value),
        "a value that is taken is JSON");
  Check(records.Verify(*changed).ok(), "what a change makes is verified");
  const dossier::RecordView view = dossier::RecordView::Trusted(*changed);
  Check(dossier::testing::TextsAreSound::In(view.root(), records.shape()), "its texts are sound");
  Check(dossier::testing::IsJsonToDom(records.Json(*changed)), "its JSON parses");
  CheckWrittenBack(records, *changed);
  return 0;
}
