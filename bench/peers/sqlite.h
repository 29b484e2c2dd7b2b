// SQLite as the benchmarks use it: a connection at its best settings, and prepared statements.
#ifndef DOSSIER_BENCH_PEERS_SQLITE_H_
#define DOSSIER_BENCH_PEERS_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dossier::bench {

// A file, made where it is not there. WAL, half a gigabyte of cache; without `is_synced` a commit
// does not wait for the disk. For one thread at a time.
class SqliteConnection {
 public:
  SqliteConnection(const std::string& path, bool is_synced);

  void Execute(const char* sql);
  sqlite3* get() { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { ::sqlite3_close(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

// A prepared statement. The text it is given must stand until it has run.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const char* sql);

  SqliteStatement& Bind(int at, int64_t number) {
    ::sqlite3_bind_int64(statement_.get(), at, number);
    return *this;
  }
  SqliteStatement& Bind(int at, std::string_view text) {
    ::sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()),
                        SQLITE_STATIC);
    return *this;
  }

  // Whether exactly one row changed.
  bool Change();
  // The number in the first column of the row; -1 where there is none.
  int64_t Count();
  // Copies the first column of the row: whether it is there and has over 500 bytes.
  bool ReadRecord();
  // Copies the first column of each row; returns how many there are.
  int64_t ReadRows();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
  };
  void Copy();

  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string text_;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_PEERS_SQLITE_H_
