#include "peers/peer.h"

#include <filesystem>
#include <system_error>

#include "workload.h"

namespace dossier::bench {

namespace fs = std::filesystem;

void Peer::Copy(const std::string& from, const std::string& to) const {
  std::error_code error;
  fs::create_directories(to, error);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(from)) {
    const fs::path target = fs::path(to) / fs::relative(entry.path(), from);
    if (entry.is_directory()) {
      fs::create_directories(target, error);
    } else {
      if (entry.path().extension() == ".sst") fs::create_hard_link(entry.path(), target, error);
      if (entry.path().extension() != ".sst" || error) fs::copy_file(entry.path(), target, error);
    }
    if (error) Fail("copying a store", error.message());
  }
}

void Peer::Remove(const std::string& directory) const {
  std::error_code ignored;  // what stays is overwritten or in a temporary directory
  fs::remove_all(directory, ignored);
}

}  // namespace dossier::bench
