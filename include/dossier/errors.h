// What a call answers when it cannot do what was asked.
//
// Every fallible call returns absl::Status or absl::StatusOr. A status made by the engine for a
// caller's mistake carries an ErrorDetail: the entity API's number and name, and where the mistake
// is. The message is the API's `error_description`. No error text holds an attribute's value.
//
//   absl::StatusOr<dossier::Created> created = session.Create("user", json);
//   if (auto detail = dossier::DetailOf(created.status())) {
//     std::cerr << detail->code << " " << detail->name << " at " << detail->attribute_name << "\n";
//   }
//
// | status code        | means                                               | do next |
// |--------------------|-----------------------------------------------------|-----------------------|
// | kInvalidArgument   | malformed or refused input (100-201, 205, 223-234, 320-363) | mend the
// request | | kNotFound          | no such record, element or entity type (222, 310)   | nothing to
// retry      | | kAlreadyExists     | a unique value or a name is taken (232, 233, 361)   | choose
// another value  | | kFailedPrecondition| a timestamp precondition failed (330)               |
// read again, retry     | | kUnauthenticated   | credentials missing or wrong (205, 402) | mend the
// credentials  | | kPermissionDenied  | the client lacks the feature (403)                  | ask
// an owner          | | kUnavailable       | nothing was changed: no space, or directory in use  |
// retry later           | | kUnknown           | the write may or may not be there after a reopen
// | reopen, look, retry   | | kDataLoss          | stored bytes are damaged; names the key |
// restore from a backup |
#ifndef DOSSIER_ERRORS_H_
#define DOSSIER_ERRORS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace dossier {

// The entity API's account of a mistake. Empty strings are members that do not apply.
// Source: the error codes of the entity API.
struct ErrorDetail {
  int code = 0;                     // 100 to 540
  std::string name = {};            // "invalid_argument", one to one with the code
  std::string argument_name = {};   // the request parameter at fault
  std::string attribute_name = {};  // the attribute's path, "/profiles/domain"
  std::string type_name = {};       // the entity type that does not exist or exists already
  std::string actual_value = {};    // of a failed precondition: the stored time
  std::string supplied_value = {};  // of a failed precondition: the time that was sent
  uint64_t holder_id =
      0;  // of a unique violation: the record that holds the value; not on the wire

  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

// The detail that `status` carries; nothing for an OK status and for errors of the machine.
std::optional<ErrorDetail> DetailOf(const absl::Status& status);

}  // namespace dossier

#endif  // DOSSIER_ERRORS_H_
