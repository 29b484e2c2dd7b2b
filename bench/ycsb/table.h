// What the mixes of YCSB ask of each peer: one table of records of ten texts of 100 bytes, by a key.
#ifndef DOSSIER_BENCH_YCSB_TABLE_H_
#define DOSSIER_BENCH_YCSB_TABLE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace dossier::bench {

inline constexpr size_t kFieldCount = 10;
inline constexpr size_t kFieldBytes = 100;

using Fields = std::array<std::string, kFieldCount>;  // letters and digits

std::string FieldName(size_t field);  // "field0" to "field9"
// {"key":"..","field0":"..",..}; without a key: the fields alone.
std::string JsonOf(const std::string& key, const Fields& fields);

// Makes calls on a table, in one thread at a time. Each returns whether it did what it should.
class TableCaller {
 public:
  virtual ~TableCaller() = default;

  virtual bool Insert(const std::string& key, const Fields& fields) = 0;
  virtual bool Read(const std::string& key) = 0;
  virtual bool Update(const std::string& key, size_t field, const std::string& value) = 0;
  // Reads up to `count` records from the key on, in the order of keys.
  virtual bool Scan(const std::string& key, int count) = 0;
};

// An open table, buffered. Outlives its callers.
class Table {
 public:
  virtual ~Table() = default;

  virtual std::unique_ptr<TableCaller> Connect() = 0;
};

// Each makes an empty one in a directory that does not exist.
using MakeTable = std::function<std::unique_ptr<Table>(const std::string& directory)>;
std::unique_ptr<Table> MakeEngineTable(const std::string& directory);
std::unique_ptr<Table> MakeFloorTable(const std::string& directory);
std::unique_ptr<Table> MakeSqliteTable(const std::string& directory);
std::unique_ptr<Table> MakePostgresTable(const std::string& directory);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_YCSB_TABLE_H_
