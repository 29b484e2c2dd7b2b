// Single values: what an attribute takes, how it keeps it, what is equal, what comes first.
// Source: entity-api.md 2.7, 3.1, 3.3, 6.1, 10 (13-19, 29).
#ifndef DOSSIER_TESTS_MODEL_VALUE_H_
#define DOSSIER_TESTS_MODEL_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "model/attribute.h"

namespace dossier::model {

// `given`, which is not null, as the scalar attribute keeps it; or the number of the error.
struct Kept {
  int code = 0;
  Json value = {};
};
Kept Keep(const Attribute& attribute, const Json& given);

// Forms of a time that histories use: a day, or a day and a time in UTC.
std::optional<absl::Time> ReadTime(std::string_view text);
std::string TextOfTime(absl::Time time);

// Alike for values that are equal: case is folded, numbers are numbers, times are instants.
std::string Equal(const Attribute& attribute, const Json& kept);

// Below 0, 0, above 0. Neither is null. `id` counts as an integer.
int Order(std::string_view type, const Json& a, const Json& b);

// The letters of a few alphabets without case.
std::string Folded(std::string_view text);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_VALUE_H_
