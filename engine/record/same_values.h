// Whether two records say the same.
#ifndef DOSSIER_RECORD_SAME_VALUES_H_
#define DOSSIER_RECORD_SAME_VALUES_H_

#include <string_view>

#include "record/attribute.h"
#include "record/view.h"

namespace dossier {

// A stored form of a password that stands for whatever password there is.
inline constexpr std::string_view kAnyPassword = R"({"type":"any","value":""})";

// Whether `stored` has the values of `asked`, for the attributes of `shape` and below them. An imagined
// id in `asked` stands for any, and kAnyPassword for any password. Both have all their elements in them.
bool HaveSameValues(const ObjectView& asked, const ObjectView& stored, const Shape& shape);

}  // namespace dossier

#endif  // DOSSIER_RECORD_SAME_VALUES_H_
