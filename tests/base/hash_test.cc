#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace dossier {
namespace {

constexpr HashKey kKey = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

std::string Hexadecimal(const Hash128& hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : hash) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

// The bytes 0, 1, 2, ...
std::string Rising(size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// Source: vectors_sip128 of the reference implementation of SipHash.
TEST(KeyedHash, GivesThePublishedAnswersOfSipHash24With128Bits) {
  EXPECT_EQ(Hexadecimal(KeyedHash("", kKey)), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(Hexadecimal(KeyedHash(Rising(1), kKey)), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(Hexadecimal(KeyedHash(Rising(2), kKey)), "8177228da4a45dc7fca38bdef60affe4");
  EXPECT_EQ(Hexadecimal(KeyedHash(Rising(3), kKey)), "9c70b60c5267a94e5f33b6b02985ed51");
  EXPECT_EQ(Hexadecimal(KeyedHash(Rising(15), kKey)), "5493e99933b0a8117e08ec0f97cfc3d9");
}

TEST(KeyedHash, DependsOnEveryByteOfItsKey) {
  const Hash128 hash = KeyedHash("ada@example.com", kKey);
  for (size_t i = 0; i < kKey.size(); ++i) {
    HashKey other = kKey;
    other[i] ^= 1;
    EXPECT_NE(KeyedHash("ada@example.com", other), hash) << i;
  }
}

TEST(KeyedHash, TellsTextsWithNulApart) {
  EXPECT_NE(KeyedHash(std::string_view("a\0b", 3), kKey),
            KeyedHash(std::string_view("a\0c", 3), kKey));
  EXPECT_NE(KeyedHash(std::string_view("a\0", 2), kKey), KeyedHash("a", kKey));
}

TEST(RandomHashKey, IsAnotherEachTime) { EXPECT_NE(RandomHashKey(), RandomHashKey()); }

// Source: XXH3_64bits of xxHash, whose answers are fixed since 0.8.0.
TEST(Checksum, IsTheLowHalfOfXxh3) {
  EXPECT_EQ(Checksum(""), 0x38d394c2u);
  EXPECT_EQ(Checksum("a"), 0x1e964e1fu);
  EXPECT_EQ(Checksum("abc"), 0x892f3950u);
}

TEST(Checksum, SeesEachBit) {
  std::string bytes = Rising(300);
  const uint32_t checksum = Checksum(bytes);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_NE(Checksum(bytes), checksum) << bit;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
  }
}

}  // namespace
}  // namespace dossier
