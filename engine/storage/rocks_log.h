// What RocksDB has to say, in the file LOG of the store's directory.
#ifndef DOSSIER_STORAGE_ROCKS_LOG_H_
#define DOSSIER_STORAGE_ROCKS_LOG_H_

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace dossier {

// RocksDB's own logger ends the process at its second line behind one that could not be written, as on a full
// disk, where its assertions are on. This one lets such lines go. Of warnings and worse; a file of more than
// some megabytes becomes LOG.old. Where there can be no file, nothing is written.
std::shared_ptr<rocksdb::Logger> MakeRocksLog(const std::string& directory);

// Writes nothing.
std::shared_ptr<rocksdb::Logger> MakeSilentRocksLog();

}  // namespace dossier

#endif  // DOSSIER_STORAGE_ROCKS_LOG_H_
