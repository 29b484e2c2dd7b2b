// dossier-hot-calls: each hot call of the engine alone, between marks that callgrind obeys.
//
//   dossier-hot-calls               makes the calls
//   dossier-hot-calls --toolchain   prints, as JSON, what the counts depend on beside this project
//
// One thread makes all calls, on made-up people, by a clock of its own; callgrind counts its threads
// apart, so what RocksDB does beside it is in no count. check.py runs this and compares.
#include <gnu/libc-version.h>
#include <rocksdb/version.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dossier/engine.h"
#include "support/profiles.h"
#include "support/temporary_directory.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "user";
constexpr size_t kRecordCount = 4'000;
constexpr size_t kCallCount = 500;  // that are counted of one kind; each takes records of its own
constexpr size_t kWarmCount = 20;   // before them, not counted: what a thread's first call sets up
constexpr size_t kCountCount = 3;   // counts look at all records

template <typename T>
T Must(absl::StatusOr<T> result, std::string_view what) {
  if (!result.ok()) Fail(what, std::string(result.status().message()));
  return *std::move(result);
}

struct Person {
  uint64_t id = 0;
  std::string uuid = {};
  std::string email_json = {};
  absl::Time last_updated = {};
  std::string created_filter = {};
  std::string status_path = {};
  std::string replacement = {};
};

absl::Time ParseQuoted(const std::string& json) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%E*S %z", json.substr(1, json.size() - 2), &time, &error)) {
    Fail("reading lastUpdated", error);
  }
  return time;
}

std::string FirstStatusPath(const std::string& statuses) {
  constexpr std::string_view kKey = R"("id":)";
  const size_t begin = statuses.find(kKey) + kKey.size();
  return "/statuses#" + statuses.substr(begin, statuses.find_first_of(",}", begin) - begin);
}

class HotCalls {
 public:
  HotCalls() : engine_(Open()), session_(engine_->HostSession()) {
    Must(session_.CreateEntityType(kType, kAttrDefs), "declaring the type");
    for (size_t n = 0; n < kRecordCount; ++n) people_.push_back(Add(n));
    engine_.reset();
    engine_ = Open();  // what was in the log stands in files then
    session_ = engine_->HostSession();
    for (const Person& person : people_) {
      Must(session_.Get(kType, EntityKey::Attribute("email", person.email_json)), "warming");
    }
  }

  void Run() {
    Reads();
    Writes();
    Searches();
  }

 private:
  std::unique_ptr<Engine> Open() {
    return Must(Engine::Open({.directory = directory_.Join("store"),
                              .durability = Durability::kBuffered,
                              .clock = [this] { return now_ += absl::Microseconds(7); }}),
                "opening the engine");
  }

  Person Add(size_t n) {
    const std::string profile = testing::Profile(n);
    const Created made = Must(session_.Create(kType, profile), "loading");
    const auto read = [&](const char* path) {
      return Must(session_.Get(kType, EntityKey::Id(made.id), {.path = path}), "loading");
    };
    const std::string created = read("/created");
    return {
        .id = made.id,
        .uuid = made.uuid,
        .email_json = absl::StrCat("\"", testing::ProfileEmail(n), "\""),
        .last_updated = ParseQuoted(read("/lastUpdated")),
        .created_filter = absl::StrCat("created = '", created.substr(1, created.size() - 2), "'"),
        .status_path = FirstStatusPath(read("/statuses")),
        .replacement = testing::Profile(n + kRecordCount)};
  }

  // `call(person, n)` returns whether it did what it should. The first ones are not counted.
  template <typename Call>
  void Measure(const char* name, size_t count, Call call) {
    bool is_fine = true;
    size_t n = 0;
    const auto next = [&] { return (first_ + n++) % kRecordCount; };
    while (n < kWarmCount) is_fine &= RunOne(call, next());
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    while (n < kWarmCount + count) is_fine &= RunOne(call, next());
    CALLGRIND_DUMP_STATS_AT(name);
    CALLGRIND_STOP_INSTRUMENTATION;
    first_ += n;
    if (!is_fine) Fail(name, "a call failed");
    std::printf("%s %zu\n", name, count);
  }

  template <typename Call>
  bool RunOne(Call& call, size_t n) {
    return call(people_[n], n);
  }

