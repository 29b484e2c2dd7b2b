#include "filter/order.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "values/index_order.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

using format::Tag;

constexpr int64_t kMicrosPerDay = 86'400'000'000;

int Sign(auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; }

bool IsNumber(const Attribute& attribute) {
  return attribute.kind == Kind::kInteger || attribute.kind == Kind::kDecimal;
}

bool IsTime(const Attribute& attribute) {
  return attribute.kind == Kind::kDateTime || attribute.kind == Kind::kDate;
}

// The number that stands for a value which is neither a string nor a decimal.
int64_t NumberOf(const ValueView& value) {
  switch (value.tag) {
    case Tag::kTime:
      return value.time();
    case Tag::kDate:
      return value.date();
    case Tag::kIpv4:
      return value.ipv4();
    case Tag::kTrue:
      return 1;
    case Tag::kFalse:
      return 0;
    default:
      return value.integer();
  }
}

// A stored date may lie where no 64 bits of microseconds reach.
int64_t InstantOf(const ValueView& value) {
  if (value.tag != Tag::kDate) return value.time();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max() / kMicrosPerDay;
  const int64_t days = value.date();
  if (days > kMax) return std::numeric_limits<int64_t>::max();
  if (days < -kMax) return std::numeric_limits<int64_t>::min();
  return days * kMicrosPerDay;
}

Decimal DecimalOf(const ValueView& value) {
  return value.tag == Tag::kDecimal ? Decimal::Of(value.text())
                                    : Decimal::Of(absl::StrCat(value.integer()));
}

}  // namespace

int CompareToLiteral(const Attribute& attribute, const ValueView& value, const Literal& literal) {
  switch (attribute.kind) {
    case Kind::kString:
      return value.text().compare(std::get<TextLiteral>(literal).text);
    case Kind::kDecimal:
      return Compare(Decimal::Of(value.text()), std::get<Decimal>(literal));
    default:
      return Sign(NumberOf(value), std::get<int64_t>(literal));
  }
}

bool EqualsLiteral(const Attribute& attribute, const ValueView& value, const Literal& literal) {
  if (attribute.kind != Kind::kString || attribute.case_sensitive) {
    return CompareToLiteral(attribute, value, literal) == 0;
  }
  return FoldsTo(value.text(), std::get<TextLiteral>(literal).folded);
}

int CompareValues(const Attribute& attribute, const ValueView& value, const Attribute& other,
                  const ValueView& other_value) {
  if (attribute.kind == Kind::kString) return value.text().compare(other_value.text());
  if (IsTime(attribute)) return Sign(InstantOf(value), InstantOf(other_value));
  if (attribute.kind == Kind::kDecimal || other.kind == Kind::kDecimal) {
    return Compare(DecimalOf(value), DecimalOf(other_value));
  }
  return Sign(NumberOf(value), NumberOf(other_value));
}

bool EqualValues(const Attribute& attribute, const ValueView& value, const Attribute& other,
                 const ValueView& other_value) {
  if (attribute.kind != Kind::kString || attribute.case_sensitive || other.case_sensitive) {
    return CompareValues(attribute, value, other, other_value) == 0;
  }
  thread_local std::string folded;
  folded.clear();
  AppendFolded(other_value.text(), folded);
  return FoldsTo(value.text(), folded);
}

bool AreComparable(const Attribute& attribute, const Attribute& other) {
  return attribute.is_comparable() &&
         (attribute.kind == other.kind || (IsNumber(attribute) && IsNumber(other)) ||
          (IsTime(attribute) && IsTime(other)));
}

void AppendPlace(const ValueView& value, std::string& out) {
  out += value.at == nullptr ? '\1' : '\0';
  if (value.at != nullptr) AppendOrdered(value, out, /*bytes_max=*/std::string::npos);
}

}  // namespace dossier
