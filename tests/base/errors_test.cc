#include "base/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "dossier/error_codes.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using enum absl::StatusCode;

constexpr char kPayloadUrl[] = "dossier/error";

struct Row {
  std::string name;
  absl::Status status;
  absl::StatusCode status_code;
  ErrorDetail detail;
  std::string text;
};

ErrorDetail OfArgument(int code, std::string name, std::string argument) {
  return {.code = code, .name = std::move(name), .argument_name = std::move(argument)};
}

ErrorDetail OfAttribute(int code, std::string name, std::string path) {
  return {.code = code, .name = std::move(name), .attribute_name = std::move(path)};
}

ErrorDetail OfType(int code, std::string name) {
  return {.code = code, .name = std::move(name), .type_name = "user"};
}

std::vector<Row> Rows() {  // NOLINT(readability-function-size): a table
  using namespace errors;  // NOLINT(google-build-using-namespace): the table is of all of it
  ErrorDetail mismatch = OfAttribute(330, "timestamp_mismatch", "/created");
  mismatch.actual_value = "2013";
  mismatch.supplied_value = "2014";
  ErrorDetail unique = OfAttribute(361, "unique_violation", "/email");
  unique.holder_id = UINT64_MAX;
  const std::string reason = "value was not valid for the following reason: ";
  return {
      {"MissingArgument", MissingArgument("id"), kInvalidArgument,
       OfArgument(100, "missing_argument", "id"), "missing required argument: id"},
      {"InvalidArgument", InvalidArgument("value", "it is odd"), kInvalidArgument,
       OfArgument(200, "invalid_argument", "value"), reason + "it is odd"},
      {"MalformedJson", MalformedJson("value"), kInvalidArgument,
       OfArgument(200, "invalid_argument", "value"),
       reason + "the JSON is not syntactically valid"},
      {"UnknownClient", UnknownClient(), kInvalidArgument,
       OfArgument(200, "invalid_argument", "for_client_id"),
       "for_client_id was not valid for the following reason: for_client_id is not a valid id"},
      {"InvalidIpAddress", InvalidIpAddress("/ip"), kInvalidArgument,
       OfArgument(200, "invalid_argument", "/ip"), "/ip was not a valid ip address."},
      {"DuplicateArgument of two", DuplicateArgument("id", "uuid"), kInvalidArgument,
       OfArgument(201, "duplicate_argument", "id"), "mutually exclusive arguments: id and uuid"},
      {"DuplicateArgument of one", DuplicateArgument("id", "id"), kInvalidArgument,
       OfArgument(201, "duplicate_argument", "id"), "argument given twice: id"},
      {"InvalidAuthMethod", InvalidAuthMethod("no credentials"), kUnauthenticated,
       OfArgument(205, "invalid_auth_method", ""), "no credentials"},
      {"UnknownEntityType", UnknownEntityType("user"), kNotFound,
       OfType(222, "unknown_entity_type"), "entity type does not exist: user"},
      {"EntityTypeExists", EntityTypeExists("user"), kAlreadyExists,
       OfType(232, "entity_type_exists"), "entity type already exists: user"},
      {"UnknownAttribute", UnknownAttribute("/a/b"), kInvalidArgument,
       OfAttribute(223, "unknown_attribute", "/a/b"), "attribute does not exist: /a/b"},
      {"AttributeExists", AttributeExists("/a"), kAlreadyExists,
       OfAttribute(233, "attribute_exists", "/a"), "attribute already exists: /a"},
      {"ReservedAttribute", ReservedAttribute("/id"), kInvalidArgument,
       OfAttribute(234, "reserved_attribute", "/id"), "attribute is reserved: /id"},
      {"NotCreatedWith", NotCreatedWith(3), kInvalidArgument,
       OfArgument(300, "error_creating_record", ""),
       "no record was created: the one at position 3 was refused"},
      {"RecordNotFound", RecordNotFound(), kNotFound, OfAttribute(310, "record_not_found", ""),
       "record not found"},
      {"ElementNotFound", ElementNotFound("/a#5"), kNotFound,
       OfAttribute(310, "record_not_found", "/a#5"), "record not found: /a#5"},
      {"IdInNewRecord", IdInNewRecord("/a/id"), kInvalidArgument,
       OfAttribute(320, "id_in_new_record", "/a/id"), "an id was given for something new: /a/id"},
      {"TimestampMismatch", TimestampMismatch("created", "2013", "2014"), kFailedPrecondition,
       mismatch, "created does not match the record"},
      {"InvalidDataFormat", InvalidDataFormat("/a", "short"), kInvalidArgument,
       OfAttribute(340, "invalid_data_format", "/a"), "/a must be short"},
      {"InvalidJsonType", InvalidJsonType("/a", "a string"), kInvalidArgument,
       OfAttribute(341, "invalid_json_type", "/a"), "/a must be a string"},
      {"InvalidDateTime", InvalidDateTime("/a"), kInvalidArgument,
       OfAttribute(342, "invalid_date_time", "/a"), "/a is not a date or time that can be read"},
      {"InvalidDateTimeArgument", InvalidDateTimeArgument("created"), kInvalidArgument,
       OfArgument(342, "invalid_date_time", "created"),
       "created is not a date or time that can be read"},
      {"InvalidPasswordValue", InvalidPasswordValue(), kUnauthenticated,
       OfArgument(350, "invalid_password_value", ""), "incorrect password."},
      {"ConstraintViolation", ConstraintViolation("/a", "email-address"), kInvalidArgument,
       OfAttribute(360, "constraint_violation", "/a"), "/a violates the constraint email-address"},
      {"RuleViolation", RuleViolation("/a", "match-all"), kInvalidArgument,
       OfAttribute(360, "constraint_violation", "/a"), "/a violates the rule match-all"},
      {"RuleGivenUp", RuleGivenUp("/a", "match"), kInvalidArgument,
       OfAttribute(360, "constraint_violation", "/a"),
       "/a violates the rule match: its pattern takes more time or memory than a value may cost"},
      {"UniqueViolation", UniqueViolation("/email", UINT64_MAX), kAlreadyExists, unique,
       "Attempted to update a duplicate value"},
      {"MissingRequiredAttribute", MissingRequiredAttribute("/a"), kInvalidArgument,
       OfAttribute(362, "missing_required_attribute", "/a"),
       "required attribute is missing or null: /a"},
      {"LengthViolation", LengthViolation("/a", 7), kInvalidArgument,
       OfAttribute(363, "length_violation", "/a"), "/a is longer than 7 characters"},
      {"InvalidClientCredentials", InvalidClientCredentials(), kUnauthenticated,
       OfArgument(402, "invalid_client_credentials", ""), "the client id or secret is wrong"},
      {"ClientPermissionError", ClientPermissionError(), kPermissionDenied,
       OfArgument(403, "client_permission_error", ""),
       "the client lacks a feature that this call needs"},
      {"ClientAddressError", ClientAddressError(), kPermissionDenied,
       OfArgument(403, "client_permission_error", ""), "the client may not call from this address"},
      {"InvalidSignature", InvalidSignature(), kUnauthenticated,
       OfArgument(402, "invalid_client_credentials", ""),
       "the client id is wrong, or the signature does not fit the request"},
      {"SignatureOutOfTime", SignatureOutOfTime(), kUnauthenticated,
       OfArgument(402, "invalid_client_credentials", ""),
       "a signature needs the header Date, as YYYY-MM-DD HH:MM:SS in UTC, near to the time of this "
       "server"},
      {"NotWithAToken", NotWithAToken(), kPermissionDenied,
       OfArgument(403, "client_permission_error", ""),
       "this call is not for a token, or not for this one"},
      {"NoAccessGrant", NoAccessGrant(), kUnauthenticated, OfArgument(413, "no_access_grant", ""),
       "the token grants nothing: what it granted was deleted, or never there"},
      {"AccessTokenExpired", AccessTokenExpired(), kUnauthenticated,
       OfArgument(414, "access_token_expired", ""), "the access token has expired"},
      {"VerificationCodeExpired", VerificationCodeExpired(), kUnauthenticated,
       OfArgument(416, "verification_code_expired", ""), "the verification code has expired"},
      {"CreationTokenExpired", CreationTokenExpired(), kUnauthenticated,
       OfArgument(417, "creation_token_expired", ""), "the creation token has expired"},
      {"OperatorWithdrawn", OperatorWithdrawn("filter"), kInvalidArgument,
       OfArgument(485, "operator_withdrawn", "filter"), "the operator contains is no longer there"},
      {"Timeout", Timeout(), kDeadlineExceeded, OfArgument(504, "timeout", ""),
       "the call took longer than it may"},
      {"ApiLimitError", ApiLimitError(), kResourceExhausted, OfArgument(510, "api_limit_error", ""),
       "too many calls at the same time"},
  };
}

