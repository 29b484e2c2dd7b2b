// Which RocksDB the program runs with.
#include <link.h>
#include <rocksdb/version.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "workload.h"

namespace dossier::bench {
namespace {

// The file of the RocksDB that this program runs with; empty where it is linked into the program.
std::string RocksFile() {
  std::string path;
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* found) {
        const std::string_view name = object->dlpi_name;
        if (name.find("librocksdb") == std::string_view::npos) return 0;
        *static_cast<std::string*>(found) = name;
        return 1;
      },
      &path);
  return path;
}

}  // namespace

std::string RocksVersion() {
  return "compiled against " + std::to_string(ROCKSDB_MAJOR) + '.' + std::to_string(ROCKSDB_MINOR) +
         '.' + std::to_string(ROCKSDB_PATCH) + ", running with " +
         rocksdb::GetRocksVersionAsString();
}

// A library that asserts imports the function that reports it.
std::string RocksAssertions() {
  const std::string path = RocksFile();
  std::ifstream file(path, std::ios::binary);
  if (!file) return "unknown";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const bool asserts = bytes.find("__assert_fail") != std::string::npos;
  return (asserts ? "on in " : "off in ") + path;
}

}  // namespace dossier::bench
