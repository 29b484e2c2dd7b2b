// dossier: records of a store in and out, and a look at them, without a server.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "commands.h"
#include "dossier/engine.h"
#include "dossier/errors.h"

namespace {

using dossier::program::Common;

// Told in --help.
enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kDirectoryUnavailable = 3,
  kRefusedRows = 4,
  kOtherFormat = 5,
};

constexpr const char* kFooter = R"(
The store must not be in use: one process at a time opens a directory. With DOSSIER_SECRETS_KEY in the
environment stores open whose clients' secrets are sealed under that key.

exit status: 0 done, 1 failed, 2 wrong usage, 3 the directory cannot be had (another process holds it),
4 some rows were refused, 5 the directory holds a newer format or something else)";

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

absl::StatusOr<std::unique_ptr<dossier::Engine>> Open(const std::string& directory) {
  const char* const secrets_key = std::getenv("DOSSIER_SECRETS_KEY");
  return dossier::Engine::Open({.directory = directory,
                                .create_if_missing = false,
                                .durability = dossier::Durability::kBuffered,
                                .secrets_key = secrets_key == nullptr ? "" : secrets_key});
}

// The command line: what it has been told stands in its members once it is parsed.
class CommandLine {
 public:
  using Command = std::function<absl::Status(dossier::Engine& engine)>;

  CommandLine()
      : app_("Moves records of a dossier store in and out, and looks at them.", "dossier") {
    app_.add_option("--data-dir", directory_, "where the store is")->required();
    app_.require_subcommand(1);
    app_.footer(kFooter);
    app_.set_version_flag("--version", std::string("dossier ") + DOSSIER_VERSION);
    AddTypes();
    AddGet();
    AddStatistics();
  }

  int Run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? kDone : kWrongUsage;
    }
    const absl::StatusOr<std::unique_ptr<dossier::Engine>> engine = Open(directory_);
    if (!engine.ok()) return Fail(CodeOfOpen(engine.status()), engine.status());
    const absl::Status status = command_(**engine);
    return status.ok() ? kDone : Fail(kFailed, status);
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

  void AddTypes() {
    Add("types", "the names of the entity types",
        [this](dossier::Engine& engine) { return ListTypes(engine.HostSession(), common_); });
    CLI::App* const schema =
        Add("schema", "the attributes of an entity type",
            [this](dossier::Engine& engine) { return ShowSchema(engine.HostSession(), common_); });
    AddTypeTo(*schema);
  }

  void AddGet() {
    CLI::App* const get = Add("get", "one record", [this](dossier::Engine& engine) {
      return GetRecord(engine.HostSession(), common_, which_, path_);
    });
    AddTypeTo(*get);
    get->add_option("--id", which_.id, "by its id");
    get->add_option("--uuid", which_.uuid, "by its uuid");
    get->add_option("--key", which_.attribute, "by a unique attribute: email=ada@example.com");
    get->add_option("--path", path_, "a part of it: /profiles");
  }

  void AddStatistics() {
    Add("stats", "figures of the store",
        [this](dossier::Engine& engine) { return ShowStatistics(engine, common_); });
  }

  CLI::App app_;
  std::string directory_;
  Common common_;
  dossier::program::WhichRecord which_;
  std::string path_;
  Command command_;
};

}  // namespace

int main(int argc, char** argv) { return CommandLine().Run(argc, argv); }
