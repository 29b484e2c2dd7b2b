// Whether a store is what the ledger of a killed process says.
#ifndef DOSSIER_TESTS_CRASH_KILL_CHECK_H_
#define DOSSIER_TESTS_CRASH_KILL_CHECK_H_

#include "absl/status/status.h"
#include "crash/kill_ledger.h"

namespace dossier::crash_test {

// Afterwards the ledger says what is there, and nothing is under way. Errors: what differs.
absl::Status CheckStore(Engine& engine, Ledger& ledger);

}  // namespace dossier::crash_test

#endif  // DOSSIER_TESTS_CRASH_KILL_CHECK_H_
