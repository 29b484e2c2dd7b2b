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
// | status code         | means                                             | do next            |
// |---------------------|---------------------------------------------------|--------------------|
// | kInvalidArgument    | malformed or refused input                        | mend the request   |
// | kNotFound           | no such record, element or entity type            | nothing to retry   |
// | kAlreadyExists      | a unique value or a name is taken                 | choose another     |
// | kFailedPrecondition | a timestamp precondition failed                   | read again, retry  |
// | kDeadlineExceeded   | a search took longer than its timeout             | narrow it, retry   |
// | kUnauthenticated    | credentials or a password are missing or wrong    | mend them          |
// | kPermissionDenied   | the client lacks the feature                      | ask an owner       |
// | kUnavailable        | not done: no space, a file that cannot be reached,| make room, retry   |
// |                     | the directory in use                              |                    |
// | kUnknown            | a write whose outcome is not known: it may be     | reopen, look,      |
// |                     | there when the store is opened again              | retry              |
// | kDeadlineExceeded   | it would have taken longer than it may: not done  | ask for less, retry|
// | kDataLoss           | stored bytes are damaged; names the key           | restore a backup   |
//
// dossier/error_codes.h lists the numbers, their names and which status code each has.
//
// Behind a write of the log that failed no other is taken until the store is opened again: each answers
// kUnknown, and reads go on.
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
  int code = 0;                     // one of error_codes.h
  std::string name = {};            // "invalid_argument", one to one with the code
  std::string argument_name = {};   // the request parameter at fault
  std::string attribute_name = {};  // the attribute's path, "/profiles/domain"
  std::string type_name = {};       // the entity type that does not exist or exists already
  std::string actual_value = {};    // of a failed precondition: the stored time
  std::string supplied_value = {};  // of a failed precondition: the time that was sent
  // Of a unique violation: the record that holds the value; 0 where two values of the same write
  // collide. Not on the wire.
  uint64_t holder_id = 0;

  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

// The detail that `status` carries; nothing for an OK status and for errors of the machine.
std::optional<ErrorDetail> DetailOf(const absl::Status& status);

}  // namespace dossier

#endif  // DOSSIER_ERRORS_H_
