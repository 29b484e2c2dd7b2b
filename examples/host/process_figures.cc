#include "process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_format.h"
#include "metrics.h"

namespace dossier::host {
namespace {

void AppendCpu(std::string& text) {
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) != 0) return;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  absl::StrAppendFormat(&text,
                        "# HELP process_cpu_seconds_total CPU time in user and in system\n"
                        "# TYPE process_cpu_seconds_total counter\n"
                        "process_cpu_seconds_total %.6f\n",
                        seconds(used.ru_utime) + seconds(used.ru_stime));
}

void AppendMemory(std::string& text) {
  std::ifstream statm("/proc/self/statm");
  uint64_t total_pages = 0;
  uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return;
  AppendMetric("process_resident_memory_bytes", "gauge", "memory in use",
               resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)), text);
}

void AppendFiles(std::string& text) {
  std::error_code error;
  std::filesystem::directory_iterator open_files("/proc/self/fd", error);
  if (!error) {
    AppendMetric("process_open_fds", "gauge", "open files and connections",
                 static_cast<uint64_t>(std::distance(begin(open_files), end(open_files))), text);
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    AppendMetric("process_max_fds", "gauge", "files and connections that may be open",
                 limit.rlim_cur, text);
  }
}

}  // namespace

void AppendProcessFigures(std::string& text) {
  AppendCpu(text);
  AppendMemory(text);
  AppendFiles(text);
}

}  // namespace dossier::host
