#include "json/scalar_in.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/errors.h"
#include "base/json_text.h"
#include "base/status.h"
#include "base/time_text.h"
#include "dossier/limits.h"
#include "json/json_check.h"
#include "json/password_in.h"
#include "record/ipv4.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;
using format::Tag;

// Of 12.0, 120e-1 and 1.2e1: the digits from the first to the last that is no zero, and the power
// of ten of that one. A double would round 1.00000000000000000001 to a whole number.
std::optional<int64_t> SpelledWholeNumber(std::string_view number) {
  constexpr size_t kSizeMax = 20;  // of an int64_t, its sign included
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  int32_t exponent = 0;
  if (e < number.size()) {
    const size_t sign = number[e + 1] == '+' ? 1 : 0;
    const char* const end = number.data() + number.size();
    if (std::from_chars(number.data() + e + 1 + sign, end, exponent).ec != std::errc()) {
      return number.find_first_of("123456789") < e ? std::nullopt : std::optional<int64_t>(0);
    }
  }
  std::string digits;
  int64_t power = exponent;
  size_t zeros = 0;  // behind the last digit that is none
  bool is_fraction = false;
  for (const char c : number.substr(0, e)) {
    if (c == '-') digits += c;
    if (c == '.') is_fraction = true;
    if (c < '0') continue;
    power -= is_fraction ? 1 : 0;
    if (c == '0') {
      zeros += digits.empty() || digits.back() == '-' ? 0 : 1;
      continue;
    }
    if (digits.size() + zeros >= kSizeMax) return std::nullopt;
    digits.append(zeros, '0');
    digits += c;
    zeros = 0;
  }
  if (digits.empty() || digits.back() == '-') return 0;
  power += static_cast<int64_t>(zeros);
  if (power < 0 || power > static_cast<int64_t>(kSizeMax - digits.size())) return std::nullopt;
  digits.append(static_cast<size_t>(power), '0');
  int64_t integer = 0;
  const bool fits =
      std::from_chars(digits.data(), digits.data() + digits.size(), integer).ec == std::errc();
  return fits ? std::optional(integer) : std::nullopt;
}

// 12, and also 12.0 and 1.2e1: a whole number in any spelling.
std::optional<int64_t> WholeNumber(std::string_view number) {
  int64_t integer = 0;
  const char* const end = number.data() + number.size();
  const auto whole = std::from_chars(number.data(), end, integer);
  if (whole.ptr == end) {
    return whole.ec == std::errc() ? std::optional(integer) : std::nullopt;
  }
  return SpelledWholeNumber(number);
}

// Of a JSON number: whether its exponent is one that decimals may have.
bool HasSmallExponent(std::string_view number) {
  const size_t e = number.find_first_of("eE");
  if (e == std::string_view::npos) return true;
  const size_t sign = number[e + 1] == '+' ? 1 : 0;  // from_chars reads a minus alone
  int64_t exponent = 0;
  const auto read =
      std::from_chars(number.data() + e + 1 + sign, number.data() + number.size(), exponent);
  return read.ec == std::errc() && exponent >= -kDecimalExponentMax &&
         exponent <= kDecimalExponentMax;
}

// The text of a value, which is then read over; whether it is JSON may remain to be seen.
bool TakeText(ondemand::value value, ondemand::json_type type, std::string_view& text) {
  simdjson::error_code error = simdjson::SUCCESS;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) error = object.raw_json().get(text);
  } else if (type == ondemand::json_type::array) {
    ondemand::array array;
    error = value.get_array().get(array);
    if (error == simdjson::SUCCESS) error = array.raw_json().get(text);
  } else {
    text = value.raw_json_token();
    // Taken, not only looked at: before a colon simdjson would pass over it as over a key.
    if (type == ondemand::json_type::string) error = value.get_raw_json_string().error();
  }
  text = TrimmedToken(text);
  return error == simdjson::SUCCESS;
}

class ScalarWriter {
 public:
  ScalarWriter(const Attribute& attribute, const ScalarRules& rules, Writer& writer)
      : attribute_(attribute), rules_(rules), writer_(writer) {}

  absl::Status Add(ondemand::value value, ondemand::json_type type) {
    switch (attribute_.kind) {
      case Kind::kInteger:
      case Kind::kDecimal:
        if (type != ondemand::json_type::number) return WrongType("a number");
        return Number(TrimmedToken(value.raw_json_token()));
      case Kind::kBoolean:
        return Boolean(value, type);
      case Kind::kJson:
        return Json(value, type);
      case Kind::kPassword:
        return AddPassword(attribute_, value, rules_, writer_);
      default:
        break;
    }
    if (type != ondemand::json_type::string) return WrongType("a string");
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return NotJson();
    return Text(text);
  }

  // The text of a value as ValueRules keeps it.
  absl::Status Default(const std::string& text) {
    switch (attribute_.kind) {
      case Kind::kInteger:
      case Kind::kDecimal:
        return Number(text);
      case Kind::kBoolean:
        writer_.AddInline(attribute_.number, text == "true" ? Tag::kTrue : Tag::kFalse);
        return absl::OkStatus();
      case Kind::kJson:
        writer_.AddText(attribute_.number, Tag::kJson, text);
        return absl::OkStatus();
      default:
        return Text(text);
    }
  }

  // What holds of every value once it stands in the writer.
  absl::Status Finish() const {
    if (HasRules() && attribute_.rules->check != nullptr) {
      DOSSIER_RETURN_IF_ERROR(attribute_.rules->check(attribute_, writer_.LastValue(), rules_.now));
    }
    return absl::OkStatus();
  }

