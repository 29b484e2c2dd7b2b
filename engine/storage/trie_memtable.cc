#include "storage/trie_memtable.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>

#include "base/coding.h"

namespace dossier {
namespace {

using rocksdb::Allocator;
using rocksdb::Arena;
using rocksdb::MemTableRep;
using rocksdb::MemTableRepFactory;
using rocksdb::Slice;

// How many half bytes keys share; of one key with itself, without an end.
using Depth = uint32_t;
constexpr Depth kWhole = std::numeric_limits<Depth>::max();

// Where the ways of a branch go: the end of a key, then each half byte.
constexpr size_t kWays = 1 + 16;

size_t WayOf(const Slice& key, Depth depth) {
  const size_t byte = depth / 2;
  if (byte >= key.size()) return 0;
  const auto bits = static_cast<unsigned char>(key[byte]);
  return size_t{1} + (depth % 2 == 0 ? bits >> 4 : bits & 0xf);
}

Depth SharedDepth(const Slice& a, const Slice& b) {
  const size_t byte = a.difference_offset(b);
  if (byte == a.size() && byte == b.size()) return kWhole;
  const auto depth = static_cast<Depth>(2 * byte);
  return WayOf(a, depth) == WayOf(b, depth) ? depth + 1 : depth;
}

struct Branch;
struct Version;

// What a way leads to, and how much the keys there share. Both stand in one word, for no address of a
// process has upper bits: where a way goes on is known without a look at what it leads to, which in a
// large memtable is in no cache.
class Link {
 public:
  Link() = default;  // to nothing
  explicit Link(const Version& version) : Link(&version, kVersion) {}
  explicit Link(const Branch& branch);

  // Whether it may lead there.
  static bool HasRoomFor(const void* address) {
    return reinterpret_cast<uintptr_t>(address) >> kAddressBits == 0;
  }

  explicit operator bool() const { return bits_ != 0; }
  bool is_version() const { return bits_ >> kAddressBits == kVersion; }
  Depth depth() const;
  const Version& version() const { return *static_cast<const Version*>(address()); }
  const Branch& branch() const { return *static_cast<const Branch*>(address()); }

 private:
  static constexpr int kAddressBits = 48;
  static constexpr uint64_t kVersion = 0xffff;
  static constexpr uint64_t kDeep = 0xfffe;  // so deep or deeper: the branch says it

  Link(const void* address, uint64_t depth)
      : bits_(reinterpret_cast<uintptr_t>(address) | depth << kAddressBits) {}
  const void* address() const {
    return reinterpret_cast<const void*>(bits_ << (64 - kAddressBits) >> (64 - kAddressBits));
  }

