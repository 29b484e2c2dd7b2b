#include "model/filter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "absl/strings/str_join.h"
#include "model/value.h"

namespace dossier::model {
namespace {

using Kind = Json::Kind;

// A path or a literal.
struct Operand {
  const Attribute* attribute = nullptr;  // null: a literal
  std::vector<std::string> names = {};
  Json literal = {};
};

// Evaluates while it reads: both sides of `and` and `or` are read, whatever the first one is.
class Reader {
 public:
  Reader(std::string_view text, const std::vector<Attribute>& attributes, const Json& record,
         const Reach* readable, Outcome& outcome)
      : rest_(text),
        attributes_(attributes),
        record_(record),
        readable_(readable),
        outcome_(outcome) {}

  bool All() {
    const bool holds = Or();
    if (!Next().empty()) Refuse();
    return holds;
  }

 private:
  void Refuse() { outcome_.Fail(200, "filter"); }

  // The next word, sign, number or string (with its quotes); empty at the end.
  std::string Next() const {
    const size_t first = rest_.find_first_not_of(' ');
    if (first == std::string_view::npos) return "";
    const std::string_view text = rest_.substr(first);
    const auto is_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '/' ||
             c == '-' || c == '+';
    };
    if (text[0] == '\'') {
      size_t end = 1;
      while (end < text.size() && text[end] != '\'') end += text[end] == '\\' ? 2 : 1;
      return std::string(text.substr(0, end + 1));
    }
    if (is_word(text[0])) {
      const auto* end = std::find_if_not(text.begin(), text.end(), is_word);
      return std::string(text.begin(), end);
    }
    for (const std::string_view sign : {"<=", ">=", "!="}) {
      if (text.starts_with(sign)) return std::string(sign);
    }
    return std::string(1, text[0]);
  }

  std::string Take() {
    std::string next = Next();
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    rest_.remove_prefix(std::min(next.size(), rest_.size()));
    return next;
  }

  bool TakeIf(std::string_view word) {
    if (Next() != word) return false;
    Take();
    return true;
  }

  bool Or() {
    bool holds = And();
    while (outcome_.ok() && TakeIf("or")) holds = And() || holds;
    return holds;
  }

  bool And() {
    bool holds = Not();
    while (outcome_.ok() && TakeIf("and")) holds = Not() && holds;
    return holds;
  }

  bool Not() {
    if (TakeIf("not") || TakeIf("!")) return !Not();
    if (!TakeIf("(")) return Predicate();
    const bool holds = Or();
    if (!TakeIf(")")) Refuse();
    return holds;
  }

  Operand ReadOperand() {
    const std::string text = Take();
    if (text.empty()) {
      Refuse();
    } else if (text[0] == '\'') {
      std::string plain;
      for (size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\') ++i;
        plain += text[i];
      }
      return {nullptr, {}, Text(plain)};
    } else if (std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-') {
      return {nullptr, {}, Number(text)};
    } else if (text == "true" || text == "false") {
      return {nullptr, {}, {Kind::kLiteral, text, {}, {}}};
    }
    Operand operand{nullptr, NamesIn(text), {}};
    operand.attribute = Find(attributes_, operand.names, readable_).attribute;
    if (operand.attribute == nullptr || operand.attribute->type == "json") Refuse();
    return operand;
  }

  // What a path leads to, in all elements.
  static void Values(const Json& from, const std::vector<std::string>& names, size_t at,
                     std::vector<const Json*>& values) {
    if (at == names.size()) return values.push_back(&from);
    if (from.kind == Kind::kArray) {
      for (const Json& element : from.items) Values(element, names, at, values);
    } else {
      Values(*from.Find(names[at]), names, at + 1, values);
    }
  }

  std::vector<const Json*> Values(const Operand& operand) const {
    std::vector<const Json*> values;
    if (operand.attribute == nullptr) return {&operand.literal};
    Values(record_, operand.names, 0, values);
    return values;
  }

