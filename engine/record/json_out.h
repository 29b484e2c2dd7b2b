// Records as JSON, written straight from their bytes.
#ifndef DOSSIER_RECORD_JSON_OUT_H_
#define DOSSIER_RECORD_JSON_OUT_H_

#include <optional>
#include <string>
#include <vector>

#include "record/path.h"
#include "record/view.h"

namespace dossier {

// A choice of attributes of one type: those that are wanted, all above them and all below them.
class AttributeSet {
 public:
  void Add(const Path& schema_path);
  bool Has(AttributeNumber number) const { return number < bits_.size() && bits_[number]; }

 private:
  void Set(AttributeNumber number);
  void SetBelow(const Attribute& attribute);

  std::vector<bool> bits_;
};

// Appends the record: its reserved attributes, then every attribute of `shape` in the type's order,
// unset scalars as null, objects whole, plurals as arrays of elements with their `id`.
// `only` null: all of them.
void AppendRecordJson(const RecordView& record, const Shape& shape, const AttributeSet* only,
                      std::string& out);

// Appends the value at `path`, which is not the root. False where an element of the path does not
// exist; nothing is appended then.
bool AppendValueJson(const RecordView& record, const Path& path, std::string& out);

}  // namespace dossier

#endif  // DOSSIER_RECORD_JSON_OUT_H_
