// The catalogue of the entity API's errors. A number and its name are one to one, here and on the wire.
//
//   const dossier::ErrorCode* error = dossier::FindErrorCode(361);  // error->name: unique_violation
#ifndef DOSSIER_ERROR_CODES_H_
#define DOSSIER_ERROR_CODES_H_

#include <string_view>

#include "absl/status/status.h"

namespace dossier {

// Whether an error is one of this engine's.
enum class Answered {
  kYes,
  // It has its maker, for calls that this version does not have.
  kNotYet,
  // It belongs to login and registration flows, or to servers of several applications.
  kNo,
};

struct ErrorCode {
  int code;
  std::string_view name;
  std::string_view meaning;
  // Those that its answer has beside `code`, `error`, `error_description` and `request_id`, with a
  // blank between two. An answer has `attribute_name` too wherever the mistake has a place in a
  // record, and `argument_name` where one parameter is at fault.
  std::string_view members;
  // What a status of it has; kUnimplemented where the engine does not answer it.
  absl::StatusCode status_code;
  Answered answered;
};

// By rising number. 404 is answered by the API without being in its catalogue; of 485 and 504 the
// API's names are not public, these are ours.
// Source: section 8 of the entity API's reference; what existing clients test for.
inline constexpr ErrorCode kErrorCodes[] = {
    {100, "missing_argument", "a parameter that the call needs is absent", "argument_name",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {200, "invalid_argument", "a parameter is malformed or otherwise invalid", "argument_name",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {201, "duplicate_argument", "parameters that exclude each other, or one twice", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {205, "invalid_auth_method", "no credentials, or of a scheme that is not known", "",
     absl::StatusCode::kUnauthenticated, Answered::kYes},
    {210, "invalid_credentials", "login and password do not fit", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {211, "no_password", "the account has only social logins", "", absl::StatusCode::kUnimplemented,
     Answered::kNo},
    {212, "no_such_account", "the e-mail address is unknown", "", absl::StatusCode::kUnimplemented,
     Answered::kNo},
    {213, "password_incorrect", "the e-mail address is known, the password is wrong", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {221, "unknown_application", "there is no such application", "application_id",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {222, "unknown_entity_type", "there is no such entity type", "type_name",
     absl::StatusCode::kNotFound, Answered::kYes},
    {223, "unknown_attribute", "there is no such attribute that the client may write",
     "attribute_name", absl::StatusCode::kInvalidArgument, Answered::kYes},
    {224, "application_not_found", "the domain has no application", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {226, "flow_error", "a flow is wrong", "", absl::StatusCode::kUnimplemented, Answered::kNo},
    {232, "entity_type_exists", "the entity type exists already", "type_name",
     absl::StatusCode::kAlreadyExists, Answered::kYes},
    {233, "attribute_exists", "the attribute exists already", "attribute_name",
     absl::StatusCode::kAlreadyExists, Answered::kYes},
    {234, "reserved_attribute", "a reserved attribute would be declared or changed",
     "attribute_name", absl::StatusCode::kInvalidArgument, Answered::kYes},
    {300, "error_creating_record", "a create failed for no reason that has its own number", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {310, "record_not_found", "there is no such record, or no such element in it", "",
     absl::StatusCode::kNotFound, Answered::kYes},
    {320, "id_in_new_record", "an id was given for a new record or element", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {330, "timestamp_mismatch", "the precondition created or lastUpdated failed",
     "attribute_name actual_value supplied_value", absl::StatusCode::kFailedPrecondition,
     Answered::kYes},
    {340, "invalid_data_format", "a value has the right JSON type and the wrong content", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {341, "invalid_json_type", "a value has the wrong JSON type", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {342, "invalid_date_time", "a date or time cannot be read, or is out of range", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {350, "invalid_password_value", "the password is wrong", "", absl::StatusCode::kUnauthenticated,
     Answered::kYes},
    {360, "constraint_violation", "a value violates a format constraint or a rule", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {361, "unique_violation", "a unique or locally unique value is taken", "",
     absl::StatusCode::kAlreadyExists, Answered::kYes},
    {362, "missing_required_attribute", "a required attribute is missing or null", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {363, "length_violation", "a string is too long", "", absl::StatusCode::kInvalidArgument,
     Answered::kYes},
    {380, "email_address_in_use", "of registration: the e-mail address is taken", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {390, "invalid_form_fields", "of registration: a form has mistakes", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {402, "invalid_client_credentials", "the client is unknown or its secret wrong", "",
     absl::StatusCode::kUnauthenticated, Answered::kYes},
    {403, "client_permission_error", "the client lacks a feature that the call needs", "",
     absl::StatusCode::kPermissionDenied, Answered::kYes},
    {404, "invalid_api_method", "there is no such operation", "", absl::StatusCode::kUnimplemented,
     Answered::kYes},
    {413, "no_access_grant", "the grant of an access token is deleted", "",
     absl::StatusCode::kUnauthenticated, Answered::kYes},
    {414, "access_token_expired", "the access token has expired", "",
     absl::StatusCode::kUnauthenticated, Answered::kYes},
    {415, "authorization_code_expired", "the authorization code has expired", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {416, "verification_code_expired", "the verification code has expired", "",
     absl::StatusCode::kUnauthenticated, Answered::kNotYet},
    {417, "creation_token_expired", "the creation token has expired", "",
     absl::StatusCode::kUnauthenticated, Answered::kYes},
    {420, "redirect_uri_mismatch", "the redirect URI is not the one that was agreed on",
     "expected_value supplied_value", absl::StatusCode::kUnimplemented, Answered::kNo},
    {480, "api_feature_disabled", "the feature is off for maintenance", "",
     absl::StatusCode::kUnimplemented, Answered::kNo},
    {485, "operator_withdrawn", "a filter has the operator contains", "",
     absl::StatusCode::kInvalidArgument, Answered::kYes},
    {500, "unexpected_error", "the machine failed: a status without a detail", "",
     absl::StatusCode::kUnknown, Answered::kYes},
    {504, "timeout", "the call took longer than it may", "", absl::StatusCode::kDeadlineExceeded,
     Answered::kYes},
    {510, "api_limit_error", "too many calls at the same time", "",
     absl::StatusCode::kResourceExhausted, Answered::kNotYet},
    {540, "triggered_error", "a flow raised it", "", absl::StatusCode::kUnimplemented,
     Answered::kNo},
};

// Null where the catalogue has no such number.
constexpr const ErrorCode* FindErrorCode(int code) {
  for (const ErrorCode& error : kErrorCodes) {
    if (error.code == code) return &error;
  }
  return nullptr;
}

}  // namespace dossier

#endif  // DOSSIER_ERROR_CODES_H_