  // As the caller sees it: what is out of reach of an object plays no part.
  bool IsUnset(const Attribute& attribute, const Json& value, const std::string& path) const {
    if (attribute.is_scalar()) return IsNull(value);
    if (attribute.is_plural()) return value.items.empty();
    return std::all_of(
        attribute.children.begin(), attribute.children.end(), [&](const Attribute& child) {
          const std::string below = path + "/" + child.name;
          return !Touches(readable_, below) || IsUnset(child, *value.Find(child.name), below);
        });
  }

  bool Predicate() {
    Operand left = ReadOperand();
    if (!outcome_.ok()) return false;
    if (TakeIf("is")) {
      const bool negated = TakeIf("not");
      if (!TakeIf("null") || left.attribute == nullptr) Refuse();
      if (!outcome_.ok()) return false;
      const std::vector<const Json*> values = Values(left);
      const std::string path = "/" + absl::StrJoin(left.names, "/");
      return std::any_of(values.begin(), values.end(), [&](const Json* value) {
        return IsUnset(*left.attribute, *value, path) != negated;
      });
    }
    const std::string sign = Take();
    constexpr std::array<std::string_view, 6> kSigns = {"=", "!=", "<", "<=", ">", ">="};
    if (sign == "contains") outcome_.Fail(485, "filter");
    if (std::find(kSigns.begin(), kSigns.end(), sign) == kSigns.end()) Refuse();
    if (!outcome_.ok()) return false;
    Operand right = ReadOperand();
    if (!outcome_.ok() || !AreComparable(left, right)) {
      Refuse();
      return false;
    }
    return Compare(left, sign, right);
  }

  // A literal becomes of the kind of the attribute that it is compared with, which comes first.
  bool AreComparable(const Operand& left, Operand& right) {
    if (left.attribute == nullptr) return false;  // histories do not write that
    const std::string& type = left.attribute->type;
    if (!left.attribute->is_scalar()) return false;
    if (right.attribute != nullptr) return right.attribute->type == type;
    Json& literal = right.literal;
    const bool is_number = type == "integer" || type == "decimal" || type == "id";
    if (is_number) {
      const std::optional<Json> number = scenarios::ParseJson(literal.text);
      if (!number.has_value() || number->kind != Kind::kNumber) return false;
      literal = *number;
      return true;
    }
    if (type == "boolean") return literal.text == "true" || literal.text == "false";
    if (literal.kind == Kind::kNumber && type == "string") literal = Text(literal.text);
    if (literal.kind != Kind::kString) return false;
    if (type == "date" || type == "dateTime") return ReadTime(literal.text).has_value();
    return type == "uuid" || Keep({.name = "", .type = type}, literal).code == 0;
  }

  bool Compare(const Operand& left, const std::string& sign, const Operand& right) const {
    const Attribute& attribute = *left.attribute;
    const std::string type = attribute.type == "integer" ? "decimal" : attribute.type;
    const auto holds = [&](const Json& a, const Json& b) {
      if (IsNull(a) || IsNull(b)) return false;
      int order = Order(type, a, b);
      if (type == "string" && (sign == "=" || sign == "!=")) {
        order = Equal(attribute, a) == Equal(attribute, b) ? 0 : 1;
      }
      if (sign == "=") return order == 0;
      if (sign == "!=") return order != 0;
      if (sign == "<") return order < 0;
      if (sign == "<=") return order <= 0;
      return sign == ">" ? order > 0 : order >= 0;
    };
    for (const Json* a : Values(left)) {
      for (const Json* b : Values(right)) {
        if (holds(*a, *b)) return true;
      }
    }
    return false;
  }

  std::string_view rest_;
  const std::vector<Attribute>& attributes_;
  const Json& record_;
  const Reach* readable_;
  Outcome& outcome_;
};

}  // namespace

bool Holds(std::string_view filter, const std::vector<Attribute>& attributes, const Json& record,
           const Reach* readable, Outcome& outcome) {
  if (filter.empty()) return true;
  return Reader(filter, attributes, record, readable, outcome).All();
}

}  // namespace dossier::model
