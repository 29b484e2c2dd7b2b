// The engine: a type with a unique key, which has an index too because scans go by its order.
#include <utility>

#include "dossier/engine.h"
#include "workload.h"
#include "ycsb/table.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "usertable";

EntityKey KeyOf(const std::string& key) { return EntityKey::Attribute("key", '"' + key + '"'); }

std::string AttrDefs() {
  std::string defs = R"([{"name":"key","type":"string","length":64,"constraints":["unique"]})";
  for (size_t i = 0; i < kFieldCount; ++i) {
    defs += R"(,{"name":")" + FieldName(i) + R"(","type":"string","length":1000})";
  }
  return defs + ']';
}

class EngineCaller final : public TableCaller {
 public:
  explicit EngineCaller(Session session) : session_(std::move(session)) {}

  bool Insert(const std::string& key, const Fields& fields) override {
    return session_.Create(kType, JsonOf(key, fields)).ok();
  }
  bool Read(const std::string& key) override {
    const absl::StatusOr<std::string> json = session_.Get(kType, KeyOf(key));
    return json.ok() && json->size() > kFieldCount * kFieldBytes;
  }
  bool Update(const std::string& key, size_t field, const std::string& value) override {
    const std::string json = R"({")" + FieldName(field) + R"(":")" + value + R"("})";
    return session_.Update(kType, KeyOf(key), json).ok();
  }
  bool Scan(const std::string& key, int count) override {
    const auto found = session_.Find(
        kType, {.filter = "key >= '" + key + "'", .sort_on = {"key"}, .max_results = count});
    return found.ok() && found->count > 0;
  }

 private:
  Session session_;
};

class EngineTable final : public Table {
 public:
  explicit EngineTable(const std::string& directory) {
    auto engine = Engine::Open({.directory = directory, .durability = Durability::kBuffered});
    if (!engine.ok()) Fail("opening the engine", std::string(engine.status().message()));
    engine_ = *std::move(engine);
    Session session = engine_->HostSession();
    if (!session.CreateEntityType(kType, AttrDefs()).ok() || !session.AddIndex(kType, "key").ok() ||
        !session.AwaitIndexes().ok()) {
      Fail("declaring the type", "it was refused");
    }
  }

  std::unique_ptr<TableCaller> Connect() override {
    return std::make_unique<EngineCaller>(engine_->HostSession());
  }

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace

std::unique_ptr<Table> MakeEngineTable(const std::string& directory) {
  return std::make_unique<EngineTable>(directory);
}

}  // namespace dossier::bench
