// PostgreSQL with the same records as jsonb: prepared statements over a unix socket, unique indexes on
// the email and the uuid, a connection and so a server process a thread. Like SQLite it checks no
// schema, keeps nothing unique inside plurals and addresses elements by position.
//
// A directory stands for a database; a copy is one that has it for its template.
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include "peers/peer.h"
#include "postgres/postgres.h"
#include "workload.h"

namespace dossier::bench {
namespace {

constexpr char kMaintenance[] = "postgres";  // the database that every cluster has
constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS users(id bigint PRIMARY KEY, uuid uuid NOT NULL UNIQUE,"
    " email text NOT NULL UNIQUE, last_updated bigint NOT NULL, doc jsonb NOT NULL)";
constexpr size_t kRecordBytesMin = 500;
const std::string kLoadedAt = "1700000000000000";  // microseconds
const std::string kChangedAt = "1700000000000001";

std::string DatabaseOf(const std::string& directory) {
  std::string name = "b_" + std::filesystem::path(directory).filename().string();
  for (char& letter : name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  }
  return name;
}

// What callers name a record by.
struct Names {
  std::string id;
  std::string uuid;
};

Names NamesOf(uint32_t number) { return {std::to_string(uint64_t{number} + 1), UuidOf(number)}; }

class PostgresCaller final : public Caller {
 public:
  PostgresCaller(const std::string& database, bool is_synced, const People& people,
                 const std::vector<Names>& names)
      : connection_(database, is_synced), people_(people), names_(names) {
    for (const auto& [name, sql] : kStatements) connection_.Prepare(name, sql);
  }

  bool Create(size_t n) override { return Insert(people_[n], names_[n]); }
  bool BulkCreate(size_t n) override {
    Execute("BEGIN");
    for (size_t i = n * kBulkCount; i < (n + 1) * kBulkCount; ++i) {
      if (!Create(i)) return false;
    }
    Execute("COMMIT");
    return true;
  }
  bool GetById(size_t n) override { return Read("get_by_id", names_[n].id); }
  bool GetByUuid(size_t n) override { return Read("get_by_uuid", names_[n].uuid); }
  bool GetByEmail(size_t n) override { return Read("get_by_email", people_[n].email); }
  bool Update(size_t n) override { return Change("update", {&names_[n].id, &kChangedAt, &two_}); }
  bool UpdateIfUnchanged(size_t n) override {
    return Change("update_if", {&people_[n].email, &kChangedAt, &two_, &kLoadedAt});
  }
  bool Append(size_t n) override {
    return Change("append", {&names_[n].id, &kChangedAt, &new_status_});
  }
  bool ChangeElement(size_t n) override {
    return Change("change_element", {&names_[n].id, &kChangedAt, &changed_status_});
  }
  bool DeleteElement(size_t n) override {
    return Change("delete_element", {&names_[n].id, &kChangedAt});
  }
  bool Replace(size_t n) override {
    return Change("replace", {&names_[n].id, &kChangedAt, &people_[n].replacement});
  }
  bool Delete(size_t n) override { return Change("delete", {&names_[n].id}); }

  bool Insert(const Person& person, const Names& names) {
    return Change("insert", {&names.id, &names.uuid, &person.email, &kLoadedAt, &person.profile});
  }
  void Execute(const std::string& sql) { connection_.Execute(sql); }

 private:
  struct Statement {
    const char* name;
    const char* sql;
  };
  static constexpr Statement kStatements[] = {
      {"insert",
       "INSERT INTO users(id, uuid, email, last_updated, doc)"
       " VALUES ($1::bigint, $2::uuid, $3::text, $4::bigint, $5::jsonb)"},
      {"get_by_id", "SELECT doc FROM users WHERE id = $1::bigint"},
      {"get_by_uuid", "SELECT doc FROM users WHERE uuid = $1::uuid"},
      {"get_by_email", "SELECT doc FROM users WHERE email = $1::text"},
      {"update",
       "UPDATE users SET last_updated = $2::bigint, doc = doc || $3::jsonb WHERE id = $1::bigint"},
      {"update_if",
       "UPDATE users SET last_updated = $2::bigint, doc = doc || $3::jsonb"
       " WHERE email = $1::text AND last_updated = $4::bigint"},
      {"append",
       "UPDATE users SET last_updated = $2::bigint,"
       " doc = jsonb_insert(doc, '{statuses,-1}', $3::jsonb, true) WHERE id = $1::bigint"},
      {"change_element",
       "UPDATE users SET last_updated = $2::bigint,"
       " doc = jsonb_set(doc, '{statuses,0,status}', $3::jsonb) WHERE id = $1::bigint"},
      {"delete_element",
       "UPDATE users SET last_updated = $2::bigint, doc = doc #- '{statuses,0}'"
       " WHERE id = $1::bigint"},
      {"replace",
       "UPDATE users SET last_updated = $2::bigint, doc = $3::jsonb WHERE id = $1::bigint"},
      {"delete", "DELETE FROM users WHERE id = $1::bigint"},
  };

  bool Change(const char* name, PostgresConnection::Values values) {
    return connection_.Change(name, values);
  }
  bool Read(const char* name, const std::string& value) {
    return connection_.Read(name, {&value}, kRecordBytesMin);
  }

  PostgresConnection connection_;
  const People& people_;
  const std::vector<Names>& names_;
  const std::string two_{kTwoAttributes};
  const std::string new_status_{kNewStatus};
  const std::string changed_status_ = R"("letters from the mountains")";
};

class PostgresStore final : public Store {
 public:
  PostgresStore(std::string database, const Shape& shape, const People& people)
      : database_(std::move(database)), shape_(shape), people_(people) {
    PostgresConnection(database_, true).Execute(kTable);
    for (const Person& person : people) names_.push_back(NamesOf(person.number));
  }

  std::unique_ptr<Caller> Connect() override { return NewCaller(); }
  void Warm() override {
    PostgresConnection connection(database_, true);
    connection.Execute("SELECT sum(pg_column_size(doc)) FROM users");
    connection.Execute("SELECT count(email), count(uuid) FROM users");
  }
  void Load() {
    const std::unique_ptr<PostgresCaller> caller = NewCaller();
    caller->Execute("BEGIN");
    for (uint32_t n = 0; n < shape_.record_count; ++n) {
      if (!caller->Insert(PersonOf(n, shape_.size), NamesOf(n))) Fail("PostgreSQL", "no insert");
    }
    caller->Execute("COMMIT");
    caller->Execute("VACUUM ANALYZE users");
    caller->Execute("CHECKPOINT");
  }

 private:
  std::unique_ptr<PostgresCaller> NewCaller() {
    return std::make_unique<PostgresCaller>(database_, shape_.is_synced, people_, names_);
  }

  const std::string database_;
  const Shape shape_;
  const People& people_;
  std::vector<Names> names_;
};

class PostgresPeer final : public Peer {
 public:
  std::string name() const override { return "postgres"; }
  void Load(const std::string& directory, const Shape& shape) const override {
    const People nobody;
    Make(DatabaseOf(directory), "template1");
    PostgresStore(DatabaseOf(directory), shape, nobody).Load();
  }
  std::unique_ptr<Store> Open(const std::string& directory, const Shape& shape,
                              const People& people, bool are_there) const override {
    if (!are_there) Make(DatabaseOf(directory), "template1");
    return std::make_unique<PostgresStore>(DatabaseOf(directory), shape, people);
  }
  void Copy(const std::string& from, const std::string& to) const override {
    Make(DatabaseOf(to), DatabaseOf(from));
  }
  void Remove(const std::string& directory) const override {
    PostgresConnection(kMaintenance, true)
        .Execute("DROP DATABASE IF EXISTS " + DatabaseOf(directory) + " WITH (FORCE)");
  }

 private:
  static void Make(const std::string& database, const std::string& original) {
    PostgresConnection(kMaintenance, true)
        .Execute("CREATE DATABASE " + database + " TEMPLATE " + original + " STRATEGY file_copy");
  }
};

}  // namespace

std::unique_ptr<Peer> MakePostgresPeer() { return std::make_unique<PostgresPeer>(); }

}  // namespace dossier::bench
