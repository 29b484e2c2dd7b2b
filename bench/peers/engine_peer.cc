// The engine through its public calls, as an embedding program makes them.
//
// A loaded store is opened anew before it is used: RocksDB writes what it recovers from its log into
// files, so reads meet settled data.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "dossier/engine.h"
#include "peers/peer.h"
#include "support/profiles.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "user";
constexpr size_t kRowsPerCall = 10'000;

template <typename T>
T Must(absl::StatusOr<T> result, std::string_view what) {
  if (!result.ok()) Fail(what, std::string(result.status().message()));
  return *std::move(result);
}

// How a caller names one record and a part of it.
struct Names {
  uint64_t id = 0;
  std::string uuid = {};
  std::string email_json = {};
  absl::Time last_updated = {};
  std::string status_path = {};  // "/statuses#11905", of the first
};

std::string_view Between(std::string_view json, std::string_view begin, std::string_view ends) {
  const size_t at = json.find(begin);
  if (at == json.npos) Fail("reading a record", begin);
  const std::string_view rest = json.substr(at + begin.size());
  return rest.substr(0, rest.find_first_of(ends));
}

absl::Time ParseTime(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%E*S %z", std::string(text), &time, &error)) {
    Fail("reading lastUpdated", error);
  }
  return time;
}

std::string Quoted(const std::string& email) { return '"' + email + '"'; }

bool IsRecord(const absl::StatusOr<std::string>& json) {
  if (json.ok()) benchmark::DoNotOptimize(json->data());
  return json.ok() && json->size() > 500;
}

class EngineCaller final : public Caller {
 public:
  EngineCaller(Session session, const People& people, const std::vector<Names>& names)
      : session_(std::move(session)), people_(people), names_(names) {}

  bool Create(size_t n) override { return session_.Create(kType, people_[n].profile).ok(); }
  bool BulkCreate(size_t n) override {
    all_.assign("[");
    for (size_t i = n * kBulkCount; i < (n + 1) * kBulkCount; ++i) {
      all_.append(people_[i].profile).push_back(',');
    }
    all_.back() = ']';
    const auto outcomes = session_.BulkCreate(kType, all_);
    return outcomes.ok() && std::all_of(outcomes->begin(), outcomes->end(),
                                        [](const auto& outcome) { return outcome.ok(); });
  }
  bool GetById(size_t n) override {
    return IsRecord(session_.Get(kType, EntityKey::Id(names_[n].id)));
  }
  bool GetByUuid(size_t n) override {
    return IsRecord(session_.Get(kType, EntityKey::Uuid(names_[n].uuid)));
  }
  bool GetByEmail(size_t n) override {
    return IsRecord(session_.Get(kType, EntityKey::Attribute("email", names_[n].email_json)));
  }
  bool Update(size_t n) override {
    return session_.Update(kType, EntityKey::Id(names_[n].id), kTwoAttributes).ok();
  }
  bool UpdateIfUnchanged(size_t n) override {
    return session_
        .Update(kType, EntityKey::Attribute("email", names_[n].email_json), kTwoAttributes,
                {.last_updated = names_[n].last_updated})
        .ok();
  }
  bool Append(size_t n) override {
    const std::string value = '[' + std::string(kNewStatus) + ']';
    return session_.Update(kType, EntityKey::Id(names_[n].id), value, {.path = "/statuses"}).ok();
  }
  bool ChangeElement(size_t n) override {
    return session_
        .Update(kType, EntityKey::Id(names_[n].id), kChangedStatus, {.path = names_[n].status_path})
        .ok();
  }
  bool DeleteElement(size_t n) override {
    return session_.Delete(kType, EntityKey::Id(names_[n].id), {.path = names_[n].status_path})
        .ok();
  }
  bool Replace(size_t n) override {
    return session_.Replace(kType, EntityKey::Id(names_[n].id), people_[n].replacement).ok();
  }
  bool Delete(size_t n) override {
    return session_.Delete(kType, EntityKey::Id(names_[n].id)).ok();
  }

 private:
  Session session_;
  const People& people_;
  const std::vector<Names>& names_;
  std::string all_;
};

