// What indexes and claims know of a filter: where to look for all records for which it holds.
#ifndef DOSSIER_QUERY_LOOK_UPS_H_
#define DOSSIER_QUERY_LOOK_UPS_H_

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "filter/filter.h"
#include "schema/entity_type.h"
#include "schema/index_rows.h"
#include "schema/indexes.h"
#include "storage/keyspace.h"

namespace dossier {

// Rows of one part of one index.
struct IndexRange {
  const Index* index = nullptr;
  IndexPart part = IndexPart::kValue;
  KeyRange keys;
};

// Places that together lead to every record for which `said` holds, and perhaps to more. Borrows the
// entity type.
struct LookUp {
  // How few records it promises.
  enum class Rank : uint8_t { kUnique, kEqual, kBetween, kNull, kFrom, kNotNull };

  FilterNode said = {};
  Rank rank = Rank::kNotNull;
  std::vector<Key> claims = {};  // or of uuids
  std::vector<IndexRange> ranges = {};
};

// Each leads to every record for which the filter holds; the most promising first.
std::vector<LookUp> LookUpsOf(const FilterNode& filter, const EntityType& type,
                              const HashKey& hash_key);

// All rows of one part of an index.
IndexRange WholePart(const EntityType& type, const Index& index, IndexPart part);

}  // namespace dossier

#endif  // DOSSIER_QUERY_LOOK_UPS_H_
