#include "import.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dossier/errors.h"
#include "dossier/limits.h"
#include "failures.h"
#include "input/csv_rows.h"
#include "input/input_file.h"
#include "input/json_rows.h"
#include "nlohmann/json.hpp"
#include "progress.h"

namespace dossier::program {
namespace {

// Of one call of the engine. The next ones are read meanwhile.
constexpr size_t kRowsMax = 10'000;
constexpr size_t kBytesMax = 32u << 20;

struct Rows {
  std::vector<Row> rows = {};
  uint64_t first = 0;                      // the number of the first of them in the file
  absl::Status status = absl::OkStatus();  // of what comes behind them
};

bool IsCsv(const ImportSettings& settings) {
  if (!settings.format.empty()) return settings.format == "csv";
  const std::string_view path = settings.path;
  return path.ends_with(".csv") || path.ends_with(".csv.gz");
}

// What tells the file from every other one and from what it may become; empty where it has no name.
std::string NameOf(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::canonical(path, error);
  struct stat status {};
  if (error || stat(whole.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  const std::string name =
      absl::StrCat(whole.filename().string(), ":", status.st_size, ":", status.st_ino, ":",
                   status.st_mtim.tv_sec, ".", status.st_mtim.tv_nsec);
  return name.substr(name.size() - std::min(name.size(), kImportNameBytesMax));
}

class Importer {
 public:
  Importer(Session session, std::string type_name, const ImportSettings& settings)
      : session_(std::move(session)),
        type_name_(std::move(type_name)),
        settings_(settings),
        name_(NameOf(settings.path)) {}

  absl::StatusOr<ImportSummary> Run() {
    absl::Status opened = Open();
    if (!opened.ok()) return opened;
    const Progress progress([this] { return Figures(); });
    std::future<Rows> next = ReadAhead();
    for (;;) {
      const Rows rows = next.get();
      const bool is_last = !rows.status.ok() || rows.rows.empty();
      if (!is_last) next = ReadAhead();
      const absl::Status imported = rows.rows.empty() ? absl::OkStatus() : ImportRows(rows);
      if (!imported.ok()) {
        if (!is_last) next.wait();
        return imported;
      }
      if (!rows.status.ok()) return rows.status;
      if (is_last) break;
    }
    return Close();
  }

 private:
  absl::Status Open() {
    absl::StatusOr<std::unique_ptr<InputFile>> file = InputFile::Open(settings_.path);
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
    const absl::StatusOr<std::string> schema = session_.EntityType(type_name_);
    if (!schema.ok()) return schema.status();
    if (IsCsv(settings_)) {
      absl::StatusOr<std::unique_ptr<CsvRows>> rows = CsvRows::Open(*file_, *schema);
      if (!rows.ok()) return rows.status();
      source_ = *std::move(rows);
    } else {
      source_ = std::make_unique<JsonRows>(*file_);
    }
    const absl::Status found = FindPosition();
    if (!found.ok()) return found;
    std::string failures_path = settings_.failures_path;
    if (failures_path.empty()) {
      failures_path = settings_.path == "-" ? "-" : settings_.path + ".failures";
    }
    absl::StatusOr<std::unique_ptr<Failures>> failures =
        Failures::Open(failures_path, summary_.skipped_count);
    if (!failures.ok()) return failures.status();
    failures_ = *std::move(failures);
    return absl::OkStatus();
  }

  // Where a run before this one was stopped.
  absl::Status FindPosition() {
    if (name_.empty()) return absl::OkStatus();
    if (settings_.starts_over) return session_.ForgetImport(type_name_, name_);
    const absl::StatusOr<uint64_t> done = session_.ImportedRows(type_name_, name_);
    summary_.skipped_count = done.value_or(0);
    return done.status();
  }

  std::future<Rows> ReadAhead() {
    return std::async(std::launch::async, [this] { return Read(); });
  }

  Rows Read() {
    Rows read{.first = read_count_};
    size_t bytes = 0;
    while (read.rows.size() < kRowsMax && bytes < kBytesMax) {
      Row row;
      const absl::StatusOr<bool> has_row = source_->Next(row);
      if (!has_row.ok()) read.status = has_row.status();
      if (!has_row.ok() || !*has_row) break;
      if (read_count_++ < summary_.skipped_count) {
        read.first = read_count_;
        continue;
      }
      bytes += row.json.size();
      read.rows.push_back(std::move(row));
    }
    bytes_read_ = file_->bytes_read();
    return read;
  }

  absl::Status ImportRows(const Rows& rows) {
    std::vector<std::string_view> texts;
    for (const Row& row : rows.rows) texts.push_back(row.json);
    const auto outcomes = session_.Import(type_name_, texts,
                                          {.name = name_,
                                           .first_row = rows.first,
                                           .refused =
                                               [&](size_t i, const absl::Status& reason) {
                                                 Refuse(rows.rows[i], rows.first + i, reason);
                                               },
                                           .thread_count = settings_.thread_count});
    if (!outcomes.ok()) return outcomes.status();
    for (const absl::StatusOr<ImportedRow>& outcome : *outcomes) {
      // What is no mistake of the row's ends the import.
      if (!outcome.ok() && !DetailOf(outcome.status())) return outcome.status();
      if (!outcome.ok()) continue;
      ++(outcome->outcome == ImportedRow::Outcome::kImported ? imported_count_ : there_count_);
    }
    return written_;
  }

  void Refuse(const Row& row, uint64_t number, const absl::Status& reason) {
    ++refused_count_;
    written_.Update(failures_->Add(row, number, row.status.ok() ? reason : row.status));
  }

  // The store goes on knowing that the file is done: whoever is killed from here on and run again must
  // not import it twice.
  ImportSummary Close() {
    summary_.row_count = read_count_;
    summary_.imported_count = imported_count_;
    summary_.there_count = there_count_;
    summary_.refused_count = refused_count_;
    if (failures_->count() > 0) summary_.failures_path = failures_->path();
    return summary_;
  }

  ProgressFigures Figures() const {
    ProgressFigures figures{.record_count = imported_count_ + there_count_ + refused_count_,
                            .failure_count = refused_count_};
    if (const std::optional<uint64_t> bytes = file_->bytes(); bytes && *bytes > 0) {
      figures.done = static_cast<double>(bytes_read_) / static_cast<double>(*bytes);
    }
    return figures;
  }

  Session session_;
  const std::string type_name_;
  const ImportSettings& settings_;
  const std::string name_;
  std::unique_ptr<InputFile> file_;
  std::unique_ptr<RowSource> source_;
  std::unique_ptr<Failures> failures_;
  absl::Status written_;     // whether all failures are
  uint64_t read_count_ = 0;  // rows; only the reading thread's until it has ended
  ImportSummary summary_;
  // What the progress shows, from a thread of its own.
  std::atomic<uint64_t> bytes_read_ = 0;
  std::atomic<uint64_t> imported_count_ = 0;
  std::atomic<uint64_t> there_count_ = 0;
  std::atomic<uint64_t> refused_count_ = 0;
};

}  // namespace

absl::StatusOr<ImportSummary> Import(Session session, const std::string& type_name,
                                     const ImportSettings& settings) {
  return Importer(std::move(session), type_name, settings).Run();
}

void ShowImport(const ImportSummary& summary, const Common& common) {
  if (common.json) {
    const nlohmann::ordered_json shown = {
        {"rows", summary.row_count},          {"skipped", summary.skipped_count},
        {"imported", summary.imported_count}, {"already_there", summary.there_count},
        {"refused", summary.refused_count},   {"failures", summary.failures_path}};
    std::cout << shown.dump() << "\n";
    return;
  }
  std::cout << summary.imported_count << " of " << summary.row_count << " rows imported";
  if (summary.skipped_count > 0) std::cout << ", " << summary.skipped_count << " done before";
  if (summary.skipped_count > 0 && summary.skipped_count == summary.row_count) {
    std::cout << " (again with --start-over)";
  }
  if (summary.there_count > 0) std::cout << ", " << summary.there_count << " already there";
  if (summary.refused_count > 0) std::cout << ", " << summary.refused_count << " refused";
  if (!summary.failures_path.empty()) std::cout << ": see " << summary.failures_path;
  std::cout << "\n";
}

}  // namespace dossier::program
