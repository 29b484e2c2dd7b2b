#include "crash/disk.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace dossier::crash_test {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPageBytes = 4'096;

// Some of the pages that were written since `synced`; the end may be missing.
std::string PartOf(const std::string& synced, const std::string& written, std::mt19937_64& random) {
  const uint64_t quarters = random() % 5;
  if (quarters == 0) return synced;
  if (quarters == 4) return written;
  std::string left = synced;
  left.resize(std::max(synced.size(), written.size()), '\0');
  for (size_t at = 0; at < written.size(); at += kPageBytes) {
    if (random() % 4 < quarters)
      left.replace(at, std::min(kPageBytes, written.size() - at), written, at, kPageBytes);
  }
  if (written.size() < synced.size()) return left;  // it was cut, or not yet
  const size_t more = written.size() - synced.size();
  left.resize(synced.size() + (more > 0 ? random() % (more + 1) : 0));
  return left;
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Disk& Disk::Instance() {
  static auto* const disk = new Disk;
  return *disk;
}

void Disk::Watch(const fs::path& directory) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  watched_ = directory;
  names_.clear();
  fault_.reset();
  call_count_ = 0;
  has_failed_ = false;
  for (const auto& file : fs::recursive_directory_iterator(directory)) {
    if (file.is_regular_file()) names_[file.path()] = std::make_shared<File>(ReadFile(file.path()));
  }
  synced_names_ = names_;
}

void Disk::WatchNothing() {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  watched_.clear();
  names_.clear();
  synced_names_.clear();
  fault_.reset();
}

void Disk::FailFrom(const Fault& fault) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  fault_ = fault;
  call_count_ = 0;
  has_failed_ = false;
}

void Disk::FailNoMore() {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  fault_.reset();
}

uint64_t Disk::call_count() const {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  return call_count_;
}

bool Disk::has_failed() const {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  return has_failed_;
}

bool Disk::IsWatched(const fs::path& path) const {
  return !watched_.empty() &&
         (path == watched_ || path.native().starts_with(watched_.native() + "/"));
}

std::optional<int> Disk::ErrorOfCall(const fs::path& path) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  if (!IsWatched(path)) return std::nullopt;
  const uint64_t number = call_count_++;
  if (!fault_ || number < fault_->at || (number > fault_->at && !fault_->is_lasting)) {
    return std::nullopt;
  }
  has_failed_ = true;
  return fault_->error;
}

void Disk::NoteMade(const fs::path& path) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  if (!IsWatched(path)) return;
  std::shared_ptr<File>& file = names_[path];
  if (file == nullptr) file = std::make_shared<File>();
}

void Disk::NoteRenamed(const fs::path& from, const fs::path& to) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  if (!IsWatched(from) || !names_.contains(from)) return;
  names_[to] = names_[from];
  names_.erase(from);
}

void Disk::NoteRemoved(const fs::path& path) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  names_.erase(path);
}

void Disk::NoteSynced(const fs::path& path) {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  if (!IsWatched(path)) return;
  if (const auto file = names_.find(path); file != names_.end()) {
    file->second->synced = ReadFile(path);
    return;
  }
  const auto is_in = [&](const auto& name) { return name.first.parent_path() == path; };
  std::erase_if(synced_names_, is_in);
  std::copy_if(names_.begin(), names_.end(), std::inserter(synced_names_, synced_names_.end()),
               is_in);
}

std::string Disk::SyncedBytes(const fs::path& path) const {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  const auto file = names_.find(path);
  return file == names_.end() ? "" : file->second->synced;
}

void Disk::FailPower(const fs::path& directory, const fs::path& left,
                     std::mt19937_64& random) const {
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  fs::remove_all(left);
  fs::create_directory(left);
  std::set<fs::path> paths;
  for (const Names* const names : {&synced_names_, &names_}) {
    for (const auto& [path, file] : *names) {
      if (path.parent_path() == directory) paths.insert(path);
    }
  }
  for (const fs::path& path : paths) {
    const auto synced = synced_names_.find(path);
    const auto now = names_.find(path);
    const bool is_same =
        synced != synced_names_.end() && now != names_.end() && synced->second == now->second;
    // A name that was made, removed or given to another file since then may be either.
    const bool is_now = is_same || random() % 2 == 0;
    const auto& [names, file] =
        is_now ? std::pair(&names_, now) : std::pair(&synced_names_, synced);
    if (file == names->end()) continue;
    const std::string& had = file->second->synced;
    const bool is_there = is_now && fs::exists(path);
    std::ofstream(left / path.filename(), std::ios::binary)
        << (is_there ? PartOf(had, ReadFile(path), random) : had);
  }
}

}  // namespace dossier::crash_test
