// Filters from text: a recursive descent that types what it reads against the entity type.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "filter/filter.h"
#include "filter/filter_tokens.h"
#include "filter/literals.h"

namespace dossier {
namespace {

using NodeKind = FilterNode::Kind;

// What stands in the place of a value, or holds or does not.
struct Expression {
  enum class Form : uint8_t { kPath, kLiteral, kTree };

  Form form = Form::kTree;
  size_t position = 0;
  AttributePath path = {};
  std::string literal = {};
  FilterNode tree = {};
};

FilterNode Constant(bool value) { return {.kind = value ? NodeKind::kTrue : NodeKind::kFalse}; }
bool IsConstant(const FilterNode& node) {
  return node.kind == NodeKind::kTrue || node.kind == NodeKind::kFalse;
}

FilterNode Not(FilterNode node) {
  if (IsConstant(node)) return Constant(node.kind == NodeKind::kFalse);
  FilterNode result{.kind = NodeKind::kNot};
  result.parts.push_back(std::move(node));
  return result;
}

// All parts, or one of them, by `kind`.
FilterNode Join(NodeKind kind, std::vector<FilterNode> parts) {
  const NodeKind decides = kind == NodeKind::kAnd ? NodeKind::kFalse : NodeKind::kTrue;
  FilterNode joined{.kind = kind};
  for (FilterNode& part : parts) {
    if (part.kind == decides) return Constant(decides == NodeKind::kTrue);
    if (IsConstant(part)) continue;
    if (part.kind != kind) {
      joined.parts.push_back(std::move(part));
      continue;
    }
    for (FilterNode& inner : part.parts) joined.parts.push_back(std::move(inner));
  }
  if (joined.parts.empty()) return Constant(decides == NodeKind::kFalse);
  if (joined.parts.size() == 1) {
    FilterNode only = std::move(joined.parts.front());
    return only;
  }
  return joined;
}

FilterNode Same(FilterNode left, FilterNode right) {
  if (IsConstant(left)) std::swap(left, right);
  if (right.kind == NodeKind::kTrue) return left;
  if (right.kind == NodeKind::kFalse) return Not(std::move(left));
  FilterNode same{.kind = NodeKind::kSame};
  same.parts.push_back(std::move(left));
  same.parts.push_back(std::move(right));
  return same;
}

int HeightOf(const FilterNode& node) {
  int height = 0;
  for (const FilterNode& part : node.parts) height = std::max(height, HeightOf(part));
  return height + 1;
}

Comparison Mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessOrEqual:
      return Comparison::kGreaterOrEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterOrEqual:
      return Comparison::kLessOrEqual;
    default:
      return comparison;
  }
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
}

class FilterParser {
 public:
  FilterParser(std::string_view text, const Shape& root, int64_t now, const AttributeSet* readable,
               std::string_view argument)
      : text_(text),
        root_(root),
        now_(now),
        readable_(readable),
        argument_(argument),
        tokens_(text, argument) {}

  absl::StatusOr<FilterNode> Parse() {
    if (text_.size() > kFilterBytesMax) {
      return Refuse(absl::StrCat("it has more than ", kFilterBytesMax, " bytes"));
    }
    DOSSIER_RETURN_IF_ERROR(Advance());
    if (token_.symbol == Symbol::kEnd) return FilterNode();
    DOSSIER_ASSIGN_OR_RETURN(Expression all, Or());
    if (token_.symbol != Symbol::kEnd) return RefuseAt(token_.position, "it should have an end");
    DOSSIER_ASSIGN_OR_RETURN(FilterNode tree, TreeOf(std::move(all)));
    if (HeightOf(tree) > kFilterDepthMax) return TooDeep();
    return tree;
  }

 private:
  using Parsed = absl::StatusOr<Expression>;

  absl::Status Refuse(std::string_view reason) const {
    return errors::InvalidArgument(argument_, reason);
  }
  absl::Status RefuseAt(size_t position, std::string_view reason) const {
    return tokens_.RefuseAt(position, reason);
  }
  absl::Status TooDeep() const {
    return Refuse(absl::StrCat("it nests deeper than ", kFilterDepthMax, " levels"));
  }

  absl::Status Advance() {
    DOSSIER_ASSIGN_OR_RETURN(token_, tokens_.Next());
    return absl::OkStatus();
  }

  Parsed Or() { return Joined<&FilterParser::And>(NodeKind::kOr, "or"); }
  Parsed And() { return Joined<&FilterParser::Equality>(NodeKind::kAnd, "and"); }

