// PostgreSQL: the key, and the fields as jsonb. The cluster is the run's own, so is its one table.
#include "postgres/postgres.h"
#include "workload.h"
#include "ycsb/table.h"

namespace dossier::bench {
namespace {

constexpr char kDatabase[] = "postgres";

class PostgresCaller final : public TableCaller {
 public:
  PostgresCaller() : connection_(kDatabase, /*is_synced=*/false) {
    connection_.Prepare("insert", "INSERT INTO usertable(key, doc) VALUES ($1::text, $2::jsonb)");
    connection_.Prepare("read", "SELECT doc FROM usertable WHERE key = $1::text");
    connection_.Prepare("update",
                        "UPDATE usertable SET doc = doc || $2::jsonb WHERE key = $1::text");
    connection_.Prepare(
        "scan", "SELECT doc FROM usertable WHERE key >= $1::text ORDER BY key LIMIT $2::int");
  }

  bool Insert(const std::string& key, const Fields& fields) override {
    const std::string json = JsonOf("", fields);
    return connection_.Change("insert", {&key, &json});
  }
  bool Read(const std::string& key) override {
    return connection_.Read("read", {&key}, kFieldCount * kFieldBytes);
  }
  bool Update(const std::string& key, size_t field, const std::string& value) override {
    const std::string json = R"({")" + FieldName(field) + R"(":")" + value + R"("})";
    return connection_.Change("update", {&key, &json});
  }
  bool Scan(const std::string& key, int count) override {
    const std::string limit = std::to_string(count);
    return connection_.Count("scan", {&key, &limit}) > 0;
  }

 private:
  PostgresConnection connection_;
};

class PostgresTable final : public Table {
 public:
  PostgresTable() {
    PostgresConnection connection(kDatabase, /*is_synced=*/true);
    connection.Execute("DROP TABLE IF EXISTS usertable");
    connection.Execute("CREATE TABLE usertable(key text PRIMARY KEY, doc jsonb NOT NULL)");
  }

  std::unique_ptr<TableCaller> Connect() override { return std::make_unique<PostgresCaller>(); }
};

}  // namespace

std::unique_ptr<Table> MakePostgresTable(const std::string& /*directory*/) {
  return std::make_unique<PostgresTable>();
}

}  // namespace dossier::bench
