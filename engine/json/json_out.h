// Records as JSON, written straight from their bytes.
#ifndef DOSSIER_JSON_JSON_OUT_H_
#define DOSSIER_JSON_JSON_OUT_H_

#include <string>

#include "record/attribute_set.h"
#include "record/path.h"
#include "record/view.h"

namespace dossier {

// Appends the record: its reserved attributes, then every attribute of `shape` in the type's order,
// unset scalars as null, objects whole, plurals as arrays of elements with their `id`.
// Only what is in `only`.
void AppendRecordJson(const RecordView& record, const Shape& shape, const AttributeSet* only,
                      std::string& out);

// Appends the value at `path`, which is not the root; of what is below it only what is in `only`.
// False where an element of the path does not exist; nothing is appended then.
bool AppendValueJson(const RecordView& record, const Path& path, const AttributeSet* only,
                     std::string& out);

}  // namespace dossier

#endif  // DOSSIER_JSON_JSON_OUT_H_
