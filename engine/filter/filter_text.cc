// Filters as text.
#include <charconv>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "base/time_text.h"
#include "filter/filter.h"
#include "record/ipv4.h"

namespace dossier {
namespace {

std::string_view SignOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " = ";
    case Comparison::kNotEqual:
      return " != ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessOrEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterOrEqual:
      return " >= ";
  }
  return "";
}

class Printer {
 public:
  std::string Take() { return std::move(out_); }

  void Node(const FilterNode& node) {
    switch (node.kind) {
      case FilterNode::Kind::kTrue:
        out_ += "true";
        return;
      case FilterNode::Kind::kFalse:
        out_ += "false";
        return;
      case FilterNode::Kind::kPredicate:
        return Of(node.predicate);
      case FilterNode::Kind::kNot:
        out_ += "not ";
        return Part(node.parts[0]);
      case FilterNode::Kind::kAnd:
        return Parts(node, " and ");
      case FilterNode::Kind::kOr:
        return Parts(node, " or ");
      case FilterNode::Kind::kSame:
        return Parts(node, " = ");
    }
  }

 private:
  void Parts(const FilterNode& node, std::string_view between) {
    for (size_t i = 0; i < node.parts.size(); ++i) {
      if (i > 0) out_ += between;
      // Before an equals sign a predicate would take it for its own.
      if (node.kind == FilterNode::Kind::kSame) {
        InParentheses(node.parts[i]);
      } else {
        Part(node.parts[i]);
      }
    }
  }

  void Part(const FilterNode& node) {
    const bool is_one =
        node.kind == FilterNode::Kind::kPredicate || node.kind == FilterNode::Kind::kNot;
    is_one ? Node(node) : InParentheses(node);
  }

  void InParentheses(const FilterNode& node) {
    out_ += '(';
    Node(node);
    out_ += ')';
  }

  void Of(const Predicate& predicate) {
    Path(predicate.path);
    switch (predicate.test) {
      case Predicate::Test::kIsNull:
        out_ += " is null";
        return;
      case Predicate::Test::kIsNotNull:
        out_ += " is not null";
        return;
      case Predicate::Test::kLiteral:
        out_ += SignOf(predicate.comparison);
        return Of(predicate.literal, predicate.attribute().kind);
      case Predicate::Test::kAttribute:
        out_ += SignOf(predicate.comparison);
        return Path(predicate.other);
    }
  }

  // Names that could be read as a keyword or as a number stand behind a slash.
  void Path(const AttributePath& path) {
    const std::string& name = path.front()->name;
    const bool is_keyword = absl::EqualsIgnoreCase(name, "not") ||
                            absl::EqualsIgnoreCase(name, "true") ||
                            absl::EqualsIgnoreCase(name, "false");
    if (is_keyword || (name[0] >= '0' && name[0] <= '9') || name[0] == '-') out_ += '/';
    out_ += ToText(path);
  }

  void Of(const Literal& literal, Kind kind) {
    if (const auto* text = std::get_if<TextLiteral>(&literal)) return Quoted(text->text);
    if (const auto* decimal = std::get_if<Decimal>(&literal)) return Number(*decimal);
    const int64_t number = std::get<int64_t>(literal);
    std::string text;
    switch (kind) {
      case Kind::kBoolean:
        out_ += number == 0 ? "false" : "true";
        return;
      case Kind::kDate:
        AppendDate(static_cast<int32_t>(number), text);
        return Quoted(text);
      case Kind::kDateTime:
        AppendDateTime(number, text);
        return Quoted(text);
      case Kind::kIpAddress:
        AppendIpv4(static_cast<uint32_t>(number), text);
        return Quoted(text);
      default:
        absl::StrAppend(&out_, number);
    }
  }

  void Number(const Decimal& decimal) {
    if (decimal.sign == 0) {
      out_ += '0';
      return;
    }
    absl::StrAppend(&out_, decimal.sign < 0 ? "-" : "", decimal.digits);
    if (decimal.exponent != 0) absl::StrAppend(&out_, "e", decimal.exponent);
  }

  void Quoted(std::string_view text) {
    out_ += '\'';
    for (const char c : text) {
      if (c == '\'' || c == '\\') out_ += '\\';
      out_ += c;
    }
    out_ += '\'';
  }

  std::string out_;
};

}  // namespace

std::string ToText(const FilterNode& node) {
  Printer printer;
  printer.Node(node);
  return printer.Take();
}

}  // namespace dossier
