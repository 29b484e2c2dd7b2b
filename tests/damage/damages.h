// Damage done to one file of a copy of a store.
#ifndef DOSSIER_TESTS_DAMAGE_DAMAGES_H_
#define DOSSIER_TESTS_DAMAGE_DAMAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dossier::damage_test {

enum class Kind : uint8_t { kFlip, kCut, kEmpty, kRemove, kAppend, kZero };

struct Damage {
  std::string store;  // "closed" or "killed"
  std::string file;   // its name in the store
  Kind kind = Kind::kFlip;
  size_t at = 0;    // of kFlip a byte, of kCut the length, of kZero the page
  uint8_t bit = 0;  // of kFlip

  std::string Text() const;
  // What of file it is: "sst", "log", "MANIFEST", "CURRENT", ...
  std::string FileKind() const;
};

// All damages of a run, the same for the same stores below `directory` and the same number: each byte of
// the small files, each file whole, then made-up ones.
class Damages {
 public:
  explicit Damages(std::string directory);

  Damage Number(size_t n) const;

 private:
  struct File {
    std::string store;
    std::string name;
    size_t bytes;
  };
  Damage MadeUp(size_t n) const;

  std::vector<File> files_;
  std::vector<Damage> fixed_;
};

// The damage whose repair may lack the end of what was written: what is left of the log, or of what MANIFEST
// tells, ends earlier and is whole up to there.
bool MayLoseTheEnd(const Damage& damage);

// Copies the store below `directory` that the damage is of to `copy`, damaged.
void Copy(const std::string& directory, const Damage& damage, const std::string& copy);

}  // namespace dossier::damage_test

#endif  // DOSSIER_TESTS_DAMAGE_DAMAGES_H_
