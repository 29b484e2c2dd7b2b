#include "base/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/text.h"
#include "dossier/error_codes.h"

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

// The one place that puts number, name and status code together: from the catalogue.
template <int kCode>
absl::Status Make(ErrorDetail detail, std::string_view text) {
  constexpr const ErrorCode* kError = FindErrorCode(kCode);
  static_assert(kError->answered != Answered::kNo);  // null is no constant here
  detail.code = kCode;
  detail.name = std::string(kError->name);
  absl::Status status(kError->status_code, ToAbsl(text.substr(0, kTextBytesMax)));
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

std::string Reason(std::string_view argument, std::string_view reason) {
  return absl::StrCat(ToAbsl(argument),
                      " was not valid for the following reason: ", ToAbsl(reason));
}

ErrorDetail OfArgument(std::string_view argument) {
  return {.argument_name = std::string(argument)};
}

ErrorDetail OfAttribute(std::string_view path) { return {.attribute_name = std::string(path)}; }

ErrorDetail OfType(std::string_view type_name) { return {.type_name = std::string(type_name)}; }

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
  return Make<100>(OfArgument(argument),
                   absl::StrCat("missing required argument: ", ToAbsl(argument)));
}

absl::Status InvalidArgument(std::string_view argument, std::string_view reason) {
  return Make<200>(OfArgument(argument), Reason(argument, reason));
}

absl::Status MalformedJson(std::string_view argument) {
  return InvalidArgument(argument, "the JSON is not syntactically valid");
}

absl::Status UnknownClient() {
  return InvalidArgument("for_client_id", "for_client_id is not a valid id");
}

absl::Status InvalidIpAddress(std::string_view path) {
  return Make<200>(OfArgument(path), absl::StrCat(ToAbsl(path), " was not a valid ip address."));
}

absl::Status DuplicateArgument(std::string_view argument, std::string_view other) {
  const std::string text = argument == other
                               ? absl::StrCat("argument given twice: ", ToAbsl(argument))
                               : absl::StrCat("mutually exclusive arguments: ", ToAbsl(argument),
                                              " and ", ToAbsl(other));
  return Make<201>(OfArgument(argument), text);
}

absl::Status InvalidAuthMethod(std::string_view reason) { return Make<205>({}, reason); }

absl::Status UnknownEntityType(std::string_view type_name) {
  return Make<222>(OfType(type_name),
                   absl::StrCat("entity type does not exist: ", ToAbsl(type_name)));
}

absl::Status EntityTypeExists(std::string_view type_name) {
  return Make<232>(OfType(type_name),
                   absl::StrCat("entity type already exists: ", ToAbsl(type_name)));
}

absl::Status UnknownAttribute(std::string_view path) {
  return Make<223>(OfAttribute(path), absl::StrCat("attribute does not exist: ", ToAbsl(path)));
}

absl::Status AttributeExists(std::string_view path) {
  return Make<233>(OfAttribute(path), absl::StrCat("attribute already exists: ", ToAbsl(path)));
}

absl::Status ReservedAttribute(std::string_view path) {
  return Make<234>(OfAttribute(path), absl::StrCat("attribute is reserved: ", ToAbsl(path)));
}

absl::Status NotCreatedWith(size_t refused) {
  return Make<300>(
      {}, absl::StrCat("no record was created: the one at position ", refused, " was refused"));
}

absl::Status RecordNotFound() { return Make<310>({}, "record not found"); }

absl::Status ElementNotFound(std::string_view path) {
  return Make<310>(OfAttribute(path), absl::StrCat("record not found: ", ToAbsl(path)));
}

absl::Status IdInNewRecord(std::string_view path) {
  return Make<320>(OfAttribute(path),
                   absl::StrCat("an id was given for something new: ", ToAbsl(path)));
}

absl::Status TimestampMismatch(std::string_view attribute, std::string_view actual,
                               std::string_view supplied) {
  ErrorDetail detail = OfAttribute(absl::StrCat("/", ToAbsl(attribute)));
  detail.actual_value = std::string(actual);
  detail.supplied_value = std::string(supplied);
  return Make<330>(detail, absl::StrCat(ToAbsl(attribute), " does not match the record"));
}

absl::Status InvalidDataFormat(std::string_view path, std::string_view expected) {
  return Make<340>(OfAttribute(path), absl::StrCat(ToAbsl(path), " must be ", ToAbsl(expected)));
}

