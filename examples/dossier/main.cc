// dossier: records of a store in and out, and a look at them, without a server.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "commands.h"
#include "dossier/engine.h"
#include "dossier/errors.h"
#include "export.h"
#include "import.h"
#include "repair.h"

namespace {

using dossier::program::Common;

// Told in --help.
enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kDirectoryUnavailable = 3,
  kRefused = 4,
  kOtherFormat = 5,
};

constexpr const char* kFooter = R"(
The store must not be in use: one process at a time opens a directory. With DOSSIER_SECRETS_KEY in the
environment stores open whose clients' secrets are sealed under that key.

exit status: 0 done, 1 failed, 2 wrong usage, 3 the directory cannot be had (another process holds it),
4 import refused rows, verify found damage or repair
left something out, 5 the directory holds a newer format or something else)";

int Fail(int code, const absl::Status& status) {
  std::cerr << "dossier: ";
  if (const auto detail = dossier::DetailOf(status)) {
    std::cerr << detail->code << " " << detail->name << ": ";
  }
  std::cerr << std::string(status.message()) << std::endl;
  return code;
}

int CodeOfOpen(const absl::Status& status) {
  if (absl::IsUnavailable(status)) return kDirectoryUnavailable;
  return absl::IsFailedPrecondition(status) ? kOtherFormat : kFailed;
}

dossier::EngineOptions OptionsOf(const std::string& directory, bool create_if_missing) {
  const char* const secrets_key = std::getenv("DOSSIER_SECRETS_KEY");
  return {.directory = directory,
          .create_if_missing = create_if_missing,
          .durability = dossier::Durability::kBuffered,
          .secrets_key = secrets_key == nullptr ? "" : secrets_key};
}

absl::StatusOr<std::unique_ptr<dossier::Engine>> Open(
    const std::string& directory, bool create_if_missing,
    std::optional<uint64_t> accept_loss_down_to = std::nullopt) {
  dossier::EngineOptions options = OptionsOf(directory, create_if_missing);
  options.accept_loss_down_to = accept_loss_down_to;
  return dossier::Engine::Open(options);
}

// A copy of the store that lives as long as this, in which a command does what it would do to the store:
// so a dry run says of each row what the true one would, however many they are.
class DryRun {
 public:
  explicit DryRun(const std::string& directory) : directory_(directory + "/dry-run") {}
  ~DryRun() {
    engine_.reset();
    Remove();
  }
  DryRun(const DryRun&) = delete;
  DryRun& operator=(const DryRun&) = delete;

  absl::StatusOr<dossier::Session> Begin(dossier::Engine& engine) {
    Remove();  // what a dry run left that was killed
    const std::string store = directory_ + "/store";
    const absl::Status copied = engine.Checkpoint(store);
    if (!copied.ok()) return copied;
    absl::StatusOr<std::unique_ptr<dossier::Engine>> copy = Open(store, /*may_create=*/false);
    if (!copy.ok()) return copy.status();
    engine_ = *std::move(copy);
    return engine_->HostSession();
  }

 private:
  void Remove() {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);
  }

  const std::string directory_;
  std::unique_ptr<dossier::Engine> engine_;
};

// The command line: what it has been told stands in its members once it is parsed.
class CommandLine {
 public:
  using Command = std::function<absl::StatusOr<ExitCode>(dossier::Engine& engine)>;

  CommandLine()
      : app_("Moves records of a dossier store in and out, and looks at them.", "dossier") {
    app_.add_option("--data-dir", directory_, "where the store is")->required();
    app_.add_option(
        "--accept-loss-down-to", accept_loss_down_to_,
        "of a store that is refused because it ends with this change, and the disk had more: "
        "opens it as it is, and what came behind is given up");
    app_.require_subcommand(1);
    app_.footer(kFooter);
    app_.set_version_flag("--version", std::string("dossier ") + DOSSIER_VERSION);
    AddTypes();
    AddGet();
    AddFind();
    AddExport();
    AddImport();
    AddCare();
  }

