// What a fuzz target holds its code to.
#ifndef DOSSIER_FUZZ_CHECK_H_
#define DOSSIER_FUZZ_CHECK_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace dossier::fuzz {

// Ends the program where a property does not hold.
inline void Check(bool holds, const std::string& property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property.c_str());
  std::abort();
}

inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace dossier::fuzz

#endif  // DOSSIER_FUZZ_CHECK_H_
