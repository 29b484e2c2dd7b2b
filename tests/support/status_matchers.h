// Matchers for absl::Status and absl::StatusOr, which Debian's Abseil does not bring.
//
//   EXPECT_THAT(session.Delete("user", key), IsOk());
//   EXPECT_THAT(session.Get("user", key), IsOkAndHolds(HasSubstr("Ada")));
//   EXPECT_THAT(session.Create("user", "{}"), HasError(362));
#ifndef DOSSIER_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define DOSSIER_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dossier::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// A Status or StatusOr without an error.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// A Status or StatusOr whose absl code is `code`.
MATCHER_P(StatusIs, code, "has the status code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// As StatusIs, and the message matches too.
MATCHER_P2(StatusIs, code, message_matcher,
           "has the status code " + absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message_matcher)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(StatusOf(arg).message()),
                                       result_listener);
}

// A Status or StatusOr that carries the entity API's error of this number.
MATCHER_P(HasError, number, "has the error " + ::testing::PrintToString(number)) {
  const std::optional<ErrorDetail> detail = DetailOf(StatusOf(arg));
  *result_listener << StatusOf(arg).ToString();
  if (detail.has_value()) *result_listener << " with the error " << detail->code;
  return detail.has_value() && detail->code == number;
}

// As HasError, at the attribute with this path.
MATCHER_P2(HasErrorAt, number, path,
           "has the error " + ::testing::PrintToString(number) + " at " +
               ::testing::PrintToString(path)) {
  const std::optional<ErrorDetail> detail = DetailOf(StatusOf(arg));
  *result_listener << StatusOf(arg).ToString();
  if (detail.has_value()) {
    *result_listener << " with the error " << detail->code << " at " << detail->attribute_name;
  }
  return detail.has_value() && detail->code == number && detail->attribute_name == path;
}

// A StatusOr with a value that matches.
MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds a value that matches") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_STATUS_MATCHERS_H_
