#include "json/password_in.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/json_text.h"
#include "base/status.h"
#include "base/wipe.h"
#include "dossier/limits.h"
#include "json/json_check.h"

namespace dossier {
namespace {

namespace ondemand = simdjson::ondemand;
using Type = ondemand::json_type;

// What stands for a plain text whose hash is not made yet: no text matches an empty value.
constexpr std::string_view kNoHash = R"({"type":"password","value":""})";

bool IsTypeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// "password", "password-md5": also a scheme that this version does not know.
bool IsPasswordType(std::string_view type) {
  constexpr std::string_view kPlain = "password";
  if (type.size() > kPasswordTypeBytesMax || !type.starts_with(kPlain)) return false;
  const std::string_view scheme = type.substr(kPlain.size());
  return scheme.empty() || (scheme.size() > 1 && scheme[0] == '-' &&
                            std::all_of(scheme.begin(), scheme.end(), IsTypeCharacter));
}

class PasswordWriter {
 public:
  PasswordWriter(const Attribute& attribute, const ScalarRules& rules, Writer& writer)
      : attribute_(attribute), rules_(rules), writer_(writer) {}

  absl::Status Add(ondemand::value value) {
    Type type;
    if (value.type().get(type)) return NotJson();
    if (type == Type::object) return Hash(value);
    if (type != Type::string) return WrongType("a string or an object");
    std::string_view text;
    if (value.get_string().get(text)) return NotJson();
    const absl::Status status = PlainText(text);
    // The text stands decoded in the parser's buffer, which is free to be written.
    Wipe(const_cast<char*>(text.data()), text.size());
    return status;
  }

 private:
  absl::Status NotJson() const { return errors::MalformedJson(rules_.argument); }
  absl::Status WrongType(std::string_view expected) const {
    return errors::InvalidJsonType(PathOf(attribute_), expected);
  }
  absl::Status WrongFormat(std::string_view expected) const {
    return errors::InvalidDataFormat(PathOf(attribute_), expected);
  }

  absl::Status PlainText(std::string_view text) {
    if (!attribute_.hashes_text) {
      return WrongFormat("an object with type and value: its scheme makes no hash of a text");
    }
    // A text beyond a NUL would not count, and nobody means to be let in by an empty one.
    if (text.empty() || text.size() > kPasswordTextBytesMax ||
        text.find('\0') != std::string_view::npos) {
      return WrongFormat("a text of 1 to 511 bytes without a NUL, or an object");
    }
    std::string_view hash;
    if (rules_.passwords != nullptr) {
      if (rules_.passwords->met() == kPlainPasswordsMax) {
        return errors::InvalidArgument(rules_.argument, "it has more than 16 plain text passwords");
      }
      hash = rules_.passwords->Take(attribute_, text);
    }
    writer_.AddText(attribute_.number, format::Tag::kPassword, hash.empty() ? kNoHash : hash);
    return absl::OkStatus();
  }

  absl::Status Hash(ondemand::value value) {
    ondemand::object object;
    if (value.get_object().get(object)) return NotJson();
    std::string json = "{";
    std::vector<std::string> names;
    for (auto result : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(result).get(field) || field.unescaped_key().get(name)) return NotJson();
      if (names.size() == kPasswordMembersMax)
        return WrongFormat("an object of at most 16 members");
      if (std::find(names.begin(), names.end(), name) != names.end()) {
        return WrongFormat("an object with each member once");
      }
      names.emplace_back(name);
      DOSSIER_RETURN_IF_ERROR(Member(names.back(), field.value(), json));
      if (json.size() >= kPasswordObjectBytesMax) {
        return WrongFormat("an object of at most 4,096 bytes");
      }
    }
    for (const std::string_view name : {"type", "value"}) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        return WrongFormat("a string, or an object with type and value");
      }
    }
    writer_.AddText(attribute_.number, format::Tag::kPassword, json + "}");
    return absl::OkStatus();
  }

  absl::Status Member(std::string_view name, ondemand::value value, std::string& json) const {
    Type type;
    if (value.type().get(type)) return NotJson();
    const bool is_needed = name == "type" || name == "value";
    if (type == Type::null && !is_needed) {
      return value.is_null().value_unsafe() ? absl::OkStatus() : NotJson();
    }
    if (type != Type::string && (is_needed || name == "salt")) {
      return WrongType("an object whose type, value and salt are strings");
    }
    if (json.size() > 1) json += ',';
    AppendJsonText(name, json);
    json += ':';
    return type == Type::string ? Text(name, value, json) : Other(type, value, json);
  }

  absl::Status Text(std::string_view name, ondemand::value value, std::string& json) const {
    std::string_view text;
    if (value.get_string().get(text)) return NotJson();
    if (name == "type" && !IsPasswordType(text)) {
      return WrongFormat("an object whose type begins with password");
    }
    AppendJsonText(text, json);
    return absl::OkStatus();
  }

  // A number, true or false, as it was sent.
  absl::Status Other(Type type, ondemand::value value, std::string& json) const {
    if (type != Type::number && type != Type::boolean) {
      return WrongType("an object without further ones in it");
    }
    const std::string_view token = TrimmedToken(value.raw_json_token());
    const bool is_json = type == Type::number ? IsJsonNumber(token) : !value.get_bool().error();
    if (!is_json) return NotJson();
    json += token;
    return absl::OkStatus();
  }

  const Attribute& attribute_;
  const ScalarRules& rules_;
  Writer& writer_;
};

}  // namespace

absl::Status AddPassword(const Attribute& attribute, ondemand::value value,
                         const ScalarRules& rules, Writer& writer) {
  return PasswordWriter(attribute, rules, writer).Add(value);
}

}  // namespace dossier
