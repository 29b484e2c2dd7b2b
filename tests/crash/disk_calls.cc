// The calls of this program, and of the libraries that it loads, by which files change: they pass the disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <string>

#include "crash/disk.h"

namespace {

using dossier::crash_test::Disk;
using std::filesystem::path;

template <typename Call>
Call* Next(Call* /*own*/, const char* name) {
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

path PathOf(int file) {
  char name[PATH_MAX];
  const ssize_t size =
      ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), name, sizeof name);
  return std::string(name, size > 0 ? static_cast<size_t>(size) : 0);
}

// Makes the call unless the disk fails it.
template <typename Call>
auto Made(const path& about, Call call) -> decltype(call()) {
  const std::optional<int> error = Disk::Instance().ErrorOfCall(about);
  if (!error) return call();
  errno = *error;
  return -1;
}

template <typename Call>
int Opened(const char* name, int flags, Call call) {
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return call();
  const auto lock = Disk::Instance().Begin();
  const int file = Made(name, call);
  if (file >= 0) Disk::Instance().NoteMade(name);
  return file;
}

template <typename Call>
int Synced(int file, Call call) {
  const auto lock = Disk::Instance().Begin();
  const path name = PathOf(file);
  const int synced = Made(name, call);
  if (synced == 0) Disk::Instance().NoteSynced(name);
  return synced;
}

mode_t ModeOf(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(rest, unsigned)) : 0;
}

}  // namespace

extern "C" {

int open(const char* name, int flags, ...) {
  static auto* const kNext = Next(open, "open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return Opened(name, flags, [&] { return kNext(name, flags, mode); });
}

int open64(const char* name, int flags, ...) {
  static auto* const kNext = Next(open64, "open64");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return Opened(name, flags, [&] { return kNext(name, flags, mode); });
}

ssize_t write(int file, const void* bytes, size_t size) {
  static auto* const kNext = Next(write, "write");
  const auto lock = Disk::Instance().Begin();
  return Made(PathOf(file), [&] { return kNext(file, bytes, size); });
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static auto* const kNext = Next(pwrite, "pwrite");
  const auto lock = Disk::Instance().Begin();
  return Made(PathOf(file), [&] { return kNext(file, bytes, size, at); });
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static auto* const kNext = Next(pwrite64, "pwrite64");
  const auto lock = Disk::Instance().Begin();
  return Made(PathOf(file), [&] { return kNext(file, bytes, size, at); });
}

int rename(const char* from, const char* to) noexcept {
  static auto* const kNext = Next(rename, "rename");
  const auto lock = Disk::Instance().Begin();
  const int renamed = Made(from, [&] { return kNext(from, to); });
  if (renamed == 0) Disk::Instance().NoteRenamed(from, to);
  return renamed;
}

int unlink(const char* name) noexcept {
  static auto* const kNext = Next(unlink, "unlink");
  const auto lock = Disk::Instance().Begin();
  const int removed = Made(name, [&] { return kNext(name); });
  if (removed == 0) Disk::Instance().NoteRemoved(name);
  return removed;
}

int fsync(int file) {
  static auto* const kNext = Next(fsync, "fsync");
  return Synced(file, [&] { return kNext(file); });
}

int fdatasync(int file) {
  static auto* const kNext = Next(fdatasync, "fdatasync");
  return Synced(file, [&] { return kNext(file); });
}

// RocksDB waits a second behind each failure in the background.
int usleep(useconds_t micros) {
  static auto* const kNext = Next(usleep, "usleep");
  return kNext(std::min<useconds_t>(micros, 2'000));
}

}  // extern "C"
