// CheckJson against simdjson's DOM, which differ in numbers that no double holds alone; and
// JsonValue, which prints what it reads.
#include <string>

#include "../tests/record/read_everything.h"
#include "check.h"
#include "json/json_check.h"
#include "json/json_value.h"

namespace dossier::fuzz {
namespace {

void CheckAgainstDom(std::string_view text, JsonVerdict verdict) {
  simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(text)).error();
  if (verdict == JsonVerdict::kTooDeep) return;  // the rest is not looked at
  if (verdict == JsonVerdict::kNotJson) {
    Check(error != simdjson::SUCCESS, "simdjson's DOM refuses it too");
    return;
  }
  Check(error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR,
        "simdjson's DOM accepts it too, or refuses but a number");
  Check(text.find('\0') == std::string_view::npos, "JSON has no NUL");
}

void CheckValue(std::string_view text, JsonVerdict verdict) {
  const auto value = JsonValue::Parse(text, "value");
  if (!value.ok()) return;
  Check(verdict == JsonVerdict::kJson, "what JsonValue reads is JSON");
  const std::string printed = value->ToText();
  const auto again = JsonValue::Parse(printed, "value");
  Check(again.ok() && again->ToText() == printed, "JsonValue prints what it reads: " + printed);
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dossier::fuzz;  // NOLINT(google-build-using-namespace): the target is one
                                  // function
  const std::string_view text = TextOf(data, size);
  const dossier::JsonVerdict verdict = dossier::CheckJson(text);
  CheckAgainstDom(text, verdict);
  CheckValue(text, verdict);
  return 0;
}
