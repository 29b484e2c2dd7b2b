// What an engine tells of itself, for metrics and for those who look after it.
#ifndef DOSSIER_STATISTICS_H_
#define DOSSIER_STATISTICS_H_

#include <cstdint>
#include <string_view>

namespace dossier {

// One number. The texts are constants.
struct Statistic {
  // Lower case words with "_", a unit at the end where it has one: "block_cache_bytes".
  std::string_view name;
  std::string_view meaning;
  uint64_t value = 0;
  // It only rises, from the store's or from the process's begin; else it goes up and down.
  bool is_total = false;
};

}  // namespace dossier

#endif  // DOSSIER_STATISTICS_H_
