// Filters: which records a search is about.
//
//   age >= 18 and (email is not null or profiles.domain = 'example.com')
//
// A predicate is about one attribute of a record. In plurals it holds where it does for some element,
// whatever other predicates hold for: `friends.name = 'a' and friends.age = 5` may hold by two friends.
// Two attributes in one plural are compared within one element. A comparison with null holds for no
// operator.
//
// `not p` holds where p does not: `not (friends.name = 'a')` where no element has it, also where there
// is none, and `not (age = 5)` where age is another number or null.
//
// Strings are equal where they differ in case alone, unless the attribute is case-sensitive; `<`, `<=`,
// `>` and `>=` go by the order of filter/order.h, the one in which records are sorted too.
//
// Source: section 6 of the entity API's reference.
#ifndef DOSSIER_FILTER_FILTER_H_
#define DOSSIER_FILTER_FILTER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "filter/attribute_path.h"
#include "filter/order.h"
#include "record/attribute.h"
#include "record/attribute_set.h"

namespace dossier {

enum class Comparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

// Whether `order`, below 0, 0 or above 0 as the left side is below, equal to or above the right one,
// is what the comparison asks for.
bool Holds(Comparison comparison, int order);

struct Predicate {
  enum class Test : uint8_t {
    kIsNull,  // a scalar without a value, an object with none below it, a plural without elements
    kIsNotNull,  // ... with one
    kLiteral,    // path comparison literal
    kAttribute,  // path comparison other
  };

  AttributePath path = {};
  Test test = Test::kIsNull;
  Comparison comparison = Comparison::kEqual;
  Literal literal = {};  // of the kind of the path's attribute
  AttributePath other = {};

  const Attribute& attribute() const { return *path.back(); }
  friend bool operator==(const Predicate&, const Predicate&) = default;
};

// A filter as a tree, in a normal form: no part of a kAnd is a kAnd, none of a kOr a kOr, and kTrue and
// kFalse stand inside neither these nor a kNot or a kSame.
struct FilterNode {
  enum class Kind : uint8_t {
    kTrue,
    kFalse,
    kPredicate,
    kNot,   // one part
    kAnd,   // two parts or more
    kOr,    // two parts or more
    kSame,  // two parts: both hold or neither does
  };

  Kind kind = Kind::kTrue;
  Predicate predicate = {};
  std::vector<FilterNode> parts = {};

  friend bool operator==(const FilterNode&, const FilterNode&) = default;
};

// Borrows the attributes of the entity type, and the set.
struct Filter {
  FilterNode root = {};                    // holds for every record unless told otherwise
  const AttributeSet* readable = nullptr;  // what the caller may know of; null: all

  bool is_true() const { return root.kind == FilterNode::Kind::kTrue; }
};

// Shape: filter   = or
//        or       = and *("or" and)
//        and      = equality *("and" equality)
//        equality = relation *(("=" | "!=") relation)
//        relation = unary *((">" | ">=" | "<" | "<=") unary)
//        unary    = ("not" | "!") equality | operand ["is" ["not"] "null"]
//        operand  = "(" filter ")" | path | literal
//        literal  = "'" any characters, with \' and \\ for ' and \ "'" | number | "true" | "false"
// Keywords in any case, blanks wherever two words stay two; a path as FindAttributePath takes it.
// Where a path is meant that begins with not, true or false, "/" stands before it. Quotes make no
// difference to a literal: 5 and '5' are one, and so are true and 'true'. A boolean attribute alone
// asks whether it is true. What holds or does not can be compared with another such, or with true or
// false, by = and != alone. Empty: true.
// `now` in microseconds, for the words today, yesterday and now. An attribute that is not in `readable`
// is as one that does not exist.
// Errors: 200 on `argument`, 485 for the operator contains.
absl::StatusOr<Filter> ParseFilter(std::string_view text, const Shape& root, int64_t now,
                                   const AttributeSet* readable, std::string_view argument);

// A text that ParseFilter reads as the same tree.
std::string ToText(const FilterNode& node);

// Ids from `first` to `last`, both included; none where `first` is above `last`.
struct IdRange {
  EntityId first = 0;
  EntityId last = UINT64_MAX;

  bool is_empty() const { return first > last; }
  friend bool operator==(const IdRange&, const IdRange&) = default;
};

// A range that has the ids of all records for which the filter holds.
IdRange IdsOf(const FilterNode& node);

// What is left to ask of records whose ids are in that range.
FilterNode WithoutIds(FilterNode node);

}  // namespace dossier

#endif  // DOSSIER_FILTER_FILTER_H_
