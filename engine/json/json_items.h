// A JSON array as the texts of its values.
#ifndef DOSSIER_JSON_JSON_ITEMS_H_
#define DOSSIER_JSON_JSON_ITEMS_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace dossier {

// Where in `array` the values of the array stand that it is; whatever stands in them is not judged
// but for being JSON. Errors: 200 on `argument` where it is no JSON, no array or more than 5 MB.
absl::StatusOr<std::vector<std::string_view>> JsonItems(std::string_view array,
                                                        std::string_view argument);

}  // namespace dossier

#endif  // DOSSIER_JSON_JSON_ITEMS_H_