  template <Parsed (FilterParser::*kInner)()>
  Parsed Joined(NodeKind kind, std::string_view keyword) {
    DOSSIER_ASSIGN_OR_RETURN(Expression first, (this->*kInner)());
    if (!token_.Is(keyword)) return first;
    const size_t position = first.position;
    std::vector<FilterNode> parts;
    DOSSIER_ASSIGN_OR_RETURN(parts.emplace_back(), TreeOf(std::move(first)));
    while (token_.Is(keyword)) {
      DOSSIER_RETURN_IF_ERROR(Advance());
      DOSSIER_ASSIGN_OR_RETURN(Expression next, (this->*kInner)());
      DOSSIER_ASSIGN_OR_RETURN(parts.emplace_back(), TreeOf(std::move(next)));
    }
    return Expression{.position = position, .tree = Join(kind, std::move(parts))};
  }

  Parsed Equality() { return Compared<&FilterParser::Relation>(/*equality=*/true); }
  Parsed Relation() { return Compared<&FilterParser::Unary>(/*equality=*/false); }

  template <Parsed (FilterParser::*kInner)()>
  Parsed Compared(bool equality) {
    DOSSIER_ASSIGN_OR_RETURN(Expression left, (this->*kInner)());
    while (token_.symbol == Symbol::kComparison && IsEquality(token_.comparison) == equality) {
      const Comparison comparison = token_.comparison;
      DOSSIER_RETURN_IF_ERROR(Advance());
      DOSSIER_ASSIGN_OR_RETURN(const Expression right, (this->*kInner)());
      const size_t position = left.position;
      DOSSIER_ASSIGN_OR_RETURN(FilterNode node, Compare(std::move(left), comparison, right));
      left = Expression{.position = position, .tree = std::move(node)};
    }
    if (token_.Is("contains")) return errors::OperatorWithdrawn(argument_);
    return left;
  }

  Parsed Unary() {
    const size_t position = token_.position;
    if (token_.symbol != Symbol::kBang && !token_.Is("not")) return Postfix();
    DOSSIER_RETURN_IF_ERROR(Advance());
    if (++depth_ > kTextDepthMax) return TooDeep();
    DOSSIER_ASSIGN_OR_RETURN(Expression negated, Equality());
    --depth_;
    DOSSIER_ASSIGN_OR_RETURN(FilterNode tree, TreeOf(std::move(negated)));
    return Expression{.position = position, .tree = Not(std::move(tree))};
  }

  Parsed Postfix() {
    DOSSIER_ASSIGN_OR_RETURN(Expression operand, Operand());
    if (!token_.Is("is")) return operand;
    const size_t position = token_.position;
    DOSSIER_RETURN_IF_ERROR(Advance());
    const bool is_not = token_.Is("not");
    if (is_not) DOSSIER_RETURN_IF_ERROR(Advance());
    if (!token_.Is("null")) return RefuseAt(token_.position, "null should be");
    DOSSIER_RETURN_IF_ERROR(Advance());
    if (operand.form != Expression::Form::kPath) {
      return RefuseAt(position, "an attribute should be before the word is");
    }
    DOSSIER_RETURN_IF_ERROR(CheckReadable(operand, /*as_value=*/false));
    DOSSIER_RETURN_IF_ERROR(CountPredicate());
    FilterNode tree{
        .kind = NodeKind::kPredicate,
        .predicate = {.path = std::move(operand.path),
                      .test = is_not ? Predicate::Test::kIsNotNull : Predicate::Test::kIsNull}};
    return Expression{.position = operand.position, .tree = std::move(tree)};
  }

  Parsed Operand() {
    FilterToken token = std::move(token_);
    Expression operand{.position = token.position};
    switch (token.symbol) {
      case Symbol::kOpen:
        return InParentheses();
      case Symbol::kNumber:
      case Symbol::kString:
        operand.form = Expression::Form::kLiteral;
        operand.literal =
            token.symbol == Symbol::kString ? std::move(token.string) : std::string(token.text);
        break;
      case Symbol::kWord: {
        if (token.Is("true") || token.Is("false")) {
          operand.form = Expression::Form::kLiteral;
          operand.literal = std::string(token.text);
          break;
        }
        std::optional<AttributePath> path = FindAttributePath(token.text, root_, readable_);
        if (!path) return Refuse(absl::StrCat("Unknown attribute (", ToAbsl(token.text), ")"));
        operand.form = Expression::Form::kPath;
        operand.path = *std::move(path);
        break;
      }
      default:
        return RefuseAt(token.position, "an attribute or a literal should be");
    }
    DOSSIER_RETURN_IF_ERROR(Advance());
    return operand;
  }

  Parsed InParentheses() {
    if (++depth_ > kTextDepthMax) return TooDeep();
    DOSSIER_RETURN_IF_ERROR(Advance());
    DOSSIER_ASSIGN_OR_RETURN(Expression inner, Or());
    if (token_.symbol != Symbol::kClose) return RefuseAt(token_.position, ") should be");
    --depth_;
    DOSSIER_RETURN_IF_ERROR(Advance());
    return inner;
  }

