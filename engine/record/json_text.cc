#include "record/json_text.h"

#include <cstddef>

namespace dossier {
namespace {

bool NeedsEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

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
  bool escape = false;  // without a branch in the loop, so that it runs on vectors
  for (const char c : text) escape |= NeedsEscape(static_cast<unsigned char>(c));
  return !escape;
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
