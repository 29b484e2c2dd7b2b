// The same elements as one JSON text: in RocksDB alone, which copies it, and in SQLite, which parses
// it. Neither gives its elements ids; they change the one in the middle.
#include <rocksdb/db.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "workload.h"
#ifdef DOSSIER_BENCH_SQLITE
#include "peers/sqlite.h"
#endif

namespace dossier::bench {
namespace {

constexpr char kItem[] =
    R"({"id":4711,"text":"early trains to the sea, and letters from the mountains",)"
    R"("place":"Halifax","at":"2020-02-03T04:05:06Z"})";
constexpr size_t kElementsOfAll = 200'000;  // as large_plural_bench.cc has them
constexpr size_t kRecordsMax = 20'000;      // the same
constexpr size_t kBytesOfRun = 100u << 20;  // copied by a run: fewer calls on larger records
constexpr size_t kCallsMin = 10;
constexpr size_t kCallsMax = 10'000;

size_t RecordCount(size_t size) {
  return std::clamp<size_t>(kElementsOfAll / size, 1, kRecordsMax);
}

std::string List(size_t size) {
  std::string json = R"({"title":"a list","items":[)";
  for (size_t i = 0; i < size; ++i) absl::StrAppend(&json, i == 0 ? "" : ",", kItem);
  return json + "]}";
}

void Register(const char* name, const char* peer, size_t size,
              void (*run)(benchmark::State&, size_t)) {
  const size_t bytes = (size + 1) * sizeof kItem;
  benchmark::RegisterBenchmark(absl::StrCat(name, "/", peer, "/elements:", size).c_str(),
                               [size, run](benchmark::State& state) { run(state, size); })
      ->Iterations(static_cast<benchmark::IterationCount>(
          std::clamp(kBytesOfRun / bytes, kCallsMin, kCallsMax)))
      ->Unit(benchmark::kMicrosecond);
}

class Floor {
 public:
  explicit Floor(size_t size) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::DB* db = nullptr;
    if (!rocksdb::DB::Open(options, directory_.Join("db"), &db).ok()) Fail("RocksDB", "no open");
    db_.reset(db);
    const std::string list = List(size);
    for (size_t n = 0; n < RecordCount(size); ++n) {
      if (!Put(n, list)) Fail("RocksDB", "no write");
    }
    if (!db_->Flush(rocksdb::FlushOptions()).ok()) Fail("RocksDB", "no flush");
  }

  bool Get(size_t n) {
    value_.Reset();
    return db_->Get(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), std::to_string(n), &value_)
        .ok();
  }
  bool Put(size_t n, const std::string& value) {
    return db_->Put(rocksdb::WriteOptions(), std::to_string(n), value).ok();
  }
  // Reads the record and writes it anew with another element, or with one changed.
  bool Rewrite(size_t n, bool appends) {
    if (!Get(n)) return false;
    changed_.assign(value_.data(), value_.size());
    if (appends) {
      changed_.insert(changed_.size() - 2, absl::StrCat(",", kItem));
    } else {
      changed_[changed_.size() / 2] ^= 1;
    }
    return Put(n, changed_);
  }

 private:
  testing::TemporaryDirectory directory_;
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::PinnableSlice value_;
  std::string changed_;
};

template <typename Call>
void RunFloor(benchmark::State& state, size_t size, Call call) {
  Floor floor(size);
  size_t n = 0;
  for (auto _ : state) {
    if (!call(floor, n++ % RecordCount(size))) return state.SkipWithError("a call failed");
  }
}

void RegisterFloor(size_t size) {
  constexpr char kPeer[] = "floor_json";
  Register("BM_AppendToPlural", kPeer, size, [](benchmark::State& state, size_t count) {
    RunFloor(state, count, [](Floor& floor, size_t n) { return floor.Rewrite(n, true); });
  });
  Register("BM_ChangeInPlural", kPeer, size, [](benchmark::State& state, size_t count) {
    RunFloor(state, count, [](Floor& floor, size_t n) { return floor.Rewrite(n, false); });
  });
  Register("BM_ReadWholePlural", kPeer, size, [](benchmark::State& state, size_t count) {
    RunFloor(state, count, [](Floor& floor, size_t n) { return floor.Get(n); });
  });
}

#ifdef DOSSIER_BENCH_SQLITE
// `sql` has the id of the record as its first parameter.
template <typename Call>
void RunSqlite(benchmark::State& state, size_t size, const std::string& sql, Call call) {
  const testing::TemporaryDirectory directory;
  SqliteConnection connection(directory.Join("file"), /*is_synced=*/false);
  connection.Execute("CREATE TABLE list(id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
  const std::string list = List(size);
  connection.Execute("BEGIN");
  SqliteStatement insert(connection, "INSERT INTO list(id, json) VALUES (?, ?)");
  for (size_t n = 0; n < RecordCount(size); ++n) {
    if (!insert.Bind(1, static_cast<int64_t>(n)).Bind(2, list).Change())
      Fail("SQLite", "no insert");
  }
  connection.Execute("COMMIT");
  SqliteStatement statement(connection, sql.c_str());
  size_t n = 0;
  for (auto _ : state) {
    const auto id = static_cast<int64_t>(n++ % RecordCount(size));
    if (!call(statement.Bind(1, id))) return state.SkipWithError("a call failed");
  }
}

bool Change(SqliteStatement& statement) { return statement.Change(); }

void RegisterSqlite(size_t size) {
  constexpr char kPeer[] = "sqlite";
  Register("BM_AppendToPlural", kPeer, size, [](benchmark::State& state, size_t count) {
    const std::string sql =
        absl::StrCat("UPDATE list SET json = json_insert(json, '$.items[#]', json('", kItem,
                     "')) WHERE id = ?1");
    RunSqlite(state, count, sql, Change);
  });
  Register("BM_ChangeInPlural", kPeer, size, [](benchmark::State& state, size_t count) {
    const std::string sql = absl::StrCat("UPDATE list SET json = json_set(json, '$.items[",
                                         count / 2, "].place', 'Lisbon') WHERE id = ?1");
    RunSqlite(state, count, sql, Change);
  });
  Register("BM_ReadWholePlural", kPeer, size, [](benchmark::State& state, size_t count) {
    RunSqlite(state, count, "SELECT json FROM list WHERE id = ?1",
              [](SqliteStatement& statement) { return statement.ReadRows() == 1; });
  });
}
#endif

}  // namespace

void RegisterLargePluralPeers() {
  for (const size_t size : {size_t{1}, size_t{10}, size_t{1'000}, size_t{100'000}}) {
    RegisterFloor(size);
#ifdef DOSSIER_BENCH_SQLITE
    RegisterSqlite(size);
#endif
  }
}

}  // namespace dossier::bench
