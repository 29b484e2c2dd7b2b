#include "access/features.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier {
namespace {

constexpr std::array<std::pair<std::string_view, Feature>, 6> kNames = {{
    {"owner", kOwner},
    {"access_issuer", kAccessIssuer},
    {"direct_read_access", kDirectReadAccess},
    {"direct_access", kDirectAccess},
    {"login_client", kLoginClient},
    {"metadata", kMetadata},
}};

constexpr FeatureSet kAny =
    kOwner | kAccessIssuer | kDirectReadAccess | kDirectAccess | kLoginClient;
constexpr FeatureSet kReaders = kDirectAccess | kDirectReadAccess;

// Source: section 5 of the entity API's reference, its rows in its order, its columns A (the pages of
// the single calls, the customer's among them) and B (the overview of all calls). Not in that
// section, and ours: entity.adopt, entity.bulkDelete and entity.purge go with entity.delete, the codes
// of access/* with its token, entityType.properties and its kin with the rules, and so do indexes.
// entity.count is as the pages of the middle generation have it: the newest leave it to owners alone.
// The README has the same table.
// clang-format off
constexpr Permission kPermissions[] = {
    {Operation::kReadEntity, "entity",
     kOwner | kReaders, kReaders},
    {Operation::kFindEntities, "entity.find entity.explain",
     kOwner | kReaders, kReaders},
    {Operation::kCountEntities, "entity.count",
     kOwner | kReaders, kReaders},
    {Operation::kWriteEntity,
     "entity.create entity.bulkCreate entity.update entity.replace entity.delete "
     "entity.adopt entity.bulkDelete entity.purge",
     kOwner | kDirectAccess, kDirectAccess},
    {Operation::kDeleteAccess, "entity.deleteAccess",
     kOwner | kAccessIssuer | kDirectAccess | kLoginClient,
     kOwner | kAccessIssuer | kDirectAccess},
    {Operation::kReadEntityType, "entityType entityType.getAccessSchema",
     kAny, kAny},
    {Operation::kAdminEntityType,
     "entityType.list entityType.create entityType.delete "
     "entityType.addAttribute entityType.removeAttribute entityType.renameAttribute "
     "entityType.setAttributeConstraints entityType.setAttributeDescription "
     "entityType.addRule entityType.rules entityType.removeRule "
     "entityType.addProperty entityType.properties entityType.removeProperty "
     "entityType.addIndex entityType.indexes entityType.removeIndex "
     "entityType.setAccessSchema entityType.deleteAccessSchema",
     kOwner, kOwner},
    {Operation::kAdminClients, "clients/*",
     kOwner, kOwner},
    {Operation::kAdminSettings, "settings/*",
     kOwner, kOwner},
    {Operation::kIssueAccess,
     "access/getAccessToken access/getAuthorizationCode access/getCreationToken "
     "access/getVerificationCode access/useVerificationCode",
     kOwner | kAccessIssuer | kDirectAccess, kOwner | kAccessIssuer | kDirectAccess},
};
// clang-format on

constexpr bool StandInTheirOrder() {
  for (size_t i = 0; i < std::size(kPermissions); ++i) {
    if (kPermissions[i].operation != static_cast<Operation>(i)) return false;
  }
  return true;
}
static_assert(StandInTheirOrder(), "MayDo finds a row by its number");

bool Names(std::string_view calls, std::string_view call) {
  for (const absl::string_view name : absl::StrSplit(ToAbsl(calls), ' ')) {
    const std::string_view wanted = ToStd(name);
    if (wanted == call) return true;
    if (wanted.ends_with('*') && call.starts_with(wanted.substr(0, wanted.size() - 1))) return true;
  }
  return false;
}

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

absl::StatusOr<FeatureSet> FeaturesNamed(const std::vector<std::string>& names,
                                         std::string_view argument) {
  FeatureSet features = 0;
  for (const std::string& name : names) {
    const std::optional<Feature> feature = FeatureNamed(name);
    if (!feature) {
      return errors::InvalidArgument(argument, absl::StrCat(name, " is not a valid feature name"));
    }
    features = static_cast<FeatureSet>(features | *feature);
  }
  return features;
}

absl::StatusOr<FeatureSet> ParseFeatures(const std::vector<std::string>& names) {
  absl::StatusOr<FeatureSet> features = FeaturesNamed(names, "features");
  if (features.ok() && (*features & kLoginClient) && *features != kLoginClient) {
    return errors::InvalidArgument("features", "login_client cannot be combined with another");
  }
  return features;
}

std::span<const Permission> Permissions() { return kPermissions; }

const Permission* PermissionOf(std::string_view call) {
  const auto* found =
      std::find_if(std::begin(kPermissions), std::end(kPermissions),
                   [&](const Permission& permission) { return Names(permission.calls, call); });
  return found == std::end(kPermissions) ? nullptr : found;
}

bool MayDo(FeatureSet features, Operation operation, FeatureReading reading) {
  const Permission& permission = kPermissions[static_cast<size_t>(operation)];
  const FeatureSet allowing =
      reading == FeatureReading::kPages ? permission.pages : permission.overview;
  return (features & allowing) != 0;
}

}  // namespace dossier
