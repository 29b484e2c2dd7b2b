// The engine through its public calls, as an embedding program makes them.
//
// Loaded stores are opened anew before each run: RocksDB writes what it recovers from its log into
// files, so reads meet settled data. Then every record is read once, which fills the caches.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dossier/engine.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "user";
constexpr size_t kRecordCacheBytes = 256u << 20;  // all records fit

template <typename T>
T Must(absl::StatusOr<T> result, std::string_view what) {
  if (!result.ok()) Fail(what, std::string(result.status().message()));
  return *std::move(result);
}

std::unique_ptr<Engine> OpenEngine(const std::string& directory, size_t record_cache_bytes) {
  return Must(Engine::Open({.directory = directory,
                            .durability = Durability::kBuffered,
                            .record_cache_bytes = record_cache_bytes}),
              "opening the engine");
}

// How a caller names one record and a part of it.
struct Names {
  uint64_t id = 0;
  std::string uuid;
  std::string email_json;
  absl::Time last_updated;
  std::string status_path;  // "/statuses#11905", of the first of its three
};

std::string FirstStatusPath(const std::string& statuses) {
  constexpr std::string_view kKey = R"("id":)";
  const size_t begin = statuses.find(kKey) + kKey.size();
  return "/statuses#" + statuses.substr(begin, statuses.find_first_of(",}", begin) - begin);
}

absl::Time ParseQuoted(const std::string& json) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%E*S %z", json.substr(1, json.size() - 2), &time, &error)) {
    Fail("reading lastUpdated", error);
  }
  return time;
}

// A store with every record of the workload, made at the first use.
class LoadedEngine {
 public:
  explicit LoadedEngine(const Workload& workload) : workload_(workload) {}

  const std::vector<Names>& names() {
    Load();
    return names_;
  }
  const std::string& directory() {
    Load();
    return *path_;
  }

 private:
  void Load() {
    if (path_) return;
    path_ = directory_.Join("loaded");
    {
      const std::unique_ptr<Engine> engine = OpenEngine(*path_, kRecordCacheBytes);
      Session session = engine->HostSession();
      Must(session.CreateEntityType(kType, kAttrDefs), "declaring the type");
      for (size_t n = 0; n < kRecordCount; ++n) AddRecord(session, n);
    }
    OpenEngine(*path_, 0);  // settles it
  }

  void AddRecord(Session& session, size_t n) {
    const Created created = Must(session.Create(kType, workload_.profiles[n]), "loading");
    const EntityKey key = EntityKey::Id(created.id);
    names_.push_back({.id = created.id,
                      .uuid = created.uuid,
                      .email_json = '"' + workload_.emails[n] + '"',
                      .last_updated = ParseQuoted(
                          Must(session.Get(kType, key, {.path = "/lastUpdated"}), "loading")),
                      .status_path = FirstStatusPath(
                          Must(session.Get(kType, key, {.path = "/statuses"}), "loading"))});
  }

  const Workload& workload_;
  testing::TemporaryDirectory directory_;
  std::optional<std::string> path_;
  std::vector<Names> names_;
};

// A copy of the loaded store, open and warm.
class Run {
 public:
  Run(LoadedEngine& loaded, size_t record_cache_bytes)
      : copy_(loaded.directory()),
        engine_(OpenEngine(copy_.path(), record_cache_bytes)),
        session_(engine_->HostSession()) {
    for (const Names& names : loaded.names()) {
      Must(session_.Get(kType, EntityKey::Attribute("email", names.email_json)), "warming");
    }
  }

  Session& session() { return session_; }

 private:
  DirectoryCopy copy_;
  std::unique_ptr<Engine> engine_;
  Session session_;
};

class Registration {
 public:
  explicit Registration(const Workload& workload)
      : workload_(workload), loaded_(std::make_shared<LoadedEngine>(workload)) {}

