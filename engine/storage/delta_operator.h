// How RocksDB makes a record of the last state that is stored whole and the deltas behind it.
#ifndef DOSSIER_STORAGE_DELTA_OPERATOR_H_
#define DOSSIER_STORAGE_DELTA_OPERATOR_H_

#include <rocksdb/merge_operator.h>

#include <memory>

namespace dossier {

std::shared_ptr<rocksdb::MergeOperator> MakeDeltaOperator();

}  // namespace dossier

#endif  // DOSSIER_STORAGE_DELTA_OPERATOR_H_
