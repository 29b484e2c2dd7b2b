#include "values/judgement.h"

#include <optional>
#include <utility>

#include "absl/time/civil_time.h"
#include "base/decimal.h"
#include "base/time_text.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

int64_t DayOf(int64_t micros) {
  return micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
}

absl::CivilDay CivilDayOf(int64_t days) { return absl::CivilDay(1970, 1, 1) + days; }

// Full years between two days; below 0 where `from` is the later one.
int64_t YearsBetween(absl::CivilDay from, absl::CivilDay to) {
  const bool is_before_birthday =
      to.month() < from.month() || (to.month() == from.month() && to.day() < from.day());
  return to.year() - from.year() - (is_before_birthday ? 1 : 0);
}

bool HasAge(const JudgedValue& value, int64_t years) {
  const int64_t days = value.kind == Kind::kDate ? value.number : DayOf(value.number);
  return YearsBetween(CivilDayOf(days), CivilDayOf(DayOf(value.now))) >= years;
}

int Order(int64_t a, int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

// Nothing where the operand is no value of that kind, which CheckRuleFits forbids.
std::optional<int> CompareTo(const JudgedValue& value, const JsonValue& operand) {
  if (value.kind == Kind::kInteger && operand.integer() != nullptr) {
    return Order(value.number, *operand.integer());
  }
  if (value.kind == Kind::kInteger) {
    return Compare(Decimal::Of(std::to_string(value.number)), Decimal::Of(operand.ToText()));
  }
  if (value.kind == Kind::kDecimal) {
    return Compare(Decimal::Of(value.text), Decimal::Of(operand.ToText()));
  }
  if (operand.string() == nullptr) return std::nullopt;
  if (value.kind == Kind::kDate) {
    const std::optional<int32_t> days = ParseDate(*operand.string(), value.now);
    return days ? std::optional(Order(value.number, *days)) : std::nullopt;
  }
  const std::optional<int64_t> micros = ParseDateTime(*operand.string(), value.now);
  return micros ? std::optional(Order(value.number, *micros)) : std::nullopt;
}

// Of a value that is not null.
bool Holds(const Rule& rule, const JudgedValue& value) {
  switch (rule.name) {
    case RuleName::kMinLength:
      return CodePointCount(value.text) >= static_cast<uint64_t>(rule.count);
    case RuleName::kMaxLength:
      return CodePointCount(value.text) <= static_cast<uint64_t>(rule.count);
    case RuleName::kLessThan:
      return CompareTo(value, rule.operand).value_or(0) < 0;
    case RuleName::kGreaterThan:
      return CompareTo(value, rule.operand).value_or(0) > 0;
    case RuleName::kMinAge:
      return HasAge(value, rule.count);
    default:
      return true;
  }
}

Judgement JudgeAnd(const Rule& rule, const JudgedValue& value) {
  Judgement whole;
  for (const Rule& inner : rule.rules) {
    const Judgement part = Judge(inner, value);
    if (part.by != nullptr) return part;
    if (part.verdict == Verdict::kNothing || whole.verdict == Verdict::kNeither) continue;
    whole = part;
  }
  return whole;
}

Judgement JudgeOr(const Rule& rule, const JudgedValue& value) {
  Judgement whole{Verdict::kViolates, &rule};
  for (const Rule& inner : rule.rules) {
    const Judgement part = Judge(inner, value);
    if (part.verdict == Verdict::kHolds || part.verdict == Verdict::kGivenUp) return part;
    if (part.verdict != Verdict::kViolates && whole.verdict != Verdict::kNothing) whole = part;
  }
  return whole;
}

Judgement JudgeNot(const Rule& rule, const JudgedValue& value) {
  const Judgement inner = Judge(rule.rules.front(), value);
  if (inner.verdict == Verdict::kHolds) return {Verdict::kViolates, &rule};
  if (inner.verdict == Verdict::kViolates) return {Verdict::kHolds};
  return inner;
}

Judgement JudgePattern(const Rule& rule, const JudgedValue& value) {
  const Search search = rule.name == RuleName::kMatch ? rule.pattern->Find(value.text)
                                                      : rule.pattern->MatchWhole(value.text);
  if (search == Search::kFound) return {Verdict::kHolds};
  return {search == Search::kNotFound ? Verdict::kViolates : Verdict::kGivenUp, &rule};
}

std::string Transform(const Rule& rule, std::string text);

// By the first alternative that holds for what it makes of the text.
std::string TransformOr(const Rule& rule, std::string text) {
  for (const Rule& inner : rule.rules) {
    std::string changed = Transform(inner, text);
    const JudgedValue value{.kind = Kind::kString, .is_null = false, .text = changed};
    if (Judge(inner, value).by == nullptr) return changed;
  }
  return text;
}

std::string Transform(const Rule& rule, std::string text) {
  switch (rule.name) {
    case RuleName::kTruncate:
      return std::string(FirstCodePoints(text, static_cast<uint64_t>(rule.count)));
    case RuleName::kToLower:
      return ToLower(text);
    case RuleName::kToUpper:
      return ToUpper(text);
    case RuleName::kOr:
      return TransformOr(rule, std::move(text));
    default:
      break;
  }
  for (const Rule& inner : rule.rules) text = Transform(inner, std::move(text));
  return text;
}

}  // namespace

JudgedValue JudgedValue::Of(Kind kind, const ValueView& value, int64_t now) {
  JudgedValue judged{.kind = kind, .is_null = value.at == nullptr, .now = now};
  if (judged.is_null) return judged;
  switch (kind) {
    case Kind::kString:
    case Kind::kDecimal:
      judged.text = value.text();
      break;
    case Kind::kInteger:
      judged.number = value.integer();
      break;
    case Kind::kDate:
      judged.number = value.date();
      break;
    case Kind::kDateTime:
      judged.number = value.time();
      break;
    default:
      break;
  }
  return judged;
}

Judgement Judge(const Rule& rule, const JudgedValue& value) {
  switch (rule.name) {
    case RuleName::kAnd:
      return JudgeAnd(rule, value);
    case RuleName::kOr:
      return JudgeOr(rule, value);
    case RuleName::kNot:
      return JudgeNot(rule, value);
    case RuleName::kRequired:
      return value.is_null ? Judgement{Verdict::kViolates, &rule} : Judgement{Verdict::kHolds};
    case RuleName::kDefault:
    case RuleName::kIgnoreUpdate:
    case RuleName::kTruncate:
    case RuleName::kToLower:
    case RuleName::kToUpper:
      return {};
    default:
      break;
  }
  if (value.is_null) return {Verdict::kNeither};
  if (rule.pattern) return JudgePattern(rule, value);
  return Holds(rule, value) ? Judgement{Verdict::kHolds} : Judgement{Verdict::kViolates, &rule};
}

Judgement Judge(const std::vector<Rule>& rules, const JudgedValue& value) {
  for (const Rule& rule : rules) {
    const Judgement judgement = Judge(rule, value);
    if (judgement.by != nullptr) return judgement;
  }
  return {Verdict::kHolds};
}

std::string Transformed(const std::vector<Rule>& rules, std::string_view text) {
  std::string changed(text);
  for (const Rule& rule : rules) changed = Transform(rule, std::move(changed));
  return changed;
}

}  // namespace dossier
