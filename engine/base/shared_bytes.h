// Bytes that many may read and nobody changes.
#ifndef DOSSIER_BASE_SHARED_BYTES_H_
#define DOSSIER_BASE_SHARED_BYTES_H_

#include <atomic>
#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

namespace dossier {

// Null, or bytes of which all copies are one, gone with the last. The count of the copies and the bytes are
// one piece of memory: what was not looked at for a while is in no cache of the processor, and comes
// sooner when where it begins says where it goes on. Copies may be taken and let go by any thread.
class SharedBytes {
 public:
  using element_type = const std::string_view;

  SharedBytes() = default;
  SharedBytes(std::nullptr_t) {}  // NOLINT: as of a pointer
  explicit SharedBytes(std::string_view bytes) : SharedBytes(bytes, {}) {}
  // One behind the other.
  SharedBytes(std::string_view first, std::string_view second)
      : block_(new (::operator new(sizeof(Block) + first.size() + second.size()))
                   Block(first.size() + second.size())) {
    char* const bytes = reinterpret_cast<char*>(block_ + 1);
    first.copy(bytes, first.size());
    second.copy(bytes + first.size(), second.size());
  }

  SharedBytes(const SharedBytes& other) : block_(other.block_) {
    if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() {
    if (block_ == nullptr || block_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    block_->~Block();
    ::operator delete(block_);
  }

  explicit operator bool() const { return block_ != nullptr; }
  // Whether both are one, or null.
  bool operator==(const SharedBytes& other) const { return block_ == other.block_; }
  const std::string_view& operator*() const { return block_->bytes; }
  const std::string_view* operator->() const { return &block_->bytes; }
  // For what takes any pointer.
  const std::string_view* get() const { return block_ == nullptr ? nullptr : &block_->bytes; }

 private:
  struct Block {  // the bytes are behind it
    explicit Block(size_t size) : bytes(reinterpret_cast<const char*>(this + 1), size) {}
    std::atomic<size_t> owners = 1;
    const std::string_view bytes;
  };

  Block* block_ = nullptr;
};

}  // namespace dossier

#endif  // DOSSIER_BASE_SHARED_BYTES_H_
