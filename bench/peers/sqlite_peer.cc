// SQLite with the same records as JSON text: WAL, synchronous=NORMAL or FULL, prepared statements,
// unique indexes on the email and the uuid; a connection a thread.
//
// It does less than the engine, in its own favour: it checks no schema, keeps the identifiers of
// profiles neither unique nor indexed, and gives elements no ids, so that they are addressed by
// position. Each write sets the column last_updated.
#include <filesystem>
#include <utility>
#include <vector>

#include "peers/peer.h"
#include "peers/sqlite.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS user(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL,"
    " email TEXT NOT NULL, last_updated INTEGER NOT NULL, json TEXT NOT NULL)";
constexpr char kIndexes[] =
    "CREATE UNIQUE INDEX IF NOT EXISTS user_uuid ON user(uuid);"
    "CREATE UNIQUE INDEX IF NOT EXISTS user_email ON user(email)";
constexpr char kInsert[] =
    "INSERT INTO user(id, uuid, email, last_updated, json) VALUES (?, ?, ?, ?, ?)";
constexpr int64_t kLoadedAt = 1'700'000'000'000'000;  // microseconds

bool Insert(SqliteStatement& insert, const Person& person, const std::string& uuid) {
  return insert.Bind(1, int64_t{person.number} + 1)
      .Bind(2, uuid)
      .Bind(3, person.email)
      .Bind(4, kLoadedAt)
      .Bind(5, person.profile)
      .Change();
}

class SqliteCaller final : public Caller {
 public:
  SqliteCaller(SqliteConnection connection, const People& people,
               const std::vector<std::string>& uuids)
      : connection_(std::move(connection)), people_(people), uuids_(uuids) {}

  bool Create(size_t n) override { return Insert(insert_, people_[n], uuids_[n]); }
  bool BulkCreate(size_t n) override {
    connection_.Execute("BEGIN");
    for (size_t i = n * kBulkCount; i < (n + 1) * kBulkCount; ++i) {
      if (!Create(i)) return false;
    }
    connection_.Execute("COMMIT");
    return true;
  }
  bool GetById(size_t n) override { return get_by_id_.Bind(1, id(n)).ReadRecord(); }
  bool GetByUuid(size_t n) override { return get_by_uuid_.Bind(1, uuids_[n]).ReadRecord(); }
  bool GetByEmail(size_t n) override {
    return get_by_email_.Bind(1, people_[n].email).ReadRecord();
  }
  bool Update(size_t n) override { return Change(update_, n); }
  bool UpdateIfUnchanged(size_t n) override {
    return update_if_.Bind(1, people_[n].email).Bind(2, kLoadedAt + 1).Bind(3, kLoadedAt).Change();
  }
  bool Append(size_t n) override { return Change(append_.Bind(3, kNewStatus), n); }
  bool ChangeElement(size_t n) override { return Change(change_element_, n); }
  bool DeleteElement(size_t n) override { return Change(delete_element_, n); }
  bool Replace(size_t n) override { return Change(replace_.Bind(3, people_[n].replacement), n); }
  bool Delete(size_t n) override { return delete_.Bind(1, id(n)).Change(); }

 private:
  int64_t id(size_t n) const { return int64_t{people_[n].number} + 1; }
  bool Change(SqliteStatement& statement, size_t n) {
    return statement.Bind(1, id(n)).Bind(2, kLoadedAt + 1).Change();
  }

  SqliteConnection connection_;
  const People& people_;
  const std::vector<std::string>& uuids_;
  SqliteStatement insert_{connection_, kInsert};
  SqliteStatement get_by_id_{connection_, "SELECT json FROM user WHERE id = ?1"};
  SqliteStatement get_by_uuid_{connection_, "SELECT json FROM user WHERE uuid = ?1"};
  SqliteStatement get_by_email_{connection_, "SELECT json FROM user WHERE email = ?1"};
  SqliteStatement update_{
      connection_,
      "UPDATE user SET last_updated = ?2, json = json_set(json, '$.givenName', 'Maximilian',"
      " '$.familyName', 'Featherstonehaugh') WHERE id = ?1"};
  SqliteStatement update_if_{
      connection_,
      "UPDATE user SET last_updated = ?2, json = json_set(json, '$.givenName', 'Maximilian',"
      " '$.familyName', 'Featherstonehaugh') WHERE email = ?1 AND last_updated = ?3"};
  SqliteStatement append_{
      connection_,
      "UPDATE user SET last_updated = ?2, json = json_insert(json, '$.statuses[#]', json(?3))"
      " WHERE id = ?1"};
  SqliteStatement change_element_{
      connection_,
      "UPDATE user SET last_updated = ?2, json = json_set(json, '$.statuses[0].status',"
      " 'letters from the mountains') WHERE id = ?1"};
  SqliteStatement delete_element_{
      connection_,
      "UPDATE user SET last_updated = ?2, json = json_remove(json, '$.statuses[0]')"
      " WHERE id = ?1"};
  SqliteStatement replace_{connection_,
                           "UPDATE user SET last_updated = ?2, json = ?3 WHERE id = ?1"};
  SqliteStatement delete_{connection_, "DELETE FROM user WHERE id = ?1"};
};

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& directory, const Shape& shape, const People& people)
      : path_(directory + "/file"), shape_(shape), people_(people) {
    std::filesystem::create_directories(directory);
    Open().Execute(kTable);
    Open().Execute(kIndexes);
    for (const Person& person : people) uuids_.push_back(UuidOf(person.number));
  }

  std::unique_ptr<Caller> Connect() override {
    SqliteConnection connection = Open();
    if (is_warm_) WarmUp(connection);  // its cache is its own
    return std::make_unique<SqliteCaller>(std::move(connection), people_, uuids_);
  }
  void Warm() override { is_warm_ = true; }
  // Past the log, and the indexes at the end.
  void Load() {
    SqliteConnection connection = Open();
    connection.Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    connection.Execute("DROP INDEX user_uuid; DROP INDEX user_email; BEGIN");
    {
      SqliteStatement insert(connection, kInsert);
      for (uint32_t n = 0; n < shape_.record_count; ++n) {
        if (!Insert(insert, PersonOf(n, shape_.size), UuidOf(n))) Fail("SQLite", "no insert");
      }
    }
    connection.Execute("COMMIT");
    connection.Execute(kIndexes);
    connection.Execute("PRAGMA journal_mode=WAL");
  }

 private:
  SqliteConnection Open() const { return {path_, shape_.is_synced}; }
  static void WarmUp(SqliteConnection& connection) {
    connection.Execute("SELECT sum(length(json)) FROM user");
    connection.Execute("SELECT count(email), count(uuid) FROM user");
  }

  const std::string path_;
  const Shape shape_;
  const People& people_;
  std::vector<std::string> uuids_;
  bool is_warm_ = false;
};

class SqlitePeer final : public Peer {
 public:
  std::string name() const override { return "sqlite"; }
  void Load(const std::string& directory, const Shape& shape) const override {
    const People nobody;
    SqliteStore(directory, shape, nobody).Load();
  }
  std::unique_ptr<Store> Open(const std::string& directory, const Shape& shape,
                              const People& people, bool /*are_there*/) const override {
    return std::make_unique<SqliteStore>(directory, shape, people);
  }
};

}  // namespace

std::unique_ptr<Peer> MakeSqlitePeer() { return std::make_unique<SqlitePeer>(); }

}  // namespace dossier::bench
