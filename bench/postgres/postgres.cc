#include "postgres/postgres.h"

#include <array>
#include <string_view>

#include "workload.h"

namespace dossier::bench {
namespace {

constexpr size_t kParametersMax = 8;

bool IsFine(const PGresult* result) {
  const ExecStatusType status = ::PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

PostgresConnection::PostgresConnection(const std::string& database, bool is_synced)
    : connection_(::PQconnectdb(("dbname=" + database).c_str())) {
  if (::PQstatus(connection_.get()) != CONNECTION_OK) {
    Fail("connecting to PostgreSQL", ::PQerrorMessage(connection_.get()));
  }
  Execute("SET client_min_messages = warning");
  Execute(is_synced ? "SET synchronous_commit = on" : "SET synchronous_commit = off");
}

std::string PostgresConnection::ServerVersion() const {
  return ::PQparameterStatus(connection_.get(), "server_version");
}

void PostgresConnection::Execute(const std::string& sql) {
  const Result result(::PQexec(connection_.get(), sql.c_str()));
  if (!IsFine(result.get())) Fail(sql, ::PQerrorMessage(connection_.get()));
}

void PostgresConnection::Prepare(const char* name, const char* sql) {
  const Result result(::PQprepare(connection_.get(), name, sql, 0, nullptr));
  if (!IsFine(result.get())) Fail(sql, ::PQerrorMessage(connection_.get()));
}

bool PostgresConnection::Change(const char* name, Values values) {
  const Result result = Run(name, values);
  return ::PQresultStatus(result.get()) == PGRES_COMMAND_OK &&
         std::string_view(::PQcmdTuples(result.get())) == "1";
}

bool PostgresConnection::Read(const char* name, Values values, size_t least_bytes) {
  const Result result = Run(name, values);
  return ::PQntuples(result.get()) == 1 &&
         static_cast<size_t>(::PQgetlength(result.get(), 0, 0)) > least_bytes;
}

int PostgresConnection::Count(const char* name, Values values) {
  const Result result = Run(name, values);
  return ::PQresultStatus(result.get()) == PGRES_TUPLES_OK ? ::PQntuples(result.get()) : -1;
}

PostgresConnection::Result PostgresConnection::Run(const char* name, Values values) {
  std::array<const char*, kParametersMax> texts{};
  size_t count = 0;
  for (const std::string* value : values) texts[count++] = value->c_str();
  return Result(::PQexecPrepared(connection_.get(), name, static_cast<int>(count), texts.data(),
                                 nullptr, nullptr, 0));
}

}  // namespace dossier::bench
