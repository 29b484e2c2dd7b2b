// What a long command shows while it runs.
#ifndef DOSSIER_PROGRESS_H_
#define DOSSIER_PROGRESS_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/time/time.h"

namespace dossier::program {

struct ProgressFigures {
  uint64_t record_count = 0;
  uint64_t failure_count = 0;
  // Of all there is to do; nothing where that is not known.
  std::optional<double> done = std::nullopt;  // 0 to 1
};

// "1,234,567 records, 61,204 a second, 12 % done, 2 min 31 s left, 3 refused"
std::string ProgressText(const ProgressFigures& figures, absl::Duration elapsed);

// Shows `figures()` on the standard error from time to time until it is destroyed: on a terminal as
// one line that changes twice a second, elsewhere as a line every ten seconds.
class Progress {
 public:
  // `figures` is called by a thread of its own.
  explicit Progress(std::function<ProgressFigures()> figures);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void ShowUntilStopped();

  const std::function<ProgressFigures()> figures_;
  const absl::Time start_;
  const bool is_terminal_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace dossier::program

#endif  // DOSSIER_PROGRESS_H_
