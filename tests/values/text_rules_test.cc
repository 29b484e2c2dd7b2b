#include "values/text_rules.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace dossier {
namespace {

constexpr TextFormat kFormats[] = {kAlphabetic, kAlphanumeric, kUnicodeLetters, kUnicodePrintable,
                                   kEmailAddress};

std::string Folded(std::string_view text) {
  std::string folded;
  AppendFolded(text, folded);
  return folded;
}

// Any value but a surrogate.
std::string Utf8Of(uint32_t c) {
  std::string text;
  const auto append = [&text](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    append(c);
  } else if (c < 0x800) {
    append(0xC0 | c >> 6);
    append(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    append(0xE0 | c >> 12);
    append(0x80 | (c >> 6 & 0x3F));
    append(0x80 | (c & 0x3F));
  } else {
    append(0xF0 | c >> 18);
    append(0x80 | (c >> 12 & 0x3F));
    append(0x80 | (c >> 6 & 0x3F));
    append(0x80 | (c & 0x3F));
  }
  return text;
}

template <typename Visit>
void ForEachCodePoint(Visit visit) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) visit(c, Utf8Of(c));
  }
}

// Sequences that UTF-8 forbids: lone and missing continuations, overlong forms, surrogates, past
// the last code point.
const std::string_view kIllFormed[] = {"\x80",
                                       "\xC3",
                                       "abc\xFF",
                                       "\xC0\x80",
                                       "\xE2\x98",
                                       "\xED\xA0\x80",
                                       "\xE0\x80\xAF",
                                       "\xF0\x80\x80\x80",
                                       "\xF4\x90\x80\x80",
                                       "\xF8\x88\x80\x80\x80",
                                       "abcdefgh\xE2\x28\xA1"};

TEST(TextFormatNamed, KnowsTheNamesOfTheApi) {
  EXPECT_EQ(TextFormatNamed("alphabetic"), kAlphabetic);
  EXPECT_EQ(TextFormatNamed("alphanumeric"), kAlphanumeric);
  EXPECT_EQ(TextFormatNamed("unicode-letters"), kUnicodeLetters);
  EXPECT_EQ(TextFormatNamed("unicode-printable"), kUnicodePrintable);
  EXPECT_EQ(TextFormatNamed("email-address"), kEmailAddress);
  for (TextFormat format : kFormats) EXPECT_EQ(TextFormatNamed(NameOf(format)), format);
  for (std::string_view name : {"", "required", "unique", "Alphabetic", "email", "url"}) {
    EXPECT_EQ(TextFormatNamed(name), std::nullopt) << name;
  }
  EXPECT_EQ(NameOf(static_cast<TextFormat>(kAlphabetic | kAlphanumeric)), "");
}

struct Judgement {
  TextFormat format;
  std::string_view text;
  bool expected;
};

TEST(Matches, JudgesLettersAndDigits) {
  const Judgement kJudgements[] = {
      {kAlphabetic, "", true},
      {kAlphabetic, "abc", true},
      {kAlphabetic, "AZaz", true},
      {kAlphabetic, "abc123", false},
      {kAlphabetic, "ab c", false},
      {kAlphabetic, "@", false},
      {kAlphabetic, "[", false},
      {kAlphabetic, "`", false},
      {kAlphabetic, "{", false},
      {kAlphabetic, "\u0393", false},
      {kAlphanumeric, "", true},
      {kAlphanumeric, "abc123", true},
      {kAlphanumeric, "09azAZ", true},
      {kAlphanumeric, "!@#$%^&*()", false},
      {kAlphanumeric, "a-1", false},
      {kAlphanumeric, "/", false},
      {kAlphanumeric, ":", false},
      {kAlphanumeric, "\u0661", false},
      {kUnicodeLetters, "", true},
      {kUnicodeLetters, "abcXYZ", true},
      {kUnicodeLetters, "\u0393", true},
      {kUnicodeLetters, "Stra\u00DFe", true},
      {kUnicodeLetters, "\u6771\u4EAC", true},
      {kUnicodeLetters, "\U00010400", true},
      {kUnicodeLetters, "\u2615", false},
      {kUnicodeLetters, "abc1", false},
      {kUnicodeLetters, "a b", false},
      {kUnicodeLetters, "\u0661", false},
  };
  for (const Judgement& row : kJudgements) {
    EXPECT_EQ(Matches(row.format, row.text), row.expected) << NameOf(row.format) << " " << row.text;
  }
}

