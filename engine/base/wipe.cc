#include "base/wipe.h"

#include <sodium.h>

namespace dossier {

void Wipe(char* bytes, size_t size) { sodium_memzero(bytes, size); }

void Wipe(std::string& text) {
  Wipe(text.data(), text.size());
  text.clear();
}

}  // namespace dossier
