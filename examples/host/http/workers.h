// Threads for what may have to wait.
#ifndef DOSSIER_EXAMPLES_HOST_HTTP_WORKERS_H_
#define DOSSIER_EXAMPLES_HOST_HTTP_WORKERS_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dossier::http {

// Does jobs in their order, as many at a time as it has threads.
class Workers {
 public:
  explicit Workers(unsigned thread_count) {
    for (unsigned i = 0; i < thread_count; ++i) threads_.emplace_back([this] { Work(); });
  }

  ~Workers() { End(); }

  // False, and the job is not done, once the end has begun.
  bool Add(std::function<void()> job) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (is_ending_) return false;
      jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
  }

  // Returns when all jobs are done.
  void End() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dossier::http

#endif  // DOSSIER_EXAMPLES_HOST_HTTP_WORKERS_H_
