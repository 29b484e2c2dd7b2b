// Memtables for keys that are looked up whole: RocksDB's hash of linked lists, but for how they are
// gone through in order, which each of them is once, when it is written to a file. RocksDB's own way
// puts one entry after the other into a skip list, a third of the time of an import; here pointers
// are sorted.
#ifndef DOSSIER_STORAGE_LOOKUP_MEMTABLE_H_
#define DOSSIER_STORAGE_LOOKUP_MEMTABLE_H_

#include <rocksdb/memtablerep.h>

#include <memory>

namespace dossier {

// For a bytewise comparator, without concurrent writes to a memtable.
std::unique_ptr<rocksdb::MemTableRepFactory> MakeLookupMemtables();

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOOKUP_MEMTABLE_H_
