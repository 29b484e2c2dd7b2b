// Whether the indexes of a store say what its records do. For tests that see the engine's own headers.
#ifndef DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_
#define DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_

#include <algorithm>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "query/verification.h"
#include "schema/registry.h"
#include "storage/store.h"

namespace dossier::testing {

// Of a store that nobody has open, all of whose indexes are ready: that it is sound, and that no row is
// there but those of its indexes.
inline ::testing::AssertionResult IndexesAgree(const std::string& directory) {
  const auto store = Store::Open({.directory = directory});
  if (!store.ok()) return ::testing::AssertionFailure() << store.status().ToString();
  const auto registry = Registry::Open(**store);
  if (!registry.ok()) return ::testing::AssertionFailure() << registry.status().ToString();
  HashKey hash_key{};
  const auto stored = (*store)->Get(Family::kMeta, MetaKey(MetaTag::kHashKey));
  if (stored.ok() && *stored != nullptr)
    std::copy_n((*stored)->begin(), hash_key.size(), hash_key.begin());
  const auto found = VerifyStore(**store, **registry, hash_key, {});
  if (!found.ok()) return ::testing::AssertionFailure() << found.status().ToString();
  if (!found->is_sound()) return ::testing::AssertionFailure() << found->findings.front();
  const size_t row_count = (*store)->Entries(Family::kIndex, /*prefix=*/"")->size();
  if (row_count == found->index_row_count) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << row_count << " rows are there, indexes have " << found->index_row_count;
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_INDEX_AGREEMENT_H_
