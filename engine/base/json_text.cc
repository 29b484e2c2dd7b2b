#include "base/json_text.h"

#include <cstddef>
#include <cstdint>

#include "base/coding.h"

namespace dossier {
namespace {

bool NeedsEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kTops = kOnes << 7;

// Whether a byte of the eight is 0. Source: the well-known test of a word for a zero byte.
constexpr bool HasZero(uint64_t eight) { return ((eight - kOnes) & ~eight & kTops) != 0; }

// Whether one of eight bytes needs an escape.
bool HasEscape(uint64_t eight) {
  const bool has_control = ((eight - kOnes * 0x20) & ~eight & kTops) != 0;
  return has_control || HasZero(eight ^ kOnes * '"') || HasZero(eight ^ kOnes * '\\');
}

void AppendEscape(char c, std::string& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

bool IsPlain(std::string_view text) {
  constexpr size_t kEight = sizeof(uint64_t);
  if (text.size() < kEight) {
    uint64_t eight = kOnes * ' ';
    text.copy(reinterpret_cast<char*>(&eight), text.size());
    return !HasEscape(eight);
  }
  const char* const last = text.data() + text.size() - kEight;
  for (const char* at = text.data(); at < last; at += kEight) {
    if (HasEscape(LoadLittle<uint64_t>(at))) return false;
  }
  return !HasEscape(LoadLittle<uint64_t>(last));
}

void AppendJsonText(std::string_view text, std::string& out) {
  out += '"';
  size_t begin = 0;  // of what is not yet appended
  for (size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(static_cast<unsigned char>(text[i]))) continue;
    out += text.substr(begin, i - begin);
    AppendEscape(text[i], out);
    begin = i + 1;
  }
  out += text.substr(begin);
  out += '"';
}

}  // namespace dossier
