#include "api/operations.h"

namespace dossier::api {

OperationFunction FindOperation(std::string_view path) {
  for (const auto operations : {EntityOperations(), TypeOperations(), PropertyOperations(),
                                ClientOperations(), SettingsOperations()}) {
    for (const NamedOperation& operation : operations) {
      if (operation.path == path) return operation.function;
    }
  }
  return nullptr;
}

}  // namespace dossier::api
