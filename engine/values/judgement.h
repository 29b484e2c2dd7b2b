// What rules say of one value, and what they make of it.
#ifndef DOSSIER_VALUES_JUDGEMENT_H_
#define DOSSIER_VALUES_JUDGEMENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/view.h"
#include "values/rules.h"

namespace dossier {

// A value as far as rules look into it.
struct JudgedValue {
  Kind kind = Kind::kString;
  bool is_null = true;
  std::string_view text = {};  // of a string, and of a decimal its number
  int64_t number = 0;          // of an integer, a date in days, a time in microseconds
  int64_t now = 0;             // microseconds: what ages are counted to

  static JudgedValue Of(Kind kind, const ValueView& value, int64_t now);
};

enum class Verdict : uint8_t {
  kHolds,
  kViolates,
  kNeither,  // of null: it depends on what the value might be
  kNothing,  // what transforms judges nothing
  kGivenUp,  // a pattern asks for too much
};

struct Judgement {
  Verdict verdict = Verdict::kNothing;
  const Rule* by = nullptr;  // the rule that is violated or was given up
};

Judgement Judge(const Rule& rule, const JudgedValue& value);
// All of the rules: the first that is violated or given up.
Judgement Judge(const std::vector<Rule>& rules, const JudgedValue& value);

// The string as the rules leave it, one after the other.
std::string Transformed(const std::vector<Rule>& rules, std::string_view text);

}  // namespace dossier

#endif  // DOSSIER_VALUES_JUDGEMENT_H_
