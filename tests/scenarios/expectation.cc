#include "expectation.h"

#include <regex>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace dossier::scenarios {
namespace {

using Kind = JsonValue::Kind;

bool Matches(const std::string& text, const char* pattern) {
  return std::regex_match(text, std::regex(pattern));
}

constexpr char kUuid[] = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
constexpr char kTime[] =
    "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{6})? \\+0000";

bool HasForm(const std::string& form, const JsonValue& value) {
  bool is_string = value.kind == Kind::kString;
  if (form == "any") return true;
  if (form == "id") return value.kind == Kind::kNumber && Matches(value.text, "[1-9][0-9]*");
  if (form == "text") return is_string && !value.text.empty();
  if (form == "uuid") return is_string && Matches(value.text, kUuid);
  if (form == "request_id") return is_string && Matches(value.text, "[0-9a-z]{16}");
  return form == "time" && is_string && Matches(value.text, kTime) &&
         value.text.find(".000000") == std::string::npos;
}

// "<form>" or "<form:name>": the form and the name.
std::optional<std::pair<std::string, std::string>> Placeholder(const JsonValue& expected) {
  if (expected.kind != Kind::kString) return std::nullopt;
  std::smatch match;
  static const std::regex kForm("<(uuid|time|request_id|id|text|any)(:([a-z0-9_]+))?>");
  if (!std::regex_match(expected.text, match, kForm)) return std::nullopt;
  return std::pair(match[1].str(), match[3].str());
}

std::string Unequal(const std::string& where, const std::string& expected,
                    const std::string& answered) {
  return absl::StrCat("at ", where.empty() ? "the top" : where, ": expected ", expected, ", got ",
                      answered);
}

std::string Difference(const JsonValue& expected, const JsonValue& answer, const std::string& where,
                       Captures& captures);

std::string ObjectDifference(const JsonValue& expected, const JsonValue& answer,
                             const std::string& where, Captures& captures) {
  for (const auto& [name, value] : expected.members) {
    if (name == "...") continue;
    const JsonValue* found = answer.Find(name);
    if (found == nullptr) return Unequal(where, "a member " + name, ToText(answer));
    std::string difference = Difference(value, *found, where + "." + name, captures);
    if (!difference.empty()) return difference;
  }
  if (expected.Find("...") != nullptr) return "";
  for (const auto& [name, value] : answer.members) {
    if (expected.Find(name) == nullptr) {
      return Unequal(where + "." + name, "no such member", ToText(value));
    }
  }
  return "";
}

std::string Difference(const JsonValue& expected, const JsonValue& answer, const std::string& where,
                       Captures& captures) {
  if (auto placeholder = Placeholder(expected)) {
    if (!HasForm(placeholder->first, answer)) {
      return Unequal(where, ToText(expected), ToText(answer));
    }
    if (!placeholder->second.empty()) captures[placeholder->second] = answer;
    return "";
  }
  if (expected.kind == Kind::kString && expected.text.starts_with("$") &&
      Matches(expected.text, "[$][a-z0-9_]+")) {
    auto captured = captures.find(expected.text.substr(1));
    if (captured == captures.end()) return absl::StrCat(expected.text, " was not captured");
    return ToText(captured->second) == ToText(answer)
               ? ""
               : Unequal(where, ToText(captured->second), ToText(answer));
  }
  if (expected.kind != answer.kind) return Unequal(where, ToText(expected), ToText(answer));
  if (expected.kind == Kind::kObject) return ObjectDifference(expected, answer, where, captures);
  if (expected.kind != Kind::kArray) {
    return expected.text == answer.text ? "" : Unequal(where, ToText(expected), ToText(answer));
  }
  if (expected.items.size() != answer.items.size()) {
    return Unequal(where, absl::StrCat(expected.items.size(), " items"), ToText(answer));
  }
  for (size_t i = 0; i < expected.items.size(); ++i) {
    std::string difference =
        Difference(expected.items[i], answer.items[i], absl::StrCat(where, "[", i, "]"), captures);
    if (!difference.empty()) return difference;
  }
  return "";
}

std::string TextOf(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member == nullptr ? "" : member->text;
}

// `words` is "!", the codes, perhaps the name, and members.
std::string ErrorDifference(const std::vector<std::string>& words, const JsonValue& answer,
                            const Captures& captures) {
  if (TextOf(answer, "stat") != "error") return "expected an error, got " + ToText(answer);
  const JsonValue* code = answer.Find("code");
  std::vector<std::string> codes = absl::StrSplit(words.at(1), '|');
  bool found = false;
  for (const std::string& expected : codes) found = found || TextOf(answer, "code") == expected;
  if (!found || code->kind != Kind::kNumber) return Unequal(".code", words[1], ToText(answer));
  for (const char* name : {"error", "error_description", "request_id"}) {
    if (TextOf(answer, name).empty()) return Unequal("", std::string("a ") + name, ToText(answer));
  }
  for (size_t i = 2; i < words.size(); ++i) {
    size_t equals = words[i].find('=');
    std::string name = equals == std::string::npos ? "error" : words[i].substr(0, equals);
    std::string value = equals == std::string::npos ? words[i] : words[i].substr(equals + 1);
    std::optional<std::string> expected = WithCaptures(value, captures);
    if (!expected) return value + " was not captured";
    if (TextOf(answer, name) != *expected) return Unequal("." + name, *expected, ToText(answer));
  }
  return "";
}

// Words of "! 361 unique_violation error_description=\"a b\"", the quotes taken off.
std::vector<std::string> ErrorWords(std::string_view expectation) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (char c : expectation) {
    if (c == '"') {
      quoted = !quoted;
    } else if ((c == ' ' || c == '\n') && !quoted) {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

JsonValue Masked(const std::string& name, const JsonValue& answer) {
  JsonValue masked = answer;
  if (answer.kind == Kind::kString) {
    if (Matches(answer.text, kUuid)) masked.text = "<uuid>";
    if (name == "created" || name == "lastUpdated") masked.text = "<time>";
    if (name == "request_id") masked.text = "<request_id>";
  }
  for (JsonValue& item : masked.items) item = Masked("", item);
  for (auto& [member, value] : masked.members) value = Masked(member, value);
  return masked;
}

JsonValue Merged(const JsonValue& expected, const JsonValue& answer, const std::string& name,
                 const Captures& captures) {
  Captures scratch = captures;
  if (Difference(expected, answer, "", scratch).empty()) return expected;
  if (expected.kind != answer.kind) return Masked(name, answer);
  JsonValue merged = Masked(name, answer);
  for (size_t i = 0; i < answer.items.size() && i < expected.items.size(); ++i) {
    merged.items[i] = Merged(expected.items[i], answer.items[i], "", captures);
  }
  merged.members.clear();
  bool open = expected.Find("...") != nullptr;
  for (const auto& [member, value] : answer.members) {
    const JsonValue* old = expected.Find(member);
    if (old != nullptr) merged.members.push_back({member, Merged(*old, value, member, captures)});
    if (old == nullptr && !open) merged.members.push_back({member, Masked(member, value)});
  }
  if (open) merged.members.push_back({"...", *expected.Find("...")});
  return merged;
}

}  // namespace

std::string Difference(std::string_view expectation, const JsonValue& answer, Captures& captures) {
  if (!expectation.empty() && expectation[0] == '!') {
    std::vector<std::string> words = ErrorWords(expectation);
    return words.size() < 2 ? "an error's code is missing"
                            : ErrorDifference(words, answer, captures);
  }
  std::optional<JsonValue> expected = ParseJson(expectation);
  if (!expected) return "the expectation is not JSON";
  return Difference(*expected, answer, "", captures);
}

std::string Rewritten(std::string_view old_expectation, const JsonValue& answer,
                      const Captures& captures) {
  if (TextOf(answer, "stat") == "error" && (old_expectation.empty() || old_expectation[0] == '!')) {
    std::vector<std::string> words = {"!", TextOf(answer, "code"), TextOf(answer, "error")};
    for (const char* name : {"argument_name", "attribute_name", "type_name"}) {
      if (answer.Find(name) != nullptr) {
        words.push_back(absl::StrCat(name, "=", TextOf(answer, name)));
      }
    }
    return absl::StrJoin(words, " ");
  }
  std::optional<JsonValue> expected = ParseJson(old_expectation);
  return ToIndentedText(expected ? Merged(*expected, answer, "", captures) : Masked("", answer));
}

std::optional<std::string> WithCaptures(std::string_view text, const Captures& captures) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    if (text.substr(i, 2) == "$$") {
      out += text[i++];
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() &&
           (std::islower(static_cast<unsigned char>(text[end])) ||
            std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '_')) {
      ++end;
    }
    auto captured = captures.find(text.substr(i + 1, end - i - 1));
    if (captured == captures.end()) return std::nullopt;
    const JsonValue& value = captured->second;
    const bool is_container = value.kind == Kind::kObject || value.kind == Kind::kArray;
    out += is_container ? ToText(value) : value.text;
    i = end - 1;
  }
  return out;
}

}  // namespace dossier::scenarios
