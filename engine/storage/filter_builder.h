// Fills the filter of a store that was not empty when it was opened.
#ifndef DOSSIER_STORAGE_FILTER_BUILDER_H_
#define DOSSIER_STORAGE_FILTER_BUILDER_H_

#include <atomic>
#include <cstdint>
#include <thread>

#include "storage/lookup_filter.h"
#include "storage/store.h"

namespace dossier {

// What is stored while the store is open the filter is told by those who store it. What was stored
// before, a thread reads once so many look-ups have found nothing that the filter would have paid: who
// only reads, or writes little, never pays for it.
//
// Thread-safe. What it borrows outlives it.
class FilterBuilder {
 public:
  // Where the store is open and nobody has written yet. It has `key_count_about` keys.
  FilterBuilder(const Store& store, LookupFilter& filter, uint64_t key_count_about);
  // Stops at once, whatever is left.
  ~FilterBuilder();
  FilterBuilder(const FilterBuilder&) = delete;
  FilterBuilder& operator=(const FilterBuilder&) = delete;

  // Of a look-up that found nothing.
  void NoteMiss() {
    if (filter_.is_whole() || filter_.is_given_up()) return;
    if (miss_count_.fetch_add(1, std::memory_order_relaxed) + 1 == miss_count_wanted_) Start();
  }

 private:
  void Start();
  void Build();

  const Store& store_;
  LookupFilter& filter_;
  const uint64_t key_count_about_;
  const uint64_t miss_count_wanted_;
  std::atomic<uint64_t> miss_count_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // who counts the last miss that is wanted starts it
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_FILTER_BUILDER_H_
