// What Engine::Repair takes and returns.
#ifndef DOSSIER_REPAIR_H_
#define DOSSIER_REPAIR_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dossier/verification.h"

namespace dossier {

// What a repair could not keep.
struct LeftOut {
  // Empty and 0 where it is no single record: a range of what cannot be read, a definition, a client.
  std::string type_name = {};
  uint64_t id = 0;
  std::string reason = {};  // a sentence with ids and paths, without values
  // JSON as Session::Import takes it, with its ids, of a record that can be read and only collides
  // with another one; else empty.
  std::string record = {};
};

struct RepairOptions {
  // Told now and then, by the calling thread, how many records have been looked at. May be empty.
  std::function<void(uint64_t record_count)> progress = {};
  // Told of each thing that is left out; an error ends the repair. May be empty.
  std::function<absl::Status(const LeftOut& left_out)> left_out = {};
};

struct Repaired {
  // What Verify finds in the damaged store, as far as it can be read: what was mended, and why things
  // were left out.
  Verification before = {};
  // The same of the new store, which is sound.
  Verification after = {};
  uint64_t left_out_count = 0;
  std::vector<LeftOut> left_out = {};  // the first 100, without their records
};

}  // namespace dossier

#endif  // DOSSIER_REPAIR_H_
