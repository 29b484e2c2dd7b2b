#include "model/value.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

// A decimal as a sign and 0.digits times ten to the power of `point`; zero has no digits.
struct Decimal {
  bool is_negative = false;
  std::string digits = {};
  int64_t point = 0;
};

Decimal ReadDecimal(std::string_view text) {
  Decimal decimal;
  if (text.starts_with("-")) {
    decimal.is_negative = true;
    text.remove_prefix(1);
  }
  int64_t exponent = 0;
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string power(text.substr(e + 1));
    if (power.starts_with("+")) power.erase(0, 1);
    if (!absl::SimpleAtoi(power, &exponent)) return {};
    text = text.substr(0, e);
  }
  const size_t dot = std::min(text.find('.'), text.size());
  decimal.digits = absl::StrCat(std::string(text.substr(0, dot)),
                                std::string(text.substr(std::min(dot + 1, text.size()))));
  decimal.point = static_cast<int64_t>(dot) + exponent;
  const size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.digits.erase(0, first);
  decimal.point -= static_cast<int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

std::string TextOf(const Decimal& decimal) {
  return absl::StrCat(decimal.is_negative ? "-" : "", decimal.digits, "e", decimal.point);
}

int Compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.is_negative ? -1 : 1; };
  if (sign(a) != sign(b) || sign(a) == 0) return sign(a) - sign(b);
  if (a.point != b.point) return (a.point < b.point ? -1 : 1) * sign(a);
  return a.digits.compare(b.digits) * sign(a);
}

Kept KeepInteger(const Json& given) {
  if (given.kind != Kind::kNumber) return {341, {}};
  const Decimal decimal = ReadDecimal(given.text);
  const auto length = static_cast<int64_t>(decimal.digits.size());
  if (decimal.digits.empty()) return {0, Number("0")};
  if (length > decimal.point || decimal.point > 19) return {340, {}};
  const std::string text =
      absl::StrCat(decimal.is_negative ? "-" : "", decimal.digits,
                   std::string(static_cast<size_t>(decimal.point - length), '0'));
  int64_t integer = 0;
  return absl::SimpleAtoi(text, &integer) ? Kept{0, Number(absl::StrCat(integer))} : Kept{340, {}};
}

Kept KeepBoolean(const Json& given) {
  if (given.kind != Kind::kLiteral && given.kind != Kind::kString) return {341, {}};
  if (given.text != "true" && given.text != "false") return {340, {}};
  return {0, {Kind::kLiteral, given.text, {}, {}}};
}

std::optional<uint32_t> ReadAddress(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  uint32_t address = 0;
  for (const std::string& part : parts) {
    uint32_t byte = 0;
    if (!absl::SimpleAtoi(part, &byte) || byte > 255) return std::nullopt;
    address = address * 256 + byte;
  }
  if (parts.size() != 4) return std::nullopt;
  return address;
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether the text, made of the strings of histories, has the format.
bool HasFormat(std::string_view constraint, std::string_view text) {
  const auto all = [&](auto is) { return std::all_of(text.begin(), text.end(), is); };
  if (constraint == "alphabetic") return all(IsLetter);
  if (constraint == "alphanumeric") return all([](char c) { return IsLetter(c) || IsDigit(c); });
  if (constraint == "unicode-printable") {
    return all([](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
  }
  if (constraint != "email-address") return true;
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at + 2) < text.size() - 1;
}

Kept KeepString(const Attribute& attribute, const Json& given) {
  if (given.kind != Kind::kString) return {341, {}};
  const auto length = static_cast<size_t>(std::count_if(given.text.begin(), given.text.end(),
                                                        [](char c) { return (c & 0xC0) != 0x80; }));
  if (attribute.length.has_value() && length > *attribute.length) return {363, {}};
  for (const std::string& constraint : attribute.constraints) {
    if (!HasFormat(constraint, given.text)) return {360, {}};
  }
  return {0, given};
}

Kept KeepTime(const Json& given, bool is_day) {
  if (given.kind != Kind::kString) return {341, {}};
  const std::optional<absl::Time> time = ReadTime(given.text);
  if (!time.has_value()) return {342, {}};
  if (!is_day) return {0, Text(TextOfTime(*time))};
  return {0, Text(absl::FormatTime("%Y-%m-%d", *time, absl::UTCTimeZone()))};
}

}  // namespace

Kept Keep(const Attribute& attribute, const Json& given) {
  const std::string& type = attribute.type;
  if (type == "integer") return KeepInteger(given);
  if (type == "boolean") return KeepBoolean(given);
  if (type == "decimal") return given.kind == Kind::kNumber ? Kept{0, given} : Kept{341, {}};
  if (type == "date" || type == "dateTime") return KeepTime(given, type == "date");
  if (type == "string") return KeepString(attribute, given);
  if (type == "ipAddress") {
    if (given.kind != Kind::kString) return {341, {}};
    return ReadAddress(given.text).has_value() ? Kept{0, given} : Kept{200, {}};
  }
  return {0, given};  // json
}

std::optional<absl::Time> ReadTime(std::string_view text) {
  constexpr std::array kForms = {"%Y-%m-%d %H:%M:%E*S %z", "%Y-%m-%d %H:%M:%E*S",
                                 "%Y-%m-%dT%H:%M:%E*SZ", "%Y-%m-%d"};
  absl::Time time;
  for (const char* form : kForms) {
    if (absl::ParseTime(form, std::string(text), &time, nullptr)) return time;
  }
  return std::nullopt;
}

std::string TextOfTime(absl::Time time) {
  const bool is_whole = absl::ToUnixMicros(time) % 1'000'000 == 0;
  return absl::FormatTime(is_whole ? "%Y-%m-%d %H:%M:%S +0000" : "%Y-%m-%d %H:%M:%E6S +0000", time,
                          absl::UTCTimeZone());
}

std::string Equal(const Attribute& attribute, const Json& kept) {
  const std::string& type = attribute.type;
  if (type == "decimal" || type == "integer") return TextOf(ReadDecimal(kept.text));
  if (type == "string" && !attribute.is_case_sensitive) return Folded(kept.text);
  return kept.text;
}

int Order(std::string_view type, const Json& a, const Json& b) {
  if (type == "integer" || type == "decimal" || type == "id") {
    return Compare(ReadDecimal(a.text), ReadDecimal(b.text));
  }
  if (type == "ipAddress") {
    const auto address = [](const Json& of) { return ReadAddress(of.text).value_or(0); };
    return address(a) == address(b) ? 0 : address(a) < address(b) ? -1 : 1;
  }
  if (type == "date" || type == "dateTime") {
    const auto time = [](const Json& of) {
      return ReadTime(of.text).value_or(absl::InfinitePast());
    };
    return time(a) == time(b) ? 0 : time(a) < time(b) ? -1 : 1;
  }
  return a.text.compare(b.text);  // bytes; "false" before "true"
}

std::string Folded(std::string_view text) {
  std::string folded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    folded += c;
    // Latin letters with accents: U+00C0 to U+00DE but U+00D7.
    if (c != '\xC3' || i + 1 == text.size()) continue;
    const char next = text[++i];
    const bool is_upper = next <= '\x9E' && next != '\x97';  // it continues a letter
    folded += is_upper ? static_cast<char>(next + 0x20) : next;
  }
  return folded;
}

}  // namespace dossier::model
