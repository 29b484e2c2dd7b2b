// Files of the system.
#ifndef DOSSIER_STORAGE_FILE_H_
#define DOSSIER_STORAGE_FILE_H_

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>

namespace dossier {

// Open for as long as it lives.
class File {
 public:
  // As open(2), whose errno says why where the file is not open.
  File(const std::string& path, int flags, mode_t mode = 0)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// The disk has what names the directory's files. False: errno says why.
inline bool SyncDirectory(const std::string& directory) {
  const File file(directory, O_RDONLY | O_DIRECTORY);
  return file.is_open() && ::fsync(file.descriptor()) == 0;
}

// What the directory's disk has left for us; nothing where it does not tell.
inline std::optional<uint64_t> FreeBytesAt(const std::string& directory) {
  struct statvfs disk = {};
  if (::statvfs(directory.c_str(), &disk) != 0 || disk.f_blocks == 0) return std::nullopt;
  return static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace dossier

#endif  // DOSSIER_STORAGE_FILE_H_
