// Entity types: a request is refused with an error of the API, or makes a type whose stored form
// makes it again; bytes that are no stored form are damage; rules judge and transform whatever comes.
// Shape: lines; the first begins with a byte that chooses request or stored form. A request has
// attr_defs, a property and the attributes of a record; a stored form is the whole rest.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/errors.h"
#include "check.h"
#include "json/change.h"
#include "json/json_out.h"
#include "schema/entity_type.h"
#include "schema/evolution.h"
#include "values/constraints.h"

namespace dossier::fuzz {
namespace {

constexpr TypeId kType{7};

void CheckError(const absl::Status& status) {
  constexpr std::array kCodes = {200, 223, 233, 234, 320, 340, 341, 342, 360, 362, 363};
  const std::optional<ErrorDetail> detail = DetailOf(status);
  Check(detail && std::find(kCodes.begin(), kCodes.end(), detail->code) != kCodes.end(),
        "an error of a request: " + status.ToString());
}

void CheckLoaded(const EntityType& type) {
  const std::string stored = type.Stored();
  const auto again = EntityType::Load(kType, stored);
  Check(again.ok(), "a stored form can be read: " + stored);
  Check(again->Stored() == stored, "a stored form is kept: " + stored);
  Check(again->SchemaJson(false) == type.SchemaJson(false), "and its schema: " + stored);
}

void CheckRecord(const EntityType& type, std::string_view attributes) {
  EntityId next = 1;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  const Change change{
      .mode = Mode::kCreate, .value = attributes, .argument = "attributes", .now = 1'000'000};
  const auto record =
      ChangedRecord(nullptr, type.root(), change, {.type = kType, .type_version = 1, .id = 900},
                    {CheckText, new_id});
  if (!record.ok()) return CheckError(record.status());
  Check(RecordView::Verify(**record, kType, 900, type.root()).ok(), "a record is verified");
  std::string json;
  AppendRecordJson(RecordView::Trusted(**record), type.root(), nullptr, json);
}

std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void CheckRequest(std::string_view text) {
  const auto declared = EntityType::Declare(kType, "thing", TakeLine(text));
  if (!declared.ok()) return CheckError(declared.status());
  CheckLoaded(*declared);
  const auto request = ParsePropertyRequest(TakeLine(text));
  if (!request.ok()) {
    CheckError(request.status());
    return CheckRecord(*declared, text);
  }
  const auto with = WithProperty(*declared, *request);
  if (!with.ok()) {
    CheckError(with.status());
    return CheckRecord(*declared, text);
  }
  CheckLoaded(*with);
  CheckRecord(*with, text);
}

void CheckStored(std::string_view text) {
  const auto type = EntityType::Load(kType, text);
  if (type.ok()) return CheckLoaded(*type);
  Check(absl::IsDataLoss(type.status()),
        "what cannot be read is damage: " + type.status().ToString());
}

}  // namespace
}  // namespace dossier::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = dossier::fuzz::TextOf(data, size);
  if (text.empty()) return 0;
  if (text[0] == 's') {
    dossier::fuzz::CheckStored(text.substr(1));
  } else {
    dossier::fuzz::CheckRequest(text.substr(1));
  }
  return 0;
}
