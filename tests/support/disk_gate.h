// A disk that can be held up. For programs with an fdatasync of their own.
#ifndef DOSSIER_TESTS_SUPPORT_DISK_GATE_H_
#define DOSSIER_TESTS_SUPPORT_DISK_GATE_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace dossier::testing {

// What each sync of the program passes. Holds it up from Close to Open or Break, though not for ever.
// Thread-safe.
class Gate {
 public:
  void Close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_ = State::kClosed;
    waiting_count_ = 0;
  }

  void Open() { Become(State::kOpen); }
  // From now on each sync fails.
  void Break() { Become(State::kBroken); }

  // By a sync; false: it fails.
  bool Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (state_ == State::kClosed) {
      ++waiting_count_;
      changed_.notify_all();
      changed_.wait_for(lock, kPatience, [this] { return state_ != State::kClosed; });
      if (state_ == State::kClosed) state_ = State::kOpen;
    }
    return state_ == State::kOpen;
  }

  // Whether somebody waits at the closed gate.
  bool AwaitSomebody() {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return waiting_count_ > 0; });
  }

  bool is_open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return state_ == State::kOpen;
  }

 private:
  enum class State { kOpen, kClosed, kBroken };
  static constexpr std::chrono::seconds kPatience{20};

  void Become(State state) {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_ = state;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kOpen;
  int waiting_count_ = 0;
};

inline Gate& DiskGate() {
  static Gate gate;
  return gate;
}

}  // namespace dossier::testing

#endif  // DOSSIER_TESTS_SUPPORT_DISK_GATE_H_
