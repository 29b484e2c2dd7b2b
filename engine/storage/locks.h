// Locks on keys: many keys share a stripe, so that the table has a size.
#ifndef DOSSIER_STORAGE_LOCKS_H_
#define DOSSIER_STORAGE_LOCKS_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <string_view>

#include "absl/container/inlined_vector.h"

namespace dossier {

// A table of striped mutexes. Thread-safe. A thread takes all its keys of one table in one Guard;
// where it uses several tables it takes them in one order everywhere, so nothing can deadlock.
class LockTable {
 public:
  // Holds the stripes of some keys until it is destroyed. Must not outlive its table.
  class Guard {
   public:
    Guard(Guard&& other) noexcept : stripes_(std::move(other.stripes_)) { other.stripes_.clear(); }
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class LockTable;
    Guard() = default;
    absl::InlinedVector<std::mutex*, 8> stripes_;  // locked, by rising address
  };

  // Blocks until it holds all of `keys`; they may repeat.
  template <typename Keys>
  Guard Lock(const Keys& keys) {
    Guard guard;
    for (const auto& key : keys) guard.stripes_.push_back(StripeOf(key.view()));
    LockAll(guard);
    return guard;
  }
  // Blocks until it holds every key there could be.
  Guard LockEverything();

 private:
  static constexpr size_t kStripeCount = 4096;  // far more than threads; 160 KB

  std::mutex* StripeOf(std::string_view key);
  static void LockAll(Guard& guard);

  std::array<std::mutex, kStripeCount> stripes_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOCKS_H_
