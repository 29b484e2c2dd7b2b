// Random histories: what the engine answers is what the model says, to the last digit and id.
// Source: entity-api.md 2.3; README.md of the specification, Settled (Merge by id, Ids, Atomicity).
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "model/model.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier::model {
namespace {

using ::dossier::testing::IsOk;
using Kind = Json::Kind;

constexpr char kAttrDefs[] = R"json([
  {"name":"a","type":"string"}, {"name":"n","type":"integer"}, {"name":"j","type":"json"},
  {"name":"o","type":"object","attr_defs":[
    {"name":"a","type":"string"},
    {"name":"s","type":"object","attr_defs":[
      {"name":"b","type":"boolean"}, {"name":"d","type":"decimal"}]},
    {"name":"q","type":"plural","attr_defs":[{"name":"x","type":"string"}]}]},
  {"name":"p","type":"plural","attr_defs":[
    {"name":"x","type":"string"},
    {"name":"i","type":"plural","attr_defs":[
      {"name":"y","type":"integer"}, {"name":"z","type":"string"},
      {"name":"w","type":"plural","attr_defs":[{"name":"v","type":"string"}]}]},
    {"name":"o","type":"object","attr_defs":[
      {"name":"z","type":"string"},
      {"name":"m","type":"plural","attr_defs":[{"name":"t","type":"decimal"}]}]}]},
  {"name":"f","type":"plural","attr_defs":[{"name":"g","type":"string"}]}])json";

// Values without mistakes.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  size_t Below(size_t end) { return engine_() % end; }
  bool Percent(size_t percent) { return Below(100) < percent; }

  Json Value(const Json& definition, const Json* old, Mode mode) {
    const std::string type = TypeOf(definition);
    if (Percent(type == "object" || type == "plural" ? 7 : 15)) return Null();
    if (type == "object") return Object(ChildrenOf(definition), old, mode);
    if (type == "plural") return Plural(definition, old, mode);
    return *scenarios::ParseJson(Scalar(type));
  }

  Json Object(const Json& definitions, const Json* old, Mode mode) {
    Json object;
    object.kind = Kind::kObject;
    for (const Json& definition : definitions.items) {
      const std::string& name = definition.Find("name")->text;
      if (!Percent(45)) continue;
      const Json* old_value = old == nullptr ? nullptr : old->Find(name);
      object.members.push_back({name, Value(definition, old_value, mode)});
    }
    for (size_t i = object.members.size(); i > 1; --i) {
      std::swap(object.members[i - 1], object.members[Below(i)]);
    }
    return object;
  }

 private:
  std::string Scalar(const std::string& type) {
    const std::vector<std::string> texts = {R"("")", R"("a")", R"("\u00e9\"\\\n")", R"("😀 b\/")"};
    const std::vector<std::string> jsons = {"1.50", "\"s\"", "[]", "{}",
                                            R"({"id":5,"a":[{"id":1}]})"};
    const std::vector<std::string> decimals = {"1", "-2.50", "0.00", "1e3"};
    if (type == "string") return texts[Below(texts.size())];
    if (type == "json") return jsons[Below(jsons.size())];
    if (type == "decimal") return decimals[Below(decimals.size())];
    if (type == "boolean") return Percent(50) ? "true" : "false";
    return absl::StrCat(static_cast<int64_t>(Below(200'000)) - 100'000);
  }

  Json Plural(const Json& definition, const Json* old, Mode mode) {
    Json plural;
    plural.kind = Kind::kArray;
    std::vector<Json> elements = old == nullptr ? std::vector<Json>() : old->items;
    for (size_t count = Below(4); count > 0; --count) {
      if (TakesBareStrings(definition) && Percent(40)) {
        plural.items.push_back(*scenarios::ParseJson(Scalar("string")));
      } else if (mode != Mode::kCreate && !elements.empty() && Percent(50)) {
        const size_t chosen = Below(elements.size());
        const Json element = elements[chosen];
        elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(chosen));
        Json given = Object(ChildrenOf(definition), &element, mode);
        const size_t place = Below(given.members.size() + 1);
        given.members.insert(given.members.begin() + static_cast<std::ptrdiff_t>(place),
                             {"id", *element.Find("id")});
        plural.items.push_back(given);
      } else {
        plural.items.push_back(Object(ChildrenOf(definition), nullptr, mode));
      }
    }
    return plural;
  }

  std::mt19937_64 engine_;
};

class RandomHistoryTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  RandomHistoryTest() : definitions_(*scenarios::ParseJson(kAttrDefs)), random_(GetParam()) {
    Open();
    EXPECT_THAT(engine_->HostSession().CreateEntityType("thing", kAttrDefs).status(), IsOk());
  }

  void Open() {
    engine_.reset();
    auto engine =
        Engine::Open({.directory = directory_.path(), .durability = Durability::kBuffered});
    ASSERT_THAT(engine.status(), IsOk());
    engine_ = *std::move(engine);
  }

  // After a refused call or a new start, ids may go on anywhere above.
  void LearnNextId() {
    Session host = engine_->HostSession();
    const auto created = host.Create("thing", "{}");
    ASSERT_THAT(created.status(), IsOk());
    model_.set_next_id(static_cast<int64_t>(created->id) + 1);
    ASSERT_THAT(host.Delete("thing", EntityKey::Id(created->id)), IsOk());
  }

  void CreateRecord() {
    const Json value = random_.Object(definitions_, nullptr, Mode::kCreate);
    const int64_t id = model_.NextId();
    const Json unset = UnsetObject(definitions_);
    records_.push_back(
        {static_cast<uint64_t>(id), model_.Object(definitions_, unset, value, Mode::kCreate)});
    const auto created = engine_->HostSession().Create("thing", ToText(value));
    ASSERT_THAT(created.status(), IsOk()) << ToText(value);
    ASSERT_EQ(created->id, records_.back().id);
  }

  void DeleteElement(const Target& target, uint64_t record) {
    ASSERT_THAT(
        engine_->HostSession().Delete("thing", EntityKey::Id(record), {.path = target.path}),
        IsOk());
    target.plural->items.erase(target.plural->items.begin() +
                               (target.value - target.plural->items.data()));
  }

  absl::StatusOr<std::string> Write(Mode mode, uint64_t record, const std::string& value,
                                    const std::string& path) {
    const WriteOptions options = {.path = path, .include_record = !path.empty()};
    Session host = engine_->HostSession();
    const EntityKey key = EntityKey::Id(record);
    return mode == Mode::kUpdate ? host.Update("thing", key, value, options)
                                 : host.Replace("thing", key, value, options);
  }

  void WriteRoot(Mode mode, uint64_t record, Json& root) {
    const Json value = random_.Object(definitions_, &root, mode);
    root = model_.Object(definitions_, root, value, mode);
    ASSERT_THAT(Write(mode, record, ToText(value), "").status(), IsOk()) << ToText(value);
  }

  void WriteTarget(Mode mode, uint64_t record, const Target& target) {
    const bool is_element = target.plural != nullptr;
    const Json& definition = *target.definition;
    const Json value = is_element ? random_.Object(ChildrenOf(definition), target.value, mode)
                                  : random_.Value(definition, target.value, mode);
    *target.value = is_element ? model_.Object(ChildrenOf(definition), *target.value, value, mode)
                               : model_.Attribute(definition, *target.value, value, mode);
    const auto answer = Write(mode, record, ToText(value), target.path);
    ASSERT_THAT(answer.status(), IsOk()) << target.path << " " << ToText(value);
    ASSERT_EQ(ToText(*scenarios::ParseJson(*answer)), ToText(*target.value))
        << target.path << " " << ToText(value);
  }

  // Good up to its last member.
  void RefusedWrite(Mode mode, uint64_t record, const Json& root) {
    Json value = random_.Object(definitions_, &root, mode);
    value.members.push_back({"nobody", Null()});
    ASSERT_FALSE(Write(mode, record, ToText(value), "").ok());
    LearnNextId();
  }

  void CheckRecord(uint64_t record, const Json& root) {
    const auto answer = engine_->HostSession().Get("thing", EntityKey::Id(record));
    ASSERT_THAT(answer.status(), IsOk());
    Json read = *scenarios::ParseJson(*answer);
    read.members.erase(read.members.begin(), read.members.begin() + 4);  // the system's own
    ASSERT_EQ(ToText(read), ToText(root));
  }

  void Step() {
    if (records_.size() < 4 && random_.Percent(records_.empty() ? 100 : 5)) return CreateRecord();
    auto& [id, root] = records_[random_.Below(records_.size())];
    const Mode mode = random_.Percent(67) ? Mode::kUpdate : Mode::kReplace;
    const std::vector<Target> targets = TargetsIn(definitions_, root);
    const Target& target = targets[random_.Below(targets.size())];
    if (random_.Percent(4)) {
      RefusedWrite(mode, id, root);
    } else if (target.plural != nullptr && random_.Percent(25)) {
      DeleteElement(target, id);
    } else if (random_.Percent(30)) {
      WriteRoot(mode, id, root);
    } else {
      WriteTarget(mode, id, target);
    }
    if (!HasFatalFailure() && random_.Percent(50)) CheckRecord(id, root);
  }

  struct Record {
    uint64_t id;
    Json root;  // without what the system sets
  };

  const Json definitions_;
  Random random_;
  Model model_{/*next_id=*/1};
  std::vector<Record> records_;
  dossier::testing::TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
};

TEST_P(RandomHistoryTest, EngineAndModelAgree) {
  constexpr int kSteps = 400, kStepsBetweenStarts = 150;
  for (int step = 1; step <= kSteps; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step, " of seed ", GetParam()));
    ASSERT_NO_FATAL_FAILURE(Step());
    if (step % kStepsBetweenStarts != 0) continue;
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_NO_FATAL_FAILURE(LearnNextId());
    for (const Record& record : records_) {
      ASSERT_NO_FATAL_FAILURE(CheckRecord(record.id, record.root));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistoryTest, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace dossier::model
