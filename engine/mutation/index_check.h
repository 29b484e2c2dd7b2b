// That the rows of indexes and the records agree, both ways.
#ifndef DOSSIER_MUTATION_INDEX_CHECK_H_
#define DOSSIER_MUTATION_INDEX_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "schema/entity_type.h"
#include "storage/store.h"

namespace dossier {

struct IndexAgreement {
  uint64_t record_count = 0;   // looked at
  uint64_t row_count = 0;      // that the store has
  uint64_t missing_count = 0;  // rows that a record should have and has not
  uint64_t stray_count = 0;    // rows that no record has
  std::string first;  // of what is wrong: the attribute and the record; empty where nothing is

  bool holds() const { return missing_count == 0 && stray_count == 0; }
};

// Looks at all records of the type and all rows of its ready indexes, in one state of the store. Of an
// index that is still built, rows may be missing. Rows of no index of the type are stray.
// Errors: kDataLoss where a record cannot be read, kUnavailable.
absl::StatusOr<IndexAgreement> CheckIndexes(const Store& store, const EntityType& type);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_INDEX_CHECK_H_