  absl::Status CountPredicate() {
    if (++predicate_count_ <= kFilterPredicatesMax) return absl::OkStatus();
    return Refuse(absl::StrCat("it has more than ", kFilterPredicatesMax, " comparisons"));
  }

  // That a filter may ask for the attribute, whose value is needed or only whether there is one.
  absl::Status CheckReadable(const Expression& operand, bool as_value) const {
    const Attribute& attribute = *operand.path.back();
    if (attribute.is_comparable() || (!as_value && attribute.is_container())) {
      return absl::OkStatus();
    }
    return RefuseAt(operand.position,
                    absl::StrCat(ToText(operand.path), " has values that no filter compares,"));
  }

  // What holds or does not.
  absl::StatusOr<FilterNode> TreeOf(Expression expression) {
    switch (expression.form) {
      case Expression::Form::kTree:
        return std::move(expression.tree);
      case Expression::Form::kLiteral:
        if (absl::EqualsIgnoreCase(expression.literal, "true")) return Constant(true);
        if (absl::EqualsIgnoreCase(expression.literal, "false")) return Constant(false);
        break;
      case Expression::Form::kPath:
        DOSSIER_RETURN_IF_ERROR(CheckReadable(expression, /*as_value=*/true));
        if (expression.path.back()->kind != Kind::kBoolean) break;
        DOSSIER_RETURN_IF_ERROR(CountPredicate());
        return CompareWithText(expression.path, Comparison::kEqual, "true", now_).node;
    }
    return RefuseAt(expression.position, "a comparison should be");
  }

  absl::StatusOr<FilterNode> Compare(Expression left, Comparison comparison,
                                     const Expression& right) {
    using Form = Expression::Form;
    if (left.form == Form::kTree || right.form == Form::kTree) {
      return CompareTrees(std::move(left), comparison, right);
    }
    if (left.form == Form::kLiteral && right.form == Form::kLiteral) {
      return Constant(HoldsForTexts(left.literal, comparison, right.literal));
    }
    if (left.form == Form::kLiteral) return CompareWith(right, Mirrored(comparison), left);
    if (right.form == Form::kLiteral) return CompareWith(left, comparison, right);
    DOSSIER_RETURN_IF_ERROR(CheckReadable(left, /*as_value=*/true));
    DOSSIER_RETURN_IF_ERROR(CheckReadable(right, /*as_value=*/true));
    if (!AreComparable(*left.path.back(), *right.path.back())) {
      return RefuseAt(right.position, absl::StrCat("an attribute of the kind of ",
                                                   ToText(left.path), " should be"));
    }
    DOSSIER_RETURN_IF_ERROR(CountPredicate());
    return FilterNode{.kind = NodeKind::kPredicate,
                      .predicate = {.path = std::move(left.path),
                                    .test = Predicate::Test::kAttribute,
                                    .comparison = comparison,
                                    .other = right.path}};
  }

  absl::StatusOr<FilterNode> CompareWith(const Expression& path, Comparison comparison,
                                         const Expression& literal) {
    DOSSIER_RETURN_IF_ERROR(CheckReadable(path, /*as_value=*/true));
    DOSSIER_RETURN_IF_ERROR(CountPredicate());
    TypedComparison typed = CompareWithText(path.path, comparison, literal.literal, now_);
    if (!typed.mistake.empty()) return RefuseAt(literal.position, typed.mistake);
    return std::move(typed.node);
  }

  absl::StatusOr<FilterNode> CompareTrees(Expression left, Comparison comparison,
                                          const Expression& right) {
    for (const Expression* side : {&std::as_const(left), &right}) {
      if (side->form == Expression::Form::kPath || !IsEquality(comparison)) {
        return RefuseAt(side->position, "a comparison cannot be compared so, as it is");
      }
    }
    DOSSIER_ASSIGN_OR_RETURN(FilterNode a, TreeOf(std::move(left)));
    DOSSIER_ASSIGN_OR_RETURN(FilterNode b, TreeOf(right));
    FilterNode same = Same(std::move(a), std::move(b));
    return comparison == Comparison::kEqual ? std::move(same) : Not(std::move(same));
  }

  // A text in parentheses that are not needed, and one that ToText made, may nest deeper than its tree.
  static constexpr int kTextDepthMax = 4 * kFilterDepthMax;

  const std::string_view text_;
  const Shape& root_;
  const int64_t now_;
  const AttributeSet* readable_;
  const std::string_view argument_;
  FilterTokens tokens_;
  FilterToken token_;
  int depth_ = 0;
  size_t predicate_count_ = 0;
};

}  // namespace

absl::StatusOr<Filter> ParseFilter(std::string_view text, const Shape& root, int64_t now,
                                   const AttributeSet* readable, std::string_view argument) {
  FilterParser parser(text, root, now, readable, argument);
  DOSSIER_ASSIGN_OR_RETURN(FilterNode tree, parser.Parse());
  return Filter{std::move(tree), readable};
}

}  // namespace dossier
