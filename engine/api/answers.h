// The JSON of answers.
#ifndef DOSSIER_API_ANSWERS_H_
#define DOSSIER_API_ANSWERS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "dossier/client.h"

namespace dossier::api {

// An answer of "stat":"ok" with some members before it.
class OkAnswer {
 public:
  // `json` is JSON text.
  OkAnswer& Add(std::string_view name, std::string_view json) &;
  OkAnswer&& Add(std::string_view name, std::string_view json) && {
    return std::move(Add(name, json));
  }
  std::string Take() &&;

 private:
  std::string json_ = "{";
};

// As ErrorAnswer without the request's id, of a part of an answer.
std::string ErrorObject(const absl::Status& status);

// Shape: {"stat":"error","code","error","error_description","request_id"} and the members that
// apply. An error of the machine is 500 and says what it means, not what caused it.
std::string ErrorAnswer(const absl::Status& status, std::string_view request_id);

// A JSON string; a JSON array of strings.
std::string JsonText(std::string_view text);
std::string JsonTexts(const std::vector<std::string>& texts);

// {"client_id","client_secret","description","features","whitelist"}
std::string ClientJson(const Client& client);

}  // namespace dossier::api

#endif  // DOSSIER_API_ANSWERS_H_
