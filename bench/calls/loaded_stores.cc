#include "calls/loaded_stores.h"

#include <filesystem>
#include <fstream>

namespace dossier::bench {
namespace {

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

}  // namespace

LoadedStores::LoadedStores(const std::string& directory) {
  if (directory.empty()) {
    temporary_.emplace();
    directory_ = temporary_->path();
  } else {
    std::filesystem::create_directories(directory);
    directory_ = directory;
  }
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
