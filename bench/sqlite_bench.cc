// SQLite with the same records as JSON text: WAL, synchronous=NORMAL, prepared statements, unique
// indexes on the email and the uuid.
//
// It does less than the engine, in its own favour: it checks no schema, keeps the identifiers of
// profiles neither unique nor indexed, and gives elements no ids, so that they are addressed by
// position. Each write sets the column last_updated.
#include <sqlite3.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kSettings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-524288; PRAGMA mmap_size=1073741824;";
constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS user(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,"
    " email TEXT NOT NULL UNIQUE, last_updated INTEGER NOT NULL, json TEXT NOT NULL)";
constexpr int64_t kLoadedAt = 1'700'000'000'000'000;  // microseconds

struct CloseConnection {
  void operator()(sqlite3* connection) const { ::sqlite3_close(connection); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
};

class Connection {
 public:
  explicit Connection(const std::string& path) {
    sqlite3* opened = nullptr;
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = ::sqlite3_open_v2(path.c_str(), &opened, kFlags, nullptr);
    connection_.reset(opened);
    if (code != SQLITE_OK) Fail("opening SQLite", ::sqlite3_errstr(code));
    Execute(kSettings);
    Execute(kTable);
  }

  void Execute(const char* sql) {
    if (::sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      Fail(sql, ::sqlite3_errmsg(connection_.get()));
    }
  }
  sqlite3* get() { return connection_.get(); }

 private:
  std::unique_ptr<sqlite3, CloseConnection> connection_;
};

// A prepared statement. The text it is given must stand until it has run.
class Statement {
 public:
  Statement(Connection& connection, const char* sql) : connection_(connection.get()) {
    sqlite3_stmt* prepared = nullptr;
    if (::sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
        SQLITE_OK) {
      Fail(sql, ::sqlite3_errmsg(connection_));
    }
    statement_.reset(prepared);
  }

  Statement& Bind(int at, int64_t number) {
    ::sqlite3_bind_int64(statement_.get(), at, number);
    return *this;
  }
  Statement& Bind(int at, std::string_view text) {
    ::sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()),
                        SQLITE_STATIC);
    return *this;
  }

  // Whether exactly one row changed.
  bool Change() {
    const int code = ::sqlite3_step(statement_.get());
    ::sqlite3_reset(statement_.get());
    return code == SQLITE_DONE && ::sqlite3_changes(connection_) == 1;
  }
  // The number in the first column of the row; -1 where there is none.
  int64_t Count() {
    const int code = ::sqlite3_step(statement_.get());
    const int64_t count = code == SQLITE_ROW ? ::sqlite3_column_int64(statement_.get(), 0) : -1;
    ::sqlite3_reset(statement_.get());
    return count;
  }
  // Copies the first column of the row; whether it is a whole record.
  bool Read() {
    const int code = ::sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement_.get(), 0));
      text_.assign(text, static_cast<size_t>(::sqlite3_column_bytes(statement_.get(), 0)));
    }
    ::sqlite3_reset(statement_.get());
    return code == SQLITE_ROW && text_.size() > 1'000;
  }

 private:
  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
  std::string text_;
};

std::string UuidText(uint32_t number) {
  // Spread over the index, as random ones are.
  const uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx",
                static_cast<unsigned>(mixed >> 32), static_cast<unsigned>(mixed >> 16 & 0xffff),
                static_cast<unsigned>(mixed >> 4 & 0xfff), static_cast<unsigned>(number & 0xfff),
                static_cast<unsigned long long>(mixed & 0xffffffffffff));
  return text;
}

constexpr char kInsert[] =
    "INSERT INTO user(id, uuid, email, last_updated, json) VALUES (?, ?, ?, ?, ?)";

// A file with every record, made at the first use, and the uuids.
class LoadedFile {
 public:
  explicit LoadedFile(const Workload& workload) : workload_(workload) {}

  bool Insert(Statement& insert, uint32_t n) {
    return insert.Bind(1, int64_t{n} + 1)
        .Bind(2, uuid(n))
        .Bind(3, workload_.emails[n])
        .Bind(4, kLoadedAt)
        .Bind(5, workload_.profiles[n])
        .Change();
  }
  const std::string& directory() {
    if (is_loaded_) return directory_.path();
    is_loaded_ = true;
    Connection connection(directory_.Join("file"));
    Statement insert(connection, kInsert);
    connection.Execute("BEGIN");
    for (uint32_t n = 0; n < kRecordCount; ++n) Insert(insert, n);
    connection.Execute("COMMIT");
    connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return directory_.path();
  }
  const std::string& uuid(uint32_t n) {
    while (uuids_.size() <= n) uuids_.push_back(UuidText(static_cast<uint32_t>(uuids_.size())));
    return uuids_[n];
  }

 private:
  const Workload& workload_;
  testing::TemporaryDirectory directory_;
  bool is_loaded_ = false;
  std::vector<std::string> uuids_;
};

class Registration {
 public:
  explicit Registration(const Workload& workload)
      : workload_(workload), loaded_(std::make_shared<LoadedFile>(workload)) {}

  void AddCreate() {
    const auto run = [loaded = loaded_, &workload = workload_](benchmark::State& state) {
      const testing::TemporaryDirectory directory;
      Connection connection(directory.Join("file"));
      Statement insert(connection, kInsert);
      loaded->uuid(kRecordCount - 1);  // all are made
      Measure(state, workload.rising, [&](uint32_t n) { return loaded->Insert(insert, n); });
    };
    benchmark::RegisterBenchmark("BM_Create/sqlite", run)
        ->Iterations(kRecordCount)
        ->Unit(benchmark::kMicrosecond);
  }

