#include "dossier/api.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/arguments.h"
#include "api/credentials.h"
#include "api/operations.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/error_codes.h"

namespace dossier::api {
namespace {

// Source: an answer that existing clients test for, which has no request_id.
std::string UnknownEndpoint() {
  constexpr const ErrorCode* kError = FindErrorCode(404);
  return absl::StrCat("{\"code\":", kError->code, ",\"error\":", JsonText(kError->name),
                      R"(,"error_description":"This API endpoint does not exist","stat":"error"})");
}

// The operations that know elements by entity_path.
constexpr std::string_view kWithEntityPath[] = {"/entity", "/entity.update", "/entity.replace",
                                                "/entity.delete", "/entity.adopt"};

// Parameters of the API that decide what a call is about and that this version, or this call, does
// not know: to pass them over as others would do another thing than was asked.
absl::Status RefuseUnknownMeaning(std::string_view path, const Arguments& arguments) {
  if (arguments.Find("entity_path") != nullptr &&
      std::find(std::begin(kWithEntityPath), std::end(kWithEntityPath), path) ==
          std::end(kWithEntityPath)) {
    return errors::InvalidArgument("entity_path", "this call is not about elements");
  }
  return absl::OkStatus();
}

// Calls the operation, and notes who called.
template <typename Operation>
auto Call(Engine& engine, Operation operation, const Request& request, std::string& client_id)
    -> decltype(operation(std::declval<Session&>(), std::declval<const Arguments&>())) {
  const Arguments arguments(request.parameters);
  DOSSIER_RETURN_IF_ERROR(RefuseUnknownMeaning(request.path, arguments));
  DOSSIER_ASSIGN_OR_RETURN(Session session, SessionOf(engine, request));
  client_id = session.client_id();
  return operation(session, arguments);
}

int CodeOf(const absl::Status& status) {
  constexpr int kUnexpected = 500;
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail ? detail->code : kUnexpected;
}

}  // namespace

Outcome Api::Answer(const Request& request) const {
  const NamedOperation* operation = FindOperation(request.path);
  Outcome outcome{.request_id = NewRequestId()};
  if (operation == nullptr) {
    outcome.code = 404;
    outcome.body = UnknownEndpoint();
    return outcome;
  }
  outcome.operation = operation->path.substr(1);
  std::vector<absl::Status> faults;
  const auto function = [&](Session& session, const Arguments& arguments) {
    return operation->partial != nullptr ? operation->partial(session, arguments, faults)
                                         : operation->function(session, arguments);
  };
  absl::StatusOr<std::string> answer = Call(*engine_, function, request, outcome.client_id);
  for (const absl::Status& fault : faults) {
    if (log_) log_(outcome.request_id, fault);
  }
  if (answer.ok()) {
    outcome.body = *std::move(answer);
  } else {
    Fail(answer.status(), outcome);
  }
  return outcome;
}

std::optional<Outcome> Api::AnswerAtOnce(const Request& request) const {
  constexpr std::string_view kRead = "/entity";
  if (request.path != kRead) return std::nullopt;
  Outcome outcome{.operation = kRead.substr(1), .request_id = NewRequestId()};
  absl::StatusOr<std::optional<std::string>> answer =
      Call(*engine_, EntityReadAtOnce, request, outcome.client_id);
  if (!answer.ok()) {
    Fail(answer.status(), outcome);
  } else if (*answer) {
    outcome.body = **std::move(answer);
  } else {
    return std::nullopt;
  }
  return outcome;
}

void Api::Fail(const absl::Status& status, Outcome& outcome) const {
  outcome.code = CodeOf(status);
  if (log_ && !DetailOf(status)) log_(outcome.request_id, status);
  outcome.body = ErrorAnswer(status, outcome.request_id);
}

}  // namespace dossier::api
