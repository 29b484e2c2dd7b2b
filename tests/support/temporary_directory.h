// A directory of its own for one test.
#ifndef DOSSIER_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define DOSSIER_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <string>
#include <string_view>

namespace dossier::testing {

// Makes an empty directory below $TMPDIR or /tmp and removes it with all it holds at the end of its
// life. Must outlive the engine that is opened in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

  // The path of a file or directory in it, which need not exist.
  std::string Join(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
