#include "values/constraints.h"

#include <algorithm>
#include <vector>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

using format::Tag;

// Gathers the values of one locally-unique attribute over the elements of one plural.
void GatherValues(const ObjectView& object, const Shape& shape, const Attribute& wanted,
                  std::vector<std::string>& values) {
  for (const Attribute& attribute : shape) {
    if (!attribute.contains_locally_unique) continue;
    const ValueView value = object.Find(attribute.number);
    if (value.at == nullptr) continue;
    if (&attribute == &wanted) {
      AppendComparable(attribute, value, values.emplace_back());
    } else if (attribute.kind == Kind::kObject) {
      GatherValues(value.object(), *attribute.children, wanted, values);
    }
  }
}

// The attributes that `plural` must keep distinct: its own children and those of objects in it.
void CollectLocallyUnique(const Shape& shape, std::vector<const Attribute*>& out) {
  for (const Attribute& attribute : shape) {
    if (attribute.locally_unique) out.push_back(&attribute);
    if (attribute.kind == Kind::kObject) CollectLocallyUnique(*attribute.children, out);
  }
}

absl::Status CheckPlural(const PluralView& plural, const Shape& shape) {
  std::vector<const Attribute*> wanted;
  CollectLocallyUnique(shape, wanted);
  for (const Attribute* attribute : wanted) {
    std::vector<std::string> values;
    for (size_t i = 0; i < plural.count(); ++i) {
      GatherValues(plural.element(i), shape, *attribute, values);
    }
    std::sort(values.begin(), values.end());
    if (std::adjacent_find(values.begin(), values.end()) != values.end()) {
      return errors::UniqueViolation(PathOf(*attribute), /*holder_id=*/0);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckObject(const ObjectView& object, const Shape& shape) {
  for (const Attribute& attribute : shape) {
    if (!attribute.contains_locally_unique || !attribute.is_container()) continue;
    const ValueView value = object.Find(attribute.number);
    if (value.at == nullptr || value.tag == Tag::kLarge) continue;
    if (attribute.kind == Kind::kObject) {
      DOSSIER_RETURN_IF_ERROR(CheckObject(value.object(), *attribute.children));
      continue;
    }
    const PluralView plural = value.plural();
    DOSSIER_RETURN_IF_ERROR(CheckPlural(plural, *attribute.children));
    for (size_t i = 0; i < plural.count(); ++i) {
      DOSSIER_RETURN_IF_ERROR(CheckObject(plural.element(i), *attribute.children));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckText(const Attribute& attribute, std::string_view text) {
  // A text has no more characters than bytes: only long ones are counted.
  if (attribute.length_max && text.size() > *attribute.length_max &&
      CodePointCount(text) > *attribute.length_max) {
    return errors::LengthViolation(PathOf(attribute), *attribute.length_max);
  }
  for (unsigned formats = attribute.text_formats; formats != 0; formats &= formats - 1) {
    const auto format = static_cast<TextFormat>(formats & (~formats + 1));  // the lowest bit
    if (!Matches(format, text)) {
      return errors::ConstraintViolation(PathOf(attribute), NameOf(format));
    }
  }
  return absl::OkStatus();
}

void AppendComparable(const Attribute& attribute, const ValueView& value, std::string& out) {
  switch (value.tag) {
    case Tag::kText:
    case Tag::kTextEscaped:
      if (attribute.case_sensitive) {
        out += value.text();
      } else {
        AppendFolded(value.text(), out);
      }
      return;
    case Tag::kDecimal:
      AppendComparable(Decimal::Of(value.text()), out);
      return;
    case Tag::kSmall:
    case Tag::kInt64:
      AppendLittle(out, value.integer());
      return;
    case Tag::kFalse:
    case Tag::kTrue:
      out += static_cast<char>(value.tag);
      return;
    default:
      out += value.bytes();
      return;
  }
}

void AppendComparable(const Decimal& decimal, std::string& out) {
  if (decimal.sign == 0) {
    out += '0';
    return;
  }
  out += decimal.sign < 0 ? '-' : '+';
  AppendLittle(out, decimal.exponent);
  out += decimal.digits;
}

void AppendComparable(Kind kind, int64_t number, std::string& out) {
  switch (kind) {
    case Kind::kBoolean:
      out += static_cast<char>(number != 0 ? Tag::kTrue : Tag::kFalse);
      return;
    case Kind::kDate:
      AppendLittle(out, static_cast<int32_t>(number));
      return;
    case Kind::kIpAddress:
      AppendLittle(out, static_cast<uint32_t>(number));
      return;
    default:
      AppendLittle(out, number);
  }
}

absl::Status CheckLocallyUnique(const RecordView& record, const Shape& shape) {
  return CheckObject(record.root(), shape);
}

}  // namespace dossier
