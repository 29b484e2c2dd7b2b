#include "repair.h"

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "progress.h"

namespace dossier::program {
namespace {

using nlohmann::ordered_json;

std::string TextOf(const LeftOut& left_out) {
  if (left_out.id == 0) return left_out.reason;
  return absl::StrCat("record ", left_out.id, " of entity type ", left_out.type_name, ": ",
                      left_out.reason);
}

// The records that can be read, a file for each type.
class LeftOutFiles {
 public:
  explicit LeftOutFiles(const std::string& directory) : directory_(directory) {}

  absl::Status Add(const LeftOut& left_out) {
    if (left_out.record.empty()) return absl::OkStatus();
    const std::string path = absl::StrCat(directory_, ".", left_out.type_name, ".left-out");
    std::ofstream& file = files_.try_emplace(path, path, std::ios::binary).first->second;
    file << R"({"failure":{"reason":)" << ordered_json(left_out.reason).dump() << R"(},"row":)"
         << left_out.record << "}\n"
         << std::flush;
    return file ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("cannot write ", path));
  }

  void Show() const {
    for (const auto& [path, file] : files_) {
      std::cout << "import takes, once they are mended, the records in " << path << "\n";
    }
  }

 private:
  const std::string& directory_;
  std::map<std::string, std::ofstream> files_;
};

ordered_json JsonOf(const Repaired& repaired) {
  ordered_json left_out = ordered_json::array();
  for (const LeftOut& each : repaired.left_out) {
    left_out.push_back({{"type", each.type_name}, {"id", each.id}, {"reason", each.reason}});
  }
  return {
      {"records", repaired.after.record_count}, {"finding_count", repaired.before.finding_count},
      {"findings", repaired.before.findings},   {"left_out_count", repaired.left_out_count},
      {"left_out", std::move(left_out)},        {"sound", repaired.after.is_sound()}};
}

}  // namespace

absl::StatusOr<bool> RepairStore(const EngineOptions& options, const std::string& directory,
                                 const Common& common) {
  std::atomic<uint64_t> looked_at = 0;
  LeftOutFiles files(directory);
  const absl::StatusOr<Repaired> repaired = [&] {
    const Progress progress([&] { return ProgressFigures{.record_count = looked_at}; });
    const RepairOptions repair{.progress = [&](uint64_t count) { looked_at = count; },
                               .left_out = [&](const LeftOut& each) { return files.Add(each); }};
    return Engine::Repair(options, directory, repair);
  }();
  if (!repaired.ok()) return repaired.status();
  if (common.json) {
    std::cout << JsonOf(*repaired).dump() << "\n";
    return repaired->left_out_count == 0;
  }
  for (const std::string& finding : repaired->before.findings) {
    std::cout << "found: " << finding << "\n";
  }
  for (const LeftOut& each : repaired->left_out) {
    std::cout << "left out: " << TextOf(each) << "\n";
  }
  files.Show();
  std::cout << repaired->after.record_count << " records in " << directory << ", "
            << (repaired->after.is_sound() ? "sound" : "not sound") << "; "
            << repaired->left_out_count << " left out\n";
  return repaired->left_out_count == 0;
}

}  // namespace dossier::program
