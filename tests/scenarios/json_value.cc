#include "json_value.h"

#include <cstdint>
#include <cstdio>

namespace dossier::scenarios {
namespace {

constexpr int kDepthMax = 200;  // bounds the recursion; far above the API's own bounds

void AppendUtf8(uint32_t code_point, std::string& out) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

// Recursive descent over one text. Each Read leaves `rest_` behind what it read.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<JsonValue> ReadAll() {
    std::optional<JsonValue> value = ReadValue(0);
    SkipBlanks();
    return rest_.empty() ? value : std::nullopt;
  }

 private:
  void SkipBlanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }

  bool Take(std::string_view text) {
    if (rest_.substr(0, text.size()) != text) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::optional<JsonValue> ReadValue(int depth) {
    SkipBlanks();
    if (depth > kDepthMax || rest_.empty()) return std::nullopt;
    if (rest_[0] == '{') return ReadObject(depth);
    if (rest_[0] == '[') return ReadArray(depth);
    if (rest_[0] == '"') {
      std::optional<std::string> text = ReadString();
      if (!text) return std::nullopt;
      return JsonValue{JsonValue::Kind::kString, *text, {}, {}};
    }
    for (std::string_view literal : {"null", "true", "false"}) {
      if (Take(literal)) {
        return JsonValue{JsonValue::Kind::kLiteral, std::string(literal), {}, {}};
      }
    }
    return ReadNumber();
  }

  std::optional<JsonValue> ReadObject(int depth) {
    JsonValue object{JsonValue::Kind::kObject, "", {}, {}};
    Take("{");
    SkipBlanks();
    if (Take("}")) return object;
    for (;;) {
      SkipBlanks();
      std::optional<std::string> name = ReadString();
      SkipBlanks();
      if (!name || object.Find(*name) != nullptr || !Take(":")) return std::nullopt;
      std::optional<JsonValue> value = ReadValue(depth + 1);
      if (!value) return std::nullopt;
      object.members.push_back({*name, *std::move(value)});
      SkipBlanks();
      if (Take("}")) return object;
      if (!Take(",")) return std::nullopt;
    }
  }

  std::optional<JsonValue> ReadArray(int depth) {
    JsonValue array{JsonValue::Kind::kArray, "", {}, {}};
    Take("[");
    SkipBlanks();
    if (Take("]")) return array;
    for (;;) {
      std::optional<JsonValue> value = ReadValue(depth + 1);
      if (!value) return std::nullopt;
      array.items.push_back(*std::move(value));
      SkipBlanks();
      if (Take("]")) return array;
      if (!Take(",")) return std::nullopt;
    }
  }

  bool TakeDigits(std::string& text) {
    size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    text += rest_.substr(0, count);
    rest_.remove_prefix(count);
    return count > 0;
  }

  std::optional<JsonValue> ReadNumber() {
    std::string text = Take("-") ? "-" : "";
    bool zero_first = !rest_.empty() && rest_[0] == '0';
    size_t before = text.size();
    if (!TakeDigits(text) || (zero_first && text.size() > before + 1)) return std::nullopt;
    if (Take(".")) {
      text += '.';
      if (!TakeDigits(text)) return std::nullopt;
    }
    if (!rest_.empty() && (rest_[0] == 'e' || rest_[0] == 'E')) {
      text += rest_[0];
      rest_.remove_prefix(1);
      if (!rest_.empty() && (rest_[0] == '+' || rest_[0] == '-')) {
        text += rest_[0];
        rest_.remove_prefix(1);
      }
      if (!TakeDigits(text)) return std::nullopt;
    }
    return JsonValue{JsonValue::Kind::kNumber, text, {}, {}};
  }

  std::optional<uint32_t> ReadHex4() {
    if (rest_.size() < 4) return std::nullopt;
    uint32_t code = 0;
    for (char digit : rest_.substr(0, 4)) {
      size_t value = std::string_view("0123456789abcdef").find(static_cast<char>(digit | 0x20));
      if (digit >= '0' && digit <= '9') value = static_cast<size_t>(digit - '0');
      if (value == std::string_view::npos) return std::nullopt;
      code = code * 16 + static_cast<uint32_t>(value);
    }
    rest_.remove_prefix(4);
    return code;
  }

  bool ReadEscape(std::string& out) {
    if (rest_.empty()) return false;
    char escape = rest_[0];
    rest_.remove_prefix(1);
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (size_t at = kNames.find(escape); at != std::string_view::npos) {
      out += kMeanings[at];
      return true;
    }
    if (escape != 'u') return false;
    std::optional<uint32_t> code = ReadHex4();
    if (!code || (*code >= 0xDC00 && *code < 0xE000)) return false;
    if (*code >= 0xD800 && *code < 0xDC00) {
      if (!Take("\\u")) return false;
      std::optional<uint32_t> low = ReadHex4();
      if (!low || *low < 0xDC00 || *low >= 0xE000) return false;
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    }
    AppendUtf8(*code, out);
    return true;
  }

  std::optional<std::string> ReadString() {
    if (!Take("\"")) return std::nullopt;
    std::string out;
    while (!rest_.empty()) {
      char next = rest_[0];
      rest_.remove_prefix(1);
      if (next == '"') return out;
      if (static_cast<unsigned char>(next) < 0x20) return std::nullopt;
      if (next != '\\') {
        out += next;
      } else if (!ReadEscape(out)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

const JsonValue* JsonValue::Find(std::string_view name) const {
  for (const auto& [member_name, value] : members) {
    if (member_name == name) return &value;
  }
  return nullptr;
}

std::optional<JsonValue> ParseJson(std::string_view text) { return Parser(text).ReadAll(); }

std::string ToText(const JsonValue& value) {
  std::string out;
  switch (value.kind) {
    case JsonValue::Kind::kString:
      return Quoted(value.text);
    case JsonValue::Kind::kArray:
      for (const JsonValue& item : value.items) out += (out.empty() ? "" : ",") + ToText(item);
      return "[" + out + "]";
    case JsonValue::Kind::kObject:
      for (const auto& [name, member] : value.members) {
        out += (out.empty() ? "" : ",") + Quoted(name) + ":" + ToText(member);
      }
      return "{" + out + "}";
    default:
      return value.text;
  }
}

std::string ToIndentedText(const JsonValue& value, size_t width, size_t indent) {
  std::string flat = ToText(value);
  bool is_array = value.kind == JsonValue::Kind::kArray;
  if (indent + flat.size() <= width || (!is_array && value.members.empty())) return flat;
  std::string out = is_array ? "[" : "{";
  std::string separator = "\n" + std::string(indent + 2, ' ');
  for (const JsonValue& item : value.items) {
    out += separator + ToIndentedText(item, width, indent + 2);
    separator = ",\n" + std::string(indent + 2, ' ');
  }
  for (const auto& [name, member] : value.members) {
    std::string head = Quoted(name) + ":";
    out += separator + head + ToIndentedText(member, width - head.size(), indent + 2);
    separator = ",\n" + std::string(indent + 2, ' ');
  }
  return out + "\n" + std::string(indent, ' ') + (is_array ? "]" : "}");
}

}  // namespace dossier::scenarios
