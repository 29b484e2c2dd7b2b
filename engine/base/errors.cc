#include "base/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/text.h"

namespace dossier {
namespace {

constexpr char kPayloadUrl[] = "dossier/error";

// Errors hold names that callers sent: a request cannot make its answer large.
constexpr size_t kTextBytesMax = 1'024;

void AppendField(std::string& out, std::string_view field) {
  field = field.substr(0, kTextBytesMax);
  AppendVarint(out, static_cast<uint32_t>(field.size()));
  out += field;
}

// Shape: code u32, holder u64, then the texts, each behind its length.
std::string Encode(const ErrorDetail& detail) {
  std::string out;
  AppendLittle(out, detail.code);
  AppendLittle(out, detail.holder_id);
  for (const std::string* field :
       {&detail.name, &detail.argument_name, &detail.attribute_name, &detail.type_name,
        &detail.actual_value, &detail.supplied_value}) {
    AppendField(out, *field);
  }
  return out;
}

absl::Status Make(absl::StatusCode status_code, const ErrorDetail& detail, std::string_view text) {
  absl::Status status(status_code, ToAbsl(text.substr(0, kTextBytesMax)));
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

std::string Reason(std::string_view argument, std::string_view reason) {
  return absl::StrCat(ToAbsl(argument),
                      " was not valid for the following reason: ", ToAbsl(reason));
}

ErrorDetail OfArgument(int code, std::string_view name, std::string_view argument) {
  return {.code = code, .name = std::string(name), .argument_name = std::string(argument)};
}

ErrorDetail OfAttribute(int code, std::string_view name, std::string_view path) {
  return {.code = code, .name = std::string(name), .attribute_name = std::string(path)};
}

ErrorDetail OfType(int code, std::string_view name, std::string_view type_name) {
  return {.code = code, .name = std::string(name), .type_name = std::string(type_name)};
}

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

}  // namespace

std::optional<ErrorDetail> DetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  ErrorDetail detail;
  constexpr size_t kFixed = sizeof detail.code + sizeof detail.holder_id;
  if (bytes.size() < kFixed) return std::nullopt;
  detail.code = LoadLittle<int>(bytes.data());
  detail.holder_id = LoadLittle<uint64_t>(bytes.data() + sizeof detail.code);
  std::string_view rest = std::string_view(bytes).substr(kFixed);
  for (std::string* field : {&detail.name, &detail.argument_name, &detail.attribute_name,
                             &detail.type_name, &detail.actual_value, &detail.supplied_value}) {
    const std::optional<Varint> size = ParseVarint(rest);
    if (!size || rest.size() - size->size < size->value) return std::nullopt;
    *field = rest.substr(size->size, size->value);
    rest.remove_prefix(size->size + size->value);
  }
  return detail;
}

namespace errors {

absl::Status MissingArgument(std::string_view argument) {
  return Make(kInvalid, OfArgument(100, "missing_argument", argument),
              absl::StrCat("missing required argument: ", ToAbsl(argument)));
}

absl::Status InvalidArgument(std::string_view argument, std::string_view reason) {
  return Make(kInvalid, OfArgument(200, "invalid_argument", argument), Reason(argument, reason));
}

absl::Status MalformedJson(std::string_view argument) {
  return InvalidArgument(argument, "the JSON is not syntactically valid");
}

absl::Status InvalidIpAddress(std::string_view path) {
  return Make(kInvalid, OfArgument(200, "invalid_argument", path),
              absl::StrCat(ToAbsl(path), " was not a valid ip address."));
}

absl::Status DuplicateArgument(std::string_view argument, std::string_view other) {
  const std::string text = argument == other
                               ? absl::StrCat("argument given twice: ", ToAbsl(argument))
                               : absl::StrCat("mutually exclusive arguments: ", ToAbsl(argument),
                                              " and ", ToAbsl(other));
  return Make(kInvalid, OfArgument(201, "duplicate_argument", argument), text);
}

absl::Status InvalidAuthMethod(std::string_view reason) {
  return Make(absl::StatusCode::kUnauthenticated, OfArgument(205, "invalid_auth_method", ""),
              reason);
}

absl::Status UnknownEntityType(std::string_view type_name) {
  return Make(absl::StatusCode::kNotFound, OfType(222, "unknown_entity_type", type_name),
              absl::StrCat("entity type does not exist: ", ToAbsl(type_name)));
}

absl::Status EntityTypeExists(std::string_view type_name) {
  return Make(absl::StatusCode::kAlreadyExists, OfType(232, "entity_type_exists", type_name),
              absl::StrCat("entity type already exists: ", ToAbsl(type_name)));
}

absl::Status UnknownAttribute(std::string_view path) {
  return Make(kInvalid, OfAttribute(223, "unknown_attribute", path),
              absl::StrCat("attribute does not exist: ", ToAbsl(path)));
}

absl::Status AttributeExists(std::string_view path) {
  return Make(absl::StatusCode::kAlreadyExists, OfAttribute(233, "attribute_exists", path),
              absl::StrCat("attribute already exists: ", ToAbsl(path)));
}

absl::Status ReservedAttribute(std::string_view path) {
  return Make(kInvalid, OfAttribute(234, "reserved_attribute", path),
              absl::StrCat("attribute is reserved: ", ToAbsl(path)));
}

absl::Status RecordNotFound() {
  return Make(absl::StatusCode::kNotFound, OfAttribute(310, "record_not_found", ""),
              "record not found");
}

absl::Status ElementNotFound(std::string_view path) {
  return Make(absl::StatusCode::kNotFound, OfAttribute(310, "record_not_found", path),
              absl::StrCat("record not found: ", ToAbsl(path)));
}

absl::Status IdInNewRecord(std::string_view path) {
  return Make(kInvalid, OfAttribute(320, "id_in_new_record", path),
              absl::StrCat("an id was given for something new: ", ToAbsl(path)));
}

absl::Status TimestampMismatch(std::string_view attribute, std::string_view actual,
                               std::string_view supplied) {
  ErrorDetail detail = OfAttribute(330, "timestamp_mismatch", absl::StrCat("/", ToAbsl(attribute)));
  detail.actual_value = std::string(actual);
  detail.supplied_value = std::string(supplied);
  return Make(absl::StatusCode::kFailedPrecondition, detail,
              absl::StrCat(ToAbsl(attribute), " does not match the record"));
}

absl::Status InvalidDataFormat(std::string_view path, std::string_view expected) {
  return Make(kInvalid, OfAttribute(340, "invalid_data_format", path),
              absl::StrCat(ToAbsl(path), " must be ", ToAbsl(expected)));
}

absl::Status InvalidJsonType(std::string_view path, std::string_view expected) {
  return Make(kInvalid, OfAttribute(341, "invalid_json_type", path),
              absl::StrCat(ToAbsl(path), " must be ", ToAbsl(expected)));
}

absl::Status InvalidDateTime(std::string_view path) {
  return Make(kInvalid, OfAttribute(342, "invalid_date_time", path),
              absl::StrCat(ToAbsl(path), " is not a date or time that can be read"));
}

absl::Status InvalidDateTimeArgument(std::string_view argument) {
  return Make(kInvalid, OfArgument(342, "invalid_date_time", argument),
              absl::StrCat(ToAbsl(argument), " is not a date or time that can be read"));
}

absl::Status ConstraintViolation(std::string_view path, std::string_view constraint) {
  return Make(kInvalid, OfAttribute(360, "constraint_violation", path),
              absl::StrCat(ToAbsl(path), " violates the constraint ", ToAbsl(constraint)));
}

absl::Status UniqueViolation(std::string_view path, uint64_t holder_id) {
  ErrorDetail detail = OfAttribute(361, "unique_violation", path);
  detail.holder_id = holder_id;
  return Make(absl::StatusCode::kAlreadyExists, detail, "Attempted to update a duplicate value");
}

absl::Status MissingRequiredAttribute(std::string_view path) {
  return Make(kInvalid, OfAttribute(362, "missing_required_attribute", path),
              absl::StrCat("required attribute is missing or null: ", ToAbsl(path)));
}

absl::Status LengthViolation(std::string_view path, uint32_t length_max) {
  return Make(kInvalid, OfAttribute(363, "length_violation", path),
              absl::StrCat(ToAbsl(path), " is longer than ", length_max, " characters"));
}

absl::Status InvalidClientCredentials() {
  return Make(absl::StatusCode::kUnauthenticated, OfArgument(402, "invalid_client_credentials", ""),
              "the client id or secret is wrong");
}

absl::Status ClientPermissionError() {
  return Make(absl::StatusCode::kPermissionDenied, OfArgument(403, "client_permission_error", ""),
              "the client lacks a feature that this call needs");
}

absl::Status NotBroughtIn(std::string_view path) {
  return absl::InternalError(absl::StrCat("the elements of ", ToAbsl(path), " were not read"));
}

absl::Status DataLoss(std::string_view what) { return absl::DataLossError(ToAbsl(what)); }

}  // namespace errors
}  // namespace dossier
