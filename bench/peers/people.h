// Whom the calls are about: made-up people, the same for the same number, in records of three sizes.
#ifndef DOSSIER_BENCH_PEERS_PEOPLE_H_
#define DOSSIER_BENCH_PEERS_PEOPLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dossier::bench {

// How large a profile is: some 540, 1,090 and 5,200 bytes of JSON. The middle one is
// testing::Profile; the small one has a single element in each plural and no text, the large one
// more of both.
enum class ProfileSize { kSmall, kMiddle, kLarge };

std::string ProfileOf(uint32_t number, ProfileSize size);

// What a store holds, and how it is written.
struct Shape {
  ProfileSize size = ProfileSize::kMiddle;
  size_t record_count = 100'000;
  bool is_synced = false;  // every write waits for the disk
  bool fits_caches = true;
};

// One record as its callers know it, whatever the store.
struct Person {
  uint32_t number = 0;
  std::string email = {};
  std::string profile = {};
  std::string replacement = {};  // the same with another displayName: no unique value changes
};

using People = std::vector<Person>;

Person PersonOf(uint32_t number, ProfileSize size);

// A uuid in its usual form, spread over an index as random ones are.
std::string UuidOf(uint32_t number);

// `count` of the numbers below `bound`, each once, in no order, the same in every run.
std::vector<uint32_t> ShuffledNumbers(uint32_t bound, size_t count);

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_PEERS_PEOPLE_H_
