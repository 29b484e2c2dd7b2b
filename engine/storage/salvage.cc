#include "storage/salvage.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "storage/directory.h"
#include "storage/held.h"
#include "storage/high_water.h"
#include "storage/rocks.h"
#include "storage/store_parts.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

absl::Status Failed(const std::string& doing, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat("cannot ", doing, ": ", error.message()));
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

absl::Status Write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file ? absl::OkStatus() : absl::UnavailableError("cannot write " + path);
}

bool IsManifest(const std::string& name) { return name.starts_with("MANIFEST-"); }

absl::Status CopyFiles(const std::string& directory, const std::string& copy) {
  std::error_code error;
  fs::create_directory(copy, error);
  if (error) return Failed("make " + copy, error);
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (!at->is_regular_file() || name == "LOCK" || name.starts_with("LOG")) continue;
    if (at->path().extension() == ".sst") {
      std::error_code no_link;
      fs::create_hard_link(at->path(), copy + "/" + name, no_link);
      if (!no_link) continue;
    }
    fs::copy_file(at->path(), copy + "/" + name, error);
    if (error) return Failed("copy " + at->path().string(), error);
  }
  return error ? Failed("read " + directory, error) : absl::OkStatus();
}

// CURRENT names the newest MANIFEST; an older one would do only where that is missing.
absl::Status MendCurrent(const std::string& copy) {
  std::vector<std::string> manifests;
  for (const auto& file : fs::directory_iterator(copy)) {
    const std::string name = file.path().filename();
    if (IsManifest(name)) manifests.push_back(name);
  }
  if (manifests.empty()) return errors::DataLoss("no MANIFEST is left of the store");
  const std::string current = Read(copy + "/CURRENT");
  const bool is_sound = current.ends_with('\n') &&
                        std::find(manifests.begin(), manifests.end(),
                                  current.substr(0, current.size() - 1)) != manifests.end();
  if (is_sound) return absl::OkStatus();
  return Write(copy + "/CURRENT", *std::max_element(manifests.begin(), manifests.end()) + "\n");
}

// Errors: kFailedPrecondition where the format is a newer one.
absl::Status MendFormat(const std::string& copy) {
  std::error_code error;
  if (!fs::exists(copy + "/FORMAT", error)) return WriteFormat(copy, kStoreFormat);
  const absl::Status status =
      PrepareDirectory(copy, /*create_if_missing=*/false, kStoreFormat).status();
  return absl::IsDataLoss(status) ? WriteFormat(copy, kStoreFormat) : status;
}

// How a table ends: with what tells where its index is, in format 5 (rocks.cc).
constexpr size_t kFooterBytes = 53;

// Puts in the place of the table one of the same length that has nothing but a deletion of its first key,
// which is lost with it: so all that is known of the table by its neighbours stays true.
absl::Status PutStandIn(const rocksdb::Options& options, const std::string& path,
                        const LostTable& table) {
  std::error_code error;
  fs::remove(path, error);
  if (error) return Failed("remove " + path, error);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
  DOSSIER_RETURN_IF_ERROR(FromRocks(writer.Open(path)));
  DOSSIER_RETURN_IF_ERROR(FromRocks(writer.Delete(table.first_key)));
  DOSSIER_RETURN_IF_ERROR(FromRocks(writer.Finish()));
  std::string bytes = Read(path);
  if (bytes.size() >= table.bytes) return absl::OkStatus();
  bytes.insert(bytes.size() - kFooterBytes, table.bytes - bytes.size(), '\0');
  return Write(path, bytes);
}

// 0 where it is not known.
uint64_t MarkedIn(const std::string& copy) {
  const auto mark = HighWater::Open(copy);
  return mark.ok() ? (*mark)->mark().sequence : 0;
}

absl::StatusOr<std::unique_ptr<Store>> OpenCopy(const EngineOptions& options,
                                                const std::string& copy) {
  EngineOptions of_copy = options;
  of_copy.directory = copy;
  of_copy.create_if_missing = false;
  return Store::Open(of_copy, Opening::kSalvage);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Salvage>> Salvage::Open(const EngineOptions& options,
                                                       const std::string& copy) {
  std::error_code error;
  const std::string directory = fs::canonical(options.directory, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", options.directory));
  }
  {
    DOSSIER_ASSIGN_OR_RETURN(const DirectoryLock lock, LockDirectory(directory));
    DOSSIER_RETURN_IF_ERROR(CopyFiles(directory, copy));
  }
  DOSSIER_RETURN_IF_ERROR(MendCurrent(copy));
  DOSSIER_RETURN_IF_ERROR(MendFormat(copy));
  const uint64_t marked = MarkedIn(copy);
  DOSSIER_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenCopy(options, copy));
  std::unique_ptr<Salvage> salvage(new Salvage(std::move(store)));
  if (const uint64_t last = salvage->store_->LastSequence(); last < marked) {
    salvage->lost_changes_ = {last, marked};
  }
  DOSSIER_RETURN_IF_ERROR(salvage->FindLostTables(copy));
  if (salvage->lost_.empty()) return salvage;
  std::vector<rocksdb::Options> options_of;
  for (rocksdb::ColumnFamilyHandle* family : salvage->store_->parts_->families) {
    options_of.push_back(salvage->store_->parts_->db->GetOptions(family));
  }
  salvage->store_.reset();
  for (const LostTable& table : salvage->lost_) {
    DOSSIER_RETURN_IF_ERROR(PutStandIn(options_of[static_cast<size_t>(table.family)],
                                       absl::StrCat(copy, "/", table.name), table));
  }
  DOSSIER_ASSIGN_OR_RETURN(salvage->store_, OpenCopy(options, copy));
  return salvage;
}

absl::Status Salvage::FindLostTables(const std::string& copy) {
  rocksdb::DB& db = *store_->parts_->db;
  std::vector<rocksdb::LiveFileMetaData> tables;
  db.GetLiveFilesMetaData(&tables);
  for (const rocksdb::LiveFileMetaData& table : tables) {
    for (size_t i = 0; i < kFamilyCount; ++i) {
      const Family family = static_cast<Family>(i);
      if (table.column_family_name != NameOf(family)) continue;
      rocksdb::SstFileReader reader(db.GetOptions(store_->parts_->family(family)));
      const std::string name = table.relative_filename;
      if (reader.Open(absl::StrCat(copy, "/", name)).ok()) continue;
      lost_.push_back({family, name, table.smallestkey, table.largestkey, table.size});
    }
  }
  return absl::OkStatus();
}

}  // namespace dossier
