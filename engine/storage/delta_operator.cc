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
    std::string& record = out->new_value;
    if (in.existing_value != nullptr)
      record.assign(in.existing_value->data(), in.existing_value->size());
    std::string next;
    for (const rocksdb::Slice& delta : in.operand_list) {
      if (!ApplyDelta(record, ToView(delta), next)) {
        record.clear();
        return true;
      }
      record.swap(next);
    }
    return true;
  }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> MakeDeltaOperator() {
  return std::make_shared<DeltaOperator>();
}

}  // namespace dossier