class EngineStore final : public Store {
 public:
  EngineStore(EngineOptions options, const Shape& shape, const People& people, bool are_there)
      : options_(std::move(options)), shape_(shape), people_(people) {
    Open();
    Session session = engine_->HostSession();
    if (Must(session.EntityTypeNames(), "the types").empty()) {
      Must(session.CreateEntityType(kType, kAttrDefs), "declaring the type");
    }
    if (!are_there) return;
    for (const Person& person : people) names_.push_back(Meet(session, person));
    if (!shape.fits_caches) Open();  // cold again
  }

  std::unique_ptr<Caller> Connect() override {
    return std::make_unique<EngineCaller>(engine_->HostSession(), people_, names_);
  }
  void Warm() override {
    Session session = engine_->HostSession();
    for (uint32_t n = 0; n < shape_.record_count; ++n) {
      const EntityKey key = EntityKey::Attribute("email", Quoted(testing::ProfileEmail(n)));
      Must(session.Get(kType, key), "warming");
    }
  }
  void Load() {
    Session session = engine_->HostSession();
    for (size_t first = 0; first < shape_.record_count; first += kRowsPerCall) {
      std::vector<std::string> rows;
      const size_t end = std::min(first + kRowsPerCall, shape_.record_count);
      for (size_t n = first; n < end; ++n) {
        rows.push_back(ProfileOf(static_cast<uint32_t>(n), shape_.size));
      }
      const std::vector<std::string_view> views(rows.begin(), rows.end());
      for (const auto& outcome : Must(session.Import(kType, views), "loading")) {
        Must(outcome, "loading");
      }
    }
  }

 private:
  void Open() {
    engine_.reset();
    engine_ = Must(Engine::Open(options_), "opening the engine");
  }
  static Names Meet(Session& session, const Person& person) {
    Names names{.email_json = Quoted(person.email)};
    const std::string json =
        Must(session.Get(kType, EntityKey::Attribute("email", names.email_json),
                         {.attributes = {"id", "uuid", "lastUpdated", "statuses"}}),
             "looking a person up");
    const std::string_view statuses = std::string_view(json).substr(json.find(R"("statuses":)"));
    std::string own = json;
    own.resize(own.size() - statuses.size());
    const std::string_view rest = statuses.substr(statuses.find(']') + 1);
    own.append(rest);
    names.id = std::stoull(std::string(Between(own, R"("id":)", ",}")));
    names.uuid = Between(own, R"("uuid":")", "\"");
    names.last_updated = ParseTime(Between(own, R"("lastUpdated":")", "\""));
    names.status_path = "/statuses#" + std::string(Between(statuses, R"("id":)", ",}"));
    return names;
  }

  const EngineOptions options_;
  const Shape shape_;
  const People& people_;
  std::unique_ptr<Engine> engine_;
  std::vector<Names> names_;
};

class EnginePeer final : public Peer {
 public:
  explicit EnginePeer(bool has_record_cache) : has_record_cache_(has_record_cache) {}

  std::string name() const override { return has_record_cache_ ? "engine" : "engine_uncached"; }
  std::string store_name() const override { return "engine"; }
  void Load(const std::string& directory, const Shape& shape) const override {
    const People nobody;
    EngineStore(Options(directory, shape), shape, nobody, false).Load();
    EngineStore(Options(directory, shape), shape, nobody, false);  // settles it
  }
  std::unique_ptr<Store> Open(const std::string& directory, const Shape& shape,
                              const People& people, bool are_there) const override {
    return std::make_unique<EngineStore>(Options(directory, shape), shape, people, are_there);
  }

 private:
  // Where a store is to fit the caches, all its records do.
  EngineOptions Options(const std::string& directory, const Shape& shape) const {
    const size_t bytes =
        shape.size == ProfileSize::kLarge && shape.fits_caches ? 1u << 30 : 256u << 20;
    return {.directory = directory,
            .durability = shape.is_synced ? Durability::kSynced : Durability::kBuffered,
            .block_cache_bytes = bytes,
            .record_cache_bytes = has_record_cache_ ? bytes : 0};
  }

  bool has_record_cache_;
};

}  // namespace

std::unique_ptr<Peer> MakeEnginePeer(bool has_record_cache) {
  return std::make_unique<EnginePeer>(has_record_cache);
}

}  // namespace dossier::bench