  void Reads() {
    const auto is_record = [](const absl::StatusOr<std::string>& json) {
      return json.ok() && json->size() > 1'000;
    };
    Measure("get_by_id", kCallCount, [&](const Person& person, size_t) {
      return is_record(session_.Get(kType, EntityKey::Id(person.id)));
    });
    Measure("get_by_uuid", kCallCount, [&](const Person& person, size_t) {
      return is_record(session_.Get(kType, EntityKey::Uuid(person.uuid)));
    });
    Measure("get_by_email", kCallCount, [&](const Person& person, size_t) {
      return is_record(session_.Get(kType, EntityKey::Attribute("email", person.email_json)));
    });
  }

  // In an order in which none needs what another deleted.
  void Writes() {
    first_ = 0;
    std::vector<std::string> profiles;
    for (size_t n = 0; n < kWarmCount + kCallCount; ++n) {
      profiles.push_back(testing::Profile(10 * kRecordCount + n));
    }
    Measure("create", kCallCount,
            [&](const Person&, size_t n) { return session_.Create(kType, profiles[n]).ok(); });
    first_ = 0;
    Measure("update", kCallCount, [&](const Person& person, size_t) {
      return session_.Update(kType, EntityKey::Id(person.id), kTwoAttributes).ok();
    });
    Measure("update_if_unchanged", kCallCount, [&](const Person& person, size_t) {
      return session_
          .Update(kType, EntityKey::Attribute("email", person.email_json), kTwoAttributes,
                  {.last_updated = person.last_updated})
          .ok();
    });
    const std::string status = '[' + std::string(kNewStatus) + ']';
    Measure("append", kCallCount, [&](const Person& person, size_t) {
      return session_.Update(kType, EntityKey::Id(person.id), status, {.path = "/statuses"}).ok();
    });
    Measure("change_element", kCallCount, [&](const Person& person, size_t) {
      return session_
          .Update(kType, EntityKey::Id(person.id), kChangedStatus, {.path = person.status_path})
          .ok();
    });
    Measure("delete_element", kCallCount, [&](const Person& person, size_t) {
      return session_.Delete(kType, EntityKey::Id(person.id), {.path = person.status_path}).ok();
    });
    Measure("replace", kCallCount, [&](const Person& person, size_t) {
      return session_.Replace(kType, EntityKey::Id(person.id), person.replacement).ok();
    });
    Measure("delete", kCallCount, [&](const Person& person, size_t) {
      return session_.Delete(kType, EntityKey::Id(person.id)).ok();
    });
  }

  void Searches() {
    first_ = 0;  // nothing deletes the first ones
    Measure("find_by_index", kCallCount, [&](const Person& person, size_t) {
      const auto found = session_.Find(kType, {.filter = person.created_filter});
      return found.ok() && found->count == 1;
    });
    Measure("count_by_scan", kCountCount, [&](const Person&, size_t) {
      const auto count = session_.Count(kType, {.filter = "gender = 'female'"});
      return count.ok() && *count > 0;
    });
  }

  testing::TemporaryDirectory directory_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::unique_ptr<Engine> engine_;
  Session session_;
  std::vector<Person> people_;
  size_t first_ = 0;  // the record that the next measurement begins with
};

// What the counts depend on: the compiler and its options, the libraries, and what of the processor
// memcpy and simdjson choose by. (valgrind shows programs a processor without AVX-512.)
void PrintToolchain() {
  std::printf(
      "{\"compiler\":\"%s\",\"options\":\"%s\",\"glibc\":\"%s\",\"rocksdb\":\"%d.%d.%d\","
      "\"libraries\":\"%s\",\"avx2\":%s}\n",
      DOSSIER_BENCH_COMPILER, DOSSIER_BENCH_OPTIONS, ::gnu_get_libc_version(), ROCKSDB_MAJOR,
      ROCKSDB_MINOR, ROCKSDB_PATCH, DOSSIER_BENCH_LIBRARIES,
      __builtin_cpu_supports("avx2") ? "true" : "false");
}

}  // namespace
}  // namespace dossier::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--toolchain") {
    dossier::bench::PrintToolchain();
    return 0;
  }
  dossier::bench::HotCalls().Run();
  return 0;
}
