// Searches that look at every record, and those that an index or a unique value leads. BM_Count/floor is a bare RocksDB iterator over the records,
// which touches each value and no more; what the filter costs stands above it.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dossier/engine.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kType[] = "user";

template <typename T>
T Must(absl::StatusOr<T> result, std::string_view what) {
  if (!result.ok()) Fail(what, std::string(result.status().message()));
  return *std::move(result);
}

// A store with every record, made at the first use.
class LoadedStore {
 public:
  explicit LoadedStore(const Workload& workload) : workload_(workload) {}

  std::unique_ptr<Engine> Open() {
    if (!is_loaded_) Load();
    return Must(Engine::Open(Options()), "the store");
  }
  const std::string& directory() {
    if (!is_loaded_) Load();
    return directory_.path();
  }

 private:
  EngineOptions Options() const {
    return {.directory = directory_.path(), .durability = Durability::kBuffered};
  }

  void Load() {
    is_loaded_ = true;
    const std::unique_ptr<Engine> engine = Must(Engine::Open(Options()), "a new store");
    Session session = engine->HostSession();
    Must(session.CreateEntityType(kType, kAttrDefs), "the entity type");
    for (const std::string& profile : workload_.profiles) {
      Must(session.Create(kType, profile), "a record");
    }
  }

  const Workload& workload_;
  testing::TemporaryDirectory directory_;
  bool is_loaded_ = false;
};

// Reads every record's first and last byte.
int64_t TouchAll(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* records) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options, records));
  int64_t count = 0;
  int sum = 0;
  for (at->SeekToFirst(); at->Valid(); at->Next(), ++count) {
    sum += at->value()[0] + at->value()[at->value().size() - 1];
  }
  benchmark::DoNotOptimize(sum);
  return at->status().ok() ? count : -1;
}

void Floor(benchmark::State& state, LoadedStore& store) {
  const DirectoryCopy copy(store.directory());
  std::vector<std::string> names;
  rocksdb::Status status =
      rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), copy.path(), &names);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16 * 1'024;
  table.block_cache = rocksdb::NewLRUCache(256u << 20);
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  for (const std::string& name : names) families.emplace_back(name, options);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  if (status.ok()) {
    status = rocksdb::DB::Open(rocksdb::DBOptions(), copy.path(), families, &handles, &opened);
  }
  if (!status.ok()) Fail("opening RocksDB", status.ToString());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto records = std::find(names.begin(), names.end(), "records") - names.begin();
  MeasureSearch(state, [&] { return TouchAll(*db, handles[static_cast<size_t>(records)]); });
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

void Count(benchmark::State& state, LoadedStore& store, const std::string& filter) {
  const std::unique_ptr<Engine> engine = store.Open();
  Session session = engine->HostSession();
  MeasureSearch(state, [&]() -> int64_t {
    const absl::StatusOr<uint64_t> count = session.Count(kType, {.filter = filter});
    return count.ok() ? static_cast<int64_t>(*count) : -1;
  });
}

// A page of 100 of all records, in an order that has to be made.
void Sort(benchmark::State& state, LoadedStore& store) {
  const std::unique_ptr<Engine> engine = store.Open();
  Session session = engine->HostSession();
  MeasureSearch(state, [&]() -> int64_t {
    const auto found = session.Find(kType, {.sort_on = {"familyName", "-birthday"}});
    return found.ok() ? static_cast<int64_t>(found->count) : -1;
  });
}

// A page of 1,000 behind the middle of the records; its items are those of the page.
void Page(benchmark::State& state, LoadedStore& store) {
  const std::unique_ptr<Engine> engine = store.Open();
  Session session = engine->HostSession();
  const uint64_t total = Must(session.Count(kType), "a count");
  const std::string middle =
      Must(session.Find(kType, {.attributes = {"id"},
                                .max_results = 1,
                                .first_result = static_cast<int64_t>(total / 2)}),
           "a find")
          .records;
  const std::string filter = "id > " + middle.substr(7, middle.find('}') - 7);
  uint64_t found_count = 0;
  for (auto _ : state) {
    found_count +=
        Must(session.Find(kType, {.filter = filter, .sort_on = {"id"}, .max_results = 1'000}),
             "a page")
            .count;
  }
  state.SetItemsProcessed(static_cast<int64_t>(found_count));
}

// The one record with a value, of all values of an attribute in turn.
void FindEqual(benchmark::State& state, LoadedStore& store, const std::string& path) {
  const std::unique_ptr<Engine> engine = store.Open();
  Session session = engine->HostSession();
  constexpr std::string_view kQuote = "\"";
  std::vector<std::string> filters;
  const FoundRecords all =
      Must(session.Find(kType, {.attributes = {path}, .max_results = 10'000}), "the values");
  const std::string_view json = all.records;
  for (size_t at = json.find(":\""); at != json.npos; at = json.find(":\"", at + 2)) {
    const std::string_view rest = json.substr(at + 2);
    filters.push_back(path + " = '" + std::string(rest.substr(0, rest.find(kQuote))) + "'");
  }
  size_t n = 0;
  uint64_t found_count = 0;
  for (auto _ : state) {
    found_count += Must(session.Find(kType, {.filter = filters[n]}), "a find").count;
    n = (n + 1) % filters.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(found_count));
}

// The newest hundred.
void FindNewest(benchmark::State& state, LoadedStore& store) {
  const std::unique_ptr<Engine> engine = store.Open();
  Session session = engine->HostSession();
  for (auto _ : state) Must(session.Find(kType, {.sort_on = {"-lastUpdated"}}), "a find");
}

}  // namespace

void RegisterSearches(const Workload& workload) {
  const auto store = std::make_shared<LoadedStore>(workload);
  const auto add = [&](const char* name, auto run, auto... more) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
      run(state, *store, more...);
    })->Unit(benchmark::kMillisecond);
  };
  add("BM_Count/floor", Floor);
  add("BM_Count/engine", Count, std::string("gender = 'female'"));
  add("BM_CountByTwo/engine", Count,
      std::string("birthday >= '1990-01-01' and primaryAddress.city >= 'M'"));
  add("BM_CountByElement/engine", Count, std::string("profiles.domain = 'nowhere.example'"));
  add("BM_CountAll/engine", Count, std::string());
  add("BM_FindSorted/engine", Sort);
  add("BM_FindPage/engine", Page);
  add("BM_FindByIndex/engine", FindEqual, std::string("created"));
  add("BM_FindByUnique/engine", FindEqual, std::string("email"));
  add("BM_FindNewest/engine", FindNewest);
}

}  // namespace dossier::bench
