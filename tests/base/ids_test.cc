#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace dossier {
namespace {

constexpr std::string_view kText = "00112233-4455-6677-8899-aabbccddeeff";

TEST(Uuid, ReadsItsBytesInTheOrderOfTheText) {
  const std::optional<Uuid> uuid = Uuid::Parse(kText);
  ASSERT_TRUE(uuid);
  for (size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(static_cast<unsigned char>(uuid->bytes[i]), i * 0x11) << i;
  }
  EXPECT_EQ(ToText(*uuid), kText);
}

TEST(Uuid, TakesDigitsInEitherCaseAndWritesLowerCase) {
  const std::optional<Uuid> uuid = Uuid::Parse("00112233-4455-6677-8899-AABBCCDDEEFF");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(ToText(*uuid), kText);
}

TEST(Uuid, IsAppendedBehindWhatIsThere) {
  std::string out = "uuid ";
  AppendUuid(Uuid::Parse(kText)->bytes.data(), out);
  EXPECT_EQ(out, "uuid " + std::string(kText));
}

TEST(Uuid, RefusesEveryOtherForm) {
  struct Row {
    std::string name;
    std::string text;
  };
  std::vector<Row> rows = {{"empty", ""},
                           {"without dashes", "00112233445566778899aabbccddeeff"},
                           {"in braces", "{" + std::string(kText) + "}"},
                           {"one longer", std::string(kText) + "0"},
                           {"36 dashes", std::string(36, '-')},
                           {"36 digits", std::string(36, '0')}};
  for (size_t i = 0; i < kText.size(); ++i) {
    rows.push_back({"cut at " + std::to_string(i), std::string(kText.substr(0, i))});
    for (const char c : {'g', ' ', '\0', '/', ':', '@', '`', 'G', '\x80'}) {
      std::string text(kText);
      text[i] = c;
      rows.push_back({"wrong at " + std::to_string(i), text});
    }
    std::string moved(kText);
    moved[i] = kText[i] == '-' ? '0' : '-';
    rows.push_back({"a dash moved at " + std::to_string(i), moved});
  }
  for (const Row& row : rows) EXPECT_FALSE(Uuid::Parse(row.text)) << row.name << ": " << row.text;
}

TEST(Uuid, RandomOnesAreOfVersionFourAndDiffer) {
  std::set<std::string> seen;
  unsigned set_bits[16] = {};
  for (int i = 0; i < 1000; ++i) {
    const Uuid uuid = Uuid::Random();
    const std::string text = ToText(uuid);
    EXPECT_EQ(text[14], '4') << text;
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
    EXPECT_EQ(Uuid::Parse(text), uuid);
    EXPECT_TRUE(seen.insert(text).second) << text;
    for (size_t byte = 0; byte < 16; ++byte) {
      set_bits[byte] |= static_cast<unsigned char>(uuid.bytes[byte]);
    }
  }
  for (size_t byte = 0; byte < 16; ++byte) {
    const unsigned all = byte == 6 ? 0x4f : byte == 8 ? 0xbf : 0xff;
    EXPECT_EQ(set_bits[byte], all) << "of byte " << byte;
  }
}

}  // namespace
}  // namespace dossier
