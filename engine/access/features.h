// What clients may do: the one table of operation and feature.
#ifndef DOSSIER_ACCESS_FEATURES_H_
#define DOSSIER_ACCESS_FEATURES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

// Bits. Stored nowhere: their names are.
enum Feature : uint8_t {
  kOwner = 1,
  kAccessIssuer = 2,
  kDirectReadAccess = 4,
  kDirectAccess = 8,
  kLoginClient = 16,
};
using FeatureSet = uint8_t;

std::string_view NameOf(Feature feature);
std::optional<Feature> FeatureNamed(std::string_view name);

// Errors: 200 on `features` for an unknown name, or login_client beside another.
absl::StatusOr<FeatureSet> ParseFeatures(const std::vector<std::string>& names);

// What a call does, as far as features go.
enum class Operation : uint8_t {
  kReadEntity,       // entity
  kWriteEntity,      // entity.create, update, replace, delete
  kReadEntityType,   // entityType
  kAdminEntityType,  // entityType.*
  kAdminClients,     // clients/*
};

// Whether a client with `features` may. Source: section 5 of the entity API's reference, reading A,
// which is that of the customer's pages: an owner may do everything.
bool MayDo(FeatureSet features, Operation operation);

}  // namespace dossier

#endif  // DOSSIER_ACCESS_FEATURES_H_
