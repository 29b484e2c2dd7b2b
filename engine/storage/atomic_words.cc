#include "storage/atomic_words.h"

#include <sys/mman.h>

namespace dossier {

AtomicWords::AtomicWords(size_t count) {
  if (count == 0) return;
  void* const words = ::mmap(nullptr, count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (words == MAP_FAILED) return;
  words_ = static_cast<uint64_t*>(words);
  count_ = count;
}

AtomicWords::~AtomicWords() {
  if (count_ > 0) ::munmap(words_, bytes());
}

}  // namespace dossier
