#include "values/rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "json/change.h"
#include "values/judgement.h"

namespace dossier {
namespace {

enum class Argument : uint8_t { kNone, kPattern, kCount, kOperand, kRules, kRule };

struct Form {
  std::string_view name;
  Argument argument;
};

// In the order of RuleName.
constexpr std::array kForms = {
    Form{"match", Argument::kPattern},     Form{"match-all", Argument::kPattern},
    Form{"min-length", Argument::kCount},  Form{"max-length", Argument::kCount},
    Form{"less-than", Argument::kOperand}, Form{"greater-than", Argument::kOperand},
    Form{"min-age", Argument::kCount},     Form{"required", Argument::kNone},
    Form{"default", Argument::kOperand},   Form{"ignore-update", Argument::kNone},
    Form{"truncate", Argument::kCount},    Form{"to-lower", Argument::kNone},
    Form{"to-upper", Argument::kNone},     Form{"and", Argument::kRules},
    Form{"or", Argument::kRules},          Form{"not", Argument::kRule},
};

std::optional<RuleName> RuleNamed(std::string_view name) {
  const auto found = std::find_if(kForms.begin(), kForms.end(),
                                  [name](const Form& form) { return form.name == name; });
  if (found == kForms.end()) return std::nullopt;
  return static_cast<RuleName>(found - kForms.begin());
}

class Parser {
 public:
  explicit Parser(std::string_view argument) : argument_(argument) {}

  // `is_judged`: within `or` or `not`, where only what judges or transforms may stand.
  absl::StatusOr<Rule> One(const JsonValue& definition, int depth, bool is_judged) {
    if (depth > kRuleDepthMax || ++parts_ > kRulePartsMax) {
      return Refuse("", "the rule has too many rules inside it");
    }
    const bool is_name = definition.string() != nullptr;
    if (!is_name && (definition.object() == nullptr || definition.object()->size() != 1)) {
      return Refuse("", "a rule is the name of one, or an object of one name and its argument");
    }
    const std::string& text = is_name ? *definition.string() : definition.object()->front().first;
    const std::optional<RuleName> name = RuleNamed(text);
    if (!name) return Refuse(text, "there is no such rule");
    if (is_judged && (*name == RuleName::kDefault || *name == RuleName::kIgnoreUpdate)) {
      return Refuse(text, "it cannot stand in or and not");
    }
    Rule rule{*name};
    if (FormOf(rule).argument == Argument::kNone) {
      return is_name ? absl::StatusOr<Rule>(rule) : Refuse(text, "it takes no argument");
    }
    if (is_name) return Refuse(text, "its argument is missing");
    DOSSIER_RETURN_IF_ERROR(
        TakeArgument(definition.object()->front().second, depth, is_judged, rule));
    return rule;
  }

 private:
  static const Form& FormOf(const Rule& rule) { return kForms[static_cast<size_t>(rule.name)]; }

  absl::Status Refuse(std::string_view name, std::string_view reason) const {
    if (name.empty() || name.size() > kNameBytesMax) {
      return errors::InvalidArgument(argument_, reason);
    }
    return errors::InvalidArgument(argument_, absl::StrCat(ToAbsl(name), ": ", ToAbsl(reason)));
  }

  absl::Status TakeArgument(const JsonValue& value, int depth, bool is_judged, Rule& rule) {
    const std::string_view name = FormOf(rule).name;
    switch (FormOf(rule).argument) {
      case Argument::kPattern:
        return TakePattern(value, name, rule);
      case Argument::kCount:
        if (value.integer() == nullptr || *value.integer() < 0) {
          return Refuse(name, "its argument must be a whole number of 0 or above");
        }
        rule.count = *value.integer();
        return absl::OkStatus();
      case Argument::kRules:
        if (value.array() == nullptr || value.array()->empty()) {
          return Refuse(name, "its argument must be an array of rules");
        }
        for (const JsonValue& each : *value.array()) {
          DOSSIER_RETURN_IF_ERROR(
              TakeRule(each, depth, is_judged || rule.name == RuleName::kOr, rule));
        }
        return absl::OkStatus();
      case Argument::kRule:
        return TakeRule(value, depth, /*is_judged=*/true, rule);
      default:
        break;
    }
    if (value.is_null()) return Refuse(name, "its argument must not be null");
    rule.operand = value;
    return absl::OkStatus();
  }

  absl::Status TakePattern(const JsonValue& value, std::string_view name, Rule& rule) {
    if (value.string() == nullptr || value.string()->size() > kPatternBytesMax) {
      return Refuse(name, "its argument must be a pattern of at most 16 KB");
    }
    rule.pattern = Pattern::Compile(*value.string());
    return rule.pattern ? absl::OkStatus() : Refuse(name, "the pattern cannot be read");
  }

  absl::Status TakeRule(const JsonValue& value, int depth, bool is_judged, Rule& rule) {
    DOSSIER_ASSIGN_OR_RETURN(Rule inner, One(value, depth + 1, is_judged));
    rule.rules.push_back(std::move(inner));
    return absl::OkStatus();
  }