TEST(Matches, JudgesPrintableText) {
  const Judgement kJudgements[] = {
      {kUnicodePrintable, "", true},
      {kUnicodePrintable, "Ada Lovelace, 12 St James's Square~", true},
      {kUnicodePrintable, "\u2615", true},
      {kUnicodePrintable, "\u202A", true},
      {kUnicodePrintable, "\u00A0", true},
      {kUnicodePrintable, "\uE000", true},
      {kUnicodePrintable, "\U0001F600", true},   // since 6.1
      {kUnicodePrintable, "\u20BD", true},       // since 7.0
      {kUnicodePrintable, "\u20BE", false},      // since 8.0
      {kUnicodePrintable, "\U0001F914", false},  // since 8.0
      {kUnicodePrintable, "\u0378", false},      // not assigned
      {kUnicodePrintable, "\x11", false},
      {kUnicodePrintable, "line\n", false},
      {kUnicodePrintable, "tab\tulator", false},
      {kUnicodePrintable, "a long line of words, then\r", false},
      {kUnicodePrintable, "delete\x7F", false},
      {kUnicodePrintable, "\u0080", false},
      {kUnicodePrintable, "\u009F", false},
  };
  for (const Judgement& row : kJudgements) {
    EXPECT_EQ(Matches(row.format, row.text), row.expected) << row.text;
  }
  EXPECT_FALSE(Matches(kUnicodePrintable, std::string_view("\0", 1)));
}

TEST(Matches, FindsAControlAtAnyPlaceOfALongText) {
  for (size_t length = 1; length < 40; ++length) {
    for (size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(length, 'x');
        text[place] = static_cast<char>(byte);
        ASSERT_EQ(Matches(kUnicodePrintable, text), byte >= 0x20 && byte != 0x7F)
            << byte << " at " << place << " of " << length;
      }
    }
  }
}

TEST(Matches, TakesEmailAddresses) {
  for (std::string_view text :
       {"parkerm@example.com", "johndoe@example.com",
        "R\u03B4\u03BF\u03BA\u03B9\u03BC\u03AE123abc.def+ghi@a.ab\u03C0\u03B1\u03C1\u03AC\u03B4"
        "\u03B5\u03B9\u03B3\u03BC\u03B1.\u03B4\u03BF\u03BA\u03B9\u03BC\u03AE",
        "a@b.c", "first.last+tag@mail.example.co.uk", "o'brien_{}!#$%&*/=?^`|~-@example.com",
        "two..dots@example.com", "x@xn--fsq.example", "x@1.2.example",
        "\u7528\u6237@\u4F8B\u5B50.\u5E7F\u544A",
        "x@\u0909\u0926\u093E\u0939\u0930\u0923.\u092D\u093E\u0930\u0924"}) {
    EXPECT_TRUE(Matches(kEmailAddress, text)) << text;
  }
}

TEST(Matches, RefusesWhatIsNoEmailAddress) {
  for (std::string_view text : {"",
                                "anemone",
                                "@",
                                "a@",
                                "@b.c",
                                "a@b",
                                "a@b@c.d",
                                "a@@b.c",
                                "a b@c.d",
                                " a@b.c",
                                "a@b.c ",
                                "a@b. c",
                                "a@b.c\n",
                                "a\t@b.c",
                                "a\x01@b.c",
                                "a\x7F@b.c",
                                "a\u0085@b.c",
                                "a\u00A0@b.c",
                                "a\u3000@b.c",
                                "a\u2003@b.c",
                                ".a@b.c",
                                "a.@b.c",
                                "a@.b.c",
                                "a@b.c.",
                                "a@b..c",
                                "a@.",
                                "a@..",
                                "a@-b.c",
                                "a@b-.c",
                                "a@b.c-",
                                "a@b_c.d",
                                "a@b.c/d",
                                "a@[1.2.3.4]",
                                "Ada <a@b.c>",
                                "<a@b.c>",
                                "a@b.c,d@e.f",
                                "a,d@e.f",
                                "a;b@c.d",
                                "mailto:a@b.c",
                                "a(b)@c.d",
                                "a\\b@c.d",
                                "a@b.\u2615"}) {
    EXPECT_FALSE(Matches(kEmailAddress, text)) << text;
  }
  EXPECT_FALSE(Matches(kEmailAddress, std::string_view("a\0b@c.d", 7)));
}