  // `call(statement, number)` binds and runs `sql`.
  template <typename Call>
  void Add(const char* name, const char* sql, Call call) {
    const auto run = [sql, call, loaded = loaded_, &workload = workload_](benchmark::State& state) {
      const DirectoryCopy copy(loaded->directory());
      Connection connection(copy.path() + "/file");
      connection.Execute("SELECT sum(length(json)) FROM user");  // fills the caches
      connection.Execute("SELECT count(email), count(uuid) FROM user");
      Statement statement(connection, sql);
      Measure(state, workload.shuffled, [&](uint32_t n) { return call(statement, *loaded, n); });
    };
    benchmark::RegisterBenchmark(name, run)->Iterations(kCallCount)->Unit(benchmark::kMicrosecond);
  }

  // Counts the records for which `condition` holds, by looking at all of them.
  void AddCount(const char* name, const std::string& condition) {
    const auto run = [condition, loaded = loaded_](benchmark::State& state) {
      Connection connection(loaded->directory() + "/file");
      const std::string sql = "SELECT count(*) FROM user WHERE " + condition;
      Statement statement(connection, sql.c_str());
      MeasureSearch(state, [&] { return statement.Count(); });
    };
    benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond);
  }

 private:
  const Workload& workload_;
  std::shared_ptr<LoadedFile> loaded_;
};

bool ChangeById(Statement& statement, LoadedFile&, uint32_t n) {
  return statement.Bind(1, int64_t{n} + 1).Bind(2, kLoadedAt + 1).Change();
}

}  // namespace

void RegisterSqlite(const Workload& workload) {
  Registration file(workload);
  file.AddCreate();
  file.Add("BM_GetById/sqlite", "SELECT json FROM user WHERE id = ?1",
           [](Statement& statement, LoadedFile&, uint32_t n) {
             return statement.Bind(1, int64_t{n} + 1).Read();
           });
  file.Add("BM_GetByUuid/sqlite", "SELECT json FROM user WHERE uuid = ?1",
           [](Statement& statement, LoadedFile& loaded, uint32_t n) {
             return statement.Bind(1, loaded.uuid(n)).Read();
           });
  file.Add("BM_GetByEmail/sqlite", "SELECT json FROM user WHERE email = ?1",
           [&workload](Statement& statement, LoadedFile&, uint32_t n) {
             return statement.Bind(1, workload.emails[n]).Read();
           });
  file.Add("BM_Update/sqlite",
           "UPDATE user SET last_updated = ?2, json = json_set(json, '$.givenName', 'Maximilian',"
           " '$.familyName', 'Featherstonehaugh') WHERE id = ?1",
           ChangeById);
  file.Add("BM_UpdateIfUnchanged/sqlite",
           "UPDATE user SET last_updated = ?2, json = json_set(json, '$.givenName', 'Maximilian',"
           " '$.familyName', 'Featherstonehaugh') WHERE email = ?1 AND last_updated = ?3",
           [&workload](Statement& statement, LoadedFile&, uint32_t n) {
             return statement.Bind(1, workload.emails[n])
                 .Bind(2, kLoadedAt + 1)
                 .Bind(3, kLoadedAt)
                 .Change();
           });
  file.Add("BM_Append/sqlite",
           "UPDATE user SET last_updated = ?2, json = json_insert(json, '$.statuses[#]', json(?3))"
           " WHERE id = ?1",
           [](Statement& statement, LoadedFile& loaded, uint32_t n) {
             return ChangeById(statement.Bind(3, kNewStatus), loaded, n);
           });
  file.Add("BM_ChangeElement/sqlite",
           "UPDATE user SET last_updated = ?2, json = json_set(json, '$.statuses[0].status',"
           " 'letters from the mountains') WHERE id = ?1",
           ChangeById);
  file.Add("BM_DeleteElement/sqlite",
           "UPDATE user SET last_updated = ?2, json = json_remove(json, '$.statuses[0]')"
           " WHERE id = ?1",
           ChangeById);
  file.Add("BM_Replace/sqlite", "UPDATE user SET last_updated = ?2, json = ?3 WHERE id = ?1",
           [&workload](Statement& statement, LoadedFile& loaded, uint32_t n) {
             return ChangeById(statement.Bind(3, workload.replacements[n]), loaded, n);
           });
  file.AddCount("BM_Count/sqlite", "json_extract(json, '$.gender') = 'female'");
  file.AddCount("BM_CountByTwo/sqlite",
                "json_extract(json, '$.birthday') >= '1990-01-01' AND"
                " json_extract(json, '$.primaryAddress.city') >= 'M'");
  file.AddCount("BM_CountByElement/sqlite",
                "EXISTS(SELECT 1 FROM json_each(user.json, '$.profiles') WHERE"
                " json_extract(value, '$.domain') = 'nowhere.example')");
  file.Add("BM_Delete/sqlite", "DELETE FROM user WHERE id = ?1",
           [](Statement& statement, LoadedFile&, uint32_t n) {
             return statement.Bind(1, int64_t{n} + 1).Change();
           });
}

}  // namespace dossier::bench
