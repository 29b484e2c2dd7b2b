// Who waits for the disk. This program has an fdatasync of its own, which the store calls.
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "gtest/gtest.h"
#include "storage/store.h"
#include "support/status_matchers.h"
#include "support/temporary_directory.h"

namespace dossier {
namespace {

using testing::IsOk;

// Holds up the disk from Close to Open, though not for ever.
class Gate {
 public:
  void Close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_open_ = false;
    waiting_count_ = 0;
  }

  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (is_open_) return;
    ++waiting_count_;
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return is_open_; });
    is_open_ = true;
  }

  // Whether somebody waits at the closed gate.
  bool AwaitSomebody() {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return waiting_count_ > 0; });
  }

  bool is_open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return is_open_;
  }

 private:
  static constexpr std::chrono::seconds kPatience{20};

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = true;
  int waiting_count_ = 0;
};

Gate& DiskGate() {
  static Gate gate;
  return gate;
}

absl::Status PutTwo(Store& store, char value, auto commit) {
  Batch batch(store);
  batch.Put(Family::kMeta, std::string(1, value), std::string(1, value));
  batch.Put(Family::kIndex, std::string(1, value), std::string(1, value));
  return commit(batch);
}

TEST(Commit, AsideHoldsUpNobody) {
  const testing::TemporaryDirectory top;
  auto store = Store::Open({.directory = top.path(), .block_cache_bytes = 1u << 20});
  ASSERT_THAT(store, IsOk());
  Store& open = **store;
  DiskGate().Close();
  std::thread aside([&] {
    EXPECT_THAT(PutTwo(open, 'a', [&](Batch& batch) { return open.CommitAside(batch); }), IsOk());
    EXPECT_TRUE(DiskGate().is_open()) << "it came back before the disk did";
  });
  EXPECT_TRUE(DiskGate().AwaitSomebody()) << "CommitAside did not ask the disk";
  const auto buffered = [&](Batch& batch) { return open.Commit(batch, Durability::kBuffered); };
  EXPECT_THAT(PutTwo(open, 'b', buffered), IsOk());
  EXPECT_FALSE(DiskGate().is_open()) << "the other write waited for the disk";
  DiskGate().Open();
  aside.join();
  for (const char value : {'a', 'b'}) {
    for (const Family family : {Family::kMeta, Family::kIndex}) {
      const auto got = open.Get(family, std::string(1, value));
      ASSERT_THAT(got, IsOk());
      ASSERT_NE(*got, nullptr);
      EXPECT_EQ(**got, std::string(1, value));
    }
  }
}

}  // namespace
}  // namespace dossier

extern "C" int fdatasync(int file) {
  dossier::DiskGate().Pass();
  return static_cast<int>(syscall(SYS_fdatasync, file));
}
