// Features: the table of the code, cell by cell, and the one of the README.
#include "access/features.h"

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::IsOk;
using ::testing::HasSubstr;

// The columns of the table, in its order.
constexpr std::array<Feature, 5> kColumns = {kOwner, kAccessIssuer, kDirectAccess,
                                             kDirectReadAccess, kLoginClient};

// A row of the reference's table, a letter for each column: y yes, n no, A in the reading of the
// pages alone.
struct Row {
  const char* calls;
  const char* cells;
};

// Source: section 5 of the entity API's reference.
constexpr Row kRows[] = {
    {"entity", "Anyyn"},
    {"entity.find", "Anyyn"},
    {"entity.count", "Anyyn"},
    {"entity.create entity.bulkCreate entity.update entity.replace entity.delete", "Anynn"},
    {"entity.deleteAccess", "yyynA"},
    {"entityType entityType.getAccessSchema", "yyyyy"},
    {"entityType.list entityType.create entityType.delete entityType.addAttribute "
     "entityType.removeAttribute entityType.addRule entityType.rules entityType.removeRule "
     "entityType.setAttributeConstraints entityType.setAccessSchema "
     "entityType.deleteAccessSchema",
     "ynnnn"},
    {"clients/add clients/clear_whitelist clients/delete clients/list clients/reset_secret "
     "clients/set_description clients/set_features clients/set_whitelist",
     "ynnnn"},
    {"settings/get settings/set settings/get_all settings/delete_default", "ynnnn"},
    {"access/getAccessToken", "yyynn"},
    // Ours: what that section does not name.
    {"entity.adopt entity.bulkDelete entity.purge", "Anynn"},
    {"entity.explain", "Anyyn"},
    {"entityType.renameAttribute entityType.setAttributeDescription entityType.addProperty "
     "entityType.properties entityType.removeProperty entityType.addIndex entityType.indexes "
     "entityType.removeIndex",
     "ynnnn"},
    {"access/getAuthorizationCode access/getCreationToken access/getVerificationCode "
     "access/useVerificationCode",
     "yyynn"},
};

TEST(Features, AllowWhatTheReferenceSays) {
  for (const Row& row : kRows) {
    for (const absl::string_view name : absl::StrSplit(row.calls, ' ')) {
      const Permission* permission = PermissionOf(ToStd(name));
      ASSERT_NE(permission, nullptr) << name;
      for (size_t i = 0; i < kColumns.size(); ++i) {
        const auto may = [&](FeatureReading reading) {
          return MayDo(kColumns[i], permission->operation, reading);
        };
        const char cell = row.cells[i];
        EXPECT_EQ(may(FeatureReading::kPages), cell != 'n') << name << NameOf(kColumns[i]);
        EXPECT_EQ(may(FeatureReading::kOverview), cell == 'y') << name << NameOf(kColumns[i]);
      }
    }
  }
}

TEST(Features, EveryRowIsNamedByTheReference) {
  std::set<Operation> seen;
  for (const Row& row : kRows) {
    for (const absl::string_view name : absl::StrSplit(row.calls, ' ')) {
      if (const Permission* permission = PermissionOf(ToStd(name))) {
        seen.insert(permission->operation);
      }
    }
  }
  EXPECT_EQ(seen.size(), Permissions().size());
  EXPECT_EQ(PermissionOf("entity.frobnicate"), nullptr);
  EXPECT_EQ(PermissionOf("clients"), nullptr);
  EXPECT_EQ(PermissionOf("entit"), nullptr);
}

constexpr FeatureReading kReadings[] = {FeatureReading::kPages, FeatureReading::kOverview};

// Each set allows what one of its members does; no features and metadata alone allow nothing.
TEST(Features, AddUp) {
  for (const Permission& permission : Permissions()) {
    for (const FeatureReading reading : kReadings) {
      const auto may = [&](int features) {
        return MayDo(static_cast<FeatureSet>(features), permission.operation, reading);
      };
      EXPECT_FALSE(may(0)) << permission.calls;
      EXPECT_FALSE(may(kMetadata)) << permission.calls;
      for (int features = 0; features < 32; ++features) {
        bool is_allowed = false;
        for (const Feature feature : kColumns) {
          is_allowed |= (features & feature) != 0 && may(feature);
        }
        EXPECT_EQ(may(features), is_allowed) << permission.calls << features;
        EXPECT_EQ(may(features | kMetadata), is_allowed) << permission.calls << features;
      }
    }
  }
}

TEST(Features, HaveNames) {
  for (const char* name : {"owner", "access_issuer", "direct_read_access", "direct_access",
                           "login_client", "metadata"}) {
    const auto feature = FeatureNamed(name);
    ASSERT_TRUE(feature.has_value()) << name;
    EXPECT_EQ(NameOf(*feature), name);
    EXPECT_THAT(ParseFeatures({name}), IsOk());
  }
  for (const char* name : {"", "Owner", "owner ", "direct_access_read", "login", "\xff"}) {
    EXPECT_THAT(ParseFeatures({"owner", name}), HasError(200)) << name;
    EXPECT_THAT(FeaturesNamed({name}, "has_features"), HasError(200)) << name;
  }
}

TEST(Features, LoginClientStandsAlone) {
  for (const char* name :
       {"owner", "access_issuer", "direct_read_access", "direct_access", "metadata"}) {
    EXPECT_THAT(ParseFeatures({"login_client", name}), HasError(200)) << name;
    EXPECT_THAT(ParseFeatures({name, "login_client"}), HasError(200)) << name;
  }
  EXPECT_THAT(ParseFeatures({"login_client", "login_client"}), IsOk());
}

// "`entity.create`, `entity.update`" of "entity.create entity.update".
std::string Quoted(std::string_view calls) {
  return absl::StrCat("`", absl::StrJoin(absl::StrSplit(ToAbsl(calls), ' '), "`, `"), "`");
}

std::string LineOf(const Permission& permission) {
  std::string line = absl::StrCat("| ", Quoted(permission.calls), " |");
  for (const Feature feature : kColumns) {
    const char* cell = permission.overview & feature ? "yes"
                       : permission.pages & feature  ? "A"
                                                     : "";
    absl::StrAppend(&line, " ", cell, *cell == '\0' ? "|" : " |");
  }
  return line + "\n";
}

TEST(Features, ReadTheSameInTheReadme) {
  std::ifstream file(DOSSIER_SOURCE_DIR "/README.md");
  ASSERT_TRUE(file.is_open());
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  std::string table = "| operation |";
  std::string rule = "|---|";
  for (const Feature feature : kColumns) {
    absl::StrAppend(&table, " ", ToAbsl(NameOf(feature)), " |");
    rule += "---|";
  }
  absl::StrAppend(&table, "\n", rule, "\n");
  for (const Permission& permission : Permissions()) table += LineOf(permission);
  EXPECT_THAT(readme, HasSubstr(table));
}

}  // namespace
}  // namespace dossier