TEST(Errors, CarryTheirNumberAndSayWhere) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.status.code(), row.status_code) << row.status;
    EXPECT_EQ(std::string(row.status.message()), row.text);
    const std::optional<ErrorDetail> detail = DetailOf(row.status);
    ASSERT_TRUE(detail);
    EXPECT_EQ(*detail, row.detail);
  }
}

// Section 8 of the entity API's reference, row by row: number, name, extra members. 485 and 504 have
// no published name.
struct CatalogueRow {
  int code;
  std::string_view name;
  std::string_view members;
};
constexpr CatalogueRow kCatalogue[] = {
    {100, "missing_argument", "argument_name"},
    {200, "invalid_argument", "argument_name"},
    {201, "duplicate_argument", ""},
    {205, "invalid_auth_method", ""},
    {210, "invalid_credentials", ""},
    {211, "no_password", ""},
    {212, "no_such_account", ""},
    {213, "password_incorrect", ""},
    {221, "unknown_application", "application_id"},
    {222, "unknown_entity_type", "type_name"},
    {223, "unknown_attribute", "attribute_name"},
    {224, "application_not_found", ""},
    {226, "flow_error", ""},
    {232, "entity_type_exists", "type_name"},
    {233, "attribute_exists", "attribute_name"},
    {234, "reserved_attribute", "attribute_name"},
    {300, "error_creating_record", ""},
    {310, "record_not_found", ""},
    {320, "id_in_new_record", ""},
    {330, "timestamp_mismatch", "attribute_name actual_value supplied_value"},
    {340, "invalid_data_format", ""},
    {341, "invalid_json_type", ""},
    {342, "invalid_date_time", ""},
    {350, "invalid_password_value", ""},
    {360, "constraint_violation", ""},
    {361, "unique_violation", ""},
    {362, "missing_required_attribute", ""},
    {363, "length_violation", ""},
    {380, "email_address_in_use", ""},
    {390, "invalid_form_fields", ""},
    {402, "invalid_client_credentials", ""},
    {403, "client_permission_error", ""},
    {413, "no_access_grant", ""},
    {414, "access_token_expired", ""},
    {415, "authorization_code_expired", ""},
    {416, "verification_code_expired", ""},
    {417, "creation_token_expired", ""},
    {420, "redirect_uri_mismatch", "expected_value supplied_value"},
    {480, "api_feature_disabled", ""},
    {485, "", ""},
    {500, "unexpected_error", ""},
    {504, "", ""},
    {510, "api_limit_error", ""},
    {540, "triggered_error", ""},
};

