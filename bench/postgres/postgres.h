// PostgreSQL as the benchmarks use it: a connection over libpq, and its prepared statements.
#ifndef DOSSIER_BENCH_POSTGRES_POSTGRES_H_
#define DOSSIER_BENCH_POSTGRES_POSTGRES_H_

#include <libpq-fe.h>

#include <initializer_list>
#include <memory>
#include <string>

namespace dossier::bench {

// To a database of the server that libpq's environment names (PGHOST and others). Each statement is
// a transaction of its own, whose commit waits for the disk where `is_synced`. For one thread.
class PostgresConnection {
 public:
  PostgresConnection(const std::string& database, bool is_synced);

  std::string ServerVersion() const;
  void Execute(const std::string& sql);
  void Prepare(const char* name, const char* sql);

  using Values = std::initializer_list<const std::string*>;
  // Of a prepared statement: whether exactly one row changed.
  bool Change(const char* name, Values values);
  // Whether it returned one row whose first column has over `least_bytes`.
  bool Read(const char* name, Values values, size_t least_bytes);
  // How many rows it returned; -1 where it failed.
  int Count(const char* name, Values values);

 private:
  struct Close {
    void operator()(PGconn* connection) const { ::PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { ::PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;
  Result Run(const char* name, Values values);

  std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_POSTGRES_POSTGRES_H_
