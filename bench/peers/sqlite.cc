#include "peers/sqlite.h"

#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kSettings[] =
    "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-524288;"
    "PRAGMA mmap_size=1073741824;";
constexpr int kBusyMilliseconds = 60'000;

}  // namespace

std::string SqliteVersion() { return ::sqlite3_libversion(); }

SqliteConnection::SqliteConnection(const std::string& path, bool is_synced) {
  sqlite3* opened = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = ::sqlite3_open_v2(path.c_str(), &opened, kFlags, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) Fail("opening SQLite", ::sqlite3_errstr(code));
  ::sqlite3_busy_timeout(opened, kBusyMilliseconds);
  Execute(kSettings);
  Execute(is_synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

void SqliteConnection::Execute(const char* sql) {
  if (::sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    Fail(sql, ::sqlite3_errmsg(connection_.get()));
  }
}

SqliteStatement::SqliteStatement(SqliteConnection& connection, const char* sql)
    : connection_(connection.get()) {
  sqlite3_stmt* prepared = nullptr;
  if (::sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
      SQLITE_OK) {
    Fail(sql, ::sqlite3_errmsg(connection_));
  }
  statement_.reset(prepared);
}

bool SqliteStatement::Change() {
  const int code = ::sqlite3_step(statement_.get());
  ::sqlite3_reset(statement_.get());
  return code == SQLITE_DONE && ::sqlite3_changes(connection_) == 1;
}

int64_t SqliteStatement::Count() {
  const int code = ::sqlite3_step(statement_.get());
  const int64_t count = code == SQLITE_ROW ? ::sqlite3_column_int64(statement_.get(), 0) : -1;
  ::sqlite3_reset(statement_.get());
  return count;
}

bool SqliteStatement::ReadRecord() {
  const bool is_there = ::sqlite3_step(statement_.get()) == SQLITE_ROW;
  if (is_there) Copy();
  ::sqlite3_reset(statement_.get());
  return is_there && text_.size() > 500;
}

int64_t SqliteStatement::ReadRows() {
  int64_t count = 0;
  for (; ::sqlite3_step(statement_.get()) == SQLITE_ROW; ++count) Copy();
  ::sqlite3_reset(statement_.get());
  return count;
}

void SqliteStatement::Copy() {
  const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement_.get(), 0));
  text_.assign(text, static_cast<size_t>(::sqlite3_column_bytes(statement_.get(), 0)));
}

}  // namespace dossier::bench
