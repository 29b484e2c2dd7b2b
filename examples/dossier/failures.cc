#include "failures.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dossier/errors.h"
#include "nlohmann/json.hpp"

namespace dossier::program {
namespace {

using nlohmann::ordered_json;

std::string TextOf(const Row& row, uint64_t number, const absl::Status& reason) {
  ordered_json failure = {{"line", row.line}, {"number", number}};
  if (const auto detail = DetailOf(reason)) {
    failure["code"] = detail->code;
    failure["error"] = detail->name;
    if (!detail->attribute_name.empty()) failure["attribute"] = detail->attribute_name;
    if (detail->holder_id != 0) failure["holder_id"] = detail->holder_id;
  }
  failure["reason"] = std::string(reason.message());
  const bool is_json = ordered_json::accept(row.json);
  // A row in which a byte is no UTF-8 is no JSON; what can be shown of it is.
  const std::string shown =
      is_json ? row.json
              : ordered_json(row.json).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return absl::StrCat("{\"failure\":", failure.dump(), ",\"row\":", shown, "}\n");
}

int OpenToAppend(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// The number of the row that a line of failures is about; nothing where it says none, as one that was
// cut off while it was written.
std::optional<uint64_t> NumberOf(const std::string& line) {
  const ordered_json parsed = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("failure")) return std::nullopt;
  const ordered_json& failure = parsed["failure"];
  if (!failure.is_object() || !failure.contains("number")) return std::nullopt;
  const ordered_json& number = failure["number"];
  return number.is_number_unsigned() ? std::optional(number.get<uint64_t>()) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Failures>> Failures::Open(const std::string& path,
                                                         uint64_t kept_below) {
  std::unique_ptr<Failures> failures(new Failures(path));
  if (path == "-") {
    failures->fd_ = dup(STDERR_FILENO);
    return failures;
  }
  const absl::Status kept = failures->KeepBelow(kept_below);
  if (!kept.ok()) return kept;
  return failures;
}

Failures::~Failures() {
  if (fd_ >= 0) close(fd_);
}

absl::Status Failures::KeepBelow(uint64_t number) {
  std::string kept;
  std::ifstream before(path_);
  for (std::string line; number > 0 && std::getline(before, line);) {
    // What says no number belongs to a row that was not done.
    if (NumberOf(line).value_or(number) >= number) continue;
    kept += line + "\n";
    ++count_;
  }
  before.close();
  if (kept.empty()) {
    std::remove(path_.c_str());
    return absl::OkStatus();
  }
  // Those of the run before are in one of the two files, whenever this one ends.
  const std::string part = path_ + ".part";
  std::remove(part.c_str());
  fd_ = OpenToAppend(part);
  absl::Status written = fd_ < 0 ? Failed() : Write(kept);
  if (written.ok() && std::rename(part.c_str(), path_.c_str()) != 0) written = Failed();
  if (!written.ok()) std::remove(part.c_str());
  return written;
}

absl::Status Failures::Add(const Row& row, uint64_t number, const absl::Status& reason) {
  ++count_;
  return Write(TextOf(row, number, reason));
}

absl::Status Failures::Write(const std::string& line) {
  if (fd_ < 0) fd_ = OpenToAppend(path_);
  std::string_view left = line;
  while (fd_ >= 0 && !left.empty()) {
    const ssize_t count = write(fd_, left.data(), left.size());
    if (count < 0 && errno != EINTR) break;
    if (count > 0) left.remove_prefix(static_cast<size_t>(count));
  }
  if (fd_ >= 0 && left.empty()) return absl::OkStatus();
  return Failed();
}

absl::Status Failures::Failed() const {
  return absl::UnavailableError(absl::StrCat("cannot write ", path_, ": ", std::strerror(errno)));
}

}  // namespace dossier::program
