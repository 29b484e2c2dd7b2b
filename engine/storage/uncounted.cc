#include "storage/uncounted.h"

#include <rocksdb/perf_level.h>

namespace dossier {

Uncounted::Uncounted() : before_(rocksdb::GetPerfLevel()) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

Uncounted::~Uncounted() { rocksdb::SetPerfLevel(static_cast<rocksdb::PerfLevel>(before_)); }

}  // namespace dossier
