// The operations of the entity API, each a function from arguments to an answer.
#ifndef DOSSIER_API_OPERATIONS_H_
#define DOSSIER_API_OPERATIONS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/arguments.h"
#include "dossier/engine.h"

namespace dossier::api {

// What the caller may do, `session` checks. Returns the whole answer.
using OperationFunction = absl::StatusOr<std::string> (*)(Session& session,
                                                          const Arguments& arguments);

// The same, of what may be ok although a part of it failed by an error of the machine: adds such an
// error to `faults`, once where several parts have it.
using PartialFunction = absl::StatusOr<std::string> (*)(Session& session,
                                                        const Arguments& arguments,
                                                        std::vector<absl::Status>& faults);

struct NamedOperation {
  std::string_view path;
  OperationFunction function = nullptr;
  PartialFunction partial = nullptr;  // in its place
};

// Those on records, those that look for records, those on many records at once, those on entity types,
// on their properties and indexes, on access schemas, on clients and on their settings; each file lists
// its own at its end.
std::span<const NamedOperation> EntityOperations();
std::span<const NamedOperation> FindOperations();
std::span<const NamedOperation> BulkOperations();
std::span<const NamedOperation> TypeOperations();
std::span<const NamedOperation> PropertyOperations();
std::span<const NamedOperation> IndexOperations();
std::span<const NamedOperation> AccessSchemaOperations();
std::span<const NamedOperation> AccessOperations();
std::span<const NamedOperation> ClientOperations();
std::span<const NamedOperation> SettingsOperations();

// `entity` by Session::GetAtOnce; nothing where that is nothing.
absl::StatusOr<std::optional<std::string>> EntityReadAtOnce(Session& session,
                                                            const Arguments& arguments);

// The operation that a path names, "/entity.update"; null where there is none.
const NamedOperation* FindOperation(std::string_view path);

}  // namespace dossier::api

#endif  // DOSSIER_API_OPERATIONS_H_
