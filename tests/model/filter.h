// Filters, read and evaluated in the plainest way.
// Source: entity-api.md 6.1, 10 (31-33); README.md of the specification, Settled (not).
#ifndef DOSSIER_TESTS_MODEL_FILTER_H_
#define DOSSIER_TESTS_MODEL_FILTER_H_

#include <string_view>
#include <vector>

#include "model/attribute.h"
#include "model/outcome.h"
#include "model/reach.h"

namespace dossier::model {

// Whether the filter holds for a record, whole. `attributes` are those of records and the type's.
// The outcome has the mistake in the filter, where there is one.
bool Holds(std::string_view filter, const std::vector<Attribute>& attributes, const Json& record,
           const Reach* readable, Outcome& outcome);

}  // namespace dossier::model

#endif  // DOSSIER_TESTS_MODEL_FILTER_H_
