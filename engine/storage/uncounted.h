#ifndef DOSSIER_STORAGE_UNCOUNTED_H_
#define DOSSIER_STORAGE_UNCOUNTED_H_

namespace dossier {

// While it lives RocksDB does not count what this thread does with it: for each key that it compares it
// looks twice at memory of the thread, which takes a tenth of a write or a scan, and nobody reads these
// figures.
class Uncounted {
 public:
  Uncounted();
  ~Uncounted();
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;

 private:
  const int before_;  // RocksDB's level: the host may use RocksDB too
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_UNCOUNTED_H_
