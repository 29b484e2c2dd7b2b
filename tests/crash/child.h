// What a test and the process that it kills say to each other: lines on the child's standard output,
// each written by one call before what it announces begins, or after what it tells of has returned.
//
//   create- CODE    create+ CODE ID    a record with that code
//   update- CODE N  update+ CODE N     its counter
//   delete- CODE    delete+ CODE
//   purge-          purge+             of all records
//   refused STATUS                     the purge; STATUS is the number of an absl::StatusCode
//   left N                             records that the process finds after the purge
//   token TOKEN                        of the first record
//   unreached                          the step at which something was to happen never came
#ifndef DOSSIER_TESTS_CRASH_CHILD_H_
#define DOSSIER_TESTS_CRASH_CHILD_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "dossier/engine.h"

namespace dossier::crash_test {

inline constexpr char kType[] = "thing";

// Slots are few, so that records need what a purge frees. Elements are in chunks and in rows.
inline constexpr char kAttrDefs[] = R"([
  {"name":"code","type":"string","constraints":["unique"]},
  {"name":"slot","type":"string","constraints":["unique"]},
  {"name":"counter","type":"integer"},
  {"name":"items","type":"plural","attr_defs":[
    {"name":"key","type":"string","constraints":["unique"]},{"name":"n","type":"integer"}]}])";

// Makes the type, with indexes, where the store is new.
inline absl::StatusOr<std::unique_ptr<Engine>> Open(const std::string& directory,
                                                    Durability durability) {
  auto engine = Engine::Open({.directory = directory,
                              .durability = durability,
                              .memory_bytes = 64u << 20,
                              .block_cache_bytes = 1u << 20,
                              .record_cache_bytes = 1u << 20,
                              .large_plural_bytes = 64});
  if (!engine.ok()) return engine;
  Session host = (*engine)->HostSession();
  if (!host.EntityTypeNames()->empty()) return engine;
  absl::Status status = host.CreateEntityType(kType, kAttrDefs).status();
  for (const char* path : {"counter", "code", "items.n"}) {
    status.Update(host.AddIndex(kType, path));
  }
  status.Update(host.AwaitIndexes());
  if (!status.ok()) return status;
  return engine;
}

}  // namespace dossier::crash_test

#endif  // DOSSIER_TESTS_CRASH_CHILD_H_
