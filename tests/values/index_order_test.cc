// That the ordered bytes of values are in the order of the values, for every kind.
#include "values/index_order.h"

#include <compare>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace dossier {
namespace {

std::string OfText(std::string_view text) {
  std::string out;
  AppendOrderedText(text, out);
  return out;
}

std::string OfDecimal(std::string_view number) {
  std::string out;
  AppendOrderedDecimal(Decimal::Of(number), out);
  return out;
}

std::string OfInteger(int64_t number) {
  std::string out;
  AppendOrderedInteger(number, out);
  return out;
}

std::string OfDate(int32_t days) {
  std::string out;
  AppendOrderedDate(days, out);
  return out;
}

int Sign(int number) { return (number > 0) - (number < 0); }

void ExpectRising(Kind kind, const std::vector<std::string>& rising) {
  for (size_t i = 0; i < rising.size(); ++i) {
    EXPECT_EQ(OrderedSize(kind, rising[i] + "\xff\x00 behind"), rising[i].size()) << i;
    EXPECT_EQ(OrderedSize(kind, std::string_view(rising[i]).substr(0, rising[i].size() - 1)),
              std::nullopt)
        << i;
    for (size_t j = 0; j < i; ++j) {
      EXPECT_LT(rising[j], rising[i]) << j << " " << i;
      EXPECT_FALSE(rising[i].starts_with(rising[j])) << j << " " << i;
    }
  }
}

TEST(IndexOrder, Integers) {
  ExpectRising(Kind::kInteger,
               {OfInteger(std::numeric_limits<int64_t>::min()), OfInteger(-65'536), OfInteger(-256),
                OfInteger(-255), OfInteger(-1), OfInteger(0), OfInteger(1), OfInteger(255),
                OfInteger(256), OfInteger(std::numeric_limits<int64_t>::max())});
}

TEST(IndexOrder, Dates) {
  ExpectRising(Kind::kDate, {OfDate(std::numeric_limits<int32_t>::min()), OfDate(-719'162),
                             OfDate(-1), OfDate(0), OfDate(1), OfDate(255), OfDate(256)});
}

TEST(IndexOrder, TextsByTheirBytes) {
  using std::string_literals::operator""s;
  ExpectRising(
      Kind::kString,
      {OfText(""), OfText("\0"s), OfText("\0\0"s), OfText("\0a"s), OfText("\x01"), OfText("A"),
       OfText("A\0"s), OfText("A\0B"s), OfText("A\x01"), OfText("AB"), OfText("B"), OfText("a"),
       OfText("\xc3\x9f"), OfText("\xef\xbf\xbf"), OfText("\xf0\x90\x80\x80")});
}

TEST(IndexOrder, LongTextsAreCut) {
  const std::string full(kOrderedBytesMax, 'x');
  ExpectRising(Kind::kString, {OfText(full.substr(1)), OfText(full), OfText(full + "a"),
                               OfText(full.substr(1) + "y")});
  EXPECT_EQ(OfText(full + "a"), OfText(full + "b"));
  EXPECT_TRUE(IsCut(Kind::kString, OfText(full + "a")));
  EXPECT_FALSE(IsCut(Kind::kString, OfText(full)));
  const std::string zeros(kOrderedBytesMax + 1, '\0');
  EXPECT_TRUE(IsCut(Kind::kString, OfText(zeros)));
  EXPECT_EQ(OrderedSize(Kind::kString, OfText(zeros)), OfText(zeros).size());
}

TEST(IndexOrder, Decimals) {
  ExpectRising(Kind::kDecimal, {OfDecimal("-1e1000000"),
                                OfDecimal("-100"),
                                OfDecimal("-99.9"),
                                OfDecimal("-10"),
                                OfDecimal("-9"),
                                OfDecimal("-1.01"),
                                OfDecimal("-1"),
                                OfDecimal("-0.1"),
                                OfDecimal("-0.09"),
                                OfDecimal("-1e-400"),
                                OfDecimal("0"),
                                OfDecimal("1e-1000000"),
                                OfDecimal("0.09"),
                                OfDecimal("0.1"),
                                OfDecimal("0.11"),
                                OfDecimal("0.2"),
                                OfDecimal("1"),
                                OfDecimal("1.01"),
                                OfDecimal("9"),
                                OfDecimal("10"),
                                OfDecimal("9007199254740992"),
                                OfDecimal("9007199254740993"),
                                OfDecimal("1e400")});
  EXPECT_EQ(OfDecimal("1.10"), OfDecimal("11e-1"));
  EXPECT_EQ(OfDecimal("-0.0"), OfDecimal("0"));
  // What no record holds, a filter may name.
  EXPECT_LT(OfDecimal("1e1000000"), OfDecimal("1e99999999999999999999"));
  EXPECT_GT(OfDecimal("-1e1000000"), OfDecimal("-1e99999999999999999999"));
}

TEST(IndexOrder, LongDecimalsAreCut) {
  const std::string full(kOrderedBytesMax, '7');
  for (const std::string sign : {"", "-"}) {
    EXPECT_TRUE(IsCut(Kind::kDecimal, OfDecimal(sign + "0." + full + "1"))) << sign;
    EXPECT_EQ(OfDecimal(sign + "0." + full + "1"), OfDecimal(sign + "0." + full + "2")) << sign;
    EXPECT_FALSE(IsCut(Kind::kDecimal, OfDecimal(sign + "0." + full))) << sign;
  }
  EXPECT_FALSE(IsCut(Kind::kDecimal, OfDecimal("0")));
  EXPECT_LT(OfDecimal("0." + full), OfDecimal("0." + full + "1"));
  EXPECT_GT(OfDecimal("-0." + full), OfDecimal("-0." + full + "1"));
}

// Against the comparison that does without bytes.
TEST(IndexOrder, DecimalsOfAnyDigits) {
  std::mt19937_64 random(20261122);
  std::vector<std::string> numbers;
  for (int i = 0; i < 400; ++i) {
    std::string number = random() % 2 == 0 ? "-" : "";
    for (size_t digits = 1 + random() % 5; digits > 0; --digits) {
      number += static_cast<char>('0' + random() % 10);
    }
    if (random() % 2 == 0) number += "." + std::to_string(random() % 1000);
    if (random() % 2 == 0) number += "e" + std::to_string(static_cast<int>(random() % 9) - 4);
    numbers.push_back(number);
  }
  for (const std::string& a : numbers) {
    for (const std::string& b : numbers) {
      EXPECT_EQ(Sign(OfDecimal(a).compare(OfDecimal(b))),
                Sign(Compare(Decimal::Of(a), Decimal::Of(b))))
          << a << " " << b;
    }
  }
}

TEST(IndexOrder, DamagedBytesHaveNoSize) {
  using std::string_literals::operator""s;
  for (const auto& [kind, bytes] : std::vector<std::pair<Kind, std::string>>{
           {Kind::kString, ""},
           {Kind::kString, "abc"},
           {Kind::kString, "abc\0"s},
           {Kind::kString, "abc\0\2"s},
           {Kind::kDecimal, ""},
           {Kind::kDecimal, "\3"},
           {Kind::kDecimal, "\2\0\0"s},
           {Kind::kDecimal, "\2\0\0\0\0"s + "12"},
           {Kind::kInteger, "1234567"},
           {Kind::kBoolean, ""},
       }) {
    EXPECT_EQ(OrderedSize(kind, bytes), std::nullopt) << bytes;
  }
}

}  // namespace
}  // namespace dossier
