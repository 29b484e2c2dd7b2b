// Imports: records with the ids and times that they have had elsewhere.
//
// The rows of a call go in batches. Several threads plan batches, with nothing locked; each commits its
// own when its turn has come, so that the batches stand in the store in the order of their rows and one
// number says how far the import has come.
//
// The id of an element may be that of an element of another record, which nobody looks for: no index
// leads from elements to their records, and to look through all of them would cost an import more than
// it does. Nothing is lost by it. Chunks, claims and rows of indexes lie under their records, paths
// begin at a record, and no id that is drawn later is below one that was given; only a key that names
// an element by its id alone (EntityKey::InPlural) finds that of the newer record.
#ifndef DOSSIER_MUTATION_IMPORT_H_
#define DOSSIER_MUTATION_IMPORT_H_

#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "dossier/session.h"
#include "mutation/mutations.h"
#include "schema/registry.h"
#include "storage/id_blocks.h"
#include "storage/store.h"

namespace dossier {

// What an import needs of the engine. All is borrowed.
struct ImportParts {
  Store& store;
  Registry& registry;
  IdBlocks& ids;
  Mutations& mutations;
  const Clock& clock;
};

// Thread-safe.
class Imports {
 public:
  using Rows = std::span<const std::string_view>;
  using Outcomes = std::vector<absl::StatusOr<ImportedRow>>;

  explicit Imports(const ImportParts& parts) : parts_(parts) {}

  // `options.durability` must be there. Errors: as BulkCalls::Import.
  absl::StatusOr<Outcomes> Import(std::string_view type_name, Rows rows,
                                  const ImportOptions& options);

  // Errors: kDataLoss, kUnavailable.
  absl::StatusOr<uint64_t> RowsDone(TypeId type, std::string_view name) const;
  // Errors: those of Store::Commit.
  absl::Status Forget(TypeId type, std::string_view name);

 private:
  class Naming;

  ImportParts parts_;
  std::mutex mutex_;
  std::set<std::pair<TypeId, std::string>> under_way_;  // the imports with a name
};

}  // namespace dossier

#endif  // DOSSIER_MUTATION_IMPORT_H_