  uint64_t bits_ = 0;
};

// A version of a key, its entry behind it: RocksDB's key, which ends with a tag (the newer the version,
// the higher), and its value.
struct Version {
  char* entry() { return reinterpret_cast<char*>(this + 1); }
  const char* entry() const { return reinterpret_cast<const char*>(this + 1); }
  std::atomic<const Version*> older = nullptr;
};

constexpr size_t kTagBytes = sizeof(uint64_t);

// RocksDB's key at the beginning of an entry, behind its size; that takes one byte nearly always.
Slice RocksKeyOf(const char* entry) {
  const auto size = static_cast<unsigned char>(*entry);
  return size < 0x80 ? Slice(entry + 1, size) : rocksdb::GetLengthPrefixedSlice(entry);
}
uint64_t TagOf(const Slice& rocks_key) {
  return LoadLittle<uint64_t>(rocks_key.data() + rocks_key.size() - kTagBytes);
}
uint64_t TagOf(const Version& version) { return TagOf(RocksKeyOf(version.entry())); }
Slice KeyOf(const Slice& rocks_key) { return {rocks_key.data(), rocks_key.size() - kTagBytes}; }
Slice KeyOf(const Version& version) { return KeyOf(RocksKeyOf(version.entry())); }

struct Branch {
  Branch(Depth shared_depth, const Version& some) : depth(shared_depth), some_below(some) {}
  const Depth depth;
  const Version& some_below;
  std::array<std::atomic<Link>, kWays> ways = {};
};

Link::Link(const Branch& branch) : Link(&branch, std::min<uint64_t>(branch.depth, kDeep)) {}

Depth Link::depth() const {
  const uint64_t depth = bits_ >> kAddressBits;
  if (depth < kDeep) return static_cast<Depth>(depth);
  return depth == kVersion ? kWhole : branch().depth;
}

const Version* OldestOf(const Version* version) {
  while (const Version* older = version->older.load(std::memory_order_acquire)) version = older;
  return version;
}

enum class Towards { kFirst, kLast };

// A branch has one writer at a time, and readers meanwhile: what they have seen stays as it is, but that
// a way may come to lead somewhere, or by another branch, or to a newer version.
class Trie {
 public:
  // `place` is for a branch.
  template <typename Place>
  void Add(Version& added, Place place) {
    const Slice key = KeyOf(added);
    const Version* const nearest = Nearest(key);
    const Depth shared = nearest == nullptr ? kWhole : SharedDepth(key, KeyOf(*nearest));
    std::atomic<Link>* way = &root_;
    Link there = way->load(std::memory_order_relaxed);
    while (there && there.depth() < shared) {
      way = &WaysOf(there)[WayOf(key, there.depth())];
      there = way->load(std::memory_order_relaxed);
    }
    if (!there) return way->store(Link(added), std::memory_order_release);
    if (shared == kWhole) return AddVersion(added, there.version(), *way);
    if (there.depth() == shared) {
      return WaysOf(there)[WayOf(key, shared)].store(Link(added), std::memory_order_release);
    }
    auto* const branch = new (place(sizeof(Branch))) Branch(shared, *nearest);
    branch->ways[WayOf(KeyOf(*nearest), shared)].store(there, std::memory_order_relaxed);
    branch->ways[WayOf(key, shared)].store(Link(added), std::memory_order_relaxed);
    way->store(Link(*branch), std::memory_order_release);
  }

  // The newest version of the key; null where there is none.
  const Version* Find(const Slice& key) const {
    Link at = root_.load(std::memory_order_acquire);
    while (at && !at.is_version()) at = Below(at.branch(), WayOf(key, at.depth()));
    return at && KeyOf(at.version()) == key ? &at.version() : nullptr;
  }

  // The newest version of the first key, or the last.
  template <Towards kEnd>
  const Version* End() const {
    return EndBelow<kEnd>(root_.load(std::memory_order_acquire));
  }

  // The newest version of the key beside `key`, on the side of that end; null where there is none.
  template <Towards kEnd>
  const Version* Beside(const Slice& key) const {
    const Version* const nearest = Nearest(key);
    if (nearest == nullptr) return nullptr;
    const Depth shared = SharedDepth(key, KeyOf(*nearest));
    const Way way = Descend<kEnd>(key, shared);
    Link beside = way.beside;
    if (!way.at.is_version() && way.at.depth() == shared) {
      const Link found = BesideWay<kEnd>(way.at.branch(), WayOf(key, shared));
      if (found) beside = found;
    } else if (shared != kWhole) {
      // All that is below lies on one side of the key.
      const bool is_behind = WayOf(KeyOf(*nearest), shared) > WayOf(key, shared);
      if (is_behind == (kEnd == Towards::kLast)) beside = way.at;
    }
    return NearEndBelow<kEnd>(beside);
  }

  // The same of a key that is there.
  template <Towards kEnd>
  const Version* BesideExisting(const Slice& key) const {
    return NearEndBelow<kEnd>(Descend<kEnd>(key, kWhole).beside);
  }

