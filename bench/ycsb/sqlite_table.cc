// SQLite: the key, and the fields as JSON text.
#include <filesystem>
#include <utility>

#include "peers/sqlite.h"
#include "workload.h"
#include "ycsb/table.h"

namespace dossier::bench {
namespace {

class SqliteCaller final : public TableCaller {
 public:
  explicit SqliteCaller(SqliteConnection connection) : connection_(std::move(connection)) {}

  bool Insert(const std::string& key, const Fields& fields) override {
    const std::string json = JsonOf("", fields);
    return insert_.Bind(1, key).Bind(2, json).Change();
  }
  bool Read(const std::string& key) override { return read_.Bind(1, key).ReadRecord(); }
  bool Update(const std::string& key, size_t field, const std::string& value) override {
    const std::string path = "$." + FieldName(field);
    return update_.Bind(1, key).Bind(2, path).Bind(3, value).Change();
  }
  bool Scan(const std::string& key, int count) override {
    return scan_.Bind(1, key).Bind(2, int64_t{count}).ReadRows() > 0;
  }

 private:
  SqliteConnection connection_;
  SqliteStatement insert_{connection_, "INSERT INTO usertable(key, json) VALUES (?, ?)"};
  SqliteStatement read_{connection_, "SELECT json FROM usertable WHERE key = ?1"};
  SqliteStatement update_{connection_,
                          "UPDATE usertable SET json = json_set(json, ?2, ?3) WHERE key = ?1"};
  SqliteStatement scan_{connection_,
                        "SELECT json FROM usertable WHERE key >= ?1 ORDER BY key LIMIT ?2"};
};

class SqliteTable final : public Table {
 public:
  explicit SqliteTable(const std::string& directory) : path_(directory + "/file") {
    std::filesystem::create_directories(directory);
    Open().Execute("CREATE TABLE usertable(key TEXT PRIMARY KEY, json TEXT NOT NULL)");
  }

  std::unique_ptr<TableCaller> Connect() override { return std::make_unique<SqliteCaller>(Open()); }

 private:
  SqliteConnection Open() const { return {path_, /*is_synced=*/false}; }

  const std::string path_;
};

}  // namespace

std::unique_ptr<Table> MakeSqliteTable(const std::string& directory) {
  return std::make_unique<SqliteTable>(directory);
}

}  // namespace dossier::bench
