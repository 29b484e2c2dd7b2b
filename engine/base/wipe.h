// Secrets leave memory when they have been used.
#ifndef DOSSIER_BASE_WIPE_H_
#define DOSSIER_BASE_WIPE_H_

#include <cstddef>
#include <string>

namespace dossier {

// Overwrites the bytes, also where the compiler sees that nobody reads them again.
void Wipe(char* bytes, size_t size);
// Overwrites the text and empties it.
void Wipe(std::string& text);

}  // namespace dossier

#endif  // DOSSIER_BASE_WIPE_H_
