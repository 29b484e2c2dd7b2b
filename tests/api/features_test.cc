// Every operation of the wire, called by a client with each feature: what the table says happens.
#include "access/features.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/operations.h"
#include "dossier/api.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::api {
namespace {

using ::dossier::testing::IsOk;
using ::dossier::testing::TemporaryDirectory;

constexpr Feature kFeatures[] = {kOwner,        kAccessIssuer, kDirectReadAccess,
                                 kDirectAccess, kLoginClient,  kMetadata};

// What a call needs to get as far as asking who calls; the others need what kCommon has.
const std::map<std::string, std::string>& Forms() {
  static const auto* const forms = new std::map<std::string, std::string>{
      {"/entity.create", R"(attributes={})"},
      {"/entity.bulkCreate", R"(all_attributes=[])"},
      {"/entity.bulkDelete", R"(filter=id%3D1)"},
      {"/entity.update", R"(value={})"},
      {"/entity.replace", R"(value={})"},
      {"/entityType.addRule", R"(attributes=["code"]&definition="required")"},
      {"/settings/set", R"(value=x)"},
      {"/settings/set_default", R"(value=x)"},
  };
  return *forms;
}

constexpr char kCommon[] =
    R"(type_name=nothing&id=1&attribute_name=code&child_id=2&attr_defs=[]&attr_def={}&constraints=[])"
    R"(&source_name=a&target_name=b&property={"type":"rule","attributes":[],"definition":1})"
    R"(&for_client_id=nobody&features=[]&client_id_for_deletion=nobody&description="x")"
    R"(&whitelist=["10.0.0.0/8"]&hours_to_live=1&key=k&keys=[]&items={})";

class FeaturesOnTheWire : public ::testing::TestWithParam<FeatureReading> {
 protected:
  void SetUp() override {
    auto engine = Engine::Open(
        {.directory = top_.path(), .block_cache_bytes = 1u << 20, .feature_reading = GetParam()});
    ASSERT_THAT(engine, IsOk());
    engine_ = *std::move(engine);
    for (const Feature feature : kFeatures) {
      const std::string name(NameOf(feature));
      ASSERT_THAT(engine_->HostSession().AddClient(
                      {.client_id = name, .client_secret = "s", .features = {name}}),
                  IsOk());
    }
  }

  std::string Ask(const NamedOperation& operation, Feature caller) const {
    Request request{.path = std::string(operation.path)};
    AddForm(kCommon, request.parameters);
    const auto form = Forms().find(request.path);
    if (form != Forms().end()) AddForm(form->second, request.parameters);
    const bool has_uuid = operation.path.starts_with("/entityType.remove");
    if (has_uuid) request.parameters.emplace_back("uuid", "02b0c68d-7d7a-49d8-a88d-022585b0f877");
    request.parameters.emplace_back("client_id", std::string(NameOf(caller)));
    request.parameters.emplace_back("client_secret", "s");
    return Api(*engine_).Handle(request);
  }

  TemporaryDirectory top_;
  std::unique_ptr<Engine> engine_;
};

TEST_P(FeaturesOnTheWire, AllowWhatTheTableSays) {
  size_t count = 0;
  for (const auto operations : {EntityOperations(), BulkOperations(), TypeOperations(),
                                PropertyOperations(), ClientOperations(), SettingsOperations()}) {
    for (const NamedOperation& operation : operations) {
      const Permission* permission = PermissionOf(operation.path.substr(1));
      ASSERT_NE(permission, nullptr) << operation.path << " is not in the table";
      for (const Feature caller : kFeatures) {
        const std::string answer = Ask(operation, caller);
        EXPECT_EQ(answer.find("\"code\":100"), std::string::npos) << operation.path << answer;
        EXPECT_EQ(answer.find("\"code\":403") == std::string::npos,
                  MayDo(caller, permission->operation, GetParam()))
            << operation.path << " " << NameOf(caller) << " " << answer;
      }
      ++count;
    }
  }
  EXPECT_GE(count, 45u);
}

INSTANTIATE_TEST_SUITE_P(Readings, FeaturesOnTheWire,
                         ::testing::Values(FeatureReading::kPages, FeatureReading::kOverview),
                         [](const auto& reading) {
                           return reading.param == FeatureReading::kPages ? "Pages" : "Overview";
                         });

}  // namespace
}  // namespace dossier::api
