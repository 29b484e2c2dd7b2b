#include "export.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "output_file.h"
#include "progress.h"

namespace dossier::program {
namespace {

std::string FilterOf(const ExportSettings& settings) {
  if (settings.since.empty()) return settings.filter;
  const std::string since = absl::StrCat("lastUpdated >= '", settings.since, "'");
  return settings.filter.empty() ? since : absl::StrCat("(", settings.filter, ") and ", since);
}

// Beside the file, so that it can take its place; with the same end, which says how it is written. Of
// what is no file, a pipe or a device, itself.
std::string PartOf(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  const bool is_file = std::filesystem::is_regular_file(status) || !std::filesystem::exists(status);
  if (path == "-" || !is_file) return path;
  const bool is_compressed = path.ends_with(".gz");
  return path.substr(0, path.size() - (is_compressed ? 3 : 0)) + ".part" +
         (is_compressed ? ".gz" : "");
}

}  // namespace

absl::StatusOr<uint64_t> Export(Session session, const std::string& type_name,
                                const ExportSettings& settings) {
  const std::string part = PartOf(settings.path);
  absl::StatusOr<std::unique_ptr<OutputFile>> file = OutputFile::Open(part);
  if (!file.ok()) return file.status();
  std::atomic<uint64_t> count = 0;
  std::string line;
  const auto write = [&](std::string_view record) {
    line.assign(record);
    line += '\n';
    ++count;
    return (*file)->Write(line);
  };
  absl::Status status;
  {
    const Progress progress([&] { return ProgressFigures{.record_count = count}; });
    const ExportOptions options{.filter = FilterOf(settings), .attributes = settings.attributes};
    status = session.Export(type_name, options, write);
  }
  if (status.ok()) status = (*file)->Close();
  if (part == settings.path) return status.ok() ? absl::StatusOr<uint64_t>(count) : status;
  if (status.ok() && std::rename(part.c_str(), settings.path.c_str()) != 0) {
    status = absl::UnavailableError(
        absl::StrCat("cannot write ", settings.path, ": ", std::strerror(errno)));
  }
  if (!status.ok()) {
    std::remove(part.c_str());
    return status;
  }
  return count;
}

}  // namespace dossier::program
