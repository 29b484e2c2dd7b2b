#include "base/ids.h"

#include <cstring>

#include "absl/random/random.h"
#include "base/digits.h"

namespace dossier {
namespace {

constexpr char kDigits[] = "0123456789abcdef";
constexpr size_t kTextSize = 36;

bool IsDash(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

Uuid Uuid::Random() {
  thread_local absl::BitGen generator;
  const uint64_t halves[2] = {absl::Uniform<uint64_t>(generator),
                              absl::Uniform<uint64_t>(generator)};
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), halves, sizeof halves);
  uuid.bytes[6] = static_cast<char>((uuid.bytes[6] & 0x0f) | 0x40);  // version 4
  uuid.bytes[8] = static_cast<char>((uuid.bytes[8] & 0x3f) | 0x80);  // the RFC's variant
  return uuid;
}

std::optional<Uuid> Uuid::Parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid uuid;
  size_t byte = 0;
  for (size_t i = 0; i < kTextSize;) {
    if (IsDash(i)) {
      if (text[i++] != '-') return std::nullopt;
      continue;
    }
    const int high = HexDigitOf(text[i]);
    const int low = HexDigitOf(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[byte++] = static_cast<char>(high << 4 | low);
    i += 2;
  }
  return uuid;
}

void AppendUuid(const char* bytes, std::string& out) {
  char text[kTextSize];
  char* to = text;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
  out.append(text, kTextSize);
}

std::string ToText(const Uuid& uuid) {
  std::string text;
  AppendUuid(uuid.bytes.data(), text);
  return text;
}

}  // namespace dossier