  int Run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? kDone : kWrongUsage;
    }
    if (is_repair_) return Repair();
    const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine =
        Open(directory_, may_create_, accept_loss_down_to_);
    if (!engine.ok()) return Fail(CodeOfOpen(engine.status()), engine.status());
    const absl::StatusOr<ExitCode> code = command_(**engine);
    return code.ok() ? *code : Fail(kFailed, code.status());
  }

 private:
  CLI::App* Add(const std::string& name, const std::string& meaning, Command command) {
    CLI::App* const added = app_.add_subcommand(name, meaning);
    added->fallthrough();  // --data-dir may stand behind the command
    added->add_flag("--json", common_.json, "for programs: JSON in the place of a table");
    added->callback([this, command = std::move(command)] { command_ = command; });
    return added;
  }

  void AddTypeTo(CLI::App& command) {
    command.add_option("--type", common_.type_name, "the entity type")->capture_default_str();
  }

  // Of a command that is done or fails.
  CLI::App* AddSimple(const std::string& name, const std::string& meaning,
                      std::function<absl::Status(dossier::Engine& engine)> command) {
    return Add(name, meaning,
               [command = std::move(command)](dossier::Engine& engine) -> absl::StatusOr<ExitCode> {
                 const absl::Status status = command(engine);
                 if (!status.ok()) return status;
                 return kDone;
               });
  }

  void AddTypes() {
    CLI::App* const create =
        AddSimple("create-type", "declares an entity type, in a new store where there is none",
                  [this](dossier::Engine& engine) {
                    return CreateType(engine.HostSession(), common_, path_);
                  });
    AddTypeTo(*create);
    create->add_option("file", path_,
                       "its attribute definitions, JSON; nothing: those of the default user");
    create->parse_complete_callback([this] { may_create_ = true; });
    AddSimple("types", "the names of the entity types",
              [this](dossier::Engine& engine) { return ListTypes(engine.HostSession(), common_); });
    CLI::App* const schema = AddSimple(
        "schema", "the attributes of an entity type",
        [this](dossier::Engine& engine) { return ShowSchema(engine.HostSession(), common_); });
    AddTypeTo(*schema);
  }

  void AddGet() {
    CLI::App* const get = AddSimple("get", "one record", [this](dossier::Engine& engine) {
      return GetRecord(engine.HostSession(), common_, which_, path_);
    });
    AddTypeTo(*get);
    get->add_option("--id", which_.id, "by its id");
    get->add_option("--uuid", which_.uuid, "by its uuid");
    get->add_option("--key", which_.attribute, "by a unique attribute: email=ada@example.com");
    get->add_option("--path", path_, "a part of it: /profiles");
  }

  void AddFind() {
    CLI::App* const find =
        AddSimple("find", "the records for which a filter holds", [this](dossier::Engine& engine) {
          return FindRecords(engine.HostSession(), common_, find_);
        });
    AddTypeTo(*find);
    find->add_option("filter", find_.filter, "\"gender = 'female' and birthday < '1990-01-01'\"");
    find->add_option("--sort-on", find_.sort_on,
                     "attributes to sort by, - for falling: -lastUpdated")
        ->delimiter(',');
    find->add_option("--attributes", find_.attributes,
                     "what to show of each: email,profiles.domain")
        ->delimiter(',');
    find->add_option("--max-results", find_.max_results, "up to 10000")->capture_default_str();
    find->add_option("--first-result", find_.first_result, "how many to leave out");
    find->add_flag("--show-total-count", find_.show_total_count, "how many there are in all");
    CLI::App* const count =
        AddSimple("count", "how many records a filter holds for", [this](dossier::Engine& engine) {
          return CountRecords(engine.HostSession(), common_, find_.filter);
        });
    AddTypeTo(*count);
    count->add_option("filter", find_.filter, "as for find; nothing: all");
  }

  void AddExport() {
    CLI::App* const command =
        AddSimple("export", "records into a file, a line of JSON each", [this](auto& engine) {
          const absl::StatusOr<uint64_t> count =
              Export(engine.HostSession(), common_.type_name, export_);
          if (count.ok()) std::cerr << *count << " records exported\n";
          return count.status();
        });
    AddTypeTo(*command);
    command->add_option("file", export_.path, "compressed where it ends in .gz; nothing: stdout");
    command->add_option("--filter", export_.filter, "only records for which it holds");
    command->add_option("--since", export_.since, "only records written since then: 2026-11-22");
    command->add_option("--attributes", export_.attributes, "what to write of each")
        ->delimiter(',');
  }

  void AddImport() {
    CLI::App* const command =
        Add("import", "records from a file: lines of JSON, pages of entity.find, or CSV",
            [this](dossier::Engine& engine) { return ImportFile(engine); });
    AddTypeTo(*command);
    command->add_option("file", import_.path, "decompressed where it is gzip; -: stdin")
        ->required();
    command->add_option("--format", import_.format, "json or csv; by the file's name unless given")
        ->check(CLI::IsMember({"json", "csv"}));
    command->add_option("--failures", import_.failures_path,
                        "where refused rows go, to be imported when mended; FILE.failures");
    command->add_flag("--dry-run", is_dry_run_,
                      "tells what would become of the rows, and writes none");
    command->add_flag("--start-over", import_.starts_over,
                      "from the first row, also where the file was imported before");
    command->add_option("--threads", import_.thread_count, "that read and check rows");
  }

  absl::StatusOr<ExitCode> ImportFile(dossier::Engine& engine) {
    std::optional<DryRun> dry_run;
    if (is_dry_run_) dry_run.emplace(directory_);
    absl::StatusOr<dossier::Session> session =
        dry_run ? dry_run->Begin(engine) : engine.HostSession();
    if (!session.ok()) return session.status();
    const absl::StatusOr<dossier::program::ImportSummary> summary =
        Import(*std::move(session), common_.type_name, import_);
    if (!summary.ok()) return summary.status();
    ShowImport(*summary, common_);
    return summary->failures_path.empty() ? kDone : kRefused;
  }

  void AddCare() {
    Add("verify", "whether all of the store agrees",
        [this](auto& engine) -> absl::StatusOr<ExitCode> {
          const absl::StatusOr<bool> is_sound = VerifyStore(engine, common_);
          if (!is_sound.ok()) return is_sound.status();
          return *is_sound ? kDone : kRefused;
        });
    CLI::App* const repair =
        Add("repair", "makes a new, sound store of what can be read of a damaged one, which stays",
            /*command=*/nullptr);
    repair->add_option("directory", path_, "where the new store is to be")->required();
    repair->parse_complete_callback([this] { is_repair_ = true; });
    AddSimple("compact", "makes the store as small as it gets",
              [](dossier::Engine& engine) { return dossier::program::CompactStore(engine); });
    AddSimple("stats", "figures of the store",
              [this](dossier::Engine& engine) { return ShowStatistics(engine, common_); });
  }

  // Of a store that need not open.
  int Repair() {
    const absl::StatusOr<bool> is_all = dossier::program::RepairStore(
        OptionsOf(directory_, /*create_if_missing=*/false), path_, common_);
    if (!is_all.ok()) return Fail(CodeOfOpen(is_all.status()), is_all.status());
    return *is_all ? kDone : kRefused;
  }

  CLI::App app_;
  std::optional<uint64_t> accept_loss_down_to_;
  std::string directory_;
  bool may_create_ = false;
  bool is_repair_ = false;
  Common common_;
  dossier::program::WhichRecord which_;
  std::string path_;
  dossier::FindOptions find_;
  dossier::program::ExportSettings export_;
  dossier::program::ImportSettings import_;
  bool is_dry_run_ = false;
  Command command_;
};

}  // namespace

int main(int argc, char** argv) { return CommandLine().Run(argc, argv); }