 private:
  struct Way {
    Link at;           // of that depth at least
    Link beside = {};  // the last that was passed, on the side of that end
  };
  // The way of a key of which some stored one shares so much.
  template <Towards kEnd>
  Way Descend(const Slice& key, Depth shared) const {
    Way way{root_.load(std::memory_order_acquire)};
    while (way.at.depth() < shared) {
      const Branch& branch = way.at.branch();
      const size_t onward = WayOf(key, way.at.depth());
      if (const Link found = BesideWay<kEnd>(branch, onward)) way.beside = found;
      way.at = Below(branch, onward);
    }
    return way;
  }

  static std::array<std::atomic<Link>, kWays>& WaysOf(Link link) {
    return const_cast<Branch&>(link.branch()).ways;
  }

  static Link Below(const Branch& branch, size_t way) {
    return branch.ways[way].load(std::memory_order_acquire);
  }

  // What leads on from `way` in that direction.
  template <Towards kEnd>
  static Link BesideWay(const Branch& branch, size_t way) {
    while (kEnd == Towards::kLast ? ++way < kWays : way-- > 0) {
      if (const Link below = Below(branch, way)) return below;
    }
    return {};
  }

  template <Towards kEnd>
  static const Version* EndBelow(Link at) {
    if (!at) return nullptr;
    while (!at.is_version()) {
      const Branch& branch = at.branch();
      // Every branch has two ways at least.
      if constexpr (kEnd == Towards::kFirst) {
        const Link end = Below(branch, 0);
        at = end ? end : BesideWay<Towards::kLast>(branch, 0);
      } else {
        at = BesideWay<Towards::kFirst>(branch, kWays);
      }
    }
    return &at.version();
  }

  // The newest version of what lies nearest below that, seen from the other end.
  template <Towards kEnd>
  static const Version* NearEndBelow(Link at) {
    constexpr Towards kNear = kEnd == Towards::kLast ? Towards::kFirst : Towards::kLast;
    return EndBelow<kNear>(at);
  }

  // A version whose key shares as much with `key` as any does; null where there is none.
  const Version* Nearest(const Slice& key) const {
    Link at = root_.load(std::memory_order_acquire);
    while (at && !at.is_version()) {
      const Branch& branch = at.branch();
      at = Below(branch, WayOf(key, at.depth()));
      if (!at) return &branch.some_below;
    }
    return at ? &at.version() : nullptr;
  }

  // Among the versions of its key, of which `newest` is.
  static void AddVersion(Version& added, const Version& newest, std::atomic<Link>& way) {
    const uint64_t tag = TagOf(added);
    if (TagOf(newest) < tag) {
      added.older.store(&newest, std::memory_order_relaxed);
      return way.store(Link(added), std::memory_order_release);
    }
    auto* newer = const_cast<Version*>(&newest);
    const Version* older = newer->older.load(std::memory_order_relaxed);
    while (older != nullptr && TagOf(*older) > tag) {
      newer = const_cast<Version*>(older);
      older = newer->older.load(std::memory_order_relaxed);
    }
    added.older.store(older, std::memory_order_relaxed);
    newer->older.store(&added, std::memory_order_release);
  }

  std::atomic<Link> root_ = Link();
};

class Entries : public MemTableRep::Iterator {
 public:
  explicit Entries(const Trie& trie) : trie_(trie) {}

  bool Valid() const override { return at_ != nullptr; }
  const char* key() const override { return at_->entry(); }
  void Next() override {
    const Version* const older = at_->older.load(std::memory_order_acquire);
    at_ = older != nullptr ? older : trie_.BesideExisting<Towards::kLast>(KeyOf(*at_));
  }
  void Prev() override { StepBefore(KeyOf(*at_), TagOf(*at_) + 1); }
  void Seek(const Slice& rocks_key, const char* /*entry*/) override {
    const Slice key = KeyOf(rocks_key);
    at_ = trie_.Find(key);
    while (at_ != nullptr && TagOf(*at_) > TagOf(rocks_key)) {
      at_ = at_->older.load(std::memory_order_acquire);
    }
    if (at_ == nullptr) at_ = trie_.Beside<Towards::kLast>(key);
  }
  void SeekForPrev(const Slice& rocks_key, const char* /*entry*/) override {
    StepBefore(KeyOf(rocks_key), TagOf(rocks_key));
  }
  void SeekToFirst() override { at_ = trie_.End<Towards::kFirst>(); }
  void SeekToLast() override {
    at_ = trie_.End<Towards::kLast>();
    if (at_ != nullptr) at_ = OldestOf(at_);
  }

