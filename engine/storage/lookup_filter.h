// In memory: which keys of kLookup are surely not there, so that a write need not ask RocksDB.
#ifndef DOSSIER_STORAGE_LOOKUP_FILTER_H_
#define DOSSIER_STORAGE_LOOKUP_FILTER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace dossier {

// A Bloom filter of keys. It grows by parts, each twice the one before, up to a bound, and is of no use
// from there on. Keys are never taken out: one that was deleted costs a look at the store. A part has
// five bits of a word for each key, 16 bits a key: it takes one of 250 keys for one of its own, and a look
// at it is one at one word.
//
// All bits are atomic and are set in no order. That suffices, for who adds a key does that before the
// batch with the key is committed, and who must see it comes behind that: it locks the claim that the
// other had locked, or learned of the commit in some other way. What comes behind an Add sees its bits, the
// part that they are in, and whether the filter had been given up by then.
//
// Thread-safe.
class LookupFilter {
 public:
  // Takes up to `bytes_max` of memory; 0: none, and then it denies nothing.
  explicit LookupFilter(size_t bytes_max);
  ~LookupFilter();
  LookupFilter(const LookupFilter&) = delete;
  LookupFilter& operator=(const LookupFilter&) = delete;

  // Of every key before it is stored, from when the store is open.
  void Add(std::string_view key);

  // Whether the key is surely not in the store: never before IsWhole.
  bool Denies(std::string_view key) const {
    return state_.load(std::memory_order_acquire) == State::kWhole && !HasAll(key);
  }

  // Whether so many keys fit beside what is there.
  bool HasRoomFor(uint64_t key_count) const;
  // Makes one part for so many keys, which come at once; whether there is memory for it.
  bool MakeRoom(uint64_t key_count);
  // All keys that the store holds have been added, or every one since it was made.
  void BecomeWhole();
  // For good: it denies nothing, and takes no keys any more.
  void GiveUp();

  bool is_whole() const { return state_.load(std::memory_order_acquire) == State::kWhole; }
  bool is_given_up() const { return state_.load(std::memory_order_acquire) == State::kGivenUp; }
  // What it takes, or took up to where it was given up: who asks it then may still look there.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  class Part;
  enum class State : uint8_t { kFilling, kWhole, kGivenUp };

  bool HasAll(std::string_view key) const;
  // Where `part_count` are still all parts there are.
  void Grow(size_t part_count);
  bool AddPart(size_t bytes);

  const size_t bytes_max_;
  const uint64_t seed_;  // so that nobody can choose uuids that fill one word
  std::atomic<State> state_;
  std::atomic<size_t> bytes_ = 0;
  std::atomic<size_t> part_count_ = 0;
  std::array<std::unique_ptr<Part>, 16> parts_;  // the first part_count_; these stay
  std::mutex growing_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOOKUP_FILTER_H_