absl::Status InvalidJsonType(std::string_view path, std::string_view expected) {
  return Make<341>(OfAttribute(path), absl::StrCat(ToAbsl(path), " must be ", ToAbsl(expected)));
}

absl::Status InvalidDateTime(std::string_view path) {
  return Make<342>(OfAttribute(path),
                   absl::StrCat(ToAbsl(path), " is not a date or time that can be read"));
}

absl::Status InvalidDateTimeArgument(std::string_view argument) {
  return Make<342>(OfArgument(argument),
                   absl::StrCat(ToAbsl(argument), " is not a date or time that can be read"));
}

absl::Status InvalidPasswordValue() { return Make<350>({}, "incorrect password."); }

absl::Status ConstraintViolation(std::string_view path, std::string_view constraint) {
  return Make<360>(OfAttribute(path),
                   absl::StrCat(ToAbsl(path), " violates the constraint ", ToAbsl(constraint)));
}

absl::Status RuleViolation(std::string_view path, std::string_view rule) {
  return Make<360>(OfAttribute(path),
                   absl::StrCat(ToAbsl(path), " violates the rule ", ToAbsl(rule)));
}

absl::Status RuleGivenUp(std::string_view path, std::string_view rule) {
  return Make<360>(OfAttribute(path),
                   absl::StrCat(ToAbsl(path), " violates the rule ", ToAbsl(rule),
                                ": its pattern takes more time or memory than a value may cost"));
}

absl::Status UniqueViolation(std::string_view path, uint64_t holder_id) {
  ErrorDetail detail = OfAttribute(path);
  detail.holder_id = holder_id;
  return Make<361>(detail, "Attempted to update a duplicate value");
}

absl::Status StoredUniqueViolation(std::string_view path, const StoredViolations& violations) {
  ErrorDetail detail = OfAttribute(path);
  detail.holder_id = violations.holder;
  const std::string first =
      violations.record == violations.holder
          ? absl::StrCat("record ", violations.record, " has one twice")
          : absl::StrCat("record ", violations.record, " has one of record ", violations.holder);
  return Make<361>(detail,
                   absl::StrCat(ToAbsl(path), " has ", violations.count,
                                " stored values that are there already; the first: ", first));
}

absl::Status MissingRequiredAttribute(std::string_view path) {
  return Make<362>(OfAttribute(path),
                   absl::StrCat("required attribute is missing or null: ", ToAbsl(path)));
}

absl::Status LengthViolation(std::string_view path, uint32_t length_max) {
  return Make<363>(OfAttribute(path),
                   absl::StrCat(ToAbsl(path), " is longer than ", length_max, " characters"));
}

absl::Status InvalidClientCredentials() {
  return Make<402>({}, "the client id or secret is wrong");
}

absl::Status ClientPermissionError() {
  return Make<403>({}, "the client lacks a feature that this call needs");
}

absl::Status ClientAddressError() {
  return Make<403>({}, "the client may not call from this address");
}

absl::Status InvalidSignature() {
  return Make<402>({}, "the client id is wrong, or the signature does not fit the request");
}

absl::Status SignatureOutOfTime() {
  return Make<402>({},
                   "a signature needs the header Date, as YYYY-MM-DD HH:MM:SS in UTC, near to the "
                   "time of this server");
}

absl::Status NotWithAToken() {
  return Make<403>({}, "this call is not for a token, or not for this one");
}

absl::Status NoAccessGrant() {
  return Make<413>({}, "the token grants nothing: what it granted was deleted, or never there");
}

absl::Status AccessTokenExpired() { return Make<414>({}, "the access token has expired"); }

absl::Status VerificationCodeExpired() {
  return Make<416>({}, "the verification code has expired");
}

absl::Status CreationTokenExpired() { return Make<417>({}, "the creation token has expired"); }

absl::Status OperatorWithdrawn(std::string_view argument) {
  return Make<485>(OfArgument(argument), "the operator contains is no longer there");
}

absl::Status Timeout() { return Make<504>({}, "the call took longer than it may"); }

absl::Status ApiLimitError() { return Make<510>({}, "too many calls at the same time"); }

absl::Status NotBroughtIn(std::string_view path) {
  return absl::InternalError(absl::StrCat("the elements of ", ToAbsl(path), " were not read"));
}

absl::Status DataLoss(std::string_view what) { return absl::DataLossError(ToAbsl(what)); }

}  // namespace errors
}  // namespace dossier
