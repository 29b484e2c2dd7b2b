// Access schemas: whom they bind, in which calls, for how long, and what is stored of them.
#include "access/access_schemas.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/path.h"
#include "schema/evolution.h"
#include "schema/registry.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using ::dossier::testing::HasError;
using ::dossier::testing::HasErrorAt;
using ::dossier::testing::IsOk;
using ::dossier::testing::StatusIs;
using ::dossier::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum AccessKind;

constexpr std::string_view kAttrDefs = R"([
  {"name":"name","type":"string"},{"name":"secret","type":"string"},
  {"name":"home","type":"object","attr_defs":[
    {"name":"city","type":"string"},{"name":"code","type":"string"}]},
  {"name":"cards","type":"plural","attr_defs":[
    {"name":"label","type":"string"},{"name":"pin","type":"string"}]}])";

// The leaves of `shape` in the set, and id where it has the reserved attributes: "id name home/city".
std::string Leaves(const AttributeSet* set, const Shape& shape) {
  std::string leaves = set != nullptr && set->Has(kIdNumber) ? "id" : "";
  const std::function<void(const Shape&)> add = [&](const Shape& level) {
    for (const Attribute& attribute : level) {
      if (!Allows(set, attribute)) continue;
      if (attribute.is_container()) {
        add(*attribute.children);
      } else {
        leaves += (leaves.empty() ? "" : " ") + PathOf(attribute).substr(1);
      }
    }
  };
  add(shape);
  return leaves;
}

class AccessSchemasTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_THAT(registry_->Create("person", kAttrDefs), IsOk());
    ASSERT_THAT(registry_->Create("other", kAttrDefs), IsOk());
    for (const auto& [id, feature] :
         {std::pair{"a", "direct_access"}, {"b", "direct_access"}, {"login", "login_client"}}) {
      ASSERT_THAT(
          clients_->AddAsGiven(
              {.client_id = id, .client_secret = "s", .description = "", .features = {feature}}),
          IsOk());
    }
  }

  void Close() {
    schemas_.reset();
    clients_.reset();
    registry_.reset();
    store_.reset();
  }

  void Open() {
    Close();
    auto store = Store::Open({.directory = directory_.path(), .block_cache_bytes = 1u << 20});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    auto registry = Registry::Open(*store_);
    ASSERT_THAT(registry, IsOk());
    registry_ = *std::move(registry);
    auto clients = Clients::Open(*store_, clock_, FeatureReading::kPages, SecretsKeys{});
    ASSERT_THAT(clients, IsOk());
    clients_ = *std::move(clients);
    auto schemas = AccessSchemas::Open(*store_, *clients_);
    ASSERT_THAT(schemas, IsOk());
    schemas_ = *std::move(schemas);
  }

  EntityTypePtr Type(std::string_view name = "person") { return registry_->Find(name).value(); }

  absl::Status Set(std::string_view client, AccessKind kind, const std::vector<std::string>& paths,
                   std::string_view type = "person") {
    return schemas_->Set(client, kind, *Type(type), paths);
  }

  // "all" for null.
  std::string Readable(std::string_view client, bool has_token, std::string_view type = "person") {
    const Access access = schemas_->Of(client, has_token, *Type(type));
    return access.readable == nullptr ? "all" : Leaves(access.readable.get(), Type(type)->root());
  }
  std::string Writable(std::string_view client, bool has_token, std::string_view type = "person") {
    const Access access = schemas_->Of(client, has_token, *Type(type));
    return access.writable == nullptr ? "all" : Leaves(access.writable.get(), Type(type)->root());
  }

  std::vector<std::pair<std::string, std::string>> StoredSchemas() {
    return store_->MetaEntries(MetaTag::kAccessSchema).value();
  }

  TemporaryDirectory directory_;
  const Clock clock_{{}};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Clients> clients_;
  std::unique_ptr<AccessSchemas> schemas_;
};

TEST(AccessKinds, HaveFourNames) {
  for (const auto& [name, kind] : {std::pair{"read", kRead},
                                   {"write", kWrite},
                                   {"read_with_token", kReadWithToken},
                                   {"write_with_token", kWriteWithToken}}) {
    EXPECT_EQ(ParseAccessKind(name).value(), kind);
  }
  for (const char* name : {"", "Read", "reads", "token", "read_with_tokens"}) {
    EXPECT_THAT(ParseAccessKind(name), HasError(200)) << name;
  }
}