  std::string_view argument_;
  size_t parts_ = 0;
};

bool IsTime(Kind kind) { return kind == Kind::kDate || kind == Kind::kDateTime; }
bool IsNumber(Kind kind) { return kind == Kind::kInteger || kind == Kind::kDecimal; }

// Whether a comparison with the operand makes sense for values of the attribute.
bool IsComparable(const JsonValue& operand, const Attribute& attribute) {
  if (IsTime(attribute.kind) && operand.string() == nullptr) return false;
  if (IsNumber(attribute.kind)) return operand.integer() != nullptr || operand.real() != nullptr;
  return ScalarObject(attribute, operand.ToText(), "definition", /*now=*/0).ok();
}

// The kinds that the rule is for, as errors name them; empty where `attribute` is of one.
std::string_view WantedKind(const Rule& rule, const Attribute& attribute) {
  switch (rule.name) {
    case RuleName::kMatch:
    case RuleName::kMatchAll:
    case RuleName::kMinLength:
    case RuleName::kMaxLength:
    case RuleName::kTruncate:
    case RuleName::kToLower:
    case RuleName::kToUpper:
      return attribute.kind == Kind::kString ? "" : "strings";
    case RuleName::kLessThan:
    case RuleName::kGreaterThan:
      return IsNumber(attribute.kind) || IsTime(attribute.kind) ? "" : "numbers, dates and times";
    case RuleName::kMinAge:
      return IsTime(attribute.kind) ? "" : "dates and times";
    default:
      return attribute.is_container() || attribute.kind == Kind::kPassword
                 ? "attributes that are no objects, plurals or passwords"
                 : "";
  }
}

// Appends the rules that stand alone or in `and`.
void CollectConjuncts(const Rule& rule, std::vector<const Rule*>& out) {
  if (rule.name != RuleName::kAnd) {
    out.push_back(&rule);
    return;
  }
  for (const Rule& inner : rule.rules) CollectConjuncts(inner, out);
}

bool Contains(const Rule& rule, bool (*is_wanted)(RuleName)) {
  if (is_wanted(rule.name)) return true;
  return std::any_of(rule.rules.begin(), rule.rules.end(),
                     [&](const Rule& inner) { return Contains(inner, is_wanted); });
}

bool IsTransform(RuleName name) {
  return name == RuleName::kTruncate || name == RuleName::kToLower || name == RuleName::kToUpper;
}

bool IsJudge(RuleName name) { return name <= RuleName::kRequired; }

bool IsRequired(RuleName name) { return name == RuleName::kRequired; }

absl::Status ToStatus(const Judgement& judgement, const Attribute& attribute) {
  if (judgement.verdict != Verdict::kViolates && judgement.verdict != Verdict::kGivenUp) {
    return absl::OkStatus();
  }
  const std::string_view name = NameOf(judgement.by->name);
  return judgement.verdict == Verdict::kViolates ? errors::RuleViolation(PathOf(attribute), name)
                                                 : errors::RuleGivenUp(PathOf(attribute), name);
}

}  // namespace

std::string_view NameOf(RuleName name) { return kForms[static_cast<size_t>(name)].name; }

absl::StatusOr<Rule> ParseRule(const JsonValue& definition, std::string_view argument) {
  return Parser(argument).One(definition, /*depth=*/1, /*is_judged=*/false);
}

absl::Status CheckRuleFits(const Rule& rule, const Attribute& attribute,
                           std::string_view argument) {
  const std::string about = absl::StrCat(PathOf(attribute), ": ", ToAbsl(NameOf(rule.name)), " ");
  const std::string_view kinds = WantedKind(rule, attribute);
  if (!kinds.empty()) {
    return errors::InvalidArgument(argument, absl::StrCat(about, "is for ", ToAbsl(kinds)));
  }
  const bool compares = rule.name == RuleName::kLessThan || rule.name == RuleName::kGreaterThan;
  const bool fits =
      compares ? IsComparable(rule.operand, attribute)
               : rule.name != RuleName::kDefault ||
                     ScalarObject(attribute, rule.operand.ToText(), argument, /*now=*/0).ok();
  if (!fits) {
    return errors::InvalidArgument(argument,
                                   absl::StrCat(about, "needs a value that the attribute takes"));
  }
  for (const Rule& inner : rule.rules) {
    DOSSIER_RETURN_IF_ERROR(CheckRuleFits(inner, attribute, argument));
  }
  return absl::OkStatus();
}

std::shared_ptr<const ValueRules> ValueRulesOf(const Attribute& attribute,
                                               std::vector<Rule> rules) {
  auto result = std::make_shared<ValueRules>();
  const auto shared = std::make_shared<const std::vector<Rule>>(std::move(rules));
  std::vector<const Rule*> conjuncts;
  bool transforms = false;
  bool judges = false;
  for (const Rule& rule : *shared) {
    CollectConjuncts(rule, conjuncts);
    transforms |= Contains(rule, IsTransform);
    judges |= Contains(rule, IsJudge);
    result->judges_null |= Contains(rule, IsRequired);
  }
  for (const Rule* rule : conjuncts) {
    result->ignores_updates |= rule->name == RuleName::kIgnoreUpdate;
    if (rule->name != RuleName::kDefault || result->default_value) continue;
    const bool is_text = rule->operand.string() != nullptr && attribute.kind != Kind::kJson;
    result->default_value = is_text ? *rule->operand.string() : rule->operand.ToText();
  }
  if (transforms) {
    result->transform = [shared](std::string_view text) { return Transformed(*shared, text); };
  }
  if (judges) {
    result->check = [shared](const Attribute& of, const ValueView& value, int64_t now) {
      return ToStatus(Judge(*shared, JudgedValue::Of(of.kind, value, now)), of);
    };
  }
  return result;
}

}  // namespace dossier
