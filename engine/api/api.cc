#include "dossier/api.h"

#include "api/answers.h"
#include "api/arguments.h"
#include "api/credentials.h"
#include "api/operations.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier::api {
namespace {

// Source: an answer that existing clients test for, which has no request_id.
constexpr char kUnknownEndpoint[] =
    R"({"code":404,"error":"invalid_api_method",)"
    R"("error_description":"This API endpoint does not exist","stat":"error"})";

absl::StatusOr<std::string> Answer(Engine& engine, OperationFunction operation,
                                   const Request& request) {
  DOSSIER_ASSIGN_OR_RETURN(const Credentials credentials, CredentialsOf(request));
  DOSSIER_ASSIGN_OR_RETURN(Session session,
                           engine.ClientSession(credentials.client_id, credentials.client_secret));
  return operation(session, Arguments(request.parameters));
}

}  // namespace

std::string Api::Handle(const Request& request) const {
  const OperationFunction operation = FindOperation(request.path);
  if (operation == nullptr) return kUnknownEndpoint;
  absl::StatusOr<std::string> answer = Answer(*engine_, operation, request);
  return answer.ok() ? *std::move(answer) : ErrorAnswer(answer.status());
}

}  // namespace dossier::api
