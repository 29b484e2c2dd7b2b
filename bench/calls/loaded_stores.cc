#include "calls/loaded_stores.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace dossier::bench {
namespace {

constexpr char kRun[] = "run-";

const char* NameOf(ProfileSize size) {
  switch (size) {
    case ProfileSize::kSmall:
      return "small";
    case ProfileSize::kMiddle:
      return "middle";
    case ProfileSize::kLarge:
      return "large";
  }
  return "";
}

// Those of a program that was killed.
void RemoveRuns(const std::string& directory) {
  std::vector<std::filesystem::path> runs;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with(kRun)) runs.push_back(entry.path());
  }
  for (const auto& run : runs) std::filesystem::remove_all(run);
}

}  // namespace

LoadedStores::LoadedStores(const std::string& directory) {
  if (directory.empty()) {
    temporary_.emplace();
    directory_ = temporary_->path();
  } else {
    std::filesystem::create_directories(directory);
    directory_ = directory;
    RemoveRuns(directory);
  }
}

std::string LoadedStores::NewRun() {
  return directory_ + '/' + kRun + std::to_string(++run_count_);
}

std::string LoadedStores::Find(const Peer& peer, const Shape& shape) {
  const std::string path = directory_ + '/' + peer.store_name() + '-' + NameOf(shape.size) + '-' +
                           std::to_string(shape.record_count);
  const std::string mark = path + ".loaded";  // beside it: the directory is the peer's
  if (std::filesystem::exists(mark)) return path;
  peer.Remove(path);
  peer.Load(path, shape);
  std::ofstream(mark) << "\n";
  return path;
}

}  // namespace dossier::bench
