// Whether the indexes of a store say what its records do. For tests that see the engine's own headers.
#ifndef DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_
#define DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "mutation/index_check.h"
#include "schema/registry.h"
#include "storage/store.h"

namespace dossier::testing {

// Of all types of a store that nobody has open.
inline ::testing::AssertionResult IndexesAgree(const std::string& directory) {
  const auto store = Store::Open({.directory = directory});
  if (!store.ok()) return ::testing::AssertionFailure() << store.status().ToString();
  const auto registry = Registry::Open(**store);
  if (!registry.ok()) return ::testing::AssertionFailure() << registry.status().ToString();
  for (const std::string& name : (*registry)->Names()) {
    const auto agreement = CheckIndexes(**store, **(*registry)->Find(name));
    if (!agreement.ok()) return ::testing::AssertionFailure() << agreement.status().ToString();
    if (agreement->holds()) continue;
    return ::testing::AssertionFailure()
           << name << ": " << agreement->missing_count << " rows are missing, "
           << agreement->stray_count << " are stray, the first " << agreement->first;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_
