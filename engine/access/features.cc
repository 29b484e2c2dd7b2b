#include "access/features.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier {
namespace {

constexpr std::array<std::pair<std::string_view, Feature>, 5> kNames = {{
    {"owner", kOwner},
    {"access_issuer", kAccessIssuer},
    {"direct_read_access", kDirectReadAccess},
    {"direct_access", kDirectAccess},
    {"login_client", kLoginClient},
}};

constexpr FeatureSet kAny =
    kOwner | kAccessIssuer | kDirectReadAccess | kDirectAccess | kLoginClient;

// One of these is needed, in the order of Operation.
constexpr std::array<FeatureSet, 5> kNeeded = {
    kOwner | kDirectAccess | kDirectReadAccess,  // kReadEntity
    kOwner | kDirectAccess,                      // kWriteEntity
    kAny,                                        // kReadEntityType
    kOwner,                                      // kAdminEntityType
    kOwner,                                      // kAdminClients
};

}  // namespace

std::string_view NameOf(Feature feature) {
  for (const auto& [name, named] : kNames) {
    if (named == feature) return name;
  }
  return "";
}

std::optional<Feature> FeatureNamed(std::string_view wanted) {
  for (const auto& [name, feature] : kNames) {
    if (name == wanted) return feature;
  }
  return std::nullopt;
}

absl::StatusOr<FeatureSet> ParseFeatures(const std::vector<std::string>& names) {
  FeatureSet features = 0;
  for (const std::string& name : names) {
    const std::optional<Feature> feature = FeatureNamed(name);
    if (!feature) {
      return errors::InvalidArgument("features",
                                     absl::StrCat(name, " is not a valid feature name"));
    }
    features = static_cast<FeatureSet>(features | *feature);
  }
  if ((features & kLoginClient) && features != kLoginClient) {
    return errors::InvalidArgument("features", "login_client cannot be combined with another");
  }
  return features;
}

bool MayDo(FeatureSet features, Operation operation) {
  return (features & kNeeded[static_cast<size_t>(operation)]) != 0;
}

}  // namespace dossier