TEST_F(AccessSchemasTest, EachKindBindsItsOwnCalls) {
  ASSERT_THAT(Set("a", kRead, {"name", "home.city"}), IsOk());
  ASSERT_THAT(Set("a", kWrite, {"/cards/label"}), IsOk());
  ASSERT_THAT(Set("a", kReadWithToken, {"secret"}), IsOk());
  ASSERT_THAT(Set("a", kWriteWithToken, {}), IsOk());
  EXPECT_EQ(Readable("a", false), "id name home/city");
  EXPECT_EQ(Writable("a", false), "cards/label");
  EXPECT_EQ(Readable("a", true), "id secret");
  EXPECT_EQ(Writable("a", true), "");
  for (const bool has_token : {false, true}) {
    for (const auto& [client, type] : {std::pair{"b", "person"}, {"a", "other"}}) {
      EXPECT_EQ(Readable(client, has_token, type), "all");
      EXPECT_EQ(Writable(client, has_token, type), "all");
    }
  }
}

TEST_F(AccessSchemasTest, SetOverwritesAndDeleteTakesBack) {
  ASSERT_THAT(Set("a", kRead, {"name", "home"}), IsOk());
  ASSERT_THAT(Set("a", kRead, {"cards", "cards/pin"}), IsOk());
  EXPECT_EQ(Readable("a", false), "id cards/label cards/pin");
  EXPECT_THAT(Set("a", kRead, {"name", "nosuch"}), HasErrorAt(223, "/nosuch"));
  EXPECT_THAT(Set("a", kRead, {"name", ""}), HasError(200));
  EXPECT_THAT(Set("nobody", kRead, {"name"}), HasError(200));
  EXPECT_EQ(Readable("a", false), "id cards/label cards/pin");
  EXPECT_THAT(schemas_->Delete("a", kWrite, *Type()), IsOk());
  EXPECT_THAT(schemas_->Delete("nobody", kRead, *Type()), HasError(200));
  EXPECT_EQ(Readable("a", false), "id cards/label cards/pin");
  EXPECT_THAT(schemas_->Delete("a", kRead, *Type()), IsOk());
  EXPECT_EQ(Readable("a", false), "all");
  EXPECT_THAT(StoredSchemas(), IsEmpty());
}

TEST_F(AccessSchemasTest, ReservedAttributesAreReadableAndNeverWritable) {
  ASSERT_THAT(Set("a", kRead, {"id", "name"}), IsOk());
  ASSERT_THAT(Set("a", kWrite, {"id", "uuid", "created", "lastUpdated", "name"}), IsOk());
  EXPECT_EQ(Readable("a", false), "id name");
  EXPECT_EQ(Writable("a", false), "name");
}

TEST_F(AccessSchemasTest, ALoginClientWritesNothingUnlessASchemaLetsIt) {
  EXPECT_EQ(Readable("login", true), "all");
  EXPECT_EQ(Writable("login", true), "");
  EXPECT_EQ(Leaves(schemas_->Reach("login", kWrite, *Type())->get(), Type()->root()), "");
  EXPECT_EQ(*schemas_->Reach("login", kRead, *Type()), nullptr);
  ASSERT_THAT(Set("login", kWriteWithToken, {"name"}), IsOk());
  EXPECT_EQ(Writable("login", true), "name");
  ASSERT_THAT(schemas_->Delete("login", kWriteWithToken, *Type()), IsOk());
  EXPECT_EQ(Writable("login", true), "");
  EXPECT_THAT(schemas_->Reach("nobody", kRead, *Type()), HasError(200));
}

TEST_F(AccessSchemasTest, FollowTheirAttributesThroughVersions) {
  ASSERT_THAT(Set("a", kRead, {"secret", "home/code", "cards"}), IsOk());
  const EntityTypePtr before = Type();
  ASSERT_EQ(Readable("a", false), "id secret home/code cards/label cards/pin");
  const auto change = [&](auto next) {
    ASSERT_THAT(
        registry_->Change("person", [&](const EntityType& type, Batch&) { return next(type); }),
        IsOk());
  };
  change([](const EntityType& type) { return WithName(type, "secret", "known"); });
  EXPECT_EQ(Readable("a", false), "id known home/code cards/label cards/pin");
  change([](const EntityType& type) {
    return WithAttribute(type, R"({"name":"secret","type":"string"})");
  });
  EXPECT_EQ(Readable("a", false), "id known home/code cards/label cards/pin");
  for (const char* path : {"home/code", "cards/pin"}) {
    change([&](const EntityType& type) {
      return WithoutAttribute(type, *FindChangeable(type, path, "attribute_name").value());
    });
  }
  EXPECT_EQ(Readable("a", false), "id known cards/label");
  // Nothing of home is left to be seen.
  EXPECT_FALSE(
      Allows(schemas_->Of("a", false, *Type()).readable.get(), *Type()->root().FindNamed("home")));
  // A call that still has the version before is judged by that.
  EXPECT_EQ(Leaves(schemas_->Of("a", false, *before).readable.get(), before->root()),
            "id secret home/code cards/label cards/pin");
  EXPECT_EQ(Readable("a", false), "id known cards/label");
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Readable("a", false), "id known cards/label");
}