 private:
  // To the oldest version of the key whose tag is at least that, or the entry before all of the key's.
  void StepBefore(const Slice& key, uint64_t tag) {
    const Version* last = nullptr;
    for (const Version* version = trie_.Find(key); version != nullptr && TagOf(*version) >= tag;
         version = version->older.load(std::memory_order_acquire)) {
      last = version;
    }
    if (last == nullptr) {
      last = trie_.Beside<Towards::kFirst>(key);
      if (last != nullptr) last = OldestOf(last);
    }
    at_ = last;
  }

  const Trie& trie_;
  const Version* at_ = nullptr;
};

class TrieMemtable : public MemTableRep {
 public:
  explicit TrieMemtable(Allocator* allocator) : MemTableRep(allocator) {}

  rocksdb::KeyHandle Allocate(size_t size, char** entry) override {
    auto* const version = new (Room(sizeof(Version) + size)) Version;
    *entry = version->entry();
    return version;
  }
  void Insert(rocksdb::KeyHandle handle) override {
    trie_.Add(*static_cast<Version*>(handle), [this](size_t bytes) { return Room(bytes); });
  }
  bool Contains(const char* entry) const override {
    const Slice rocks_key = RocksKeyOf(entry);
    const Version* at = trie_.Find(KeyOf(rocks_key));
    while (at != nullptr && TagOf(*at) > TagOf(rocks_key)) at = at->older.load();
    return at != nullptr && TagOf(*at) == TagOf(rocks_key);
  }
  size_t ApproximateMemoryUsage() override { return 0; }  // but for what the allocator knows
  Iterator* GetIterator(Arena* arena) override {
    if (arena == nullptr) return new Entries(trie_);
    // An arena is an allocator first of all; its class has no public header that would say so.
    TrieMemtable in_arena(reinterpret_cast<Allocator*>(arena));
    return new (in_arena.Room(sizeof(Entries))) Entries(trie_);
  }
  // Without an arena only MemTableRep::Get asks for one, which deletes it not: the thread's own.
  Iterator* GetDynamicPrefixIterator(Arena* arena) override {
    if (arena != nullptr) return GetIterator(arena);
    static thread_local std::optional<Entries> entries;
    return &entries.emplace(trie_);
  }

 private:
  void* Room(size_t bytes) {
    constexpr size_t kAlignment = alignof(Branch);
    char* room = nullptr;
    MemTableRep::Allocate(bytes + kAlignment - 1, &room);
    if (!Link::HasRoomFor(room + bytes))
      std::abort();  // a process has no such addresses unless it asks
    return room + (-reinterpret_cast<uintptr_t>(room) & (kAlignment - 1));
  }

  Trie trie_;
};

class TrieMemtables : public MemTableRepFactory {
 public:
  using MemTableRepFactory::CreateMemTableRep;
  MemTableRep* CreateMemTableRep(const MemTableRep::KeyComparator& /*compare*/,
                                 Allocator* allocator, const rocksdb::SliceTransform* /*prefix*/,
                                 rocksdb::Logger* /*logger*/) override {
    return new TrieMemtable(allocator);
  }
  const char* Name() const override { return "dossier.TrieMemtables"; }
};

}  // namespace

std::unique_ptr<MemTableRepFactory> MakeTrieMemtables() {
  return std::make_unique<TrieMemtables>();
}

}  // namespace dossier
