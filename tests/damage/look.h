// A look at all of a store that may be damaged, and what it comes to.
#ifndef DOSSIER_TESTS_DAMAGE_LOOK_H_
#define DOSSIER_TESTS_DAMAGE_LOOK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "damage/history.h"

namespace dossier::damage_test {

// What was stored over time.
class Past {
 public:
  explicit Past(const History& history);

  struct Life {
    Step first;                        // its names
    std::vector<std::string> records;  // its states, one behind the other; empty: it was deleted
  };
  const std::map<uint64_t, Life>& lives() const { return lives_; }

  // Sums of states: of records as they are found, in any order.
  static uint64_t SumOf(uint64_t id, const std::string& record);
  bool WasThere(uint64_t sum) const;  // at some moment
  bool IsLast(uint64_t sum) const { return sum == sums_.back(); }

 private:
  std::map<uint64_t, Life> lives_;
  std::vector<uint64_t> sums_;
};

enum class Outcome : uint8_t {
  kRefused,   // the store does not open
  kTold,      // reads answer kDataLoss, or Verify finds something
  kHarmless,  // everything is there and right
  kEarlier,   // everything is as it was earlier
  kWrong,     // anything else
};

struct Look {
  Outcome outcome = Outcome::kHarmless;
  std::string what = {};  // of kWrong and kRefused
};

struct Terms {
  bool may_be_earlier = false;  // the end of what was written may be missing, and only that
  bool writes_on = false;  // the store is then written to and compacted: it may refuse, not crash
};
Look LookAt(const std::string& directory, const Past& past, const Terms& terms);

// A look at what a repair makes of the store in `directory`, in `mended`: kRefused where there is no
// repair, kTold where it left something out.
Look LookAtRepaired(const std::string& directory, const std::string& mended, const Past& past,
                    const Terms& terms);

}  // namespace dossier::damage_test

#endif  // DOSSIER_TESTS_DAMAGE_LOOK_H_