TEST(ErrorCodes, AreTheCatalogue) {
  std::vector<int> codes;
  std::set<std::string_view> names;
  for (const ErrorCode& error : kErrorCodes) {
    EXPECT_TRUE(names.insert(error.name).second) << error.name;
    EXPECT_FALSE(error.meaning.empty()) << error.code;
    // What existing clients test for, outside of the catalogue.
    if (error.code == 404) {
      EXPECT_EQ(error.name, "invalid_api_method");
    } else {
      codes.push_back(error.code);
    }
  }
  std::vector<int> catalogue;
  for (const CatalogueRow& row : kCatalogue) {
    catalogue.push_back(row.code);
    const ErrorCode* error = FindErrorCode(row.code);
    ASSERT_NE(error, nullptr) << row.code;
    EXPECT_TRUE(row.name.empty() || error->name == row.name) << row.code;
    EXPECT_EQ(error->members, row.members) << row.code;
  }
  EXPECT_EQ(codes, catalogue);  // by rising number, none twice
  EXPECT_EQ(FindErrorCode(101), nullptr);
}

// 404 and 500 have no maker: one is no status, the other every status without a detail.
TEST(ErrorCodes, HaveAMakerWhereTheEngineAnswersThem) {
  std::set<int> made;
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    const std::optional<ErrorDetail> detail = DetailOf(row.status);
    ASSERT_TRUE(detail);
    made.insert(detail->code);
    const ErrorCode* error = FindErrorCode(detail->code);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(detail->name, error->name);
    EXPECT_EQ(row.status.code(), error->status_code);
    const auto has = [&](std::string_view member) {
      return error->members.find(member) != std::string_view::npos;
    };
    EXPECT_TRUE(!has("type_name") || !detail->type_name.empty());
    EXPECT_TRUE(!has("argument_name") || !detail->argument_name.empty());
    EXPECT_TRUE(!has("attribute_name") || !detail->attribute_name.empty());
    EXPECT_EQ(has("actual_value"), !detail->actual_value.empty());
    EXPECT_EQ(has("supplied_value"), !detail->supplied_value.empty());
  }
  for (const ErrorCode& error : kErrorCodes) {
    if (error.code == 404 || error.code == 500) continue;
    EXPECT_EQ(made.count(error.code), error.answered == Answered::kNo ? 0u : 1u) << error.code;
    EXPECT_EQ(error.status_code == kUnimplemented, error.answered == Answered::kNo) << error.code;
  }
}

