// Records without the values of attributes that their type no longer has.
#ifndef DOSSIER_RECORD_PRUNE_H_
#define DOSSIER_RECORD_PRUNE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

// The record with only the values of `shape`, as written by the type's version `type_version`; all
// else, lastUpdated too, stays. Nothing where it has no other values. What has left the record it
// does not see.
std::optional<std::string> PrunedRecord(const RecordView& record, const Shape& shape,
                                        uint32_t type_version);

}  // namespace dossier

#endif  // DOSSIER_RECORD_PRUNE_H_
