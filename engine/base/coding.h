// Numbers as bytes: big-endian where bytes are compared (keys), little-endian where they are read
// (values). The caller has checked that the bytes are there.
#ifndef DOSSIER_BASE_CODING_H_
#define DOSSIER_BASE_CODING_H_

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {

static_assert(std::endian::native == std::endian::little, "stored numbers are read in place");

template <std::integral T>
T LoadLittle(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <std::integral T>
void StoreLittle(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <std::integral T>
void AppendLittle(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <std::unsigned_integral T>
void AppendBig(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  }
  out.append(bytes, sizeof bytes);
}

template <std::unsigned_integral T>
T LoadBig(const char* from) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(from[i]));
  }
  return value;
}

// 7 bits a byte, low bits first, the top bit set on all but the last byte; at most 5 bytes.
inline void AppendVarint(std::string& out, uint32_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

struct Varint {
  uint32_t value;
  size_t size;  // bytes that it took
};

// Of bytes already verified.
inline Varint LoadVarint(const char* from) {
  uint32_t value = static_cast<unsigned char>(*from);
  if (value < 0x80) return {value, 1};
  value &= 0x7f;
  for (size_t i = 1;; ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    value |= static_cast<uint32_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80 || i == 4) return {value, i + 1};
  }
}

// Of bytes from outside: nothing where `bytes` ends before the number does or it has over 32 bits.
inline std::optional<Varint> ParseVarint(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 5; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    if (value > UINT32_MAX) return std::nullopt;
    return Varint{static_cast<uint32_t>(value), i + 1};
  }
  return std::nullopt;
}

}  // namespace dossier

#endif  // DOSSIER_BASE_CODING_H_
