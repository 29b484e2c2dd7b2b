// Large tables of numbers in memory that many threads read and write.
#ifndef DOSSIER_STORAGE_ATOMIC_WORDS_H_
#define DOSSIER_STORAGE_ATOMIC_WORDS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace dossier {

// So many words, each atomic and zero to begin with. Pages of the system's: none is there before it is
// written to.
class AtomicWords {
 public:
  // None at all where there is no memory for them.
  explicit AtomicWords(size_t count);
  ~AtomicWords();
  AtomicWords(const AtomicWords&) = delete;
  AtomicWords& operator=(const AtomicWords&) = delete;

  size_t count() const { return count_; }
  size_t bytes() const { return count_ * sizeof(uint64_t); }
  std::atomic_ref<uint64_t> operator[](size_t position) const {
    return std::atomic_ref(words_[position]);
  }

 private:
  uint64_t* words_ = nullptr;
  size_t count_ = 0;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_ATOMIC_WORDS_H_