  absl::Status Text(std::string_view text) {
    switch (attribute_.kind) {
      case Kind::kDate:
        return Date(text);
      case Kind::kDateTime:
        return DateTime(text);
      case Kind::kIpAddress:
        return IpAddress(text);
      default:
        break;
    }
    std::string transformed;
    if (HasRules() && attribute_.rules->transform != nullptr) {
      transformed = attribute_.rules->transform(text);
      text = transformed;
    }
    if (rules_.check != nullptr && attribute_.has_text_rules()) {
      DOSSIER_RETURN_IF_ERROR(rules_.check(attribute_, text));
    }
    writer_.AddText(attribute_.number, IsPlain(text) ? Tag::kText : Tag::kTextEscaped, text);
    return absl::OkStatus();
  }

 private:
  bool HasRules() const { return attribute_.rules != nullptr && rules_.check != nullptr; }
  absl::Status NotJson() const { return errors::MalformedJson(rules_.argument); }
  absl::Status WrongType(std::string_view expected) const {
    return errors::InvalidJsonType(PathOf(attribute_), expected);
  }

  absl::Status Number(std::string_view number) {
    if (!IsJsonNumber(number)) return NotJson();
    if (attribute_.kind == Kind::kDecimal) {
      if (number.size() > kDecimalBytesMax) {
        return errors::InvalidDataFormat(PathOf(attribute_), "a number of at most 400 characters");
      }
      if (!HasSmallExponent(number)) {
        return errors::InvalidDataFormat(PathOf(attribute_),
                                         "a number with an exponent of at most 1000000");
      }
      writer_.AddText(attribute_.number, Tag::kDecimal, number);
      return absl::OkStatus();
    }
    const std::optional<int64_t> integer = WholeNumber(number);
    if (!integer) {
      return errors::InvalidDataFormat(PathOf(attribute_), "a whole number of 64 bits");
    }
    writer_.AddInteger(attribute_.number, *integer);
    return absl::OkStatus();
  }

  absl::Status Boolean(ondemand::value value, ondemand::json_type type) {
    bool flag = false;
    if (type == ondemand::json_type::boolean) {
      if (value.get_bool().get(flag) != simdjson::SUCCESS) return NotJson();
    } else if (type == ondemand::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return NotJson();
      if (text != "true" && text != "false") {
        return errors::InvalidDataFormat(PathOf(attribute_), "true or false");
      }
      flag = text == "true";
    } else {
      return WrongType("true or false");
    }
    writer_.AddInline(attribute_.number, flag ? Tag::kTrue : Tag::kFalse);
    return absl::OkStatus();
  }

  absl::Status Json(ondemand::value value, ondemand::json_type type) {
    std::string_view text;
    if (!TakeText(value, type, text)) return NotJson();
    const JsonVerdict verdict = CheckJson(text);
    if (verdict == JsonVerdict::kNotJson) return NotJson();
    if (verdict == JsonVerdict::kTooDeep) {
      return errors::InvalidDataFormat(PathOf(attribute_), "JSON of at most 64 levels");
    }
    writer_.AddText(attribute_.number, Tag::kJson, text);
    return absl::OkStatus();
  }

  absl::Status Date(std::string_view text) {
    const std::optional<int32_t> days = ParseDate(text, rules_.now);
    if (!days) return errors::InvalidDateTime(PathOf(attribute_));
    writer_.AddDate(attribute_.number, *days);
    return absl::OkStatus();
  }

  absl::Status DateTime(std::string_view text) {
    const std::optional<int64_t> micros = ParseDateTime(text, rules_.now);
    if (!micros) return errors::InvalidDateTime(PathOf(attribute_));
    writer_.AddTime(attribute_.number, *micros);
    return absl::OkStatus();
  }

  absl::Status IpAddress(std::string_view text) {
    const std::optional<uint32_t> address = ParseIpv4(text);
    if (!address) return errors::InvalidIpAddress(PathOf(attribute_));
    writer_.AddIpv4(attribute_.number, *address);
    return absl::OkStatus();
  }

  const Attribute& attribute_;
  const ScalarRules& rules_;
  Writer& writer_;
};

}  // namespace

absl::Status AddScalar(const Attribute& attribute, ondemand::value value, const ScalarRules& rules,
                       Writer& writer) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return errors::MalformedJson(rules.argument);
  ScalarWriter scalar(attribute, rules, writer);
  DOSSIER_RETURN_IF_ERROR(scalar.Add(value, type));
  return scalar.Finish();
}

absl::Status AddDefault(const Attribute& attribute, const ScalarRules& rules, Writer& writer) {
  ScalarWriter scalar(attribute, rules, writer);
  DOSSIER_RETURN_IF_ERROR(scalar.Default(*attribute.rules->default_value));
  return scalar.Finish();
}

absl::Status AddString(const Attribute& attribute, std::string_view text, const ScalarRules& rules,
                       Writer& writer) {
  return ScalarWriter(attribute, rules, writer).Text(text);
}

bool PassOver(ondemand::value value) {
  ondemand::json_type type;
  std::string_view text;
  return value.type().get(type) == simdjson::SUCCESS && TakeText(value, type, text) &&
         CheckJson(text) != JsonVerdict::kNotJson;
}

std::optional<int64_t> IntegerOf(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS || type != ondemand::json_type::number) {
    return std::nullopt;
  }
  const std::string_view number = TrimmedToken(value.raw_json_token());
  return IsJsonNumber(number) ? WholeNumber(number) : std::nullopt;
}

}  // namespace dossier
