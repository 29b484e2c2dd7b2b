// One maker for each error, or several where one number has several texts. Number, name and status
// code are those of dossier/error_codes.h; the text is constant but for names and paths and never
// holds an attribute's value. Source: section 8 of the entity API's reference.
#ifndef DOSSIER_BASE_ERRORS_H_
#define DOSSIER_BASE_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "dossier/errors.h"

namespace dossier::errors {

// 100. The call lacks a parameter that it needs.
absl::Status MissingArgument(std::string_view argument);
// 200. "<argument> was not valid for the following reason: <reason>".
absl::Status InvalidArgument(std::string_view argument, std::string_view reason);
// 200, with the text that the API gives to JSON which does not parse.
absl::Status MalformedJson(std::string_view argument);
// 200, of a for_client_id that names no client; the API has a text for it.
absl::Status UnknownClient();
// 200. A text that is no IPv4 address, at an attribute.
absl::Status InvalidIpAddress(std::string_view path);
// 201. Parameters that exclude each other, or one twice.
absl::Status DuplicateArgument(std::string_view argument, std::string_view other);
// 205. No credentials, or of a scheme that is not known.
absl::Status InvalidAuthMethod(std::string_view reason);
// 222, 232
absl::Status UnknownEntityType(std::string_view type_name);
absl::Status EntityTypeExists(std::string_view type_name);
// 223, 233, 234: of an attribute's path.
absl::Status UnknownAttribute(std::string_view path);
absl::Status AttributeExists(std::string_view path);
absl::Status ReservedAttribute(std::string_view path);
// 300, of a record that would be made together with others; `refused` is the position, from 0, of the
// first of those that cannot be.
absl::Status NotCreatedWith(size_t refused);
// 310. No such record; no such element in it.
absl::Status RecordNotFound();
absl::Status ElementNotFound(std::string_view path);
// 320. An id given for something new.
absl::Status IdInNewRecord(std::string_view path);
// 330. `attribute` is "created" or "lastUpdated"; the times as the API writes them.
absl::Status TimestampMismatch(std::string_view attribute, std::string_view actual,
                               std::string_view supplied);
// 340, 341, 342: of a value at a path.
absl::Status InvalidDataFormat(std::string_view path, std::string_view expected);
absl::Status InvalidJsonType(std::string_view path, std::string_view expected);
absl::Status InvalidDateTime(std::string_view path);
// 342, of a request parameter.
absl::Status InvalidDateTimeArgument(std::string_view argument);
// 350. Of a password check, on the wire and in C++ alike.
absl::Status InvalidPasswordValue();
// 360 to 363
absl::Status ConstraintViolation(std::string_view path, std::string_view constraint);
// 360, of a rule by its name.
absl::Status RuleViolation(std::string_view path, std::string_view rule);
// 360. A rule's pattern that asks for too much time or memory on this value.
absl::Status RuleGivenUp(std::string_view path, std::string_view rule);
absl::Status UniqueViolation(std::string_view path, uint64_t holder_id);
// 361, of records that are there already: a constraint that cannot be laid on them. `count` values
// are too many; the first is of `record`, and `holder` has it too (or `record` itself, twice).
struct StoredViolations {
  uint64_t count = 0;
  uint64_t record = 0;
  uint64_t holder = 0;
};
absl::Status StoredUniqueViolation(std::string_view path, const StoredViolations& violations);
absl::Status MissingRequiredAttribute(std::string_view path);
absl::Status LengthViolation(std::string_view path, uint32_t length_max);
// 402, 403
absl::Status InvalidClientCredentials();
absl::Status ClientPermissionError();
// 402. A signed request: of an unknown client or with a signature that does not fit; its date.
absl::Status InvalidSignature();
absl::Status SignatureOutOfTime();
// 403. The credentials are right, the address is none of the client's.
absl::Status ClientAddressError();
// 403. A token does not reach that far.
absl::Status NotWithAToken();
// 413, 414, 416, 417: of tokens and codes.
absl::Status NoAccessGrant();
absl::Status AccessTokenExpired();
absl::Status VerificationCodeExpired();
absl::Status CreationTokenExpired();
// 485. A filter has an operator that the API took back; `argument` carried the filter.
absl::Status OperatorWithdrawn(std::string_view argument);
// 504, 510
absl::Status Timeout();
absl::Status ApiLimitError();

// Errors of the machine; no detail. On the wire all are 500.
absl::Status DataLoss(std::string_view what);
// A bug of ours: a change reached a large plural whose elements nobody has read.
absl::Status NotBroughtIn(std::string_view path);

}  // namespace dossier::errors

#endif  // DOSSIER_BASE_ERRORS_H_