// Existing clients look for words in the text: a 310 has them, and nothing else by accident.
TEST(Errors, HoldNoWordsThatClientsTakeForSomethingElse) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.text.find("not found") != std::string::npos, row.detail.code == 310);
    const bool is_client = std::string_view(row.name) == "UnknownClient";
    for (const char* words : {"malformed", "not a valid id", "too large", "for_client_id"}) {
      EXPECT_TRUE(is_client || row.text.find(words) == std::string::npos) << words;
    }
  }
}

TEST(Errors, OfTheMachineHaveNoDetail) {
  const absl::Status status = errors::DataLoss("record 5 is damaged");
  EXPECT_THAT(status, testing::StatusIs(kDataLoss, "record 5 is damaged"));
  EXPECT_FALSE(DetailOf(status));
  EXPECT_FALSE(DetailOf(absl::OkStatus()));
  EXPECT_FALSE(DetailOf(absl::InternalError("another's")));
}

// A caller's own names must not make its answer large.
TEST(Errors, KeepNamesOfAnyContentUpToAKilobyte) {
  for (const size_t size : {0, 1, 127, 128, 1'023, 1'024, 1'025, 70'000}) {
    std::string path(size, 'a');
    if (size > 2) path[1] = '\0';
    const absl::Status status = errors::UnknownAttribute(path);
    const std::optional<ErrorDetail> detail = DetailOf(status);
    ASSERT_TRUE(detail) << size;
    EXPECT_TRUE(detail->attribute_name == path.substr(0, 1'024)) << size;
    EXPECT_LE(status.message().size(), 1'024u) << size;
  }
}

TEST(Errors, WithADamagedPayloadHaveNoDetail) {
  const absl::Status whole = errors::TimestampMismatch("created", "2013", "2014");
  const std::string payload(*whole.GetPayload(kPayloadUrl));
  for (size_t size = 0; size < payload.size(); ++size) {
    absl::Status cut = whole;
    cut.SetPayload(kPayloadUrl, absl::Cord(payload.substr(0, size)));
    EXPECT_FALSE(DetailOf(cut)) << size;
  }
  absl::Status longer = whole;
  std::string bytes = payload;
  bytes[12] = '\x7f';  // the length of the name, past the end
  longer.SetPayload(kPayloadUrl, absl::Cord(bytes));
  EXPECT_FALSE(DetailOf(longer));
}

}  // namespace
}  // namespace dossier
