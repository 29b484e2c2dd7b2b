// What clients may do: the one table of operation and feature.
#ifndef DOSSIER_ACCESS_FEATURES_H_
#define DOSSIER_ACCESS_FEATURES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dossier/client.h"

namespace dossier {

// Bits. Stored nowhere: their names are.
enum Feature : uint8_t {
  kOwner = 1,
  kAccessIssuer = 2,
  kDirectReadAccess = 4,
  kDirectAccess = 8,
  kLoginClient = 16,
  // Allows nothing; what it writes leaves lastUpdated alone.
  kMetadata = 32,
};
using FeatureSet = uint8_t;

std::string_view NameOf(Feature feature);
std::optional<Feature> FeatureNamed(std::string_view name);

// Errors: 200 on `argument` for an unknown name.
absl::StatusOr<FeatureSet> FeaturesNamed(const std::vector<std::string>& names,
                                         std::string_view argument);

// Of a client. Errors: 200 on `features` for an unknown name, or login_client beside another.
absl::StatusOr<FeatureSet> ParseFeatures(const std::vector<std::string>& names);

// What a call does, as far as features go: a row of the table.
enum class Operation : uint8_t {
  kReadEntity,
  kFindEntities,
  kCountEntities,
  kWriteEntity,
  kDeleteAccess,
  kReadEntityType,
  kAdminEntityType,
  kAdminClients,
  kAdminSettings,
  kIssueAccess,
};

struct Permission {
  Operation operation;
  // The names of the calls, a blank between two; "clients/*" is all that begin with "clients/".
  std::string_view calls;
  // Each of these features allows them, in the reading of the pages and in that of the overview.
  FeatureSet pages;
  FeatureSet overview;
};

// A row for each operation, in their order.
std::span<const Permission> Permissions();

// The row of a call ("entity.update"); null where the table does not have it.
const Permission* PermissionOf(std::string_view call);

// Whether a client with `features` may.
bool MayDo(FeatureSet features, Operation operation, FeatureReading reading);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_FEATURES_H_
