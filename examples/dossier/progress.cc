#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace dossier::program {
namespace {

using namespace std::chrono_literals;

// With commas between thousands.
std::string WithCommas(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3;) text.insert(i -= 3, ",");
  return text;
}

std::string LeftText(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 60) return absl::StrCat(whole, " s");
  if (whole < 3600) return absl::StrCat(whole / 60, " min ", whole % 60, " s");
  return absl::StrCat(whole / 3600, " h ", whole % 3600 / 60, " min");
}

}  // namespace

std::string ProgressText(const ProgressFigures& figures, absl::Duration elapsed) {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 0.001);
  const auto rate = static_cast<uint64_t>(static_cast<double>(figures.record_count) / seconds);
  std::string text =
      absl::StrCat(WithCommas(figures.record_count), " records, ", WithCommas(rate), " a second");
  if (figures.done) {
    const double done = std::clamp(*figures.done, 0.0, 1.0);
    absl::StrAppend(&text, ", ", static_cast<int>(done * 100), " % done");
    if (done > 0 && done < 1) {
      absl::StrAppend(&text, ", ", LeftText(seconds * (1 - done) / done), " left");
    }
  }
  if (figures.failure_count > 0) {
    absl::StrAppend(&text, ", ", WithCommas(figures.failure_count), " refused");
  }
  return text;
}

Progress::Progress(std::function<ProgressFigures()> figures)
    : figures_(std::move(figures)),
      start_(absl::Now()),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      thread_([this] { ShowUntilStopped(); }) {}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  stopped_.notify_one();
  thread_.join();
  if (is_terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

void Progress::ShowUntilStopped() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, is_terminal_ ? 500ms : 10s, [this] { return is_stopped_; })) {
    const std::string text = ProgressText(figures_(), absl::Now() - start_);
    if (is_terminal_) {
      std::cerr << "\r" << text << "\x1b[K" << std::flush;  // to the end of the line
    } else {
      std::cerr << text << std::endl;
    }
  }
}

}  // namespace dossier::program
