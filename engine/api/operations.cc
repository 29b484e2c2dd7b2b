#include "api/operations.h"

#include <array>
#include <vector>

#include "dossier/api.h"

namespace dossier::api {
namespace {

std::array<std::span<const NamedOperation>, 10> AllOperations() {
  return {EntityOperations(),   FindOperations(),    BulkOperations(),         TypeOperations(),
          PropertyOperations(), IndexOperations(),   AccessSchemaOperations(), AccessOperations(),
          ClientOperations(),   SettingsOperations()};
}

}  // namespace

const NamedOperation* FindOperation(std::string_view path) {
  for (const auto operations : AllOperations()) {
    for (const NamedOperation& operation : operations) {
      if (operation.path == path) return &operation;
    }
  }
  return nullptr;
}

std::vector<std::string_view> OperationNames() {
  std::vector<std::string_view> names;
  for (const auto operations : AllOperations()) {
    for (const NamedOperation& operation : operations) names.push_back(operation.path.substr(1));
  }
  return names;
}

}  // namespace dossier::api
