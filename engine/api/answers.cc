#include "api/answers.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "base/json_text.h"
#include "base/text.h"
#include "dossier/api.h"
#include "dossier/error_codes.h"
#include "dossier/errors.h"
#include "values/text_rules.h"

namespace dossier::api {
namespace {

void AddMember(std::string& json, std::string_view name, std::string_view value) {
  if (json.back() != '{') json += ',';
  AppendJsonText(name, json);
  json += ':';
  json += value;
}

std::string_view DescriptionOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return "stored bytes are damaged";
    case absl::StatusCode::kUnavailable:
      return "the store could not do it; try again later";
    case absl::StatusCode::kUnknown:
      return "the outcome of the write is unknown";
    default:
      return "an unexpected error occurred";
  }
}

// An error's object, not closed.
std::string OpenErrorObject(const absl::Status& status) {
  std::string json = "{\"stat\":\"error\"";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail) {
    constexpr const ErrorCode* kUnexpected = FindErrorCode(500);
    AddMember(json, "code", absl::StrCat(kUnexpected->code));
    AddMember(json, "error", JsonText(kUnexpected->name));
    AddMember(json, "error_description", JsonText(DescriptionOf(status)));
  } else {
    AddMember(json, "code", absl::StrCat(detail->code));
    AddMember(json, "error", JsonText(detail->name));
    AddMember(json, "error_description", JsonText(ToStd(status.message())));
    for (const auto& [name, value] : {std::pair{"argument_name", &detail->argument_name},
                                      {"attribute_name", &detail->attribute_name},
                                      {"type_name", &detail->type_name},
                                      {"actual_value", &detail->actual_value},
                                      {"supplied_value", &detail->supplied_value}}) {
      if (!value->empty()) AddMember(json, name, JsonText(*value));
    }
  }
  return json;
}

}  // namespace

OkAnswer& OkAnswer::Add(std::string_view name, std::string_view json) & {
  AddMember(json_, name, json);
  return *this;
}

std::string OkAnswer::Take() && {
  AddMember(json_, "stat", "\"ok\"");
  return std::move(json_) + "}";
}

std::string ErrorObject(const absl::Status& status) { return OpenErrorObject(status) + "}"; }

std::string ErrorAnswer(const absl::Status& status, std::string_view request_id) {
  std::string json = OpenErrorObject(status);
  AddMember(json, "request_id", JsonText(request_id));
  return json + "}";
}

std::string NewRequestId() {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz012345";
  thread_local absl::InsecureBitGen generator;
  std::string id(16, '\0');
  uint64_t bits = 0;
  for (size_t i = 0; i < id.size(); ++i) {
    if (i % 8 == 0) bits = absl::Uniform<uint64_t>(generator);  // 40 of its bits are used
    id[i] = kCharacters[bits % kCharacters.size()];
    bits /= kCharacters.size();
  }
  return id;
}

std::string JsonText(std::string_view text) {
  std::string json;
  AppendJsonText(WellFormed(text), json);  // names in errors are what the caller sent
  return json;
}

std::string JsonTexts(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    AppendJsonText(text, json);
  }
  return json + "]";
}

std::string ClientJson(const Client& client) {
  std::string json = "{";
  AddMember(json, "client_id", JsonText(client.client_id));
  AddMember(json, "client_secret", JsonText(client.client_secret));
  AddMember(json, "description", JsonText(client.description));
  AddMember(json, "features", JsonTexts(client.features));
  AddMember(json, "whitelist", JsonTexts(client.whitelist));
  return json + "}";
}

}  // namespace dossier::api
