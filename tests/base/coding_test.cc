#include "base/coding.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dossier {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace): its one purpose

TEST(Coding, BigEndianNumbersAreOrderedAsTheirBytes) {
  const std::vector<uint64_t> rising = {0,     1,      0x7f,       0x80,      0xff,
                                        0x100, 0xffff, 1ull << 63, UINT64_MAX};
  std::string last;
  for (const uint64_t number : rising) {
    std::string bytes;
    AppendBig(bytes, number);
    ASSERT_EQ(bytes.size(), 8u);
    EXPECT_EQ(LoadBig<uint64_t>(bytes.data()), number);
    EXPECT_LT(last, bytes) << number;
    last = bytes;
  }
  std::string bytes;
  AppendBig(bytes, uint16_t{0x0102});
  AppendBig(bytes, uint32_t{0x03040506});
  EXPECT_EQ(bytes, "\1\2\3\4\5\6");
}

TEST(Coding, LittleEndianNumbersKeepTheirSignWhereverTheyStand) {
  std::string bytes = "x";  // so that what follows is not aligned
  AppendLittle(bytes, int64_t{-2});
  AppendLittle(bytes, uint16_t{0x0201});
  EXPECT_EQ(LoadLittle<int64_t>(bytes.data() + 1), -2);
  EXPECT_EQ(bytes.substr(9), "\1\2");
  StoreLittle(bytes.data() + 1, int64_t{INT64_MIN});
  EXPECT_EQ(LoadLittle<int64_t>(bytes.data() + 1), INT64_MIN);
  EXPECT_EQ(bytes.substr(9), "\1\2");
}

struct VarintRow {
  uint32_t value;
  std::string bytes;
};

const std::vector<VarintRow>& Varints() {
  static const std::vector<VarintRow> rows = {{0, "\0"s},
                                              {1, "\1"},
                                              {127, "\x7f"},
                                              {128, "\x80\1"},
                                              {300, "\xac\2"},
                                              {16383, "\xff\x7f"},
                                              {16384, "\x80\x80\1"},
                                              {(1u << 28) - 1, "\xff\xff\xff\x7f"},
                                              {1u << 28, "\x80\x80\x80\x80\1"},
                                              {UINT32_MAX, "\xff\xff\xff\xff\x0f"}};
  return rows;
}

TEST(Varint, IsWrittenInItsShortestFormAndReadAgain) {
  for (const auto& [value, bytes] : Varints()) {
    std::string written;
    AppendVarint(written, value);
    EXPECT_EQ(written, bytes) << value;
    const std::optional<Varint> parsed = ParseVarint(written + "\xff");
    ASSERT_TRUE(parsed) << value;
    EXPECT_EQ(parsed->value, value);
    EXPECT_EQ(parsed->size, bytes.size());
    EXPECT_EQ(LoadVarint(written.data()).value, value);
    EXPECT_EQ(LoadVarint(written.data()).size, bytes.size());
  }
}

TEST(Varint, IsRefusedWhereItIsCutShort) {
  for (const auto& [value, bytes] : Varints()) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(ParseVarint(std::string_view(bytes).substr(0, size))) << value << " at " << size;
    }
  }
}

TEST(Varint, IsRefusedPast32Bits) {
  for (const std::string& bytes : {"\xff\xff\xff\xff\x10"s, "\x80\x80\x80\x80\x7f"s,
                                   "\x80\x80\x80\x80\x80\1"s, "\xff\xff\xff\xff\xff\xff"s}) {
    EXPECT_FALSE(ParseVarint(bytes)) << ::testing::PrintToString(bytes);
  }
}

// A reader that trusts must see what the one that checks has seen, also in forms nobody writes.
TEST(Varint, BothReadersReadOverlongFormsAlike) {
  for (const std::string& bytes : {"\x80\0"s, "\x81\x80\0"s, "\x80\x80\x80\0"s,
                                   "\xff\x80\x80\x80\0"s, "\x80\x80\x80\x80\0"s}) {
    const std::optional<Varint> parsed = ParseVarint(bytes);
    ASSERT_TRUE(parsed) << ::testing::PrintToString(bytes);
    EXPECT_EQ(parsed->size, bytes.size());
    EXPECT_EQ(LoadVarint(bytes.data()).value, parsed->value);
    EXPECT_EQ(LoadVarint(bytes.data()).size, parsed->size);
  }
}

}  // namespace
}  // namespace dossier
