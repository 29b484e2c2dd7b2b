#include "storage/delta_operator.h"

#include <string>
#include <string_view>

#include "record/delta.h"

namespace dossier {
namespace {

std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class DeltaOperator : public rocksdb::MergeOperator {
 public:
  const char* Name() const override { return "dossier.DeltaOperator"; }

  // A record of which the states do not fit is damaged, and no other is: an empty value, which no reader
  // takes for a record, says so. False would end all writes to the store at its next compaction.
  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override {
    std::string_view base;
    if (in.existing_value != nullptr) base = ToView(*in.existing_value);
    std::string before;
    for (const rocksdb::Slice& delta : in.operand_list) {
      if (!ApplyDelta(base, ToView(delta), out->new_value)) {
        out->new_value.clear();
        break;
      }
      if (&delta == &in.operand_list.back()) break;
      before.swap(out->new_value);
      base = before;
    }
    return true;
  }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> MakeDeltaOperator() {
  return std::make_shared<DeltaOperator>();
}

}  // namespace dossier
