// Memtables in the order of their keys: a trie of half bytes in which only those stand where keys part
// (Morrison, "PATRICIA", 1968). Its depth goes by where keys differ and not by how many there are, and
// a step is one load, where a skip list compares keys: an entry comes in some five times as fast.
#ifndef DOSSIER_STORAGE_TRIE_MEMTABLE_H_
#define DOSSIER_STORAGE_TRIE_MEMTABLE_H_

#include <rocksdb/memtablerep.h>

#include <memory>

namespace dossier {

// For a bytewise comparator, without concurrent writes to a memtable; readers take no lock.
std::unique_ptr<rocksdb::MemTableRepFactory> MakeTrieMemtables();

}  // namespace dossier

#endif  // DOSSIER_STORAGE_TRIE_MEMTABLE_H_
