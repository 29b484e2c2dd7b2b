// What YCSB draws at random: which records, and what is written to them.
#ifndef DOSSIER_BENCH_YCSB_DRAWS_H_
#define DOSSIER_BENCH_YCSB_DRAWS_H_

#include <cstdint>
#include <random>
#include <string>

#include "ycsb/table.h"

namespace dossier::bench {

// The key of the n-th record that was inserted: "user" and a hash, so that keys come in no order.
std::string KeyOfRecord(uint64_t n);

// Of one thread; the same for the same seed, everywhere.
class Draws {
 public:
  explicit Draws(uint64_t seed) : engine_(seed) {}

  uint64_t Below(uint64_t bound) { return engine_() % bound; }
  double Fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  std::string Value();
  Fields Record();

 private:
  std::mt19937_64 engine_;
};

// Numbers from 0 on, a few of them often: the n-th in proportion to n to the power of -0.99.
// Source: Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (1994), as in YCSB.
class Zipfian {
 public:
  explicit Zipfian(uint64_t bound);

  uint64_t Draw(Draws& draws) const;
  // The often drawn numbers spread over the whole range.
  uint64_t DrawScrambled(Draws& draws) const;

 private:
  uint64_t bound_;
  double zeta_;
  double eta_;
};

}  // namespace dossier::bench

#endif  // DOSSIER_BENCH_YCSB_DRAWS_H_