TEST_F(AccessSchemasTest, AreThereAgainWhenTheStoreIsOpened) {
  ASSERT_THAT(Set("a", kRead, {"name"}), IsOk());
  ASSERT_THAT(Set("a", kWriteWithToken, {}), IsOk());
  ASSERT_THAT(Set("b", kRead, {"home"}, "other"), IsOk());
  ASSERT_THAT(Set("b", kWrite, {"home"}), IsOk());
  ASSERT_THAT(schemas_->Delete("b", kWrite, *Type()), IsOk());
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Readable("a", false), "id name");
  EXPECT_EQ(Writable("a", true), "");
  EXPECT_EQ(Writable("a", false), "all");
  EXPECT_EQ(Readable("b", false, "other"), "id home/city home/code");
  EXPECT_EQ(Writable("b", false), "all");
}

TEST_F(AccessSchemasTest, AClientTakesItsOwnAlong) {
  for (const char* type : {"person", "other"}) {
    ASSERT_THAT(Set("a", kRead, {"name"}, type), IsOk());
    ASSERT_THAT(Set("b", kRead, {"name"}, type), IsOk());
  }
  EXPECT_THAT(
      schemas_->DeleteClient("a", [](Clients::FillBatch) { return absl::UnavailableError("no"); }),
      StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Readable("a", false), "id name");
  ASSERT_THAT(schemas_->DeleteClient("a",
                                     [&](Clients::FillBatch fill) {
                                       Batch batch(*store_);
                                       fill(batch);
                                       return store_->Commit(batch, Durability::kSynced);
                                     }),
              IsOk());
  EXPECT_EQ(Readable("a", false), "all");
  EXPECT_EQ(Readable("a", false, "other"), "all");
  EXPECT_EQ(Readable("b", false), "id name");
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Readable("a", false), "all");
  EXPECT_EQ(Readable("b", false, "other"), "id name");
}

TEST_F(AccessSchemasTest, AreForgottenWithTheirType) {
  ASSERT_THAT(Set("a", kRead, {"name"}), IsOk());
  ASSERT_THAT(Set("a", kRead, {"name"}, "other"), IsOk());
  const TypeId id = Type()->id();
  schemas_->ForgetType(id);
  EXPECT_EQ(Readable("a", false), "all");
  EXPECT_EQ(Readable("a", false, "other"), "id name");
}

TEST_F(AccessSchemasTest, DamagedOnesAreNotTakenForNone) {
  ASSERT_THAT(Set("a", kRead, {"name"}), IsOk());
  const std::string key = AccessSchemaKey(Type()->id(), 1, "a");
  const auto put = [&](const std::string& at, std::string_view bytes) {
    Batch batch(*store_);
    batch.Put(Family::kMeta, at, bytes);
    EXPECT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  };
  for (const std::string_view bytes : {"", "[", "16", "{}", "[15]", "[16,16]", "[17,16]", "[65536]",
                                       "[-16]", "[\"name\"]", "[16.5]", "[null]"}) {
    put(key, bytes);
    EXPECT_THAT(AccessSchemas::Open(*store_, *clients_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("schema of a is damaged")))
        << bytes;
  }
  put(key, "[16,17]");
  EXPECT_THAT(AccessSchemas::Open(*store_, *clients_), IsOk());
  for (const std::string& bad :
       {AccessSchemaKey(Type()->id(), 0, "a"), AccessSchemaKey(Type()->id(), 5, "a"),
        AccessSchemaKey(Type()->id(), 1, "")}) {
    put(bad, "[16]");
    EXPECT_THAT(AccessSchemas::Open(*store_, *clients_), StatusIs(absl::StatusCode::kDataLoss));
    Batch batch(*store_);
    batch.Delete(Family::kMeta, bad);
    ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  }
}

// Readers beside a writer and a type that goes on see a schema or the next one, never none.
TEST_F(AccessSchemasTest, AreWholeWhileTheyChange) {
  ASSERT_THAT(Set("a", kRead, {"name"}), IsOk());
  std::atomic<bool> is_over = false;
  std::atomic<int> read_count = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!is_over) {
        const std::string readable = Readable("a", false);
        EXPECT_TRUE(readable == "id name" || readable == "id home/city") << readable;
        ++read_count;
      }
    });
  }
  for (int i = 0; i < 60 || read_count < 100; ++i) {
    EXPECT_THAT(Set("a", kRead, {i % 2 == 0 ? "home/city" : "name"}), IsOk());
    if (i % 10 != 0) continue;
    EXPECT_THAT(registry_->Change("person",
                                  [&](const EntityType& type, Batch&) {
                                    return WithDescription(type, "name", "\"again\"");
                                  }),
                IsOk());
  }
  is_over = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace dossier
