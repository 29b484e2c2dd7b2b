// Writes to a store by which it shows what it has of them. For tests that see the engine's own headers.
#ifndef DOSSIER_TESTS_SUPPORT_NUMBERED_PUTS_H_
#define DOSSIER_TESTS_SUPPORT_NUMBERED_PUTS_H_

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"

namespace dossier::testing {

// Numbers begin with 1 and rise by one from batch to batch.
inline void AddNumberedPut(uint64_t number, size_t padding, Batch& batch) {
  batch.Put(Family::kMeta, "last", std::to_string(number));
  batch.Put(Family::kRecords, RecordKey(TypeId{1}, number).view(), std::string(padding, 'x'));
}

// How many of the puts are there. They are all that came before the last.
inline uint64_t CountNumberedPuts(const Store& store) {
  const auto last = store.Get(Family::kMeta, "last");
  EXPECT_THAT(last, IsOk());
  if (!last.ok() || *last == nullptr) return 0;
  const uint64_t count = std::stoull(std::string(**last));
  const auto ids = store.RecordIds(TypeId{1}, 0, SIZE_MAX);
  EXPECT_THAT(ids, IsOk());
  EXPECT_EQ(ids->size(), count);
  EXPECT_EQ(ids->empty() ? 0 : ids->back(), count);
  return count;
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_NUMBERED_PUTS_H_
