#include "values/text_rules.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace dossier {
namespace {

struct NamedFormat {
  std::string_view name;
  TextFormat format;
};

constexpr std::array kFormats = {
    NamedFormat{"alphabetic", kAlphabetic},
    NamedFormat{"alphanumeric", kAlphanumeric},
    NamedFormat{"unicode-letters", kUnicodeLetters},
    NamedFormat{"unicode-printable", kUnicodePrintable},
    NamedFormat{"email-address", kEmailAddress},
};

// Eight bytes at a time: the same byte in each place of a word.
constexpr size_t kWordBytes = sizeof(uint64_t);
constexpr uint64_t EachByte(uint8_t byte) { return 0x0101010101010101u * byte; }
constexpr uint64_t kHighBits = EachByte(0x80);

uint64_t Load(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, kWordBytes);
  return word;
}

void Store(uint64_t word, char* at) { std::memcpy(at, &word, kWordBytes); }

// The high bit of each byte of an ASCII word that is `first` or above.
constexpr uint64_t AtLeast(uint64_t ascii, uint8_t first) {
  return (ascii + EachByte(static_cast<uint8_t>(0x80 - first))) & kHighBits;
}

bool IsAsciiDigit(UChar32 c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(UChar32 c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool IsAsciiLetterOrDigit(UChar32 c) { return IsAsciiLetter(c) || IsAsciiDigit(c); }

// Removes the first code point of a text that is not empty; negative where it is ill-formed.
UChar32 TakeCodePoint(std::string_view& utf8) {
  const auto first = static_cast<uint8_t>(utf8[0]);
  if (first < 0x80) {
    utf8.remove_prefix(1);
    return first;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  size_t at = 0;
  UChar32 c;
  U8_NEXT(bytes, at, utf8.size(), c);
  utf8.remove_prefix(at);
  return c;
}

template <typename Predicate>
bool AllCodePoints(std::string_view utf8, Predicate predicate) {
  while (!utf8.empty()) {
    const UChar32 c = TakeCodePoint(utf8);
    if (c < 0 || !predicate(c)) return false;
  }
  return true;
}

template <typename Predicate>
bool AllBytes(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return predicate(static_cast<unsigned char>(c)); });
}

bool IsLetter(UChar32 c) { return c < 0x80 ? IsAsciiLetter(c) : u_isalpha(c); }

// Source: the constraint unicode-printable, which knows the characters up to Unicode 7.0.
bool IsPrintable(UChar32 c) {
  if (c < 0x80) return c >= 0x20 && c < 0x7F;
  if (c < 0xA0) return false;
  UVersionInfo age;  // all zeros where the code point is not assigned
  u_charAge(c, age);
  return age[0] != 0 && (age[0] < 7 || (age[0] == 7 && age[1] == 0));
}

// Removes the leading words that hold printable ASCII only.
void SkipPrintableAscii(std::string_view& utf8) {
  while (utf8.size() >= kWordBytes) {
    const uint64_t word = Load(utf8.data());
    if ((word & kHighBits) != 0) return;
    if ((AtLeast(word, 0x20) & ~AtLeast(word, 0x7F)) != kHighBits) return;
    utf8.remove_prefix(kWordBytes);
  }
}

bool IsAllPrintable(std::string_view utf8) {
  SkipPrintableAscii(utf8);
  return AllCodePoints(utf8, IsPrintable);
}

// Printable ASCII without what separates or wraps addresses, so that none contains it unquoted.
constexpr std::array<bool, 0x80> kIsMailboxAscii = [] {
  std::array<bool, 0x80> allowed = {};
  for (size_t c = 0x21; c < 0x7F; ++c) allowed[c] = true;
  for (const unsigned char c : std::string_view("<>()[],;:\\")) allowed[c] = false;
  return allowed;
}();

bool IsMailboxCharacter(UChar32 c) {
  if (c < 0x80) return kIsMailboxAscii[static_cast<size_t>(c)];
  return c >= 0xA0 && !u_isUWhiteSpace(c);
}

bool IsMailbox(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         AllCodePoints(text, IsMailboxCharacter);
}

// Marks are letters' parts in many scripts; the joiners occur within Indic and Persian labels.
bool IsLabelCharacter(UChar32 c) {
  if (c < 0x80) return IsAsciiLetterOrDigit(c) || c == '-';
  constexpr UChar32 kNonJoiner = 0x200C, kJoiner = 0x200D;
  return (U_MASK(u_charType(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0 ||
         c == kNonJoiner || c == kJoiner;
}

bool IsLabel(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         AllCodePoints(text, IsLabelCharacter);
}

bool IsDottedDomain(std::string_view text) {
  size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  for (; dot != std::string_view::npos; dot = text.find('.')) {
    if (!IsLabel(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return IsLabel(text);
}

bool IsEmailAddress(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos) return false;
  return IsMailbox(text.substr(0, at)) && IsDottedDomain(text.substr(at + 1));
}

// Appends the leading words of ASCII, with small letters for capitals, and removes them.
void FoldAsciiWords(std::string_view& utf8, std::string& out) {
  const size_t start = out.size();
  out.resize(start + utf8.size());
  char* to = out.data() + start;
  while (utf8.size() >= kWordBytes) {
    const uint64_t word = Load(utf8.data());
    if ((word & kHighBits) != 0) break;
    const uint64_t capitals = AtLeast(word, 'A') & ~AtLeast(word, 'Z' + 1);
    Store(word | capitals >> 2, to);
    to += kWordBytes;
    utf8.remove_prefix(kWordBytes);
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

void AppendCodePoint(UChar32 c, std::string& out) {
  std::array<char, U8_MAX_LENGTH> bytes;
  size_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, c);
  out.append(bytes.data(), length);
}

using CaseMapping = void (*)(const char* locale, uint32_t options, icu::StringPiece text,
                             icu::ByteSink& sink, icu::Edits* edits, UErrorCode& status);

// As it is where ICU fails, which it does for want of memory only.
std::string Mapped(std::string_view utf8, CaseMapping map) {
  std::string mapped;
  icu::StringByteSink<std::string> sink(&mapped, static_cast<int32_t>(utf8.size()));
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece text(utf8.data(), static_cast<int32_t>(utf8.size()));
  map(/*locale=*/"", /*options=*/0, text, sink, /*edits=*/nullptr, status);
  return U_SUCCESS(status) ? mapped : std::string(utf8);
}

}  // namespace

std::optional<TextFormat> TextFormatNamed(std::string_view name) {
  for (const NamedFormat& each : kFormats) {
    if (each.name == name) return each.format;
  }
  return std::nullopt;
}

std::string_view NameOf(TextFormat format) {
  for (const NamedFormat& each : kFormats) {
    if (each.format == format) return each.name;
  }
  return {};
}

bool Matches(TextFormat format, std::string_view utf8) {
  switch (format) {
    case kAlphabetic:
      return AllBytes(utf8, IsAsciiLetter);
    case kAlphanumeric:
      return AllBytes(utf8, IsAsciiLetterOrDigit);
    case kUnicodeLetters:
      return AllCodePoints(utf8, IsLetter);
    case kUnicodePrintable:
      return IsAllPrintable(utf8);
    case kEmailAddress:
      return IsEmailAddress(utf8);
  }
  return false;
}

bool IsUtf8(std::string_view text) {
  return AllCodePoints(text, [](UChar32) { return true; });
}

std::string WellFormed(std::string_view text) {
  std::string formed;
  while (!text.empty()) {
    const std::string_view before = text;
    const UChar32 c = TakeCodePoint(text);
    formed += c < 0 ? "\uFFFD" : before.substr(0, before.size() - text.size());
  }
  return formed;
}

size_t CodePointCount(std::string_view utf8) {
  size_t count = 0;
  while (utf8.size() >= kWordBytes) {
    const uint64_t word = Load(utf8.data());
    const uint64_t continuations = word & ~(word << 1) & kHighBits;
    count += kWordBytes - ((continuations >> 7) * EachByte(1) >> 56);
    utf8.remove_prefix(kWordBytes);
  }
  return count + static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(),
                                                   [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view FirstCodePoints(std::string_view utf8, size_t count) {
  if (utf8.size() <= count) return utf8;
  std::string_view rest = utf8;
  for (; count > 0 && !rest.empty(); --count) TakeCodePoint(rest);
  return utf8.substr(0, utf8.size() - rest.size());
}

std::string ToLower(std::string_view utf8) { return Mapped(utf8, icu::CaseMap::utf8ToLower); }

std::string ToUpper(std::string_view utf8) { return Mapped(utf8, icu::CaseMap::utf8ToUpper); }

void AppendFolded(std::string_view utf8, std::string& out) {
  FoldAsciiWords(utf8, out);
  while (!utf8.empty()) {
    const std::string_view before = utf8;
    const UChar32 c = TakeCodePoint(utf8);
    if (c < 0) {
      out.append(before.substr(0, before.size() - utf8.size()));
    } else if (c < 0x80) {
      out.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c));
    } else {
      AppendCodePoint(u_foldCase(c, U_FOLD_CASE_DEFAULT), out);
    }
  }
}

bool FoldsTo(std::string_view utf8, std::string_view folded) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c >= 0x80) {
      thread_local std::string rest;
      rest.clear();
      AppendFolded(utf8.substr(i), rest);
      return rest == folded.substr(i);
    }
    const char small = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    if (i >= folded.size() || small != folded[i]) return false;
  }
  return utf8.size() == folded.size();
}

}  // namespace dossier
