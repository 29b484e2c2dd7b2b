#include "storage/lookup_filter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "storage/atomic_words.h"

namespace dossier {
namespace {

constexpr size_t kBytesMax = size_t{1} << 34;  // so that half a hash chooses among all words
constexpr size_t kFirstPartBytes = 1u << 20;
// Where less than such a share of the whole is left of the bound, a part is not worth a look at it.
constexpr size_t kSmallestShare = 8;

constexpr size_t kWordBits = 64;
constexpr size_t kKeysPerWord = 4;

uint64_t RandomSeed() {
  const HashKey random = RandomHashKey();
  uint64_t seed;
  std::memcpy(&seed, random.data(), sizeof seed);
  return seed;
}

// The bits of a key in its word. The word is chosen by the upper half of the hash, these by the lower.
uint64_t BitsOf(uint64_t hash) {
  uint64_t bits = 0;
  for (int i = 0; i < 5; ++i, hash >>= 6) bits |= uint64_t{1} << (hash % kWordBits);
  return bits;
}

}  // namespace

class LookupFilter::Part {
 public:
  // Null where there is no memory.
  static std::unique_ptr<Part> Make(size_t bytes) {
    auto part = std::unique_ptr<Part>(new Part(bytes / sizeof(uint64_t)));
    return part->words_.count() > 0 ? std::move(part) : nullptr;
  }

  bool HasAll(uint64_t hash) const {
    const uint64_t bits = BitsOf(hash);
    return (WordOf(hash).load(std::memory_order_relaxed) & bits) == bits;
  }
  // Whether the part is full.
  bool Add(uint64_t hash) {
    const uint64_t bits = BitsOf(hash);
    const bool is_new = (WordOf(hash).fetch_or(bits, std::memory_order_relaxed) & bits) != bits;
    return is_new && key_count_.fetch_add(1, std::memory_order_relaxed) >= key_count_max_;
  }
  size_t bytes() const { return words_.bytes(); }

 private:
  explicit Part(size_t word_count) : words_(word_count) {}

  std::atomic_ref<uint64_t> WordOf(uint64_t hash) const {
    return words_[((hash >> 32) * words_.count()) >> 32];
  }

  const AtomicWords words_;
  const uint64_t key_count_max_ = words_.count() * kKeysPerWord;
  std::atomic<uint64_t> key_count_ = 0;
};

LookupFilter::LookupFilter(size_t bytes_max)
    : bytes_max_(std::min(bytes_max, kBytesMax)), seed_(RandomSeed()), state_(State::kFilling) {
  if (!AddPart(std::min(bytes_max_, kFirstPartBytes))) GiveUp();
}

LookupFilter::~LookupFilter() = default;

void LookupFilter::Add(std::string_view key) {
  if (is_given_up()) return;
  const size_t part_count = part_count_.load(std::memory_order_acquire);
  if (parts_[part_count - 1]->Add(SeededHash(key, seed_))) Grow(part_count);
}

bool LookupFilter::HasAll(std::string_view key) const {
  const uint64_t hash = SeededHash(key, seed_);
  for (size_t i = part_count_.load(std::memory_order_acquire); i-- > 0;) {
    if (parts_[i]->HasAll(hash)) return true;
  }
  return false;
}

void LookupFilter::Grow(size_t part_count) {
  const std::lock_guard lock(growing_);
  if (part_count_ != part_count) return;
  const size_t left = bytes_max_ - bytes();
  const size_t part_bytes = std::min(parts_[part_count - 1]->bytes() * 2, left);
  if (left < bytes() / kSmallestShare || !AddPart(part_bytes)) GiveUp();
}

bool LookupFilter::HasRoomFor(uint64_t key_count) const {
  return key_count / kKeysPerWord < (bytes_max_ - bytes()) / sizeof(uint64_t);
}

bool LookupFilter::MakeRoom(uint64_t key_count) {
  const std::lock_guard lock(growing_);
  return HasRoomFor(key_count) && AddPart((key_count / kKeysPerWord + 1) * sizeof(uint64_t));
}

// With the lock, or before anybody else is there.
bool LookupFilter::AddPart(size_t bytes) {
  const size_t part_count = part_count_.load(std::memory_order_relaxed);
  if (bytes < sizeof(uint64_t) || part_count == parts_.size()) return false;
  std::unique_ptr<Part> part = Part::Make(bytes);
  if (part == nullptr) return false;
  bytes_ += part->bytes();
  parts_[part_count] = std::move(part);
  part_count_.store(part_count + 1, std::memory_order_release);
  return true;
}

void LookupFilter::BecomeWhole() {
  State filling = State::kFilling;
  state_.compare_exchange_strong(filling, State::kWhole);
}

void LookupFilter::GiveUp() { state_ = State::kGivenUp; }

}  // namespace dossier
