// The real dossier-host as a child process, and a directory for its store.
#ifndef DOSSIER_TESTS_HOST_HOST_PROGRAM_H_
#define DOSSIER_TESTS_HOST_HOST_PROGRAM_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "http_client.h"

namespace dossier::host_test {

// A directory that goes with the test.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "dossier-host-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  // Of the store; the host makes it.
  std::string Store() const { return path_ + "/store"; }

 private:
  std::string path_;
};

// A running dossier-host; killed, where it still runs, with the object.
class HostProgram {
 public:
  // Runs it with `flags`; `environment` is "NAME=value" lines that come on top of ours.
  explicit HostProgram(std::vector<std::string> flags, std::vector<std::string> environment = {}) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    flags.insert(flags.begin(), DOSSIER_HOST_BINARY);
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      for (std::string& line : environment) putenv(line.data());
      std::vector<char*> arguments;
      arguments.reserve(flags.size() + 1);
      for (std::string& flag : flags) arguments.push_back(flag.data());
      arguments.push_back(nullptr);
      execv(DOSSIER_HOST_BINARY, arguments.data());
      _exit(127);
    }
    close(ends[1]);
    output_fd_ = ends[0];
  }
  ~HostProgram() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(output_fd_);
  }
  HostProgram(const HostProgram&) = delete;
  HostProgram& operator=(const HostProgram&) = delete;

  pid_t process() const { return process_; }

  // The port that it listens on, once it does; 0 where it ends before.
  uint16_t Port() {
    constexpr std::string_view kMark = "listening on http://";
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    size_t at = output_.find(kMark);
    while (at == std::string::npos || output_.find('\n', at) == std::string::npos) {
      if (!ReadOutput(deadline)) return 0;
      at = output_.find(kMark);
    }
    const size_t colon = output_.rfind(':', output_.find(',', at));
    return static_cast<uint16_t>(std::atoi(output_.c_str() + colon + 1));
  }

  // The port of --metrics-listen, once it listens.
  uint16_t MetricsPort() {
    if (Port() == 0) return 0;
    const size_t end = output_.find("/metrics\n");
    if (end == std::string::npos) return 0;
    return static_cast<uint16_t>(std::atoi(output_.c_str() + output_.rfind(':', end) + 1));
  }

  // Whether it prints `text`, now or in time.
  bool Prints(std::string_view text) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (output_.find(text) == std::string::npos) {
      if (!ReadOutput(deadline)) return false;
    }
    return true;
  }

  // What it printed to stdout and stderr, as far as Port and Wait have read.
  const std::string& output() const { return output_; }

  void Signal(int signal) const { kill(process_, signal); }

  // Its exit status once it ends; -1 where it does not, or a signal ended it.
  int Wait() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (ReadOutput(deadline)) {
    }
    if (!output_ended_) return -1;
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int Stop(int signal = SIGTERM) {
    Signal(signal);
    return Wait();
  }

 private:
  bool ReadOutput(std::chrono::steady_clock::time_point deadline) {
    char bytes[4096];
    if (!WaitToRead(output_fd_, deadline)) return false;
    const ssize_t count = read(output_fd_, bytes, sizeof bytes);
    if (count <= 0) output_ended_ = true;
    if (count > 0) output_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  pid_t process_ = 0;
  int output_fd_ = -1;
  bool output_ended_ = false;
  std::string output_;
};

}  // namespace dossier::host_test

#endif  // DOSSIER_TESTS_HOST_HOST_PROGRAM_H_
