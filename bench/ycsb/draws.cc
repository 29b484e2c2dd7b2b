#include "ycsb/draws.h"

#include <cmath>
#include <string_view>

namespace dossier::bench {
namespace {

constexpr double kTheta = 0.99;
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// FNV-1a over the bytes of a number, as in YCSB.
uint64_t Hash(uint64_t number) {
  uint64_t hash = 0xcbf29ce484222325;
  for (int i = 0; i < 8; ++i, number >>= 8) hash = (hash ^ (number & 0xff)) * 0x100000001b3;
  return hash;
}

double Zeta(uint64_t bound) {
  double sum = 0;
  for (uint64_t i = 1; i <= bound; ++i) sum += 1 / std::pow(static_cast<double>(i), kTheta);
  return sum;
}

}  // namespace

std::string KeyOfRecord(uint64_t n) { return "user" + std::to_string(Hash(n)); }

std::string Draws::Value() {
  std::string value(kFieldBytes, ' ');
  uint64_t bits = 0;
  for (size_t i = 0; i < value.size(); ++i, bits >>= 6) {
    if (i % 10 == 0) bits = engine_();
    value[i] = kLetters[bits & 63];
  }
  return value;
}

Fields Draws::Record() {
  Fields fields;
  for (std::string& field : fields) field = Value();
  return fields;
}

Zipfian::Zipfian(uint64_t bound) : bound_(bound), zeta_(Zeta(bound)) {
  eta_ = (1 - std::pow(2 / static_cast<double>(bound), 1 - kTheta)) / (1 - Zeta(2) / zeta_);
}

uint64_t Zipfian::Draw(Draws& draws) const {
  const double drawn = draws.Fraction();
  const double scaled = drawn * zeta_;
  if (scaled < 1) return 0;
  if (scaled < 1 + std::pow(0.5, kTheta)) return 1;
  const double place =
      static_cast<double>(bound_) * std::pow(eta_ * drawn - eta_ + 1, 1 / (1 - kTheta));
  const auto number = static_cast<uint64_t>(place);
  return number < bound_ ? number : bound_ - 1;
}

uint64_t Zipfian::DrawScrambled(Draws& draws) const { return Hash(Draw(draws)) % bound_; }

}  // namespace dossier::bench
