// The counts of search_bench.cc by SQLite's JSON functions.
#include <memory>
#include <string>

#include "peers/peer.h"
#include "peers/sqlite.h"
#include "workload.h"

namespace dossier::bench {
namespace {

// A file with every record, made at the first use.
class LoadedFile {
 public:
  std::string path() {
    const std::string directory = directory_.Join("sqlite");
    if (!is_loaded_) MakeSqlitePeer()->Load(directory, {.record_count = kRecordCount});
    is_loaded_ = true;
    return directory + "/file";
  }

 private:
  testing::TemporaryDirectory directory_;
  bool is_loaded_ = false;
};

// Counts the records for which `condition` holds, by looking at all of them.
void Add(const char* name, const std::string& condition, const std::shared_ptr<LoadedFile>& file) {
  benchmark::RegisterBenchmark(name, [condition, file](benchmark::State& state) {
    SqliteConnection connection(file->path(), /*is_synced=*/false);
    const std::string sql = "SELECT count(*) FROM user WHERE " + condition;
    SqliteStatement statement(connection, sql.c_str());
    MeasureSearch(state, [&] { return statement.Count(); });
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

void RegisterSqliteSearches() {
  const auto file = std::make_shared<LoadedFile>();
  Add("BM_Count/sqlite", "json_extract(json, '$.gender') = 'female'", file);
  Add("BM_CountByTwo/sqlite",
      "json_extract(json, '$.birthday') >= '1990-01-01' AND"
      " json_extract(json, '$.primaryAddress.city') >= 'M'",
      file);
  Add("BM_CountByElement/sqlite",
      "EXISTS(SELECT 1 FROM json_each(user.json, '$.profiles') WHERE"
      " json_extract(value, '$.domain') = 'nowhere.example')",
      file);
}

}  // namespace dossier::bench
