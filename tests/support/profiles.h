// Made-up people for tests and benchmarks: the same for the same number, on every machine.
#ifndef DOSSIER_TESTS_SUPPORT_PROFILES_H_
#define DOSSIER_TESTS_SUPPORT_PROFILES_H_

#include <cstdint>
#include <string>

namespace dossier::testing {

// A record of the default entity type `user` as compact JSON without ids.
// Shape: scalars, `primaryAddress`, three `profiles` (whose identifiers are unique over all
// numbers), three `statuses`. Units: about 1,100 bytes.
std::string Profile(uint64_t number);

// The `email` of Profile(number), unique over all numbers.
std::string ProfileEmail(uint64_t number);

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_PROFILES_H_
