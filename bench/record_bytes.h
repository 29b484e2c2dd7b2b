// The engine's own bytes, for those who measure its parts or write its bytes without it.
#ifndef DOSSIER_BENCH_RECORD_BYTES_H_
#define DOSSIER_BENCH_RECORD_BYTES_H_

#include <string>
#include <string_view>

#include "schema/entity_type.h"

namespace dossier::bench {

// The entity type of the workload, by the id of a store's first type.
EntityType ProfileType();

// The record that a create makes of `profile` as its record `id`, with element ids behind it.
// The times and the uuid are made of the id, so that the bytes are the same in every run.
std::string MakeRecord(const EntityType& type, std::string_view profile, EntityId id);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_RECORD_BYTES_H_
