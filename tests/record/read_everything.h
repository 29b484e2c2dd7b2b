// Reads all that a record lets a reader reach, for tests of damaged ones.
#ifndef DOSSIER_TESTS_RECORD_READ_EVERYTHING_H_
#define DOSSIER_TESTS_RECORD_READ_EVERYTHING_H_

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/json_text.h"
#include "json/json_check.h"
#include "test_records.h"

namespace dossier::testing {

// Whether every text is what its tag says. Verify leaves that to the checksum, so a test that
// forges the checksum asks for JSON only where this holds.
class TextsAreSound {
 public:
  static bool In(const ObjectView& object, const Shape& shape) {
    for (const Attribute& attribute : shape) {
      const ValueView value = object.Find(attribute.number);
      if (value.number != 0 && !Value(value, attribute)) return false;
    }
    return true;
  }

 private:
  static bool Value(const ValueView& value, const Attribute& attribute) {
    const auto is_utf8 = [&] { return simdjson::validate_utf8(value.text()); };
    switch (value.tag) {
      case format::Tag::kText:
        return IsPlain(value.text()) && is_utf8();
      case format::Tag::kTextEscaped:
        return is_utf8();
      case format::Tag::kDecimal:
        return IsJsonNumber(value.text());
      case format::Tag::kJson:
      case format::Tag::kPassword:
        return CheckJson(value.text()) == JsonVerdict::kJson;
      case format::Tag::kObject:
        return In(value.object(), *attribute.children);
      case format::Tag::kPlural:
        return Elements(value.plural(), *attribute.children);
      default:
        return true;
    }
  }

  static bool Elements(const PluralView& plural, const Shape& shape) {
    for (size_t i = 0; i < plural.count(); ++i) {
      if (!In(plural.element(i), shape)) return false;
    }
    return true;
  }
};

// Whether `text` is JSON as simdjson's DOM reads it. It refuses numbers that no double holds, which
// are JSON all the same.
inline bool IsJsonToDom(std::string_view text) {
  simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(text)).error();
  return error == simdjson::SUCCESS ||
         (error == simdjson::NUMBER_ERROR && CheckJson(text) != JsonVerdict::kNotJson);
}

// The first property that a record which Verify has accepted breaks; empty where it breaks none.
inline std::string BrokenProperty(std::string_view bytes, TestRecords& records) {
  const RecordView record = RecordView::Trusted(bytes);
  const Shape& shape = records.shape();
  Dump(bytes, shape);
  const std::string json = records.Json(bytes);
  const bool is_sound = TextsAreSound::In(record.root(), shape);
  if (is_sound && !IsJsonToDom(json)) return "its JSON does not parse: " + json;
  for (const Attribute& attribute : shape) {
    const auto path = Path::Parse(attribute.name, shape, "");
    std::string value;
    if (!AppendValueJson(record, *path, nullptr, value)) return "it has no " + attribute.name;
    if (is_sound && !IsJsonToDom(value)) return attribute.name + " is no JSON: " + value;
  }
  for (std::string_view value : {R"({})", R"({"home":{"city":"B"},"tags":[{"tag":"b"}]})",
                                 R"({"statuses":[{"text":"b"}],"name":null})"}) {
    const auto merged = records.Apply(bytes, Mode::kUpdate, "/", value);
    if (!merged.ok()) return "merging fails: " + merged.status().ToString();
    if (!records.Verify(*merged).ok()) return "what it is merged to is broken";
  }
  return "";
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_RECORD_READ_EVERYTHING_H_
