// The secondary indexes of an entity type: which attributes have their values kept in order.
//
// `created` and `lastUpdated` have one in every type and keep it. An index that is new to records
// which are there already is built first: writers keep it from its declaration on, readers use it
// once it is ready (mutation/index_building.h).
//
// Shape, as stored: {"number":..,"since":..,"state":"building"|"ready"}
#ifndef DOSSIER_SCHEMA_INDEXES_H_
#define DOSSIER_SCHEMA_INDEXES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "json/json_value.h"
#include "record/attribute.h"

namespace dossier {

// Borrows the attributes of an entity type.
struct Index {
  AttributeNumber number = 0;
  uint32_t since = 0;  // the version of the type that declared it: tells it from one before it
  bool is_ready = false;
  // From the root to the attribute; empty: it is created or lastUpdated.
  std::vector<const Attribute*> way = {};

  bool is_of_time() const { return way.empty(); }
  // What its values are.
  Kind kind() const { return way.empty() ? Kind::kDateTime : way.back()->kind; }
  // Whether texts that differ in case alone are equal.
  bool folds_case() const { return kind() == Kind::kString && !way.back()->case_sensitive; }
  // Whether a record may have several values of it, or none; else it has one or null.
  bool is_in_plural() const;
};
using IndexList = std::vector<Index>;  // by rising number

// The indexes that a type without any has from `since` on: nothing is to be built where it has no
// record yet.
IndexList IndexesOfTimes(uint32_t since, bool is_ready);

// Those of the list whose attributes `root` has, leading to them.
IndexList IndexesOf(const IndexList& indexes, const Shape& root);

// Null where the list has none of that number.
const Index* FindIndex(const IndexList& indexes, AttributeNumber number);

// "/profiles/domain", "/created".
std::string PathOf(const Index& index);

JsonValue StoredForm(const Index& index);
// Nothing where it is damaged; what the type lacks, IndexesOf leaves out.
std::optional<Index> LoadIndex(const JsonValue& stored);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_INDEXES_H_