  // `call(session, names, number)` returns whether it went well.
  template <typename Call>
  void Add(const std::string& name, Call call, size_t record_cache_bytes = kRecordCacheBytes) {
    const auto run = [call, record_cache_bytes, loaded = loaded_,
                      &workload = workload_](benchmark::State& state) {
      Run ready(*loaded, record_cache_bytes);
      const std::vector<Names>& names = loaded->names();
      Measure(state, workload.shuffled,
              [&](uint32_t n) { return call(ready.session(), names[n], n); });
    };
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->Iterations(kCallCount)
        ->Unit(benchmark::kMicrosecond);
  }

 private:
  const Workload& workload_;
  std::shared_ptr<LoadedEngine> loaded_;
};

bool IsText(const absl::StatusOr<std::string>& json) {
  if (json.ok()) benchmark::DoNotOptimize(json->data());
  return json.ok() && json->size() > 1'000;
}

void RegisterCreate(const Workload& workload) {
  const auto run = [&workload](benchmark::State& state) {
    const testing::TemporaryDirectory directory;
    const std::unique_ptr<Engine> engine = OpenEngine(directory.Join("new"), kRecordCacheBytes);
    Session session = engine->HostSession();
    Must(session.CreateEntityType(kType, kAttrDefs), "declaring the type");
    Measure(state, workload.rising,
            [&](uint32_t n) { return session.Create(kType, workload.profiles[n]).ok(); });
  };
  benchmark::RegisterBenchmark("BM_Create/engine", run)
      ->Iterations(kRecordCount)
      ->Unit(benchmark::kMicrosecond);
}

void RegisterReads(Registration& registration) {
  const auto by_id = [](Session& session, const Names& names, uint32_t) {
    return IsText(session.Get(kType, EntityKey::Id(names.id)));
  };
  registration.Add("BM_GetById/engine", by_id);
  registration.Add("BM_GetById/engine_uncached", by_id, /*record_cache_bytes=*/0);
  registration.Add("BM_GetByUuid/engine", [](Session& session, const Names& names, uint32_t) {
    return IsText(session.Get(kType, EntityKey::Uuid(names.uuid)));
  });
  registration.Add("BM_GetByEmail/engine", [](Session& session, const Names& names, uint32_t) {
    return IsText(session.Get(kType, EntityKey::Attribute("email", names.email_json)));
  });
}

void RegisterWrites(Registration& registration, const Workload& workload) {
  registration.Add("BM_Update/engine", [](Session& session, const Names& names, uint32_t) {
    return session.Update(kType, EntityKey::Id(names.id), kTwoAttributes).ok();
  });
  registration.Add("BM_UpdateIfUnchanged/engine",
                   [](Session& session, const Names& names, uint32_t) {
                     return session
                         .Update(kType, EntityKey::Attribute("email", names.email_json),
                                 kTwoAttributes, {.last_updated = names.last_updated})
                         .ok();
                   });
  registration.Add("BM_Append/engine", [](Session& session, const Names& names, uint32_t) {
    const std::string value = '[' + std::string(kNewStatus) + ']';
    return session.Update(kType, EntityKey::Id(names.id), value, {.path = "/statuses"}).ok();
  });
  registration.Add("BM_ChangeElement/engine", [](Session& session, const Names& names, uint32_t) {
    return session
        .Update(kType, EntityKey::Id(names.id), kChangedStatus, {.path = names.status_path})
        .ok();
  });
  registration.Add("BM_DeleteElement/engine", [](Session& session, const Names& names, uint32_t) {
    return session.Delete(kType, EntityKey::Id(names.id), {.path = names.status_path}).ok();
  });
  registration.Add(
      "BM_Replace/engine", [&workload](Session& session, const Names& names, uint32_t n) {
        return session.Replace(kType, EntityKey::Id(names.id), workload.replacements[n]).ok();
      });
  registration.Add("BM_Delete/engine", [](Session& session, const Names& names, uint32_t) {
    return session.Delete(kType, EntityKey::Id(names.id)).ok();
  });
}

}  // namespace

void RegisterEngine(const Workload& workload) {
  RegisterCreate(workload);
  Registration registration(workload);
  RegisterReads(registration);
  RegisterWrites(registration, workload);
}

}  // namespace dossier::bench
