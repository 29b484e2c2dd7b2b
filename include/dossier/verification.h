// What a look at the whole of a store found.
#ifndef DOSSIER_VERIFICATION_H_
#define DOSSIER_VERIFICATION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace dossier {

struct VerifyOptions {
  // Told now and then, by the calling thread, how many records have been looked at. May be empty.
  std::function<void(uint64_t record_count)> progress = {};
};

struct Verification {
  uint64_t record_count = 0;
  uint64_t chunk_count = 0;  // pieces of large plurals
  uint64_t claim_count = 0;  // entries of uuids, unique and locally-unique values
  uint64_t index_row_count = 0;
  // What is damaged or does not agree with something else: how often, and the first 100, each a
  // sentence with ids and paths, without values.
  uint64_t finding_count = 0;
  std::vector<std::string> findings = {};

  bool is_sound() const { return finding_count == 0; }
};

}  // namespace dossier

#endif  // DOSSIER_VERIFICATION_H_
