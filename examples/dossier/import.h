// Records from a file into a store.
#ifndef DOSSIER_IMPORT_H_
#define DOSSIER_IMPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "commands.h"
#include "dossier/engine.h"

namespace dossier::program {

struct ImportSettings {
  std::string path = {};           // "-": the standard input
  std::string format = {};         // "json" or "csv"; empty: by the path's suffix
  std::string failures_path = {};  // empty: the path's with ".failures"; "-": the standard error
  bool starts_over = false;        // as if the file had never been imported
  size_t thread_count = 0;         // 0: as the engine sees fit
};

struct ImportSummary {
  uint64_t row_count = 0;
  uint64_t skipped_count = 0;  // done by a run before this one
  uint64_t imported_count = 0;
  uint64_t there_count = 0;  // an equal record was there already
  uint64_t refused_count = 0;
  std::string failures_path = {};  // where the refused ones are; empty: there are none
};

// Imports every row and writes each that is refused, with the reason, to the file of failures, which
// can be imported itself. By the file's name, size and time the store knows how far it has come: what
// was stopped, even killed, goes on where it was, and of what is done nothing is done again, until the
// type is purged. Takes memory for some thousand rows. Shows its progress.
// Errors: those of the file (see input/) and of the machine; what was imported before stays.
absl::StatusOr<ImportSummary> Import(Session session, const std::string& type_name,
                                     const ImportSettings& settings);

// To the standard output: a sentence, or JSON for programs.
void ShowImport(const ImportSummary& summary, const Common& common);

}  // namespace dossier::program

#endif  // DOSSIER_IMPORT_H_