TEST(Matches, RefusesIllFormedText) {
  for (TextFormat format : kFormats) {
    for (std::string_view text : kIllFormed) EXPECT_FALSE(Matches(format, text)) << text;
  }
  EXPECT_FALSE(Matches(kEmailAddress, "\xC3@b.c"));
  EXPECT_FALSE(Matches(kEmailAddress, "a@b.\xC3"));
}

TEST(CodePointCount, CountsCodePointsNotBytes) {
  EXPECT_EQ(CodePointCount(""), 0u);
  EXPECT_EQ(CodePointCount("abc"), 3u);
  EXPECT_EQ(CodePointCount("\u0393\u2615\U0001F600"), 3u);
  EXPECT_EQ(CodePointCount("e\u0301"), 2u);
  EXPECT_EQ(CodePointCount("\xFF\x80\xC3"), 2u);
  std::string text;
  size_t count = 0;
  std::mt19937 random(1);
  for (; count < 500; ++count) {
    ASSERT_EQ(CodePointCount(text), count);
    const uint32_t kBits[] = {0x7F, 0x7FF, 0xCFFF, 0x1FFFF};
    text += Utf8Of(static_cast<uint32_t>(random()) & kBits[random() % 4] & ~0x2000u);
  }
}

TEST(AppendFolded, FoldsOneCodePointToOne) {
  const struct {
    std::string_view text;
    std::string_view expected;
  } kFoldings[] = {
      {"", ""},
      {"ParkerM@Example.COM", "parkerm@example.com"},
      {"@AZ[`az{", "@az[`az{"},
      {"0123456789ABCDEFGHIJKLMNOP", "0123456789abcdefghijklmnop"},
      {"\u0393\u03A3\u03C2", "\u03B3\u03C3\u03C3"},
      {"ABCDEFGHI\u00C4BC", "abcdefghi\u00E4bc"},
      {"Stra\u00DFe", "stra\u00DFe"},
      {"STRA\u1E9EE", "stra\u00DFe"},
      {"\u0130", "\u0130"},
      {"\u212A", "k"},
      {"\U00010400", "\U00010428"},
      {"\u6771", "\u6771"},
  };
  for (const auto& row : kFoldings) EXPECT_EQ(Folded(row.text), row.expected) << row.text;
  std::string out = "KEPT ";
  AppendFolded("FOLDED", out);
  EXPECT_EQ(out, "KEPT folded");
}

TEST(AppendFolded, FoldsAtAnyPlaceOfALongText) {
  for (size_t place = 0; place < 40; ++place) {
    for (int byte = 0; byte < 0x80; ++byte) {
      std::string text(40, 'X');
      std::string expected(40, 'x');
      text[place] = static_cast<char>(byte);
      expected[place] = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
      ASSERT_EQ(Folded(text), expected) << byte << " at " << place;
    }
  }
}

TEST(AppendFolded, IsSettledAfterOneTimeForEveryCodePoint) {
  ForEachCodePoint([](uint32_t c, const std::string& text) {
    const std::string folded = Folded(text);
    ASSERT_EQ(Folded(folded), folded) << c;
    ASSERT_EQ(CodePointCount(folded), 1u) << c;
  });
}

TEST(AppendFolded, KeepsIllFormedBytes) {
  for (std::string_view text : kIllFormed) EXPECT_EQ(Folded(text), text);
  EXPECT_EQ(Folded("A\xFF"
                   "B\xC3"),
            "a\xFF"
            "b\xC3");
}

TEST(TextRules, SurviveAnyBytes) {
  std::mt19937 random(2);
  for (int i = 0; i < 100'000; ++i) {
    std::string text(random() % 24, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() : random() % 128);
    for (TextFormat format : kFormats) {
      if (!Matches(format, text)) continue;
      // Whatever has a format still has it with its case folded.
      ASSERT_TRUE(Matches(format, Folded(text))) << NameOf(format) << " " << text;
    }
    ASSERT_LE(CodePointCount(text), text.size());
    ASSERT_EQ(Folded(Folded(text)), Folded(text));
  }
}

}  // namespace
}  // namespace dossier
