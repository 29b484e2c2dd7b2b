#include "values/index_order.h"

#include <algorithm>

#include "base/coding.h"

namespace dossier {
namespace {

using format::Tag;

constexpr char kNegative = 0;
constexpr char kZero = 1;
constexpr char kPositive = 2;

// Behind a byte 0, which ends a text or stands in it.
constexpr char kWhole = 0;
constexpr char kCut = 1;
constexpr char kInText = '\xff';

template <typename Signed, typename Unsigned>
void AppendSigned(Signed value, std::string& out) {
  constexpr Unsigned kFirstBit = Unsigned{1} << (sizeof(Unsigned) * 8 - 1);
  AppendBig(out, static_cast<Unsigned>(static_cast<Unsigned>(value) ^ kFirstBit));
}

void AppendEnd(bool is_cut, std::string& out) {
  out += '\0';
  out += is_cut ? kCut : kWhole;
}

void TurnRound(std::string& bytes, size_t from) {
  for (size_t i = from; i < bytes.size(); ++i) bytes[i] = static_cast<char>(~bytes[i]);
}

// Of what AppendOrderedText appends, its bytes turned round by `mask` or not.
std::optional<size_t> TextSize(std::string_view bytes, char mask) {
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] != mask) continue;
    const char next = static_cast<char>(bytes[i + 1] ^ mask);
    if (next == kWhole || next == kCut) return i + 2;
    if (next != kInText) return std::nullopt;
    ++i;
  }
  return std::nullopt;
}

std::optional<size_t> DecimalSize(std::string_view bytes) {
  constexpr size_t kHead = 1 + sizeof(int32_t);
  if (bytes.empty()) return std::nullopt;
  if (bytes[0] == kZero) return 1;
  if ((bytes[0] != kNegative && bytes[0] != kPositive) || bytes.size() < kHead) return std::nullopt;
  const auto size = TextSize(bytes.substr(kHead), bytes[0] == kNegative ? '\xff' : '\0');
  return size ? std::optional(kHead + *size) : std::nullopt;
}

std::optional<size_t> Fixed(size_t size, std::string_view bytes) {
  return bytes.size() < size ? std::nullopt : std::optional(size);
}

}  // namespace

void AppendOrderedInteger(int64_t value, std::string& out) {
  AppendSigned<int64_t, uint64_t>(value, out);
}

void AppendOrderedDate(int32_t days, std::string& out) {
  AppendSigned<int32_t, uint32_t>(days, out);
}

void AppendOrderedAddress(uint32_t address, std::string& out) { AppendBig(out, address); }

void AppendOrderedBoolean(bool value, std::string& out) { out += value ? '\1' : '\0'; }

void AppendOrderedDecimal(const Decimal& value, std::string& out, size_t bytes_max) {
  if (value.sign == 0) {
    out += kZero;
    return;
  }
  out += value.sign < 0 ? kNegative : kPositive;
  const size_t begin = out.size();
  const int64_t magnitude = value.exponent + static_cast<int64_t>(value.digits.size());
  AppendSigned<int32_t, uint32_t>(
      static_cast<int32_t>(std::clamp<int64_t>(magnitude, INT32_MIN, INT32_MAX)), out);
  out += std::string_view(value.digits).substr(0, bytes_max);
  AppendEnd(value.digits.size() > bytes_max, out);
  if (value.sign < 0) TurnRound(out, begin);
}

void AppendOrderedText(std::string_view text, std::string& out, size_t bytes_max) {
  const std::string_view kept = text.substr(0, bytes_max);
  if (kept.find('\0') == kept.npos) {
    out += kept;
  } else {
    for (const char c : kept) {
      out += c;
      if (c == '\0') out += kInText;
    }
  }
  AppendEnd(text.size() > bytes_max, out);
}

void AppendOrdered(const ValueView& value, std::string& out, size_t bytes_max) {
  switch (value.tag) {
    case Tag::kFalse:
    case Tag::kTrue:
      return AppendOrderedBoolean(value.tag == Tag::kTrue, out);
    case Tag::kSmall:
    case Tag::kInt64:
      return AppendOrderedInteger(value.integer(), out);
    case Tag::kTime:
      return AppendOrderedInteger(value.time(), out);
    case Tag::kDate:
      return AppendOrderedDate(value.date(), out);
    case Tag::kIpv4:
      return AppendOrderedAddress(value.ipv4(), out);
    case Tag::kDecimal:
      return AppendOrderedDecimal(Decimal::Of(value.text()), out, bytes_max);
    default:
      return AppendOrderedText(value.text(), out, bytes_max);
  }
}

std::optional<size_t> OrderedSize(Kind kind, std::string_view bytes) {
  switch (kind) {
    case Kind::kInteger:
    case Kind::kDateTime:
      return Fixed(sizeof(int64_t), bytes);
    case Kind::kDate:
    case Kind::kIpAddress:
      return Fixed(sizeof(int32_t), bytes);
    case Kind::kBoolean:
      return Fixed(1, bytes);
    case Kind::kDecimal:
      return DecimalSize(bytes);
    default:
      return TextSize(bytes, '\0');
  }
}

bool IsCut(Kind kind, std::string_view ordered) {
  if (kind == Kind::kString) return ordered.back() == kCut;
  if (kind != Kind::kDecimal || ordered[0] == kZero) return false;
  return ordered.back() == (ordered[0] == kNegative ? static_cast<char>(~kCut) : kCut);
}

}  // namespace dossier
