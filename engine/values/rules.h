// Rules: what an entity type asks of the values of an attribute, and what it makes of them.
//
// Shape: rule := name | {name: argument}; a name alone where the rule takes no argument
//
// | rule                    | argument     | for                | a value that is not null ...     |
// |-------------------------|--------------|--------------------|----------------------------------|
// | match                   | pattern      | string             | has a part that matches          |
// | match-all               | pattern      | string             | matches from end to end          |
// | min-length, max-length  | characters   | string             | has at least, at most so many    |
// | less-than, greater-than | number       | integer, decimal   | is below, above it, not equal    |
// |                         | date or time | date, dateTime     | is before, after it; "today" and |
// |                         |              |                    | "now" are those of the write     |
// | min-age                 | years        | date, dateTime     | lies at least so long ago        |
// | required                |              | any                | holds; null violates it          |
// | default                 | a value      | any                | stays; null becomes the argument |
// | ignore-update           |              | any                | is passed over by later writes   |
// | truncate                | characters   | string             | keeps the first so many          |
// | to-lower, to-upper      |              | string             | changes its case                 |
// | and                     | [rule, ..]   |                    | holds to all of them             |
// | or                      | [rule, ..]   |                    | holds to one of them             |
// | not                     | rule         |                    | does not hold to it              |
//
// "Any" is any attribute that is no object, plural or password. Characters are code points; a
// change of case is Unicode's full one, of no language in particular. An age is counted in UTC from
// date to date; who was born on 29 February has his birthday on 1 March in other years.
//
// Null is judged by `required` alone; of the others none is violated by it, and `and`, `or` and
// `not` are where they would be whatever stood in its place: `not` of a pattern is not.
//
// What transforms comes before what judges, over all the rules of an attribute, in the order in
// which they were added and stand. It judges nothing: to `or` it is always good enough, and `not` is
// about what stands beside it. `or` transforms by the first of its rules that then holds, `not` by
// the rule inside. `default` and `ignore-update` stand alone or in `and`.
//
// Source: section 3.4 of the entity API's reference and the page on validation behind it, which
// names the rules, their arguments and their kinds of attribute. It does not say how `match` and
// `match-all` differ: the names are taken as "somewhere" and "all of it". Dates in comparisons and
// the handling of null are ours.
#ifndef DOSSIER_VALUES_RULES_H_
#define DOSSIER_VALUES_RULES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "json/json_value.h"
#include "record/attribute.h"
#include "values/pattern.h"

namespace dossier {

enum class RuleName : uint8_t {
  kMatch,
  kMatchAll,
  kMinLength,
  kMaxLength,
  kLessThan,
  kGreaterThan,
  kMinAge,
  kRequired,
  kDefault,
  kIgnoreUpdate,
  kTruncate,
  kToLower,
  kToUpper,
  kAnd,
  kOr,
  kNot,
};

// One rule with those inside it. A value: copies, and may be shared between threads.
struct Rule {
  RuleName name = RuleName::kRequired;
  int64_t count = 0;                              // of characters or years
  JsonValue operand = {};                         // of comparisons and default
  std::optional<Pattern> pattern = std::nullopt;  // of match and match-all
  std::vector<Rule> rules = {};                   // of and, or, not
};

// "match-all", ...
std::string_view NameOf(RuleName name);

// Errors: 200 on `argument`, naming the rule that is wrong.
absl::StatusOr<Rule> ParseRule(const JsonValue& definition, std::string_view argument);

// Whether `attribute` has values that the rule is for. Errors: 200 on `argument`.
absl::Status CheckRuleFits(const Rule& rule, const Attribute& attribute, std::string_view argument);

// What the rules of `attribute`, in the order in which they were added, come to. Each must fit it.
// Of several defaults the first counts.
std::shared_ptr<const ValueRules> ValueRulesOf(const Attribute& attribute, std::vector<Rule> rules);

}  // namespace dossier

#endif  // DOSSIER_VALUES_RULES_H_
