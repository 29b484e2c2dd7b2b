#include "json/json_out.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "base/json_text.h"
#include "base/time_text.h"
#include "record/ipv4.h"

namespace dossier {
namespace {

using format::Tag;

void AppendInteger(auto value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void AppendQuotedTime(int64_t micros, std::string& out) {
  out += '"';
  AppendDateTime(micros, out);
  out += '"';
}

// Room for about so many bytes more; a guess, so large ones are left to growth.
void Reserve(size_t bytes, std::string& out) {
  constexpr size_t kGuessMax = 1u << 20;
  out.reserve(out.size() + std::min(bytes, kGuessMax));
}

class JsonWriter {
 public:
  JsonWriter(const AttributeSet* only, std::string& out) : only_(only), out_(out) {}

  // Appends the members of an object; the caller has opened it and closes it.
  void Members(const ObjectView& object, const Shape& shape) {
    size_t next = 0;  // of the object's values, which stand in the order of the shape
    for (const Attribute& attribute : shape) {
      while (next < object.count() && object[next].number < attribute.number) ++next;
      if (!Allows(only_, attribute)) continue;
      const bool is_set = next < object.count() && object[next].number == attribute.number;
      if (out_.back() != '{') out_ += ',';
      if (is_set) {
        out_ += attribute.json_key;
        Value(object[next], attribute);
      } else if (only_ == nullptr) {
        out_ += attribute.json_unset;
      } else {
        out_ += attribute.json_key;
        Unset(attribute);
      }
    }
  }

  // The value of an attribute that has none; of an object its wanted children.
  void Unset(const Attribute& attribute) {
    if (attribute.kind == Kind::kObject) return Object(ObjectView(), *attribute.children);
    out_ += std::string_view(attribute.json_unset).substr(attribute.json_key.size());
  }

  void Object(const ObjectView& object, const Shape& shape) {
    out_ += '{';
    Members(object, shape);
    out_ += '}';
  }

  void Element(EntityId id, const ObjectView& element, const Shape& shape) {
    out_ += "{\"id\":";
    AppendInteger(id, out_);
    Members(element, shape);
    out_ += '}';
  }

  void Plural(const PluralView& plural, const Shape& shape) {
    Reserve(plural.count() * shape.unset_bytes() + 2 * plural.size(), out_);
    out_ += '[';
    for (size_t i = 0; i < plural.count(); ++i) {
      if (i > 0) out_ += ',';
      Element(plural.id(i), plural.element(i), shape);
    }
    out_ += ']';
  }

  void Value(const ValueView& value, const Attribute& attribute) {
    switch (value.tag) {
      case Tag::kFalse:
        out_ += "false";
        return;
      case Tag::kTrue:
        out_ += "true";
        return;
      case Tag::kSmall:
      case Tag::kInt64:
        AppendInteger(value.integer(), out_);
        return;
      case Tag::kTime:
        AppendQuotedTime(value.time(), out_);
        return;
      case Tag::kDate:
        out_ += '"';
        AppendDate(value.date(), out_);
        out_ += '"';
        return;
      case Tag::kText:
        out_ += '"';
        out_ += value.text();
        out_ += '"';
        return;
      case Tag::kTextEscaped:
        AppendJsonText(value.text(), out_);
        return;
      case Tag::kDecimal:
      case Tag::kJson:
      case Tag::kPassword:
        out_ += value.text();
        return;
      case Tag::kIpv4:
        out_ += '"';
        AppendIpv4(value.ipv4(), out_);
        out_ += '"';
        return;
      case Tag::kObject:
        Object(value.object(), *attribute.children);
        return;
      case Tag::kPlural:
        Plural(value.plural(), *attribute.children);
        return;
      case Tag::kLarge:
        assert(false);  // whoever wants it has brought it in
        out_ += "[]";
        return;
    }
  }

  void Reserved(const RecordView& record, AttributeNumber number) {
    switch (number) {
      case kIdNumber:
        AppendInteger(record.id(), out_);
        return;
      case kUuidNumber:
        out_ += '"';
        AppendUuid(record.uuid(), out_);
        out_ += '"';
        return;
      case kCreatedNumber:
        AppendQuotedTime(record.created(), out_);
        return;
      default:
        AppendQuotedTime(record.last_updated(), out_);
        return;
    }
  }

 private:
  const AttributeSet* only_;
  std::string& out_;
};

}  // namespace

void AppendRecordJson(const RecordView& record, const Shape& shape, const AttributeSet* only,
                      std::string& out) {
  JsonWriter writer(only, out);
  Reserve(shape.unset_bytes() + 2 * record.bytes().size(), out);
  out += '{';
  for (const auto& [number, key] : {std::pair{kIdNumber, "\"id\":"},
                                    {kUuidNumber, "\"uuid\":"},
                                    {kCreatedNumber, "\"created\":"},
                                    {kLastUpdatedNumber, "\"lastUpdated\":"}}) {
    if (only != nullptr && !only->Has(number)) continue;
    if (out.back() != '{') out += ',';
    out += key;
    writer.Reserved(record, number);
  }
  writer.Members(record.root(), shape);
  out += '}';
}

bool AppendValueJson(const RecordView& record, const Path& path, const AttributeSet* only,
                     std::string& out) {
  JsonWriter writer(only, out);
  if (IsReserved(*path.back().attribute)) {
    writer.Reserved(record, path.back().attribute->number);
    return true;
  }
  ObjectView object = record.root();
  for (size_t i = 0;; ++i) {
    const auto [attribute, element] = path[i];
    const bool is_last = i + 1 == path.size();
    const ValueView value = object.Find(attribute->number);
    if (element != 0) {
      const PluralView plural = value.plural();
      const size_t position = plural.Find(element);
      if (position == plural.count()) return false;
      object = plural.element(position);
      if (is_last) writer.Element(element, object, *attribute->children);
    } else if (is_last && value.at != nullptr) {
      writer.Value(value, *attribute);
    } else if (is_last) {
      writer.Unset(*attribute);
    } else {
      object = value.object();
    }
    if (is_last) return true;
  }
}

}  // namespace dossier
