// Passing errors up.
#ifndef DOSSIER_BASE_STATUS_H_
#define DOSSIER_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the calling function where `expression`, an absl::Status, is an error.
#define DOSSIER_RETURN_IF_ERROR(expression)                                                      \
  do {                                                                                           \
    if (absl::Status dossier_status = (expression); !dossier_status.ok()) return dossier_status; \
  } while (false)

// Declares `declaration` from the value of an absl::StatusOr, or returns its error.
#define DOSSIER_ASSIGN_OR_RETURN(declaration, expression) \
  DOSSIER_ASSIGN_OR_RETURN_AT_(DOSSIER_JOIN_(dossier_or_, __LINE__), declaration, expression)

// NOLINTBEGIN(bugprone-macro-parentheses): a name and a declaration, not expressions.
#define DOSSIER_ASSIGN_OR_RETURN_AT_(value, declaration, expression) \
  auto value = (expression);                                         \
  if (!value.ok()) return std::move(value).status();                 \
  declaration = *std::move(value)
// NOLINTEND(bugprone-macro-parentheses)
#define DOSSIER_JOIN_(a, b) DOSSIER_JOIN_AGAIN_(a, b)
#define DOSSIER_JOIN_AGAIN_(a, b) a##b

#endif  // DOSSIER_BASE_STATUS_H_
