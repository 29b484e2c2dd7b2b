// Engine::Repair: a damaged store, opened for what can be read of it, and a new one beside it.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "dossier/engine.h"
#include "mutation/repair.h"
#include "storage/salvage.h"
#include "storage/store.h"

namespace dossier {
namespace {

namespace fs = std::filesystem;

// A directory that nobody else knows, and that goes with all that is in it.
class Workshop {
 public:
  ~Workshop() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  // Beside `directory`, so that what is made here can be moved there in one step.
  absl::Status Open(const std::string& directory) {
    std::error_code error;
    const fs::path parent = fs::path(directory).parent_path();
    if (!parent.empty()) fs::create_directories(parent, error);
    std::string path = directory + ".XXXXXX";
    if (error || ::mkdtemp(path.data()) == nullptr) {
      return absl::UnavailableError(absl::StrCat("cannot make ", directory));
    }
    path_ = std::move(path);
    return absl::OkStatus();
  }

  std::string Join(const char* name) const { return absl::StrCat(path_, "/", name); }

 private:
  std::string path_;
};

EngineOptions In(const std::string& directory, const EngineOptions& options) {
  EngineOptions moved = options;
  moved.directory = directory;
  moved.create_if_missing = true;
  return moved;
}

}  // namespace

absl::StatusOr<Repaired> Engine::Repair(const EngineOptions& options, const std::string& directory,
                                        const RepairOptions& repair) {
  std::error_code error;
  if (fs::exists(directory, error)) {
    return absl::AlreadyExistsError(absl::StrCat(directory, " is there already"));
  }
  Workshop workshop;
  DOSSIER_RETURN_IF_ERROR(workshop.Open(directory));
  const EngineOptions mended = In(workshop.Join("mended"), options);
  Repaired repaired;
  {
    DOSSIER_ASSIGN_OR_RETURN(const std::unique_ptr<Salvage> damaged,
                             Salvage::Open(options, workshop.Join("damaged")));
    DOSSIER_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(mended));
    DOSSIER_RETURN_IF_ERROR(RepairInto(*store, *damaged, repair, repaired));
  }
  {
    DOSSIER_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine, Engine::Open(mended));
    DOSSIER_ASSIGN_OR_RETURN(repaired.after, engine->Verify());
  }
  fs::rename(mended.directory, directory, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot make ", directory, ": ", error.message()));
  }
  return repaired;
}

}  // namespace dossier
